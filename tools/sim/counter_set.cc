#include "counter_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "pdh_csv.h"

namespace perfleak::sim {
namespace {

double Number(int64_t x) { return static_cast<double>(x); }

double PerSecond(int64_t count, const Moment& m) { return Number(count) / m.dt_s; }

// ---- the Process object ----

using ReadProcess = double (*)(const ProcessSample&, const MachineSample&);

struct ProcessCounter {
  const char* name;
  bool is_rate;
  bool is_io;  // not before Windows 2000
  ReadProcess read;
};

template <auto kMember>
double Level(const ProcessSample& p, const MachineSample&) {
  return Number(p.*kMember);
}

template <auto... kMembers>
double Rate(const ProcessSample& p, const MachineSample& s) {
  return PerSecond(((p.*kMembers) + ...), s.moment);
}

template <auto kMember>
double Percent(const ProcessSample& p, const MachineSample& s) {
  return 100 * Number(p.*kMember) / Number(s.ticks);
}

double PrivilegedPercent(const ProcessSample& p, const MachineSample& s) {
  return 100 * Number(p.cpu_ticks - p.user_ticks) / Number(s.ticks);
}

// System time moves in clock interrupts; in sixty-fourths of a second a decimal fraction is short.
double Elapsed(const ProcessSample& p, const MachineSample&) {
  return std::floor(p.elapsed_s * 64) / 64;
}

// In the order in which Windows lists them.
using P = ProcessSample;
constexpr ProcessCounter kProcessCounters[] = {
    {"% Processor Time", true, false, Percent<&P::cpu_ticks>},
    {"% User Time", true, false, Percent<&P::user_ticks>},
    {"% Privileged Time", true, false, PrivilegedPercent},
    {"Virtual Bytes Peak", false, false, Level<&P::virtual_peak>},
    {"Virtual Bytes", false, false, Level<&P::virtual_bytes>},
    {"Page Faults/sec", true, false, Rate<&P::page_faults>},
    {"Working Set Peak", false, false, Level<&P::working_set_peak>},
    {"Working Set", false, false, Level<&P::working_set>},
    {"Page File Bytes Peak", false, false, Level<&P::private_peak>},
    {"Page File Bytes", false, false, Level<&P::private_bytes>},
    {"Private Bytes", false, false, Level<&P::private_bytes>},
    {"Thread Count", false, false, Level<&P::threads>},
    {"Priority Base", false, false, Level<&P::priority_base>},
    {"Elapsed Time", false, false, Elapsed},
    {"ID Process", false, false, Level<&P::pid>},
    {"Creating Process ID", false, true, Level<&P::parent_pid>},
    {"Pool Paged Bytes", false, false, Level<&P::pool_paged>},
    {"Pool Nonpaged Bytes", false, false, Level<&P::pool_nonpaged>},
    {"Handle Count", false, false, Level<&P::handles>},
    {"IO Read Operations/sec", true, true, Rate<&P::read_ops>},
    {"IO Write Operations/sec", true, true, Rate<&P::write_ops>},
    {"IO Data Operations/sec", true, true, Rate<&P::read_ops, &P::write_ops>},
    {"IO Other Operations/sec", true, true, Rate<&P::other_ops>},
    {"IO Read Bytes/sec", true, true, Rate<&P::read_bytes>},
    {"IO Write Bytes/sec", true, true, Rate<&P::write_bytes>},
    {"IO Data Bytes/sec", true, true, Rate<&P::read_bytes, &P::write_bytes>},
    {"IO Other Bytes/sec", true, true, Rate<&P::other_bytes>},
};

// What adds up over processes.
constexpr int64_t P::*kAdditive[] = {
    &P::private_bytes,    &P::virtual_bytes, &P::working_set,   &P::private_peak, &P::virtual_peak,
    &P::working_set_peak, &P::pool_paged,    &P::pool_nonpaged, &P::handles,      &P::threads,
    &P::cpu_ticks,        &P::user_ticks,    &P::page_faults,   &P::read_ops,     &P::write_ops,
    &P::other_ops,        &P::read_bytes,    &P::write_bytes,   &P::other_bytes,
};

bool Has(const Windows& windows, const ProcessCounter& counter) {
  return windows.has_process_io || !counter.is_io;
}

// _Total: whole numbers and ticks add up exactly, only the last step divides. Identifiers are 0, as
// Windows writes them.
double ReadTotal(const ProcessCounter& counter, const MachineSample& sample) {
  ProcessSample sum;
  sum.priority_base = 0;
  for (const ProcessSample& p : sample.processes) {
    for (const auto member : kAdditive) sum.*member += p.*member;
  }
  return counter.read(sum, sample);
}

// Builds the list; knows the machine's name and how paths are spelled.
class Builder {
 public:
  Builder(const Machine& machine, const std::vector<double>& times)
      : machine_(machine), spec_(machine.spec()), times_(times) {}

