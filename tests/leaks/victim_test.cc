// A victim that another program's restarts relieve, and what only looks like one.
#include "leaks/victim.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "support/test_log.h"

namespace perfleak {
namespace {

constexpr double kMb = 1048576;
constexpr int kRows = 3000;
constexpr int kEvery = 750;  // rows between two exits of the client

// Bytes of the victim at a row, and what FindRelief says of it. The client `agent` exits every 750
// rows, three times in the log, and is back at once with another PID.
std::optional<Relieved> Find(
    const RowValue& victim, const RowValue& client_pid = [](int i) { return 100.0 + i / kEvery; }) {
  TestLog log;
  log.Column("Process(lsass)\\ID Process", Always(1));
  log.Column("Process(lsass)\\Private Bytes", victim);
  log.Column("Process(agent)\\ID Process", client_pid);
  log.Column("Process(agent)\\Private Bytes", [&](int i) {
    return client_pid(i) > 0 ? 20 * kMb + kMb * Noise(i, 5) : std::nan("");
  });
  const SeriesSet set = log.Read(kRows);
  std::vector<size_t> agent;
  const Life* lsass = nullptr;
  for (size_t i = 0; i < set.lives.size(); ++i) {
    if (set.lives[i].instance == "agent") {
      agent.push_back(i);
    } else {
      lsass = &set.lives[i];
    }
  }
  const std::vector<std::vector<size_t>> roles = {agent};
  const auto programs = FindExitingPrograms(set.lives, roles);
  return FindRelief(lsass->Buckets(lsass->series.front()), *lsass, programs);
}

double Bytes(int i, double held_mb) { return (50 + held_mb + .2 * Noise(i, 6)) * kMb; }

TEST_CASE("a program that gives back at each exit of another what it gained in between") {
  // Gains 30 MB in 750 rows, of which 96 % go.
  const auto found =
      Find([](int i) { return Bytes(i, 30.0 * (i % kEvery) / kEvery + 1.2 * (i / kEvery)); });
  REQUIRE(found.has_value());
  CHECK(found->relief.culprit == "agent");
  CHECK(found->relief.exits == 3);
  CHECK(found->relief.returned == doctest::Approx(.96).epsilon(.03));
  CHECK(found->relief.given_back / kMb == doctest::Approx(3 * 28.8).epsilon(.05));
  // Mended it is one line of 4 * 30 MB.
  const BucketSeries& mended = found->mended;
  CHECK((mended.mean.back() - mended.mean.front()) / kMb == doctest::Approx(120).epsilon(.05));
}

TEST_CASE("a warm-up before the first exit does not count") {
  const auto found = Find([](int i) {
    return Bytes(i, 40 * (1 - std::exp(-i / 60.0)) + 30.0 * (i % kEvery) / kEvery);
  });
  REQUIRE(found.has_value());
  CHECK(found->relief.exits == 3);
}

TEST_CASE("falls at other times than the exits are no relief") {
  CHECK_FALSE(Find([](int i) { return Bytes(i, 30.0 * ((i + 300) % kEvery) / kEvery); }));
}

TEST_CASE("falls in the hours after the exits are no relief") {
  CHECK_FALSE(Find([](int i) {
    const int since = i % kEvery;
    return Bytes(i, since < 100 && i > kEvery ? 30 - .3 * since : 30.0 * (since - 100) / 650);
  }));
}

TEST_CASE("what is taken just before each exit is a job's, not a leak") {
  CHECK_FALSE(Find([](int i) { return Bytes(i, i % kEvery > 650 ? 30 : 0); }));
}

TEST_CASE("half of it given back is not all of it") {
  CHECK_FALSE(
      Find([](int i) { return Bytes(i, 30.0 * (i % kEvery) / kEvery + 15.0 * (i / kEvery)); }));
}

TEST_CASE("a program that is there for an hour a day holds nothing the rest of it") {
  const auto job = [](int i) { return i % kEvery > 690 ? 100.0 + i / kEvery : 0; };
  CHECK_FALSE(Find([](int i) { return Bytes(i, 30.0 * (i % kEvery) / kEvery); }, job));
}

TEST_CASE("noise has no culprit") {
  CHECK_FALSE(Find([](int i) { return Bytes(i, 5 * Noise(i, 7)); }));
}

}  // namespace
}  // namespace perfleak
