// Fleets for the tests of the writers: a realistic one for the golden files, odd ones for the
// promises.
#ifndef PERFLEAK_TESTS_REPORT_SAMPLE_FLEETS_H_
#define PERFLEAK_TESTS_REPORT_SAMPLE_FLEETS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "report/fleet_report.h"

namespace perfleak {

// Four weeks of an office with Exchange: store leaks on four of five servers, two other leaks, one
// that is over, quiet machines, one without a sample, files of all outcomes.
FleetReport OfficeFleet();

// The machine of OfficeFleet() that leaks most, alone.
FleetReport OneMachineFleet();

// Nothing but files that cannot be read.
FleetReport UnreadFleet();

// `n` machines, every second of them with a suspect.
FleetReport LargeFleet(size_t n);

// Every name and text of the report is `name`.
FleetReport NamedFleet(const std::string& name);

// Numbers that are no numbers, times that are no times.
FleetReport NotANumberFleet();

// Each of the above; the names of one of them drive terminals.
std::vector<FleetReport> AllFleets();

}  // namespace perfleak

#endif  // PERFLEAK_TESTS_REPORT_SAMPLE_FLEETS_H_
