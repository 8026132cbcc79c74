#include "exchange.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "windows.h"

namespace perfleak::sim {
namespace {

using Kind = ServiceCounter::Kind;

constexpr double kUserSpaceMb = 2048;  // 32 bit, without /3GB

double StoreVirtualMb(const Machine& machine) {
  const ProcessSample* store = machine.First("store");
  return store == nullptr ? 0 : static_cast<double>(store->virtual_bytes) / kMiB;
}

// The store looks at its address space once an hour: the counters are steps. The noise is a
// function of the hour, so that nothing needs to be remembered.
double HourNoise(const Machine& machine, const char* what) {
  const auto hour = static_cast<int64_t>(machine.sample().moment.t_s / 3600);
  return Rng(17).Fork(what).Fork(std::to_string(hour)).Uniform();
}

double LargestFreeBlock(const Machine& machine) {
  const double used_mb = std::ceil(StoreVirtualMb(machine) / 16) * 16;
  const double free_mb = std::max(8.0, kUserSpaceMb - used_mb - 220);
  return std::floor((.78 * free_mb - 3 * HourNoise(machine, "largest")) * 16) / 16 * kMiB;
}

double LargeFreeBlocks(const Machine& machine) {
  return std::floor(1.14 * LargestFreeBlock(machine) / 65536) * 65536;
}

double FreeBlocks16Mb(const Machine& machine) {
  return 2 + std::floor(LargeFreeBlocks(machine) / (220 * kMiB));
}

double FreeBlocks(const Machine& machine) {
  return 190 + std::floor(40 * HourNoise(machine, "blocks"));
}

std::vector<ServiceCounter> Counters5x() {
  return {
      {"MSExchangeIS", "", "User Count", Kind::kGauge, 14, 180, .02, .8},
      {"MSExchangeIS", "", "Active User Count", Kind::kGauge, 3, 96, .08, .4},
      {"MSExchangeIS Private", "", "Messages Submitted/min", Kind::kGauge, .4, 22, .2, .05},
      {"MSExchangeIS Private", "", "Message Recipients Delivered/min", Kind::kGauge, .9, 51, .2,
       .05},
      {"MSExchangeIS Private", "", "Average Time for Delivery", Kind::kGauge, 900, 1400, .2, 30},
      {"MSExchangeIS Private", "", "Send Queue Size", Kind::kGauge, .1, 1.6, .3, 60},
      {"MSExchangeIS Private", "", "Receive Queue Size", Kind::kGauge, .1, 1.1, .3, 60},
      {"MSExchangeIS Public", "", "Messages Submitted/min", Kind::kGauge, .1, 1.9, .3, .1},
      {"MSExchangeIS Public", "", "Receive Queue Size", Kind::kGauge, .02, .3, .3, 20},
      {"MSExchangeMTA", "", "Messages/Sec", Kind::kRate, .005, .22, .2, .1},
      {"MSExchangeMTA", "", "Message Bytes/sec", Kind::kRate, 60, 5200, .3, .1},
      {"MSExchangeMTA", "", "Work Queue Length", Kind::kGauge, .4, 5, .3, 40},
      {"MSExchangeMTA Connections", "Microsoft Private MDB", "Queue Length", Kind::kGauge, .1, 1.2,
       .3, 40},
      {"MSExchangeIMC", "", "Queued Inbound", Kind::kGauge, .1, 1.4, .3, 20},
      {"MSExchangeIMC", "", "Queued Outbound", Kind::kGauge, .2, 2.1, .3, 20},
      {"MSExchangeDS", "", "Reads/sec", Kind::kRate, .3, 9, .2, .3},
      {"MSExchangeDS", "", "Pending Replication Synchronizations", Kind::kGauge, .05, .1, .3, 1},
      {"Database", "Information Store", "Cache % Hit", Kind::kReal, 97.2, .9, .003, 1},
      {"Database", "Information Store", "Log Writes/sec", Kind::kRate, .1, 5, .2, .2},
  };
}

std::vector<ServiceCounter> Counters200x(bool is_2003) {
  std::vector<ServiceCounter> counters = {
      {"MSExchangeIS", "", "User Count", Kind::kGauge, 60, 640, .02, .7},
      {"MSExchangeIS", "", "Active User Count", Kind::kGauge, 9, 310, .06, .3},
      {"MSExchangeIS", "", "RPC Requests", Kind::kGauge, .2, 3.5, .3, 24},
      {"MSExchangeIS", "", "RPC Operations/sec", Kind::kRate, 6, 240, .12, .04},
      {"MSExchangeIS", "", "VM Largest Block Size", Kind::kGauge, 0, 0, 0, 1, LargestFreeBlock},
      {"MSExchangeIS", "", "VM Total 16MB Free Blocks", Kind::kGauge, 0, 0, 0, 1, FreeBlocks16Mb},
      {"MSExchangeIS", "", "VM Total Free Blocks", Kind::kGauge, 0, 0, 0, 1, FreeBlocks},
      {"MSExchangeIS", "", "VM Total Large Free Block Bytes", Kind::kGauge, 0, 0, 0, 1,
       LargeFreeBlocks},
      {"MSExchangeIS Mailbox", "_Total", "Client Logons", Kind::kGauge, 120, 1180, .02, .7},
      {"MSExchangeIS Mailbox", "_Total", "Messages Submitted/min", Kind::kGauge, 1, 46, .2, .04},
      {"MSExchangeIS Mailbox", "_Total", "Send Queue Size", Kind::kGauge, .1, 2.6, .3, 90},
      {"MSExchangeIS Mailbox", "_Total", "Receive Queue Size", Kind::kGauge, .1, 1.2, .3, 60},
      {"MSExchangeIS Public", "_Total", "Receive Queue Size", Kind::kGauge, .02, .3, .3, 20},
      {"SMTP Server", "_Total", "Messages Received/sec", Kind::kRate, .02, .8, .2, .2},
      {"SMTP Server", "_Total", "Local Queue Length", Kind::kGauge, .05, 1.1, .3, 220},
      {"SMTP Server", "_Total", "Remote Queue Length", Kind::kGauge, 1.2, 3, .3, 6},
      {"SMTP Server", "_Total", "Categorizer Queue Length", Kind::kGauge, .05, .8, .3, 60},
      {"MSExchangeMTA", "", "Work Queue Length", Kind::kGauge, .05, .4, .3, 10},
      {"Database", "Information Store", "Database Cache Size", Kind::kGauge, 0, 0, 0, 1,
       [](const Machine& machine) {
         return std::floor(machine.PartValue("store", "database cache") / 4096) * 4096;
       }},
      {"Database", "Information Store", "Database Cache % Hit", Kind::kReal, 96.5, 1.5, .003, 1},
      {"Database", "Information Store", "Log Record Stalls/sec", Kind::kRate, 0, .01, .3, 40},
  };
  if (is_2003) {
    counters.insert(counters.begin() + 4,
                    {"MSExchangeIS", "", "RPC Averaged Latency", Kind::kGauge, 4, 11, .15, 60});
  }
  return counters;
}

// The store keeps pages of its databases in its own memory; long up, it is full.
Part DatabaseCache(double mb) {
  return {Resource::kPrivate, "database cache",
          [mb](Rng rng) { return CacheFill(mb * kMiB, 8 * 3600, rng); }, "", Truth::kHealthy};
}

}  // namespace

std::vector<ProcessSpec> ExchangeProcesses(Exchange version) {
  std::vector<ProcessSpec> list;
  // Columns as in windows.cc.
  switch (version) {
    case Exchange::k50:
    case Exchange::k55:
      list = {
          {"mad", "services", 2.9, 5.2, 42, 170, 19, 22, 9, .3, .2, 6, 1, 0, 9},
          {"dsamain", "services", 17, 21, 118, 380, 38, 46, 44, 1.6, 1.4, 60, 4, .2, 9},
          {"store", "services", 36, 46, 168, 690, 66, 84, 120, 13, 7, 170, 6, .5, 9},
          {"emsmta", "services", 8.6, 11, 74, 410, 46, 38, 24, 3, 1.1, 45, 2, .12, 9},
          {"msexcimc", "services", 5.1, 7.4, 61, 290, 33, 31, 20, 1.4, .7, 40, 3, .1, 8},
          {"inetinfo", "services", 5.4, 8.2, 58, 470, 36, 33, 210, 1.1, .9, 60, 5, .1, 8},
      };
      if (version == Exchange::k55) {
        Append(list, {{"events", "services", 2.8, 4.4, 44, 180, 17, 22, 8, .3, .3, 14, 1, .03, 8}});
      }
      break;
    case Exchange::k2000:
    case Exchange::k2003:
      list = {
          {"mad", "services", 17, 26, 150, 690, 46, 72, 24, .5, .8, 24, 2, .1, 9, 3},
          {"store", "services", 130, 180, 620, 1480, 148, 310, 260, 17, 24, 420, 10, 1.2, 9, 60},
          {"emsmta", "services", 14, 19, 120, 560, 57, 66, 27, .4, .4, 20, 2, .05, 9, 1},
          {"inetinfo", "services", 27, 39, 214, 1290, 74, 140, 190, 3.5, 4, 160, 8, .4, 8, 20},
      };
      Find(list, "store").parts.push_back(DatabaseCache(version == Exchange::k2000 ? 260 : 540));
      if (version == Exchange::k2003) {
        Append(list,
               {{"exmgmt", "services", 7.2, 12, 80, 310, 14, 70, 10, .3, .2, 8, 1, .03, 8, 1}});
      }
      break;
  }
  return list;
}

std::vector<ServiceCounter> ExchangeCounters(Exchange version) {
  switch (version) {
    case Exchange::k50:
    case Exchange::k55:
      return Counters5x();
    case Exchange::k2000:
      return Counters200x(false);
    case Exchange::k2003:
      break;
  }
  return Counters200x(true);
}

}  // namespace perfleak::sim
