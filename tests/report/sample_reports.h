// Report values for the tests of the writers: realistic ones for the golden files, hostile ones for
// the promises.
#ifndef PERFLEAK_TESTS_REPORT_SAMPLE_REPORTS_H_
#define PERFLEAK_TESTS_REPORT_SAMPLE_REPORTS_H_

#include "report/report.h"

namespace perfleak {

// A week of one quiet server: nothing suspect, a few counters explained.
Report QuietReport();

// A log without a row that could be used.
Report EmptyReport();

// The week before an Exchange server ran out of memory: the store leaks for the MTA (Q176708),
// paged pool grows without an owner, mmc is to be watched. Every field is filled in somewhere.
Report ExchangeReport();

// `n` suspects on three machines.
Report SuspectsReport(int n);

// Numbers that are no numbers, times that are no times.
Report NotANumberReport();

// Names with quotes, escape sequences, line breaks, bytes that are not UTF-8, East Asian letters.
Report HostileNamesReport();

}  // namespace perfleak

#endif  // PERFLEAK_TESTS_REPORT_SAMPLE_REPORTS_H_
