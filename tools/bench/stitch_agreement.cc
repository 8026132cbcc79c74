// How well logs that were cut in pieces and stitched agree with the same logs read in one go:
//
//   stitch_agreement [--seed N] [--pieces MOST] LOG...
//
// Each log is cut at random rows into 2 to MOST pieces; each piece becomes a digest, is encoded and
// decoded, and the pieces are stitched. One line per log that differs, and the sums at the end.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "fleet/digest_codec.h"
#include "input/timeline.h"
#include "leaks/find_leaks.h"
#include "series/series_codec.h"
#include "series/stitch.h"

namespace perfleak {
namespace {

constexpr size_t kShown = 12;  // lives of a log

struct Sums {
  size_t logs = 0, pieces = 0;
  size_t same_lives = 0, same_verdicts = 0, same_order = 0, same_suspects = 0, same_first = 0;
  size_t same_one_less = 0;
  size_t suspects = 0, findings = 0, findings_differ = 0;
  double worst_slope = 0;  // relative
  double log_bytes = 0, digest_bytes = 0, raw_bytes = 0;
};

struct OneLog {
  CounterTable table;
  std::vector<double> t_s;
  std::vector<std::vector<double>> rows;
};

Status Read(const std::string& path, OneLog* log) {
  Diagnostics diagnostics;
  auto timeline = Timeline::Open({path}, &log->table, &diagnostics);
  if (!timeline) return timeline.error();
  while (true) {
    auto row = (*timeline)->Next();
    if (!row) return row.error();
    if (*row == nullptr) return {};
    log->t_s.push_back((*row)->t_s);
    log->rows.emplace_back((*row)->values.begin(), (*row)->values.end());
  }
}

SeriesSet Build(const OneLog& log, size_t begin, size_t end) {
  Diagnostics diagnostics;
  SeriesBuilder builder(&log.table, &diagnostics);
  for (size_t i = begin; i < end; ++i) builder.Add({log.t_s[i], log.rows[i]});
  return builder.Finish();
}

LogDigest DigestOf(const OneLog& log, SeriesSet set) {
  LogDigest digest;
  digest.outcome = LogOutcome::kRead;
  digest.name = "log";
  MachineDigest& machine = digest.machines.emplace_back();
  machine.machine = set.machines.front().name;
  for (size_t id = 0; id < log.table.size(); ++id) {
    machine.counters.push_back(log.table[static_cast<CounterId>(id)].path);
  }
  machine.set = std::move(set);
  return digest;
}

std::vector<std::string> LivesOf(const SeriesSet& set) {
  std::vector<std::string> lives;
  for (const Life& life : set.lives) {
    lives.push_back(fmt::format("{}({}) {} {:.3f}-{:.3f} n {} cut {}-{} series {}", life.object,
                                life.instance, life.pid.value_or(-1), life.start_s, life.end_s,
                                life.samples, static_cast<int>(life.began),
                                static_cast<int>(life.ended), life.series.size()));
  }
  std::sort(lives.begin(), lives.end());  // those without PID that began together have no order
  return lives;
}

std::vector<std::string> SuspectsOf(const LeakReport& report) {
  std::vector<std::string> suspects;
  for (const Suspect& suspect : report.suspects) {
    suspects.push_back(fmt::format("{} {} {}", ToString(suspect.verdict), suspect.component,
                                   suspect.growth_in.path));
  }
  return suspects;
}

std::string KeyOf(const Finding& finding, const SeriesSet& set, const CounterTable& table) {
  const Life& life = set.lives[finding.lives.front().life];
  return fmt::format("{}({}) {} {:.0f} {}", finding.object, finding.instance, life.pid.value_or(-1),
                     life.start_s, table[finding.counter].path.counter);
}

std::map<std::string, const Finding*> ByKey(const LeakReport& report, const SeriesSet& set,
                                            const CounterTable& table) {
  std::map<std::string, const Finding*> by_key;
  for (const Finding& finding : report.findings) {
    by_key.emplace(KeyOf(finding, set, table), &finding);
  }
  return by_key;
}

void CompareFindings(const LeakReport& whole, const SeriesSet& whole_set, const LeakReport& joined,
                     const SeriesSet& joined_set, const CounterTable& table, Sums* sums,
                     std::string* said) {
  const auto a = ByKey(whole, whole_set, table), b = ByKey(joined, joined_set, table);
  for (const auto& [key, finding] : a) {
    ++sums->findings;
    const auto other = b.find(key);
    const bool same = other != b.end() && other->second->called() == finding->called();
    sums->findings_differ += !same;
    if (!same) {
      *said += fmt::format("    {}: {} {:.3f}, stitched {} {:.3f}\n", key,
                           ToString(finding->trend.verdict), finding->trend.score,
                           other == b.end() ? "none" : ToString(other->second->trend.verdict),
                           other == b.end() ? 0 : other->second->trend.score);
    }
    if (!same || !finding->called()) continue;
    const double slope = finding->trend.slope.per_s, found = other->second->trend.slope.per_s;
    const double apart = std::abs(found - slope) / std::max(std::abs(slope), 1e-300);
    sums->worst_slope = std::max(sums->worst_slope, apart);
    if (apart > .05)
      *said += fmt::format("    {}: slope {:.4g}, stitched {:.4g}\n", key, slope, found);
  }
}

std::set<size_t> Cuts(size_t rows, size_t pieces, std::mt19937* random) {
  std::set<size_t> cuts;
  while (cuts.size() + 1 < std::min(pieces, rows)) cuts.insert(1 + (*random)() % (rows - 1));
  cuts.insert(rows);
  return cuts;
}

void Compare(const std::string& path, size_t most_pieces, std::mt19937* random, Sums* sums) {
  OneLog log;
  if (const Status ok = Read(path, &log); !ok || log.rows.size() < 2) {
    fmt::print(stderr, "{}\n", ok ? "no rows" : ok.error().message);
    std::exit(2);
  }
  const SeriesSet whole = Build(log, 0, log.rows.size());
  Diagnostics diagnostics;
  SeriesStitcher stitcher(&log.table, &diagnostics);
  const size_t pieces = 2 + (*random)() % (most_pieces - 1);
  size_t begin = 0;
  for (const size_t end : Cuts(log.rows.size(), pieces, random)) {
    const LogDigest digest = DigestOf(log, Build(log, begin, end));
    auto again = DecodeDigest("piece", EncodeDigest(digest));
    if (!again || EncodeDigest(*again) != EncodeDigest(digest)) {
      fmt::print(stderr, "{}: a digest does not survive\n", path);
      std::exit(2);
    }
    stitcher.Add(std::move(again->machines.front().set));
    begin = end;
  }
  const SeriesSet joined = stitcher.Finish();
  const LogDigest whole_digest = DigestOf(log, whole);
  sums->digest_bytes += static_cast<double>(EncodeDigest(whole_digest).size());
  sums->raw_bytes += static_cast<double>(EncodeSeriesSet(whole).size());

  const LeakReport expected = FindLeaks(whole, log.table), found = FindLeaks(joined, log.table);
  std::string said;
  const auto a = LivesOf(whole), b = LivesOf(joined);
  if (a != b) {
    std::vector<std::string> gone, come;
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(gone));
    std::set_difference(b.begin(), b.end(), a.begin(), a.end(), std::back_inserter(come));
    for (size_t i = 0; i < gone.size() && i < kShown; ++i) said += "    - life " + gone[i] + "\n";
    for (size_t i = 0; i < come.size() && i < kShown; ++i) said += "    + life " + come[i] + "\n";
  }
  sums->same_lives += a == b;
  auto suspects = SuspectsOf(expected), stitched = SuspectsOf(found);
  const bool same_order = suspects == stitched;
  const bool same_first = suspects.empty() == stitched.empty() &&
                          (suspects.empty() || suspects.front() == stitched.front());
  sums->same_order += same_order;
  sums->same_first += same_first;
  if (!same_order) {
    for (const auto& one : suspects) said += "    - " + one + "\n";
    for (const auto& one : stitched) said += "    + " + one + "\n";
  }
  std::sort(suspects.begin(), suspects.end());
  std::sort(stitched.begin(), stitched.end());
  sums->same_suspects += suspects == stitched;
  sums->suspects += suspects.size();
  // How much a verdict hangs on chance: the same log without its first row.
  const LeakReport one_less = FindLeaks(Build(log, 1, log.rows.size()), log.table);
  auto of_one_less = SuspectsOf(one_less);
  std::sort(of_one_less.begin(), of_one_less.end());
  sums->same_one_less += suspects == of_one_less;
  const size_t differ_before = sums->findings_differ;
  CompareFindings(expected, whole, found, joined, log.table, sums, &said);
  sums->same_verdicts += sums->findings_differ == differ_before;
  if (!said.empty()) fmt::print("{} in {} pieces\n{}", path, pieces, said);
  ++sums->logs;
  sums->pieces += pieces;
}

}  // namespace
}  // namespace perfleak

