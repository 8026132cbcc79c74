#include "app/history.h"

#include <doctest/doctest.h>

#include <string>

#include "fleet/store_samples.h"
#include "support/temp_dir.h"

namespace perfleak {
namespace {

// EXCH01 with store and mad, EXCH02 with store.
std::string FleetStore(const TempDir& dir) {
  const std::string path = dir.Path("fleet.db");
  const auto store = Opened(path);
  const int64_t run = Value(store->BeginRun({"0.1.0", "batch logs", "s1", 1772409600}));
  CheckOk(store->PutMachine(run, SampleMachine("EXCH01", {SampleSuspect("EXCH01", "store", {1, 2}),
                                                          SampleSuspect("EXCH01", "mad", {3})})));
  CheckOk(store->PutMachine(run, SampleMachine("EXCH02", {SampleSuspect("EXCH02", "store", {4})})));
  return path;
}

std::string ErrorOf(const std::string& store, const std::string& asked) {
  const auto report = History({store, asked});
  return report ? "" : report.error().message;
}

TEST_CASE("history of a machine, of a component and of what a pattern names") {
  const TempDir dir;
  const std::string store = FleetStore(dir);
  const auto machine = Value(History({store, "exch01"}));
  CHECK(machine.store == store);
  CHECK(machine.asked == "exch01");
  CHECK(!machine.version.empty());
  REQUIRE(machine.lines.size() == 2);
  CHECK(machine.lines[0].component == "mad");
  CHECK(machine.lines[1].component == "store");
  CHECK(machine.lines[1].periods.size() == 2);
  CHECK(Value(History({store, "store"})).lines.size() == 2);
  CHECK(Value(History({store, "exch*"})).lines.size() == 3);
}

TEST_CASE("a name without history is answered with those that may have been meant") {
  const TempDir dir;
  const std::string store = FleetStore(dir);
  const std::string none = store + ": has no history of ";
  CHECK(ErrorOf(store, "exch03") == none + "exch03; did you mean EXCH01, EXCH02?");
  CHECK(ErrorOf(store, "sotre") == none + "sotre; did you mean store?");
  CHECK(ErrorOf(store, "lsass") == none +
                                       "lsass; it has EXCH01, EXCH02, mad, store; name one, or "
                                       "a part of it with *.");
  CHECK(ErrorOf(store, "xch0") == none + "xch0; did you mean EXCH01, EXCH02?");
  CHECK(ErrorOf(store, "") != "");
}

TEST_CASE("a store in which nothing leaked says so") {
  const TempDir dir;
  const std::string path = dir.Path("fleet.db");
  Opened(path).reset();
  CHECK(ErrorOf(path, "store") ==
        path + ": has no history of store; nothing leaked on any machine in it.");
}

TEST_CASE("history makes no store where there is none") {
  const TempDir dir;
  const std::string path = dir.Path("fleet.db");
  CHECK(ErrorOf(path, "store") ==
        path + ": there is no results store; perfleak batch --store " + path + " makes one.");
  CHECK(!std::filesystem::exists(path));
}

}  // namespace
}  // namespace perfleak
