#include "app/batch.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include "run_program.h"
#include "small_fleet.h"

namespace perfleak {
namespace {

namespace fs = std::filesystem;

struct Ran {
  int status = 0;
  std::string out, err;
};

Ran RunIt(const Arguments& arguments) {
  FakeConsole console;
  const int status = Run(arguments, &console);
  return {status, console.out, console.err};
}

nlohmann::json JsonOfBatch(const Arguments& arguments) {
  return nlohmann::json::parse(RunIt(With(arguments, {"--format", "json"})).out);
}

nlohmann::json MachineOf(const nlohmann::json& report, const std::string& name) {
  for (const nlohmann::json& machine : report["machines"]) {
    if (machine["name"] == name) return machine;
  }
  return nullptr;
}

nlohmann::json FileOf(const nlohmann::json& report, const std::string& name) {
  for (const nlohmann::json& file : report["files"]) {
    if (file["name"].get<std::string>().ends_with(name)) return file;
  }
  return nullptr;
}

TEST_CASE("batch finds the logs, puts each machine's together and says what it could not read") {
  const SmallFleet fleet;
  const nlohmann::json report = JsonOfBatch({"batch", fleet.root()});
  CHECK(report["machines"].size() == 3);
  const nlohmann::json first = MachineOf(report, "SRV1");
  REQUIRE(first.is_object());
  REQUIRE(first["suspects"].size() == 1);
  CHECK(first["suspects"][0]["component"] == "app");
  CHECK(first["suspects"][0]["verdict"] == "leak");
  const double slope = first["suspects"][0]["growth_in"]["slope_per_hour"];
  CHECK(slope == doctest::Approx(4 * 1048576).epsilon(0.02));
  CHECK(first["input"]["files"].size() == 2);
  CHECK(MachineOf(report, "SRV2")["suspects"].empty());
  CHECK(FileOf(report, "copy of monday.csv")["outcome"] == "read");  // the first by name
  CHECK(FileOf(report, "a/monday.csv")["outcome"] == "duplicate");
  CHECK(FileOf(report, "readme.txt")["outcome"] == "no-log");
  CHECK(FileOf(report, "empty.csv")["outcome"] == "no-log");
  CHECK(FileOf(report, "broken.csv.gz")["outcome"] == "failed");
  REQUIRE(report["components"].size() == 1);
  CHECK(report["components"][0]["component"] == "app");
  CHECK(report["components"][0]["machines"].size() == 2);
  CHECK(report["components"][0]["runs_on"] == 3);
}

TEST_CASE("the exit status says what was found and that something could not be read") {
  const SmallFleet fleet;
  CHECK(RunIt({"batch", fleet.root()}).status == 4);
  CHECK(RunIt({"batch", fleet.root(), "--fail-on", "leak"}).status == 5);
  CHECK(RunIt({"batch", fleet.Path("a"), "--fail-on", "leak"}).status == 1);
  CHECK(RunIt({"batch", fleet.Path("a")}).status == 0);
  CHECK(RunIt({"batch", fleet.Path("b"), "--fail-on", "watch"}).status == 0);
  CHECK(RunIt({"batch", fleet.Path("readme.txt")}).status == 2);
  CHECK(RunIt({"batch", fleet.Path("nowhere")}).status == 2);
  CHECK(RunIt({"batch"}).status == 2);
}

TEST_CASE("a machine with one log has the suspects that analyze finds in it") {
  const SmallFleet fleet;
  for (const std::string& log : {fleet.Path("c.csv"), SampleLog("q176708"), SampleLog("898782")}) {
    CAPTURE(log);
    nlohmann::json report = JsonOfBatch({"batch", log});
    nlohmann::json suspects = report["machines"][0]["suspects"];
    for (nlohmann::json& suspect : suspects) {
      for (const char* of_fleet : {"movement", "movement_text", "periods", "recent"}) {
        suspect.erase(of_fleet);
      }
    }
    const nlohmann::json analyzed = JsonOf({"analyze", log});
    CHECK(suspects == analyzed["suspects"]);
    CHECK(report["machines"][0]["judged"] == analyzed["judged"]);
    CHECK(report["machines"][0]["quality"] == analyzed["quality"]);
  }
}

TEST_CASE("a log of three rows with a gap in it is judged like any other") {
  const TempDir dir;
  const std::string log =
      dir.Write("short.csv",
                "\"(PDH-CSV 4.0) (UTC)(0)\",\"\\\\PC\\Memory\\Committed Bytes\"\n"
                "\"02/26/2019 00:00:02.379\",\"39\"\n"
                "\"02/26/2019 02:00:02.445\",\"0\"\n"
                "\"02/26/2019 02:01:02.445\",\"5\"\n");
  const Ran ran = RunIt({"batch", log, "--quiet"});
  CHECK(ran.status == 0);
  CHECK(Contains(ran.out, "of 1 machine"));
}

TEST_CASE("the report is the same to the byte, whatever the number of jobs") {
  const SmallFleet fleet;
  const std::string one = RunIt({"batch", fleet.root(), "--format", "json", "--jobs", "1"}).out;
  CHECK_FALSE(one.empty());
  for (const char* jobs : {"2", "5"}) {
    CHECK(RunIt({"batch", fleet.root(), "--format", "json", "--jobs", jobs}).out == one);
  }
  CHECK(RunIt({"batch", fleet.root(), "--format", "json", "--memory", "1MB"}).out == one);
}

TEST_CASE("machines, counters and times can be chosen") {
  const SmallFleet fleet;
  CHECK(JsonOfBatch({"batch", fleet.root(), "--machine", "srv3"})["machines"].size() == 1);
  CHECK(MachineOf(JsonOfBatch({"batch", fleet.root(), "--exclude", "Process(app)"}),
                  "SRV3")["suspects"]
            .empty() == false);  // the machine's total still grows
  const nlohmann::json late = JsonOfBatch({"batch", fleet.root(), "--since", "2026-03-05"});
  CHECK(MachineOf(late, "srv1")["input"]["start"] == "2026-03-05T00:00:00Z");
  CHECK(FileOf(late, "b/1.csv")["outcome"] == "read");  // and nothing of it in that time
  CHECK(late["counts"]["failed"] == 1);                 // the broken one
  const Ran never = RunIt({"batch", fleet.root(), "--since", "2029-01-01", "-q"});
  CHECK(never.status == 2);
  CHECK(Contains(never.err, "no sample lies in the time asked for"));
  const Ran nobody = RunIt({"batch", fleet.root(), "--machine", "NOPE", "-q"});
  CHECK(nobody.status == 2);
  CHECK(Contains(nobody.err, "no such machine in the logs; there is: SRV1, SRV2, SRV3"));
  const nlohmann::json csv = JsonOfBatch({"batch", fleet.root(), "--only", "?.csv"});
  CHECK(csv["files"].size() == 3);
  CHECK(JsonOfBatch({"batch", fleet.root(), "--skip", "*.txt"})["files"].size() == 8);
}

// Pieces of the fleet in any grouping, each a batch of its own.
void EmitInPieces(const SmallFleet& fleet, std::mt19937* random, const TempDir& out,
                  std::vector<std::string>* folders) {
  std::vector<std::string> files = {"a/monday.csv", "a/wednesday.csv", "a/copy of monday.csv",
                                    "b/1.csv",      "b/2.csv",         "c.csv",
                                    "readme.txt",   "empty.csv",       "broken.csv.gz"};
  std::shuffle(files.begin(), files.end(), *random);
  const size_t pieces = 1 + (*random)() % 5;
  for (size_t piece = 0; piece < pieces; ++piece) {
    Arguments arguments = {"batch"};
    for (size_t i = piece; i < files.size(); i += pieces) {
      arguments.push_back(fleet.Path(files[i]));
      if ((*random)() % 4 == 0) arguments.push_back(fleet.Path(files[(*random)() % files.size()]));
    }
    if (arguments.size() == 1) continue;
    // Some in one folder, others in folders of their own.
    const std::string folder = out.Path("piece" + std::to_string((*random)() % 3));
    RunIt(With(arguments, {"--emit", folder}));
    if (fs::exists(folder)) folders->push_back(folder);
  }
}

TEST_CASE("merged results are what one batch says, in any grouping and order") {
  const SmallFleet fleet;
  const Arguments json = {"--format", "json", "--quiet"};
  const Ran whole = RunIt(With({"batch", fleet.root()}, json));
  std::mt19937 random(7);
  for (int round = 0; round < 12; ++round) {
    CAPTURE(round);
    const TempDir out;
    std::vector<std::string> folders;
    EmitInPieces(fleet, &random, out, &folders);
    std::shuffle(folders.begin(), folders.end(), random);
    const Ran merged = RunIt(With(With({"merge"}, folders), json));
    CHECK(merged.out == whole.out);
    CHECK(merged.status == whole.status);
    // A part of it merged first, and then with the rest.
    const std::string half = out.Path("half");
    RunIt(With({"merge", folders.front(), "--emit", half}, json));
    Arguments again = {"merge", half};
    again.insert(again.end(), folders.begin(), folders.end());
    CHECK(RunIt(With(again, json)).out == whole.out);
  }
}

fs::path LargestFile(const std::string& folder) {
  fs::path largest;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (largest.empty() || entry.file_size() > fs::file_size(largest)) largest = entry.path();
  }
  return largest;
}

TEST_CASE("a result file that is damaged is told, the others count") {
  const SmallFleet fleet;
  const TempDir out;
  RunIt({"batch", fleet.root(), "--emit", out.Path("r")});
  const fs::path victim = LargestFile(out.Path("r"));
  fs::resize_file(victim, fs::file_size(victim) / 2);
  const nlohmann::json report = JsonOfBatch({"merge", out.Path("r")});
  CHECK(FileOf(report, victim.filename().string())["outcome"] == "failed");
  CHECK(report["machines"].size() >= 2);
}

TEST_CASE("a result file with damage behind its summary costs that log only") {
  const SmallFleet fleet;
  const TempDir out;
  RunIt({"batch", fleet.root(), "--emit", out.Path("r")});
  const fs::path victim = LargestFile(out.Path("r"));
  std::fstream file(victim, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(fs::file_size(victim)) - 100);
  file << "XXXX";
  file.close();
  const nlohmann::json report = JsonOfBatch({"merge", out.Path("r")});
  CHECK(report["counts"]["failed"] == 2);  // with the broken one
  CHECK(report["counts"]["read"] == 4);
  CHECK(RunIt({"merge", out.Path("r"), "-q"}).status == 4);
}

TEST_CASE("a report never takes the place of a store or of a result") {
  const SmallFleet fleet;
  const TempDir out;
  const std::string store = out.Path("s.db");
  CHECK(RunIt({"batch", fleet.Path("a"), "--store", store, "-o", store, "-q"}).status == 2);
  CHECK_FALSE(fs::exists(store));
  CHECK(RunIt({"batch", fleet.Path("a"), "--store", store, "--emit", out.Path("r"), "-q"}).status ==
        0);
  CHECK(RunIt({"batch", fleet.Path("a"), "--store", store, "-o", store, "-q"}).status == 2);
  for (const auto& entry : fs::directory_iterator(out.Path("r"))) {
    CHECK(RunIt({"merge", out.Path("r"), "-o", entry.path().string(), "-q"}).status == 2);
  }
  CHECK(RunIt({"merge", out.Path("r"), "-q"}).status == 0);
}

TEST_CASE("result files in a folder that is read are not read as logs") {
  const SmallFleet fleet;
  const Arguments batch = {"batch", fleet.root(), "--emit", fleet.Path("results"), "-q"};
  const std::string first = RunIt(batch).out;
  CHECK(RunIt(batch).out == first);
}

TEST_CASE("a store that goes away under a batch is missed") {
  const SmallFleet fleet;
  const TempDir out;
  const std::string store = out.Path("s.db");
  class Remover : public BatchListener {
   public:
    explicit Remover(std::string path) : path_(std::move(path)) {}
    void Found(size_t, uint64_t) override {}
    void FileDone(const std::string&, uint64_t, const std::vector<DigestHandle>&, bool) override {}
    void Judging(size_t) override { fs::remove(path_); }

   private:
    std::string path_;
  } remover(store);
  BatchOptions options;
  options.paths = {fleet.Path("a")};
  options.store = store;
  const auto report = Batch(options, &remover);
  REQUIRE_FALSE(report);
  CHECK(Contains(report.error().message, "removed or replaced"));
}

TEST_CASE("merge says what it takes if there are no results") {
  const TempDir empty;
  const Ran ran = RunIt({"merge", empty.Path("")});
  CHECK(ran.status == 2);
  CHECK(Contains(ran.err, "--emit"));
}

// Which files were read, and which were in the store.
class Heard : public BatchListener {
 public:
  void Found(size_t, uint64_t) override {}
  void FileDone(const std::string&, uint64_t, const std::vector<DigestHandle>&,
                bool known) override {
    ++(known ? stored : read);
  }
  void Judging(size_t) override {}
  int read = 0, stored = 0;
};

Heard RunWithStore(const std::string& folder, const std::string& store, const char* since = "") {
  Heard heard;
  BatchOptions options;
  options.paths = {folder};
  options.store = store;
  options.since = since;
  CHECK(Batch(options, &heard));
  return heard;
}

TEST_CASE("files that are in the store are not read again, unless they or the settings changed") {
  const SmallFleet fleet;
  const TempDir other;
  const std::string store = other.Path("results.db");
  Heard heard = RunWithStore(fleet.root(), store);
  CHECK(heard.read + heard.stored == 9);  // of the two that are equal one may be known already
  heard = RunWithStore(fleet.root(), store);
  CHECK(heard.read == 0);
  CHECK(heard.stored == 9);
  fs::rename(fleet.Path("c.csv"), fleet.Path("moved.csv"));
  CHECK(RunWithStore(fleet.root(), store).read == 0);
  fs::last_write_time(fleet.Path("moved.csv"), fs::file_time_type::clock::now());
  CHECK(RunWithStore(fleet.root(), store).read == 0);
  fleet.Write("moved.csv", SmallLog("SRV3", 3, 3, 1e7));
  CHECK(RunWithStore(fleet.root(), store).read == 1);
  CHECK(RunWithStore(fleet.root(), store, "2026-03-03").read >= 8);
}

TEST_CASE("a run from the store says what a run without says") {
  const SmallFleet fleet;
  const TempDir other;
  const Arguments batch = {"batch", fleet.root(), "--format", "json"};
  const std::string without = RunIt(batch).out;
  const Arguments with = With(batch, {"--store", other.Path("results.db")});
  CHECK(RunIt(with).out == without);
  CHECK(RunIt(with).out == without);
  // A store knows what is in files, and one of the names that they have.
  const nlohmann::json merged = JsonOfBatch({"merge", other.Path("results.db")});
  const nlohmann::json expected = nlohmann::json::parse(without);
  CHECK(merged["components"] == expected["components"]);
  CHECK(merged["counts"]["read"] == expected["counts"]["read"]);
  CHECK(merged["counts"]["machines"] == expected["counts"]["machines"]);
}

TEST_CASE("without a terminal there is a line for each file, and none with --quiet") {
  const SmallFleet fleet;
  const Ran ran = RunIt({"batch", fleet.root(), "--jobs", "1"});
  CHECK(std::count(ran.err.begin(), ran.err.end(), '\n') == 9);
  CHECK(Contains(ran.err, "c.csv: SRV3, 2026-03-03 00:00 to 2026-03-05 23:59"));
  CHECK(Contains(ran.err, "readme.txt: no performance log"));
  CHECK(Contains(ran.err, "empty.csv: no performance log"));
  CHECK(Contains(ran.err, "broken.csv.gz: "));
  CHECK(RunIt({"batch", fleet.root(), "--quiet"}).err.empty());
}

}  // namespace
}  // namespace perfleak
