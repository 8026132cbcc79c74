// Who a suspect's growth is likely due to, as far as growth and restarts tell.
#ifndef PERFLEAK_LEAKS_RESPONSIBLE_H_
#define PERFLEAK_LEAKS_RESPONSIBLE_H_

#include "leaks/finding.h"
#include "leaks/suspect.h"

namespace perfleak {

// Sets likely_responsible and adds the evidence for it. `growth` is what the suspect, a process, is
// named for.
void NameResponsible(const Finding& growth, Suspect* suspect);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_RESPONSIBLE_H_
