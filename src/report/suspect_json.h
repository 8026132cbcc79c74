// Suspects and systems in JSON: the same objects in the reports on one machine and on a fleet.
#ifndef PERFLEAK_REPORT_SUSPECT_JSON_H_
#define PERFLEAK_REPORT_SUSPECT_JSON_H_

#include <optional>

#include "base/time.h"
#include "leaks/platform.h"
#include "leaks/suspect.h"
#include "report/json_parts.h"

namespace perfleak {

Json SystemJson(const Platform& platform);

// null without a limit.
Json ExhaustionJson(const std::optional<Exhaustion>& exhaustion, TimeBasis basis);

// `basis`: of the log that the suspect is of.
Json SuspectJson(const Suspect& suspect, TimeBasis basis);

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_SUSPECT_JSON_H_
