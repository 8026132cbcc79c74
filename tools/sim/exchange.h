// Exchange Server by generation: its processes and its performance counters.
#ifndef PERFLEAK_TOOLS_SIM_EXCHANGE_H_
#define PERFLEAK_TOOLS_SIM_EXCHANGE_H_

#include <vector>

#include "machine.h"

namespace perfleak::sim {

enum class Exchange { k50, k55, k2000, k2003 };

std::vector<ProcessSpec> ExchangeProcesses(Exchange version);
std::vector<ServiceCounter> ExchangeCounters(Exchange version);

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_EXCHANGE_H_
