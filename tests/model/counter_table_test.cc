#include "model/counter_table.h"

#include <doctest/doctest.h>

namespace perfleak {
namespace {

CounterPath Path(const char* text) { return *ParseCounterPath(text); }

TEST_CASE("the same path twice is one counter, whatever its letters") {
  CounterTable table;
  const CounterId first = table.Intern(Path(R"(\\PC\Process(store)\Private Bytes)"));
  const CounterId other = table.Intern(Path(R"(\\PC\Process(mad)\Private Bytes)"));
  CHECK(table.Intern(Path(R"(\\pc\process(STORE)\private bytes)")) == first);
  CHECK(other != first);
  CHECK(table.size() == 2);
}

TEST_CASE("machines in one log stay apart") {
  CounterTable table;
  CHECK(table.Intern(Path(R"(\\A\Memory\Committed Bytes)")) !=
        table.Intern(Path(R"(\\B\Memory\Committed Bytes)")));
}

TEST_CASE("only counters that the analysis uses are read") {
  CounterTable table;
  const auto wanted = [&](const char* text) { return table[table.Intern(Path(text))].wanted; };
  CHECK(wanted(R"(\\A\Process(x)\Private Bytes)"));
  CHECK(wanted(R"(\\A\Process(x)\ID Process)"));
  CHECK(wanted(R"(\\A\Process(x)\Elapsed Time)"));
  CHECK(wanted(R"(\\A\Processor(_Total)\% Processor Time)"));
  CHECK(wanted(R"(\\A\Memory\Commit Limit)"));
  CHECK_FALSE(wanted(R"(\\A\Processor(0)\% Processor Time)"));
  CHECK_FALSE(wanted(R"(\\A\Process(x)\IO Data Bytes/sec)"));
  CHECK_FALSE(wanted(R"(\\A\Process(x)\Virtual Bytes Peak)"));
  CHECK_FALSE(wanted(R"(\\A\Process(_Total)\Private Bytes)"));
  CHECK_FALSE(wanted(R"(\\A\Process(Idle)\Private Bytes)"));
}

}  // namespace
}  // namespace perfleak
