// The work whose instructions tools/bench/check counts, one stage after another:
//
//   valgrind --tool=callgrind --instr-atstart=no stage_counts PROCESS_LOG NARROW_LOG WIDE_LOG
//
// Callgrind writes one file per stage, with the stage's name in it. Everything runs in one thread.
//
//   stage_counts --key
//
// prints what the counts depend on beside the source: compiler, options, C library and CPU. To be
// asked under valgrind, which has a CPU of its own.
#include <gnu/libc-version.h>

#include <valgrind/callgrind.h>

#include <cstdio>
#include <string>
#include <string_view>

#include "app/knowledge.h"
#include "report/json_report.h"
#include "report/text_report.h"
#include "stages.h"

namespace perfleak {
namespace {

template <class Work>
auto Count(const char* stage, Work work) {
  CALLGRIND_ZERO_STATS;
  CALLGRIND_START_INSTRUMENTATION;
  auto result = work();
  CALLGRIND_DUMP_STATS_AT(stage);
  CALLGRIND_STOP_INSTRUMENTATION;
  return result;
}

const char* CpuName() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") ? "x86-64 with AVX2" : "x86-64";
#else
  return "other";
#endif
}

void PrintKey() {
  std::printf("gcc %s, %s, glibc %s, %s\n", __VERSION__, PERFLEAK_BUILD_OPTIONS,
              gnu_get_libc_version(), CpuName());
}

int CountStages(const std::string& process, const std::string& narrow, const std::string& wide) {
  for (const auto& [stage, log] :
       {std::pair{"frame process", &process}, {"frame narrow", &narrow}, {"frame wide", &wide}}) {
    Count(stage, [&log = log] { return ReadLog(*log, Values::kNone, 1); });
  }
  for (const auto& [stage, log] : {std::pair{"frame and parse process", &process},
                                   {"frame and parse narrow", &narrow},
                                   {"frame and parse wide", &wide}}) {
    Count(stage, [&log = log] { return ReadLog(*log, Values::kUsual, 1); });
  }
  const auto rows = RowsOf(process);
  const SeriesSet set = Count("series", [&] { return SeriesOf(*rows); });
  const auto knowledge = Count("load knowledge", [] { return LoadKnowledge({}); });
  if (!knowledge) return 2;
  Count("judge", [&] { return LeaksOf(set, rows->table, nullptr); });
  const LeakReport leaks =
      Count("judge and match", [&] { return LeaksOf(set, rows->table, &*knowledge); });
  const Report report = ReportOf(set, rows->table, leaks);
  const std::string text = Count("text report", [&] { return RenderText(report, TextStyle()); });
  const std::string json = Count("JSON report", [&] { return RenderJson(report, JsonStyle()); });
  std::printf("%llu counters judged, %zu suspects\n", static_cast<unsigned long long>(leaks.judged),
              leaks.suspects.size());
  return text.empty() || json.empty() || leaks.suspects.empty() ? 2 : 0;
}

int Run(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--key") {
    PrintKey();
    return 0;
  }
  if (argc == 4) return CountStages(argv[1], argv[2], argv[3]);
  std::fputs("usage: stage_counts PROCESS_LOG NARROW_LOG WIDE_LOG | --key\n", stderr);
  return 2;
}

}  // namespace
}  // namespace perfleak

int main(int argc, char** argv) { return perfleak::Run(argc, argv); }
