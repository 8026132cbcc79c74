// Follows the processes of one image on one machine through its instance columns (name, name#1,
// ...): a column is not a process. Windows renumbers the columns when an earlier instance exits, a
// dead process leaves a blank or zero column, a restarted one takes it over.
//
// With `ID Process` logged the PID decides: a life goes on in whatever column its PID appears, and
// ends where Elapsed Time falls, the creating process changes, or the PID is gone. Without it the
// column is followed, and cut after a blank and where several of private bytes, handles and threads
// fall together. Objects whose instances are no processes have one life until the machine restarts.
#ifndef PERFLEAK_SERIES_LIFE_TRACKER_H_
#define PERFLEAK_SERIES_LIFE_TRACKER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/counter_table.h"
#include "series/life.h"

namespace perfleak {

class LifeTracker {
 public:
  // Finished lives kept of one image, or two per column; of more, the shortest are forgotten and
  // counted.
  static constexpr size_t kMaxLives = 64;
  // Rows for which a process may be missing from the log before its life is over.
  static constexpr size_t kMaxRowsAway = 30;

  struct Name {
    std::string machine, object, instance;
    bool is_process = false;
  };
  explicit LifeTracker(Name name);

  // Adds a counter of the instance column `index`. Settle() after the last one of a header.
  void AddColumn(int index, CounterId id, const Counter& counter);
  void Settle();

  // Reads who is in the columns now. `values` is indexed by CounterId and covers all of
  // AddColumn's.
  void Look(std::span<const double> values);
  // After Look. Whether any instance is there at all.
  bool anyone_seen() const { return anyone_seen_; }
  // After Look. Lives known by PID, and how many of them are in no column any more.
  size_t known_pids() const { return known_pids_; }
  size_t gone_pids() const;
  // After Look. Several levels that only a restart lowers together have fallen. Not of processes.
  bool DroppedTogether() const;
  // After Look. Takes the row into the lives. `load` is the machine's load now, or NaN.
  void Take(double t_s, std::span<const double> values, double load);

  // Ends every life here, for the reason given.
  void EndAll(Cut why);

  // Ends all lives and hands them over.
  std::vector<Life> Finish();

  uint64_t forgotten() const { return forgotten_; }
  const Name& name() const { return name_; }
  bool has_pids() const { return has_pids_; }

 private:
  static constexpr CounterId kNoCounter = UINT32_MAX;
  static constexpr size_t kLoadSlot = 0;

  // What identifies the occupant of a column in one row.
  struct Identity {
    bool present = false;
    std::optional<int64_t> pid;
    double creator = 0;  // NaN where not logged
    double elapsed_s = 0;
  };
  struct Live {
    explicit Live(size_t slots) : buckets(slots) {}

    BucketAccumulator buckets;
    Identity identity;
    Cut began = Cut::kLogEdge;
    Cut leaving = Cut::kBlank;    // why it left its column, should it not come back
    std::vector<size_t> columns;  // numbers of the columns it ran through, last one last
    size_t rows_away = 0;         // 0 while it is in a column
    size_t place = 0;             // in live_
  };
  struct Column {
    int index = 0;                    // 2 of name#2
    std::vector<CounterId> counters;  // per slot; kNoCounter where this column has none
    CounterId pid = kNoCounter, creator = kNoCounter, elapsed = kNoCounter;
    std::optional<int64_t> pid_in_name;  // Process V2
    Identity seen;
    Live* live = nullptr;
    Cut next_began = Cut::kBlank;  // how a life that begins here now would have begun
  };
  struct Slot {
    std::string counter;
    CounterTraits traits;
  };

  size_t SlotOf(const Counter& counter);
  using AwayByPid = std::unordered_multimap<int64_t, Live*>;
  AwayByPid FindAway() const;
  static Live* ComesBack(const AwayByPid& away, const Identity& seen);
  Column& ColumnAt(int index);
  void ReadIdentity(std::span<const double> values, Column* column) const;
  bool HasLevel(const Column& column, std::span<const double> values) const;
  bool Dropped(const Column& column, std::span<const double> values) const;
  void DetachChanged(std::span<const double> values);
  void Detach(Column* column, Cut why);
  void AttachNewcomers();
  Live* Start(Column* column);
  void Append(Column* column, double t_s, std::span<const double> values, double load);
  void EndLongAway();
  void End(Live* live, Cut why);
  Life Describe(Live* live, Cut ended) const;
  void ForgetShortest();

  Name name_;
  bool has_pids_ = false;
  bool anyone_seen_ = false;
  bool dropped_together_ = false;
  size_t known_pids_ = 0;
  bool pids_moved_ = false;  // one of these is not in its column any more
  std::vector<Slot> slots_;  // slot 0 is the load
  std::unordered_map<std::string, size_t> slot_of_counter_;
  std::unordered_map<int, size_t> column_of_index_;
  std::vector<size_t> restart_slots_;  // levels that a restart lowers together
  std::vector<Column> columns_;
  size_t vacant_ = 0;  // of columns_, those without a life
  std::vector<std::unique_ptr<Live>> live_;
  size_t away_ = 0;  // of live_, those in no column
  std::vector<Life> finished_;
  uint64_t forgotten_ = 0;
};

}  // namespace perfleak

#endif  // PERFLEAK_SERIES_LIFE_TRACKER_H_
