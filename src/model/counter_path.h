// A counter path, \\MACHINE\Object(parent/instance#index)\Counter, taken apart.
#ifndef PERFLEAK_MODEL_COUNTER_PATH_H_
#define PERFLEAK_MODEL_COUNTER_PATH_H_

#include <optional>
#include <string>
#include <string_view>

namespace perfleak {

struct CounterPath {
  std::string machine;  // without backslashes; empty where the log has none
  std::string object;   // "Process"
  bool has_instance = false;
  std::string parent;    // "services" of (services/3); empty where there is none
  std::string instance;  // without parent and #index; may hold : . # [ ] { } , / ( ) and blanks
  int index = 0;         // 2 of "svchost#2"; 0 is not written
  std::string counter;   // "Private Bytes"; may hold parentheses and backslashes
};

// Takes apart one header cell. nullopt if the cell is no counter path (an empty cell, the
// description text of a collector). Names keep the case they are written in.
//
// The object ends at the first '(' or '\' after the machine; the instance ends at the last ")\"
// from which a counter follows, so that instances and counters may hold parentheses. A parent is
// split off only in objects where Windows writes one (Thread, LogicalDisk of old systems, job
// objects).
std::optional<CounterPath> ParseCounterPath(std::string_view text);

// The path as Windows writes it; ParseCounterPath(ToString(p)) gives p again.
std::string ToString(const CounterPath& path);

// "Object(instance)\Counter": the path without its machine.
std::string LocalPath(const CounterPath& path);

// "parent/instance#index" as inside the parentheses, "" where there is no instance.
std::string InstanceName(const CounterPath& path);

// Equal for paths that Windows takes as the same: ToString in lower case.
std::string CanonicalKey(const CounterPath& path);

// Whether the instances of the path's object are processes: Process, Process V2.
bool IsProcess(const CounterPath& path);
// Whether the path is of one of them: neither their sum nor idle time.
bool IsOneProcess(const CounterPath& path);

}  // namespace perfleak

#endif  // PERFLEAK_MODEL_COUNTER_PATH_H_
