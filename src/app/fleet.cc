#include "app/fleet.h"

#include <algorithm>
#include <functional>
#include <mutex>
#include <utility>

#include "app/knowledge.h"
#include "base/text.h"
#include "fleet/across.h"
#include "report/words.h"

namespace perfleak {
namespace {

// While a machine is judged: the digest at hand, the whole and a week or two, each with at most 5.2
// kB for a counter; of the columns of a log a third are read.
constexpr uint64_t kBytesPerMachineColumn = 4 * 5200 / 3;
constexpr uint64_t kLeastMemory = uint64_t{256} << 20;  // where the machine's is not known

uint64_t MemoryOf(const MachineGroup& group, const std::vector<DigestHandle>& digests) {
  uint64_t most = 0;
  for (const size_t log : group.logs) most = std::max(most, digests[log].summary.columns);
  return most * kBytesPerMachineColumn;
}

// Machines by the work they make, most first, so that none of the last ones takes long.
std::vector<size_t> ByWork(const std::vector<MachineGroup>& machines,
                           const std::vector<DigestHandle>& digests) {
  std::vector<std::pair<uint64_t, size_t>> work;
  for (size_t i = 0; i < machines.size(); ++i) {
    uint64_t columns = 0;
    for (const size_t log : machines[i].logs) columns += digests[log].summary.columns;
    work.emplace_back(columns, i);
  }
  std::sort(work.begin(), work.end(), std::greater<>());
  std::vector<size_t> order;
  for (const auto& [columns, i] : work) order.push_back(i);
  return order;
}

Error NothingRead(const FleetReport& report) {
  if (report.files.empty()) return {"no file was found; look at the paths, --only and --skip."};
  std::string text =
      "none of " + Counted(report.files.size(), "file", "files") + " is a log that can be read.";
  size_t shown = 0;
  for (const FileOutcome outcome : {FileOutcome::kFailed, FileOutcome::kNoLog}) {
    for (const FleetFile& file : report.files) {
      if (file.outcome == outcome && shown++ < 3) text += "\n" + file.message;
    }
  }
  return {text};
}

// Keeps the machines that are asked for. Errors: there are machines, and none of these.
Status Select(const Selection& selection, std::vector<MachineGroup>* machines) {
  std::vector<std::string> names;
  for (const MachineGroup& group : *machines) names.push_back(group.name);
  std::erase_if(*machines, [&](const MachineGroup& group) {
    return !SelectsMachine(selection, group.machine);
  });
  if (!machines->empty() || names.empty()) return {};
  return Error{"--machine " + Join(selection.machines, ", ") +
               ": no such machine in the logs; there is: " + NameList(names, 20) + "."};
}

// All logs were read, and none has a sample in the time asked for.
Error NothingInTime(const FleetReport& report) {
  const auto file =
      std::find_if(report.files.begin(), report.files.end(),
                   [](const FleetFile& one) { return one.outcome == FileOutcome::kRead; });
  return {file->message};
}

// A log of several machines may be told several times.
void TakeUnread(const std::vector<FleetFile>& unread, std::vector<FleetFile>* files) {
  for (const FleetFile& one : unread) {
    for (FleetFile& file : *files) {
      if (file.name == one.name && file.outcome == FileOutcome::kRead) file = one;
    }
  }
}

void CountFiles(FleetReport* report) {
  for (const FleetFile& file : report->files) {
    switch (file.outcome) {
      case FileOutcome::kRead:
        ++report->read;
        break;
      case FileOutcome::kDuplicate:
        ++report->duplicates;
        break;
      case FileOutcome::kNoLog:
        ++report->no_logs;
        break;
      case FileOutcome::kFailed:
        ++report->failed;
        break;
    }
  }
}

void TakeSpan(FleetReport* report) {
  bool first = true;
  for (const FleetMachine& machine : report->machines) {
    if (!machine.error.empty()) continue;
    const InputSummary& input = machine.input;
    report->start_s = first ? input.start_s : std::min(report->start_s, input.start_s);
    report->end_s = first ? input.end_s : std::max(report->end_s, input.end_s);
    if (input.time_basis == TimeBasis::kLocal) report->time_basis = TimeBasis::kLocal;
    first = false;
  }
}

SeenOn CountImages(const std::vector<JudgedMachine>& machines) {
  SeenOn seen_on;
  for (const JudgedMachine& machine : machines) {
    for (const std::string& image : machine.images) ++seen_on[image];
  }
  return seen_on;
}

}  // namespace

Result<FleetJudge> FleetJudge::Make(const FleetSettings& settings) {
  FleetJudge judge(settings);
  auto knowledge = LoadKnowledge(settings.rules);
  if (!knowledge) return knowledge.error();
  judge.knowledge_ = std::make_unique<KnowledgeBase>(std::move(*knowledge));
  auto stated = ReadStated(settings.stated);
  if (!stated) return stated.error();
  judge.stated_ = std::move(*stated);
  const uint64_t memory =
      settings.memory > 0 ? settings.memory : std::max(PhysicalMemory() / 2, kLeastMemory);
  judge.memory_ = std::make_unique<MemoryBudget>(memory);
  return judge;
}

CounterTable::Filter FleetJudge::wanted() const {
  static const Selection kEverything;
  return FilterOf(kEverything, *knowledge_);
}

Result<std::vector<JudgedMachine>> FleetJudge::JudgeEach(const std::vector<MachineGroup>& machines,
                                                         const std::vector<DigestHandle>& digests,
                                                         const DigestLoader& load,
                                                         const MachineDone& done) const {
  LeakOptions options;
  options.trends = false;
  options.is_judged = JudgedBy(settings_.selection);
  options.stated = stated_;
  options.knowledge = knowledge_.get();

  std::vector<JudgedMachine> judged(machines.size());
  std::mutex done_mutex;
  Status done_status;
  const std::vector<size_t> order = ByWork(machines, digests);
  RunJobs(order.size(), settings_.jobs, [&](size_t place) {
    const size_t i = order[place];
    const MachineGroup& group = machines[i];
    const MemoryBudget::Share share(memory_.get(), MemoryOf(group, digests));
    judged[i] = JudgeMachine(group, digests, load, wanted(), options);
    if (!done) return;
    const std::lock_guard lock(done_mutex);
    if (done_status) done_status = done(judged[i].machine);
  });
  if (!done_status) return done_status.error();
  return judged;
}

Result<FleetReport> FleetJudge::Judge(const std::vector<DigestHandle>& digests,
                                      const DigestLoader& load, const MachineDone& done) const {
  GroupedLogs grouped = GroupByMachine(digests);
  if (const Status any = Select(settings_.selection, &grouped.machines); !any) return any.error();
  auto judged = JudgeEach(grouped.machines, digests, load, done);
  if (!judged) return judged.error();

  FleetReport report;
  report.version = PERFLEAK_VERSION;
  report.files = std::move(grouped.files);
  for (const JudgedMachine& machine : *judged) TakeUnread(machine.unread, &report.files);
  CountFiles(&report);
  if (report.read == 0) return NothingRead(report);
  if (judged->empty()) return NothingInTime(report);
  const SeenOn seen_on = CountImages(*judged);
  for (JudgedMachine& machine : *judged) report.machines.push_back(std::move(machine.machine));
  RankMachines(&report.machines);
  TakeSpan(&report);
  report.components = ComponentsOf(report.machines, seen_on);
  report.issues = IssuesOf(report.machines);
  return report;
}

}  // namespace perfleak
