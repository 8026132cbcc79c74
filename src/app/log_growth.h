// How fast every component of one log grows, with errors, whether it is called or not: what
// `perfleak compare` holds two logs side by side with.
//
// A component's growth is one counter of one program on one machine. Processes of one name that run
// at the same time are added up: the second svchost of one log is not the second one of another.
#ifndef PERFLEAK_APP_LOG_GROWTH_H_
#define PERFLEAK_APP_LOG_GROWTH_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/read_series.h"
#include "base/result.h"
#include "input/file_finder.h"
#include "leaks/finding.h"
#include "leaks/growth_key.h"
#include "leaks/suspect.h"
#include "model/counter_table.h"
#include "report/compare_report.h"
#include "series/bucket_accumulator.h"
#include "series/series_set.h"

namespace perfleak {

struct MachineLoad {
  std::string counter;  // path without the machine
  Unit unit = Unit::kNone;
  double mean = 0;
};

class LogGrowth {
 public:
  // Errors: as Analyze.
  static Result<std::unique_ptr<LogGrowth>> Read(const std::vector<std::string>& logs,
                                                 const FileFilter& files,
                                                 const ReadOptions& options);

  const InputSummary& input() const { return read_.input; }
  const Diagnostics& diagnostics() const { return diagnostics_; }
  uint64_t judged() const { return judged_; }

  // The rest takes the name of a machine as input().machines has it.

  // Every component with a verdict.
  std::vector<GrowthKey> Keys(const std::string& machine) const;

  struct Described {
    std::string component;  // "store", "kernel"
    std::string counter;    // path without the machine and the index of the instance
    CounterTraits traits;
    bool leads = false;  // a suspect is named for it
  };
  // nullopt if no verdict was given on it.
  std::optional<Described> Describe(const std::string& machine, const GrowthKey& key) const;
  bool IsCalled(const std::string& machine, const GrowthKey& key) const;
  std::optional<SideGrowth> Measure(const std::string& machine, const GrowthKey& key) const;

  // Whether the component is in the log, if only for too short; whether anything logs this counter.
  bool Runs(const std::string& machine, const GrowthKey& key) const;
  bool Logs(const std::string& machine, const GrowthKey& key) const;

  std::optional<MachineLoad> Load(const std::string& machine) const;

 private:
  struct LoadSum {  // of a load counter over the rows that have it
    double sum = 0;
    uint64_t rows = 0;
  };

  // All roles of one component.
  struct Group {
    std::vector<size_t> findings;
    const Suspect* suspect = nullptr;  // that names it, as growth_in or beside
    bool leads = false;
    Reason explained = Reason::kNone;
  };
  // Growth in the direction that is bad.
  struct Rate {
    double per_s = 0;
    double stderr_per_s = 0;
  };
  using Groups = std::map<GrowthKey, Group>;

  LogGrowth() = default;
  void Judge(int threads);
  void GroupFindings();
  void TakeSuspects();
  const Group* Find(const std::string& machine, const GrowthKey& key) const;
  std::vector<const Finding*> LongRoles(const Group& group) const;
  double Watched(const Finding& finding) const;
  Rate RateOf(const Finding& finding) const;
  std::optional<Rate> FitLife(const Finding& finding, const SeriesRef& ref) const;

  CounterTable table_;
  Diagnostics diagnostics_;
  SeriesOfLogs read_;
  std::map<CounterId, LoadSum> loads_;
  uint64_t judged_ = 0;
  std::vector<Finding> findings_;
  std::vector<Suspect> suspects_;
  std::vector<Explained> explained_;
  std::map<std::string, Groups> groups_;  // by machine
};

}  // namespace perfleak

#endif  // PERFLEAK_APP_LOG_GROWTH_H_