  std::vector<Column> Build() {
    if (spec_.whole_machine) AddCacheAndObjects();
    AddMemory();
    if (spec_.whole_machine) {
      AddPagingFile();
      AddDisks();
      AddNetwork();
    }
    AddProcesses();
    AddProcessorAndSystem();
    AddServices();
    return std::move(columns_);
  }

 private:
  using Read = std::function<double(const MachineSample&)>;

  void Add(const std::string& object, const std::string& instance, const std::string& counter,
           bool is_rate, Read read) {
    const std::string in_parentheses = instance.empty() ? "" : "(" + instance + ")";
    columns_.push_back(
        {fmt::format("\\\\{}\\{}{}\\{}", spec_.name, object, in_parentheses, counter), "", counter,
         is_rate, std::move(read)});
  }

  void Memory(const std::string& counter, int64_t MemorySample::*member) {
    Add("Memory", "", counter, false,
        [member](const MachineSample& s) { return Number(s.memory.*member); });
  }
  void MemoryRate(const std::string& counter, int64_t MemorySample::*member) {
    Add("Memory", "", counter, true,
        [member](const MachineSample& s) { return PerSecond(s.memory.*member, s.moment); });
  }
  void SystemCount(const std::string& object, const std::string& counter,
                   int64_t SystemSample::*member) {
    Add(object, "", counter, false,
        [member](const MachineSample& s) { return Number(s.system.*member); });
  }
  void SystemRate(const std::string& object, const std::string& instance,
                  const std::string& counter, int64_t SystemSample::*member) {
    Add(object, instance, counter, true,
        [member](const MachineSample& s) { return PerSecond(s.system.*member, s.moment); });
  }

  void AddCacheAndObjects();
  void AddMemory();
  void AddPagingFile();
  void AddDisks();
  void AddNetwork();
  void AddProcesses();
  void AddProcess(const std::string& image, size_t image_id, size_t slot);
  void AddProcessTotal();
  void AddProcessorAndSystem();
  void AddServices();
  size_t InstancesOf(size_t image_id) const;
  bool Wants(const ProcessCounter& counter) const;