int main(int argc, char** argv) {
  using namespace perfleak;
  std::mt19937 random(1);
  size_t most_pieces = 12;
  Sums sums;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--seed" && i + 1 < argc) {
      random.seed(static_cast<uint32_t>(std::atoi(argv[++i])));
    } else if (argument == "--pieces" && i + 1 < argc) {
      most_pieces = static_cast<size_t>(std::max(2, std::atoi(argv[++i])));
    } else {
      Compare(argument, most_pieces, &random, &sums);
    }
  }
  fmt::print(
      "{} logs in {} pieces: same lives {}, same suspects {}, in the same order {}, same first {}\n"
      "same suspects without the first row, read in one go: {}\n"
      "{} suspects; of {} findings {} differ in whether they are called (in {} logs); worst slope "
      "{:.1f} %\n"
      "digest of a log: {:.0f} bytes, its series {:.0f} before compression\n",
      sums.logs, sums.pieces, sums.same_lives, sums.same_suspects, sums.same_order, sums.same_first,
      sums.same_one_less, sums.suspects, sums.findings, sums.findings_differ,
      sums.logs - sums.same_verdicts, 100 * sums.worst_slope,
      sums.digest_bytes / static_cast<double>(sums.logs),
      sums.raw_bytes / static_cast<double>(sums.logs));
  return 0;
}
