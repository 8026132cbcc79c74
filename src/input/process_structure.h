// Finds the Process object of a Windows whose language nobody knows, by its shape.
//
// Processes keep their names in every language: an object with instances like Idle, System, svchost
// and lsass is Process. Its counters tell themselves apart by their values (an ID never changes and
// is System's 4, elapsed time rises with the clock, memory comes in pages) and by their order,
// which is the same in every language wherever Windows itself laid out the columns, instance by
// instance. What only one counter can be is taken, and nothing else.
#ifndef PERFLEAK_INPUT_PROCESS_STRUCTURE_H_
#define PERFLEAK_INPUT_PROCESS_STRUCTURE_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/counter_path.h"

namespace perfleak {

// The first rows of a log.
struct FirstRows {
  std::vector<double> t_s;
  std::vector<std::vector<double>> values;  // by row, then by column of the header; NaN: missing
};

struct HeaderColumn {
  size_t index = 0;  // in the header, and so in FirstRows
  CounterPath path;
};

struct TakenCounter {
  std::string name;          // in the log
  std::string_view english;  // of the Process object
  bool guessed = false;      // likely, not certain
};

struct TakenObject {
  std::string machine;
  std::string object;  // the log's name for Process
  std::vector<TakenCounter> counters;
};

// Whether any object of a machine has processes as instances.
bool MayHoldProcesses(std::span<const HeaderColumn> columns);

// The Process object of each machine that has exactly one object like it. `columns` are those whose
// names nobody knows.
std::vector<TakenObject> TakeProcesses(std::span<const HeaderColumn> columns,
                                       const FirstRows& rows);

// "object "Xyz" is taken as Process, its counter "A" as ID Process, ..." for people.
std::string Describe(const TakenObject& taken);

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_PROCESS_STRUCTURE_H_
