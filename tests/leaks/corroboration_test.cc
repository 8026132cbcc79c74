#include "leaks/corroboration.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "leaks/explain.h"
#include "leaks/judge.h"
#include "support/test_log.h"

namespace perfleak {
namespace {

using InTotal = Corroboration::InTotal;

constexpr double kMb = 1048576;
constexpr int kRows = 2 * 1440;  // two days, one row a minute

// ---- the two statistics ----

std::vector<double> Noises(size_t n, uint32_t stream, double scale = 1) {
  std::vector<double> noise(n);
  for (size_t i = 0; i < n; ++i) noise[i] = scale * Noise(static_cast<int>(i), stream);
  return noise;
}

// Sum of `steps`, each of which remembers `phi` of the one before.
std::vector<double> Walk(const std::vector<double>& steps, double phi, double level) {
  std::vector<double> walk;
  double step = 0;
  for (const double fresh : steps) {
    step = phi * step + fresh;
    walk.push_back(level += step);
  }
  return walk;
}

TEST_CASE("a series steps like itself, at any level and scale") {
  const std::vector<double> x = Walk(Noises(256, 1), 0, 1e9);
  std::vector<double> y;
  for (const double value : x) y.push_back(1e9 + 1000 * (value - 1e9));
  const Likeness likeness = LikenessOfSteps(x, y);
  CHECK(likeness.correlation == doctest::Approx(1));
  CHECK(likeness.z > 2.5);
}

TEST_CASE("a straight line steps like nothing") {
  std::vector<double> line;
  for (int i = 0; i < 256; ++i) line.push_back(1e9 + 4096.0 * i);
  CHECK(LikenessOfSteps(line, Walk(Noises(256, 2), 0, 0)).z == 0);
  CHECK(LikenessOfSteps(std::vector<double>(256, 5.0), line).correlation == 0);
}

TEST_CASE("too few values step like nothing") {
  const std::vector<double> few = Walk(Noises(11, 3), 0, 0);
  CHECK(LikenessOfSteps(few, few).z == 0);
}

// A normal deviate is above 2.5 in 0.6 % of cases; products have heavier tails.
TEST_CASE("walks that know nothing of each other seldom step alike, also where steps persist") {
  for (const double phi : {0.0, 0.9}) {
    int alike = 0;
    constexpr int kPairs = 500;
    for (uint32_t k = 0; k < kPairs; ++k) {
      const auto x = Walk(Noises(256, 10 + 2 * k), phi, 0);
      const auto y = Walk(Noises(256, 11 + 2 * k), phi, 0);
      alike += LikenessOfSteps(x, y).z > 2.5;
    }
    CHECK(alike <= kPairs / 50);
  }
}

TEST_CASE("the likelihood ratio of a total, by hand") {
  // Held: the rest does nothing; offset: the rest does 3 of its errors.
  // (3 + 1)/2 ln((3 + 3²)/(3 + 0)) = 2 ln 4.
  CHECK(TotalHoldsGrowth(3, 3, 1) == doctest::Approx(2 * std::log(4.0)));
  CHECK(TotalHoldsGrowth(3, 0, 1) == doctest::Approx(-2 * std::log(4.0)));
  CHECK(TotalHoldsGrowth(3, 1.5, 1) == doctest::Approx(0));
  // A total that is nothing but the part: its error counts as 0.05 of the growth.
  CHECK(TotalHoldsGrowth(1, 1, 0) == doctest::Approx(2 * std::log(403.0 / 3)));
  CHECK(TotalHoldsGrowth(0, 0, 0) == 0);
  // A hundredth of the error: nothing can be said.
  CHECK(std::abs(TotalHoldsGrowth(.01, .01, 1)) < 1e-4);
}

// ---- machines ----

RowValue Bytes(double level_mb, uint32_t stream, double mb_per_hour = 0, double noise_mb = 1) {
  return
      [=](int i) { return kMb * (level_mb + noise_mb * Noise(i, stream) + mb_per_hour * i / 60); };
}
RowValue Count(double level, uint32_t stream, double per_hour = 0) {
  return [=](int i) { return std::round(level + 3 * Noise(i, stream) + per_hour * i / 60); };
}
RowValue Sum(RowValue a, RowValue b) {
  return [=](int i) { return a(i) + b(i); };
}

class Machine {
 public:
  Machine() {
    log.Column("Process(app)\\ID Process", Always(10));
    log.Column("Processor(_Total)\\% Processor Time", [](int i) { return 30 + 20 * Noise(i, 99); });
  }
  void Of(const std::string& counter, const RowValue& value) {
    log.Column("Process(app)\\" + counter, value);
  }
  // The finding on a counter of app, before and after.
  struct Both {
    Finding before, after;
  };
  Both Ask(const std::string& counter) {
    const SeriesSet set = log.Read(kRows);
    std::vector<Finding> findings = Judge(set, log.table(), {}).findings;
    const auto at = std::find_if(findings.begin(), findings.end(), [&](const Finding& finding) {
      const CounterPath& path = log.table()[finding.counter].path;
      return finding.instance == "app" && path.counter == counter;
    });
    REQUIRE(at != findings.end());
    Both both{*at, {}};
    Corroborate(set, log.table(), &findings);
    both.after = *at;
    return both;
  }

