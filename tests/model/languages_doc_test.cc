// docs/languages.md says which of the names that rules use are known in each language.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/text.h"
#include "support/local_names.h"

using namespace perfleak;

namespace {

const std::filesystem::path kRoot = PERFLEAK_SOURCE_DIR;

struct Needed {
  const char* object;
  std::vector<std::string> counters;
};

// The counters of Windows and .NET that a rule uses (model/counter_traits.cc). Those of Exchange,
// SQL Server and other products are English everywhere, as far as is known.
const std::vector<Needed> kNeeded = {
    {"Process",
     {"Private Bytes", "Page File Bytes", "Virtual Bytes", "Working Set", "Pool Paged Bytes",
      "Pool Nonpaged Bytes", "Handle Count", "Thread Count", "ID Process", "Creating Process ID",
      "Elapsed Time", "% Processor Time", "Working Set - Private"}},
    {"Memory",
     {"Committed Bytes", "Commit Limit", "Pool Paged Bytes", "Pool Nonpaged Bytes",
      "Free System Page Table Entries", "Available Bytes", "Available KBytes", "Available MBytes",
      "Cache Bytes"}},
    {"System",
     {"System Up Time", "% Registry Quota In Use", "Context Switches/sec", "System Calls/sec",
      "Processes", "Threads", "Processor Queue Length"}},
    {"Objects", {"Processes", "Threads", "Events", "Mutexes", "Sections", "Semaphores"}},
    {"Processor", {"% Processor Time"}},
    {"Processor Information", {"% Processor Time"}},
    {"PhysicalDisk", {"Disk Transfers/sec"}},
    {"LogicalDisk", {"Disk Transfers/sec"}},
    {"Server", {"Server Sessions", "Files Open"}},
    {"Terminal Services", {"Active Sessions", "Inactive Sessions", "Total Sessions"}},
    {"TCPv4",
     {"Connections Established", "Connections Active", "Connections Passive", "Connections Reset",
      "Connection Failures"}},
    {".NET CLR Memory", {"# Bytes in all Heaps", "# Gen 2 Collections", "Process ID"}},
    {".NET CLR Loading", {"Bytes in Loader Heap"}},
    {"Web Service", {"Current Connections", "Total Method Requests/sec"}},
    {"Database", {"Database Cache Size"}},
    {"Print Queue", {"Jobs"}},
    {"NUMA Node Memory", {"Total MBytes"}}};

// "| German | `de` | 1252 | 57 of 60 | Web Service: ... |"
std::string RowOf(const LanguageInfo& info) {
  const LocalNames names = ReadLocalNames(kRoot / "src/model/languages", info.code);
  size_t known = 0, all = 0;
  std::vector<std::string> missing;
  for (const Needed& object : kNeeded) {
    std::vector<std::string> without;
    for (const std::string& counter : object.counters) {
      const bool has = names.contains({object.object, counter});
      ++all;
      known += has ? 1 : 0;
      if (!has) without.push_back(counter);
    }
    if (without.size() == object.counters.size()) {
      missing.push_back(object.object);
    } else if (!without.empty()) {
      missing.push_back(std::string(object.object) + ": " + Join(without, ", "));
    }
  }
  return "| " + std::string(info.name) + " | `" + std::string(info.code) + "` | " +
         std::to_string(info.code_page) + " | " + std::to_string(known) + " of " +
         std::to_string(all) + " | " + Join(missing, "; ") + " |";
}

}  // namespace

TEST_CASE("docs/languages.md says which names are known in each language") {
  std::ifstream file(kRoot / "docs" / "languages.md");
  REQUIRE(file);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  for (const LanguageInfo& info : kLanguages) {
    if (ReadLocalNames(kRoot / "src/model/languages", info.code).empty()) {
      CHECK(text.find("| " + std::string(info.name) + " | `" + std::string(info.code) + "` | " +
                      std::to_string(info.code_page) + " | ") != std::string::npos);
    } else {
      const std::string row = RowOf(info);
      CHECK_MESSAGE(text.find(row) != std::string::npos, row);
    }
  }
}
