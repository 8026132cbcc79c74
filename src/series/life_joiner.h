// Joins the lives of one machine from log to log: which life of a later log goes on with which one
// of those before, and where lives end between two logs. The rules are those by which LifeTracker
// follows a process from row to row, as far as whole lives tell them.
#ifndef PERFLEAK_SERIES_LIFE_JOINER_H_
#define PERFLEAK_SERIES_LIFE_JOINER_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/counter_table.h"
#include "series/bucket_grid.h"
#include "series/life.h"

namespace perfleak {

// Forgets the load of the machine that the life knows.
void ForgetLoadOf(Life* life);

class LifeJoiner {
 public:
  // `table` outlives the joiner.
  explicit LifeJoiner(const CounterTable* table) : table_(table) {}

  // The lives of one log.
  struct Log {
    std::vector<Life> lives;
    double interval_s = 0;  // of its rows
  };

  // What the lives say of a restart of the machine between the logs added and `next`, which begins
  // after them.
  struct RestartSigns {
    size_t known_pids = 0, gone_pids = 0;  // of processes that were there when the log ended
    bool levels_dropped = false;           // together, which only a restart lowers
  };
  RestartSigns SignsOfRestart(const Log& next) const;

  // Logs come in the order of their start. `restarted`: the machine was, since the log before.
  void Add(Log log, bool restarted);

  // The load of all lives so far is another counter than that of those to come.
  void ForgetLoad();

  // Short lives beyond what is kept of one image.
  uint64_t forgotten() const { return forgotten_; }

  // Sorted as in a SeriesSet. The joiner is spent.
  std::vector<Life> Finish();

 private:
  struct Kept {
    Life life;
    std::vector<double> ends_s;  // per slot: the last value of the counter in it
    bool went_on = false;        // in the log that is being added
  };
  // Lives that may be the same: of one image, or of one instance of another object.
  struct Group {
    std::vector<Kept> kept;
    size_t columns = 1;  // of the image, as far as lives tell
  };
  // When the instances of an object were looked at.
  struct Watch {
    double start_s = 0, end_s = 0, interval_s = 0;
  };
  // Who is in a column at the edge of a log.
  struct Occupant {
    int column = 0;
    std::optional<int64_t> pid;
  };
  struct Seam;
  using LivesByGroup = std::map<std::string, std::vector<Life>>;
  using WatchByObject = std::map<std::string, Watch>;

  int FirstColumn(const Life& life) const;
  int LastColumn(const Life& life) const;
  bool DroppedTogether(const Life& before, const Life& after) const;
  bool CameBack(const Life& before, const Life& after, const Seam& seam) const;
  bool GoesOn(const Life& before, const Life& after, const Seam& seam) const;
  std::optional<double> Closeness(const Life& before, const Life& after, const Seam& seam) const;

  void AddGroup(const std::string& key, std::vector<Life> lives, const Seam& seam);
  Kept* FindSame(Group* group, const Life& life, const Seam& seam) const;
  std::vector<Occupant> LeftIn(const Group& group) const;
  std::vector<Occupant> FoundIn(const std::vector<Life>& next) const;
  static Cut WhyCut(int column, std::optional<int64_t> pid, const std::vector<Occupant>& others);
  void EndOpen(const std::vector<Occupant>& found, Group* group) const;
  Cut WhyBegan(const std::vector<Occupant>& left, const Life& life, const Seam& seam) const;
  Kept Keep(Life life) const;
  std::vector<BucketGrid::Target> TakeSeries(const Life& later, size_t* width, Life* life) const;
  static void TakeBuckets(const BucketGrid& later, size_t width, std::vector<BucketGrid::Target> to,
                          Kept* kept);
  void Join(const Life& later, Kept* kept) const;
  void ForgetShortest(Group* group, bool at_end);

  const CounterTable* table_;
  std::map<std::string, Group> groups_;
  WatchByObject watched_;  // in all logs so far
  uint64_t forgotten_ = 0;
};

}  // namespace perfleak

#endif  // PERFLEAK_SERIES_LIFE_JOINER_H_