  TestLog log;
};

using Names = std::vector<std::string>;

TEST_CASE("handles and threads that rise with the bytes are named, and raise the score") {
  Machine machine;
  machine.Of("Private Bytes", Bytes(200, 1, 5));
  machine.Of("Handle Count", Count(500, 2, 20));
  machine.Of("Thread Count", Count(40, 3, 5));
  const auto [before, after] = machine.Ask("Private Bytes");
  CHECK(after.corroboration.rising == Names{"Handle Count", "Thread Count"});
  CHECK(after.corroboration.logit >= 1);
  CHECK(after.trend.logit == doctest::Approx(before.trend.logit + after.corroboration.logit));
  CHECK(after.trend.score > before.trend.score);
}

TEST_CASE("counters that do not rise say nothing") {
  Machine machine;
  machine.Of("Private Bytes", Bytes(200, 1, 5));
  machine.Of("Handle Count", Count(500, 2));
  machine.Of("Thread Count", Count(40, 3, -.5));
  const auto [before, after] = machine.Ask("Private Bytes");
  CHECK(after.corroboration.rising.empty());
  CHECK(after.trend.logit == before.trend.logit);
}

TEST_CASE("measures of one quantity are no witnesses of each other") {
  Machine machine;
  machine.Of("Private Bytes", Bytes(200, 1, 5));
  machine.Of("Page File Bytes", Bytes(210, 1, 5));
  machine.Of("Virtual Bytes", Bytes(400, 1, 5));
  CHECK(machine.Ask("Private Bytes").after.corroboration.rising.empty());
}

TEST_CASE("pool that is charged for handles is no witness of them") {
  Machine machine;
  machine.Of("Handle Count", Count(500, 2, 600));
  machine.Of("Pool Paged Bytes", Bytes(2, 3, 1, .01));
  CHECK(machine.Ask("Handle Count").after.corroboration.rising.empty());
}

TEST_CASE("counters that take the same steps are told from those that only rise") {
  const auto stairs = [](double height) {
    return [=](int i) {
      double sum = 0;
      for (int k = 0; k <= i / 90; ++k) sum += height * (1 + Noise(k, 7));
      return sum;
    };
  };
  Machine machine;
  machine.Of("Private Bytes", Sum(Bytes(200, 1, 0, .2), stairs(5 * kMb)));
  machine.Of("Handle Count", Sum(Count(500, 2), stairs(60)));
  CHECK(machine.Ask("Private Bytes").after.corroboration.in_step);
}

TEST_CASE("a total that grows by as much agrees") {
  Machine machine;
  const RowValue app = Bytes(200, 1, 5);
  machine.Of("Private Bytes", app);
  machine.log.Column("Memory\\Committed Bytes", Sum(app, Bytes(1500, 4, 0, 20)));
  const auto [before, after] = machine.Ask("Private Bytes");
  CHECK(after.corroboration.in_total == InTotal::kAgrees);
  CHECK(after.corroboration.total == "Memory\\Committed Bytes");
  CHECK(after.corroboration.of_growth == doctest::Approx(1).epsilon(.05));
  CHECK(after.trend.logit > before.trend.logit);
}

TEST_CASE("a total that would show the growth and does not is offset by others, at no cost") {
  Machine machine;
  const RowValue app = Bytes(200, 1, 5);
  machine.Of("Private Bytes", app);
  machine.log.Column("Memory\\Committed Bytes", Sum(app, Bytes(1500, 4, -5, 20)));
  const auto [before, after] = machine.Ask("Private Bytes");
  CHECK(after.corroboration.in_total == InTotal::kOffset);
  CHECK(after.corroboration.of_growth == doctest::Approx(0).epsilon(.05));
  CHECK(after.trend.logit == before.trend.logit);
}

// The rest of the machine wanders by far more than 240 MB.
RowValue WanderingTotal() {
  return [](int i) {
    return kMb * (20000 + 3000 * std::sin(i / 400.0) + 2000 * std::sin(i / 170.0 + 1));
  };
}

TEST_CASE("growth that the total's ups and downs drown costs what is weak, not what is strong") {
  Machine machine;
  const RowValue app = Bytes(200, 1, 5);
  machine.Of("Private Bytes", app);
  machine.log.Column("Memory\\Committed Bytes", Sum(app, WanderingTotal()));
  const auto [before, after] = machine.Ask("Private Bytes");
  CHECK(after.corroboration.in_total == InTotal::kDrowned);
  CHECK(after.corroboration.visibility < 1);
  CHECK(after.corroboration.logit < 0);
  CHECK(after.corroboration.logit >= -2);
  CHECK(after.trend.verdict == Verdict::kLeak);  // steady growth stands for itself
}

TEST_CASE("the sum over all processes is the total of handles") {
  Machine machine;
  const RowValue app = Count(500, 2, 20);
  machine.Of("Handle Count", app);
  machine.log.Column("Process(_Total)\\Handle Count", Sum(app, Count(20000, 5)));
  const Finding finding = machine.Ask("Handle Count").after;
  CHECK(finding.corroboration.in_total == InTotal::kAgrees);
  CHECK(finding.corroboration.total == "Process(_Total)\\Handle Count");
}

TEST_CASE("address space without memory in it is not looked for in the committed bytes") {
  Machine machine;
  machine.Of("Private Bytes", Bytes(200, 1));
  machine.Of("Virtual Bytes", Bytes(400, 2, 30));
  machine.log.Column("Memory\\Committed Bytes", WanderingTotal());
  const auto [before, after] = machine.Ask("Virtual Bytes");
  CHECK(after.corroboration.in_total == InTotal::kUntold);
  CHECK(after.trend.logit == before.trend.logit);
}

TEST_CASE("without other counters nothing changes") {
  Machine machine;
  machine.Of("Private Bytes", Bytes(200, 1, 5));
  const auto [before, after] = machine.Ask("Private Bytes");
  CHECK(after.corroboration.logit == 0);
  CHECK(after.trend.logit == before.trend.logit);
  CHECK(after.trend.verdict == before.trend.verdict);
  CHECK(CorroborationEvidence(after.corroboration).empty());
}

TEST_CASE("a warm-up that raises everything together is not lifted") {
  const auto warm_up = [](double height) {
    return [=](int i) { return height * (1 - std::exp(-i / 500.0)); };
  };
  Machine machine;
  const RowValue app = Sum(Bytes(200, 1, 0, .2), warm_up(50 * kMb));
  machine.Of("Private Bytes", app);
  machine.Of("Handle Count", Sum(Count(500, 2), warm_up(900)));
  machine.log.Column("Memory\\Committed Bytes", Sum(app, Bytes(1500, 4, 0, .5)));
  const auto [before, after] = machine.Ask("Private Bytes");
  REQUIRE_FALSE(before.called());
  CHECK(after.trend.logit <= before.trend.logit);
  CHECK(after.trend.verdict == before.trend.verdict);
}

TEST_CASE("what is held at watch stays there") {
  // No load counter and one day: part of a day looks the same.
  TestLog log;
  const RowValue app = Bytes(200, 1, 5);
  log.Column("Process(app)\\ID Process", Always(10));
  log.Column("Process(app)\\Private Bytes", app);
  log.Column("Process(app)\\Handle Count", Count(500, 2, 20));
  log.Column("Memory\\Committed Bytes", Sum(app, Bytes(1500, 4)));
  const SeriesSet set = log.Read(1440);
  std::vector<Finding> findings = Judge(set, log.table(), {}).findings;
  Corroborate(set, log.table(), &findings);
  for (const Finding& finding : findings) {
    if (finding.instance == "app") CHECK(finding.trend.verdict == Verdict::kWatch);
  }
}

// ---- words ----

std::string Facts(const Corroboration& corroboration) {
  std::string text;
  for (const Evidence& evidence : CorroborationEvidence(corroboration)) {
    text += (evidence.supports ? "+ " : "- ") + evidence.what + "\n";
  }
  return text;
}

TEST_CASE("what other counters say is evidence with words") {
  Corroboration seen;
  seen.rising = {"Handle Count"};
  seen.in_step = true;
  seen.total = "Memory\\Committed Bytes";
  seen.in_total = InTotal::kAgrees;
  seen.of_growth = 1.1;
  CHECK(Facts(seen) ==
        "+ Handle Count rises with it, in the same steps.\n"
        "+ Memory\\Committed Bytes grows by as much.\n");
  seen.rising = {"Handle Count", "Thread Count", "Pool Paged Bytes"};
  seen.in_step = false;
  seen.of_growth = 2;
  CHECK(Facts(seen) ==
        "+ Handle Count, Thread Count and Pool Paged Bytes rise with it.\n"
        "+ Memory\\Committed Bytes grows with it, and by more.\n");
  seen.rising.clear();
  seen.in_total = InTotal::kOffset;
  CHECK(Facts(seen) ==
        "- Memory\\Committed Bytes does not grow with it: other things shrink meanwhile.\n");
  seen.in_total = InTotal::kDrowned;
  CHECK(Facts(seen) == "- It is lost in the ups and downs of Memory\\Committed Bytes.\n");
}

}  // namespace
}  // namespace perfleak