  const Machine& machine_;
  const MachineSpec& spec_;
  const std::vector<double>& times_;
  std::vector<Column> columns_;
};

void Builder::AddCacheAndObjects() {
  Add("Cache", "", "Data Map Hits %", true,
      [](const MachineSample& s) { return s.system.data_map_hits; });
  Add("Cache", "", "Copy Read Hits %", true,
      [](const MachineSample& s) { return s.system.copy_read_hits; });
  SystemCount("Objects", "Processes", &SystemSample::process_objects);
  SystemCount("Objects", "Threads", &SystemSample::thread_objects);
  SystemCount("Objects", "Events", &SystemSample::events);
  SystemCount("Objects", "Semaphores", &SystemSample::semaphores);
  SystemCount("Objects", "Mutexes", &SystemSample::mutexes);
  SystemCount("Objects", "Sections", &SystemSample::sections);
}

void Builder::AddMemory() {
  MemoryRate("Page Faults/sec", &MemorySample::page_faults);
  Memory("Available Bytes", &MemorySample::available);
  Memory("Committed Bytes", &MemorySample::committed);
  Memory("Commit Limit", &MemorySample::commit_limit);
  if (spec_.whole_machine) {
    MemoryRate("Pages/sec", &MemorySample::pages_input);
    columns_.back().read = [](const MachineSample& s) {
      return PerSecond(s.memory.pages_input + s.memory.pages_output, s.moment);
    };
  }
  Memory("Pool Paged Bytes", &MemorySample::pool_paged);
  Memory("Pool Nonpaged Bytes", &MemorySample::pool_nonpaged);
  Memory("Pool Paged Allocs", &MemorySample::pool_paged_allocs);
  Memory("Pool Nonpaged Allocs", &MemorySample::pool_nonpaged_allocs);
  if (spec_.windows.has_free_ptes) {
    Memory("Free System Page Table Entries", &MemorySample::free_ptes);
  }
  Memory("Cache Bytes", &MemorySample::cache);
  if (spec_.whole_machine) {
    Memory("Cache Bytes Peak", &MemorySample::cache_peak);
    Memory("Pool Paged Resident Bytes", &MemorySample::pool_paged_resident);
    Memory("System Code Resident Bytes", &MemorySample::code_resident);
    Memory("System Driver Resident Bytes", &MemorySample::driver_resident);
    Memory("System Cache Resident Bytes", &MemorySample::cache_resident);
  }
  Add("Memory", "", "% Committed Bytes In Use", false, [](const MachineSample& s) {
    return 100 * Number(s.memory.committed) / Number(s.memory.commit_limit);
  });
}

void Builder::AddPagingFile() {
  Add("Paging File", "_Total", "% Usage", false,
      [](const MachineSample& s) { return s.memory.page_file_usage; });
  Add("Paging File", "_Total", "% Usage Peak", false,
      [](const MachineSample& s) { return s.memory.page_file_peak; });
}

void Builder::AddDisks() {
  // The disks one by one, then their sum; busy time of the sum is their mean.
  for (size_t i = 0; i <= spec_.disks.size(); ++i) {
    const bool is_total = i == spec_.disks.size();
    const size_t first = is_total ? 0 : i;
    const size_t last = is_total ? i : i + 1;
    const std::string name = is_total ? "_Total" : spec_.disks[i].instance;
    const auto sum = [first, last](const MachineSample& s, int64_t DiskSample::*member) {
      int64_t total = 0;
      for (size_t d = first; d < last; ++d) total += s.disks[d].*member;
      return total;
    };
    Add("PhysicalDisk", name, "Current Disk Queue Length", false,
        [sum](const MachineSample& s) { return Number(sum(s, &DiskSample::queue)); });
    Add("PhysicalDisk", name, "% Disk Time", true, [=](const MachineSample& s) {
      return 100 * Number(sum(s, &DiskSample::busy_ticks)) /
             Number(s.ticks * static_cast<int64_t>(last - first));
    });
    Add("PhysicalDisk", name, "Disk Reads/sec", true,
        [sum](const MachineSample& s) { return PerSecond(sum(s, &DiskSample::reads), s.moment); });
    Add("PhysicalDisk", name, "Disk Writes/sec", true,
        [sum](const MachineSample& s) { return PerSecond(sum(s, &DiskSample::writes), s.moment); });
  }
}

void Builder::AddNetwork() {
  SystemRate("Network Interface", spec_.network_interface, "Bytes Total/sec",
             &SystemSample::network_bytes);
}

bool Builder::Wants(const ProcessCounter& counter) const {
  const CounterNames& names = spec_.process_counters;
  return Has(spec_.windows, counter) &&
         std::find(names.begin(), names.end(), counter.name) != names.end();
}

size_t Builder::InstancesOf(size_t image_id) const {
  std::vector<const PlannedLife*> lives;
  for (const PlannedLife& life : machine_.lives()) {
    if (machine_.ImageOf(life.spec) == image_id) lives.push_back(&life);
  }
  size_t most = 0;
  for (const double t_s : times_) {
    size_t alive = 0;
    for (const PlannedLife* life : lives) {
      if (life->AliveAt(t_s)) ++alive;
    }
    most = std::max(most, alive);
    if (spec_.instances_at_start_only) break;
  }
  return most;
}

void Builder::AddProcesses() {
  for (size_t image_id = 0; image_id < machine_.images().size(); ++image_id) {
    const size_t instances = InstancesOf(image_id);
    for (size_t slot = 0; slot < instances; ++slot) {
      AddProcess(machine_.images()[image_id], image_id, slot);
    }
  }
  AddProcessTotal();
}

void Builder::AddProcess(const std::string& image, size_t image_id, size_t slot) {
  const std::string name = slot == 0 ? image : fmt::format("{}#{}", image, slot);
  for (const ProcessCounter& counter : kProcessCounters) {
    if (!Wants(counter)) continue;
    Add("Process", name, counter.name, counter.is_rate,
        [&counter, image_id, slot](const MachineSample& s) {
          const std::vector<size_t>& alive = s.instances[image_id];
          if (slot >= alive.size()) return kMissing;
          const ProcessSample& process = s.processes[alive[slot]];
          return counter.is_rate && process.first ? kMissing : counter.read(process, s);
        });
    columns_.back().image = image;
  }
}

void Builder::AddProcessTotal() {
  for (const ProcessCounter& counter : kProcessCounters) {
    if (!Wants(counter) || std::string(counter.name) == "Elapsed Time") continue;
    Add("Process", "_Total", counter.name, counter.is_rate,
        [&counter](const MachineSample& s) { return ReadTotal(counter, s); });
    columns_.back().image = "_Total";
  }
}

void Builder::AddProcessorAndSystem() {
  Add("Processor", "_Total", "% Processor Time", true,
      [cpus = spec_.processors](const MachineSample& s) {
        const int64_t all = s.ticks * cpus;
        return 100 * Number(all - s.processes.front().cpu_ticks) / Number(all);
      });
  if (spec_.whole_machine) {
    SystemRate("Processor", "_Total", "Interrupts/sec", &SystemSample::interrupts);
    SystemRate("Server", "", "Bytes Total/sec", &SystemSample::server_bytes);
    SystemCount("Server", "Server Sessions", &SystemSample::server_sessions);
    SystemCount("Server", "Files Open", &SystemSample::server_files);
    SystemRate("System", "", "File Read Operations/sec", &SystemSample::file_reads);
    SystemRate("System", "", "System Calls/sec", &SystemSample::system_calls);
  }
  SystemRate("System", "", "Context Switches/sec", &SystemSample::context_switches);
  Add("System", "", "System Up Time", false,
      [](const MachineSample& s) { return std::floor(s.uptime_s * 64) / 64; });
  SystemCount("System", "Processor Queue Length", &SystemSample::queue_length);
  SystemCount("System", "Processes", &SystemSample::processes);
  SystemCount("System", "Threads", &SystemSample::threads);
}

void Builder::AddServices() {
  for (size_t i = 0; i < spec_.services.size(); ++i) {
    const ServiceCounter& service = spec_.services[i];
    Add(service.object, service.instance, service.counter,
        service.kind == ServiceCounter::Kind::kRate,
        [i](const MachineSample& s) { return s.services[i]; });
  }
}

}  // namespace

std::vector<Column> ColumnsOf(const Machine& machine, const std::vector<double>& sample_times_s) {
  return Builder(machine, sample_times_s).Build();
}

CounterNames AllProcessCounters(const Windows& windows) {
  CounterNames names;
  for (const ProcessCounter& counter : kProcessCounters) {
    if (Has(windows, counter)) names.push_back(counter.name);
  }
  return names;
}

}  // namespace perfleak::sim
