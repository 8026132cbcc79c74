#include "fleet/machine_groups.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "base/text.h"

namespace perfleak {
namespace {

// Where two are equal they are one result that is there twice, as of two runs that read the same
// file.
auto KeyOf(const DigestHandle& digest) {
  return std::tie(digest.name, digest.summary.content, digest.summary.message);
}

std::vector<size_t> ByName(const std::vector<DigestHandle>& digests) {
  std::vector<size_t> order(digests.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return KeyOf(digests[a]) < KeyOf(digests[b]); });
  return order;
}

FleetFile FileOf(const DigestHandle& digest) {
  FleetFile file{digest.name, FileOutcome::kRead, digest.summary.message};
  if (digest.summary.outcome == LogOutcome::kNoLog) file.outcome = FileOutcome::kNoLog;
  if (digest.summary.outcome == LogOutcome::kFailed) file.outcome = FileOutcome::kFailed;
  return file;
}

std::string FolderOf(const std::string& name) {
  const size_t slash = name.rfind('/');
  return slash == std::string::npos ? "" : name.substr(0, slash);
}

class Grouping {
 public:
  explicit Grouping(const std::vector<DigestHandle>& digests) : digests_(digests) {}

  void Take(size_t log, const DigestSummary::Machine& machine) {
    const std::string folder = machine.name.empty() ? FolderOf(digests_[log].name) : "";
    const std::string key = ToLower(machine.name);
    const auto [found, is_new] = groups_.try_emplace({key, folder});
    MachineGroup& group = found->second;
    if (is_new) {
      group.name = !machine.name.empty() ? machine.name
                   : folder.empty()      ? "(unnamed)"
                                         : "(unnamed in " + folder + ")";
      group.machine = key;
    }
    group.as_local_time |= digests_[log].summary.time_basis == TimeBasis::kLocal;
    group.logs.push_back(log);
    start_s_[{found->first, log}] = machine.start_s;
  }

  std::vector<MachineGroup> Finish() {
    std::vector<MachineGroup> groups;
    for (auto& [key, group] : groups_) {
      Sort(key, &group);
      groups.push_back(std::move(group));
    }
    return groups;
  }

 private:
  using Key = std::pair<std::string, std::string>;  // machine, folder

  void Sort(const Key& key, MachineGroup* group) const {
    const auto start_s = [&](size_t log) {
      const DigestSummary& summary = digests_[log].summary;
      return start_s_.at({key, log}) + group->ShiftOf(summary.time_basis, summary.bias_minutes);
    };
    std::sort(group->logs.begin(), group->logs.end(), [&](size_t a, size_t b) {
      return std::make_tuple(start_s(a), digests_[a].name) <
             std::make_tuple(start_s(b), digests_[b].name);
    });
  }

  const std::vector<DigestHandle>& digests_;
  std::map<Key, MachineGroup> groups_;
  std::map<std::pair<Key, size_t>, double> start_s_;
};

}  // namespace

double MachineGroup::ShiftOf(TimeBasis basis, double bias_minutes) const {
  return as_local_time && basis == TimeBasis::kUtc ? -60 * bias_minutes : 0;
}

GroupedLogs GroupByMachine(const std::vector<DigestHandle>& digests) {
  GroupedLogs grouped;
  Grouping grouping(digests);
  std::map<std::string, std::string> name_of_content;
  const DigestHandle* last = nullptr;
  for (const size_t i : ByName(digests)) {
    if (last != nullptr && KeyOf(*last) == KeyOf(digests[i])) continue;
    last = &digests[i];
    FleetFile file = FileOf(digests[i]);
    if (file.outcome == FileOutcome::kRead) {
      const auto [first, is_new] =
          name_of_content.try_emplace(digests[i].summary.content, digests[i].name);
      if (is_new) {
        for (const auto& machine : digests[i].summary.machines) grouping.Take(i, machine);
      } else {
        file.outcome = FileOutcome::kDuplicate;
        file.message = "the same content as " + first->second;
      }
    }
    grouped.files.push_back(std::move(file));
  }
  grouped.machines = grouping.Finish();
  return grouped;
}

}  // namespace perfleak
