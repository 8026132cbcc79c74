// What a run finds out, as rows of the results store and back. Errors stay with the connection.
#ifndef PERFLEAK_FLEET_STORE_RESULTS_H_
#define PERFLEAK_FLEET_STORE_RESULTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "fleet/sqlite.h"
#include "report/fleet_report.h"
#include "report/history_report.h"

namespace perfleak {

// As the tables have times; nothing where no date can be written.
std::optional<std::string> TimeText(double t_s, TimeBasis basis);
std::string_view BasisText(TimeBasis basis);
TimeBasis BasisNamed(const std::string& text);

// Requires a transaction.
void WriteMachine(int64_t run, const FleetMachine& machine, SqlConnection* sql);
void WriteUnreadFiles(int64_t run, const std::vector<FleetFile>& files, SqlConnection* sql);

std::vector<HistoryLine> ReadHistory(const std::string& asked, SqlConnection* sql);
std::vector<std::string> ReadKnownNames(SqlConnection* sql);

}  // namespace perfleak

#endif  // PERFLEAK_FLEET_STORE_RESULTS_H_
