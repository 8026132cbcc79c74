#include "fleet/digest_codec.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "series/series_codec.h"
#include "support/test_log.h"

namespace perfleak {
namespace {

LogDigest SmallDigest() {
  TestLog log;
  log.Process("store", Always(100), [](int i) { return 1e6 + 4096 * i; });
  log.Process("store#1", Always(200), Always(5e6));
  log.Column("Memory\\Committed Bytes", [](int i) { return 1e9 + 1e6 * Noise(i, 1); });
  LogDigest digest;
  digest.outcome = LogOutcome::kRead;
  digest.name = "archive.zip/monday.csv";
  digest.content = "00ff";
  digest.file = {"monday.csv", "PDH-CSV 4.0", "UTF-8", 12345};
  digest.time_basis = TimeBasis::kUtc;
  digest.bias_minutes = 300;
  digest.columns = 9;
  digest.rows_read = 61;
  digest.rows_used = 60;
  digest.rows_dropped = 1;
  digest.diagnostics = {{"bad-row", "a row has too few cells", 1, {"monday.csv:7"}}};
  MachineDigest& machine = digest.machines.emplace_back();
  machine.machine = "PC";
  machine.set = log.Read(60);
  for (size_t id = 0; id < log.table().size(); ++id) {
    machine.counters.push_back(log.table()[static_cast<CounterId>(id)].path);
  }
  return digest;
}

TEST_CASE("a digest comes back as it was") {
  const LogDigest digest = SmallDigest();
  const std::string bytes = EncodeDigest(digest);
  const auto decoded = DecodeDigest("a.plg", bytes);
  REQUIRE(decoded.ok());
  CHECK(decoded->name == digest.name);
  CHECK(decoded->content == "00ff");
  CHECK(decoded->file.format == "PDH-CSV 4.0");
  CHECK(decoded->file.bytes == 12345);
  CHECK(decoded->time_basis == TimeBasis::kUtc);
  CHECK(decoded->bias_minutes == 300);
  CHECK(decoded->columns == 9);
  CHECK(decoded->rows_read == 61);
  CHECK(decoded->rows_used == 60);
  CHECK(decoded->rows_dropped == 1);
  REQUIRE(decoded->diagnostics.size() == 1);
  CHECK(decoded->diagnostics[0].places == digest.diagnostics[0].places);
  REQUIRE(decoded->machines.size() == 1);
  const MachineDigest& machine = decoded->machines[0];
  REQUIRE(machine.counters.size() == digest.machines[0].counters.size());
  for (size_t i = 0; i < machine.counters.size(); ++i) {
    CHECK(ToString(machine.counters[i]) == ToString(digest.machines[0].counters[i]));
  }
  CHECK(EncodeSeriesSet(machine.set) == EncodeSeriesSet(digest.machines[0].set));
  CHECK(EncodeDigest(*decoded) == bytes);
}

TEST_CASE("a log that was not read has a digest, too") {
  LogDigest digest;
  digest.name = "photo.jpg";
  digest.message = "not a performance log";
  const auto decoded = DecodeDigest("x", EncodeDigest(digest));
  REQUIRE(decoded.ok());
  CHECK(decoded->outcome == LogOutcome::kFailed);
  CHECK(decoded->message == digest.message);
}

TEST_CASE("the summary is that of the digest") {
  const LogDigest digest = SmallDigest();
  const auto summary = DecodeSummary("a.plg", EncodeDigest(digest));
  REQUIRE(summary.ok());
  CHECK(summary->name == digest.name);
  CHECK(summary->time_basis == TimeBasis::kUtc);
  REQUIRE(summary->machines.size() == 1);
  CHECK(summary->machines[0].name == "PC");
  CHECK(summary->machines[0].end_s == digest.machines[0].set.end_s);
}

TEST_CASE("what is no digest, or of another version, says so") {
  CHECK(DecodeDigest("log.csv", "\"(PDH-CSV 4.0)\"").error().message ==
        "log.csv: not a digest of perfleak. perfleak batch --emit writes them.");
  CHECK(DecodeDigest("empty", "").error().message ==
        "empty: not a digest of perfleak. perfleak batch --emit writes them.");
  std::string bytes = EncodeDigest(SmallDigest());
  bytes[4] = 9;
  CHECK(DecodeSummary("new.plg", bytes).error().message ==
        "new.plg: a digest in version 9 of the format; this perfleak knows version 2. Make it "
        "again from its log, or use the perfleak that wrote it.");
}

TEST_CASE("a digest that is cut short is damaged") {
  const std::string bytes = EncodeDigest(SmallDigest());
  for (size_t size = 0; size < bytes.size(); ++size) {
    CHECK(!DecodeDigest("a.plg", std::string_view(bytes).substr(0, size)).ok());
  }
  CHECK(!DecodeDigest("a.plg", bytes + "x").ok());
}

TEST_CASE("a flipped bit is found, or changes nothing") {
  const std::string bytes = EncodeDigest(SmallDigest());
  size_t unnoticed = 0;
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] ^= static_cast<char>(1U << bit % 8);
    const auto decoded = DecodeDigest("a.plg", damaged);
    if (!decoded) continue;
    ++unnoticed;
    CHECK(EncodeDigest(*decoded) == bytes);
  }
  CHECK(unnoticed <= 32);  // bits of the two frames' headers that say nothing here
}

}  // namespace
}  // namespace perfleak
