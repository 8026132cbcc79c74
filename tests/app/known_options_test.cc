// Options of analyze that bear on known issues: rules of the user's own, events, pool tags, and
// what is stated of the machines.
#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/run_program.h"
#include "support/csv_log.h"
#include "support/temp_dir.h"
#include "support/test_log.h"

namespace perfleak {
namespace {

using Json = nlohmann::json;

constexpr double kMb = 1048576;

// An issue of the program that leaks paged pool in q265511.csv.
constexpr const char* kRules = R"(family = "mail-archive"

[[issue]]
id = "OPS-117"
title = "Archive agent keeps a buffer for each message"
processes = ["mailarch"]
resources = ["paged-pool"]
guilty.modules = ["archfilt.sys"]
guilty.attribution = "hosted-module"
guilty.differs_from_process = true
trigger = "a message with an attachment"
events = ["mailarch:4001"]
pool_tags = ["MAtt"]
fix.type = "third-party"
fix.fixed_in = ["Contoso Archive 3.2"]
)";

constexpr const char* kOtherRules = R"(family = "other"

[[issue]]
id = "OPS-118"
title = "Another program keeps handles"
processes = ["other"]
resources = ["handles"]
)";

Json FirstSuspect(const Arguments& more) {
  return JsonOf(With({"analyze", SampleLog("q265511")}, more))["suspects"][0];
}

// --- rules

TEST_CASE("an issue of the user's own is matched as a built-in one is") {
  const TempDir dir;
  const Json suspect = FirstSuspect({"--rules", dir.Write("own.toml", kRules)});
  CHECK(FirstPlace(suspect) == std::vector<std::string>{"OPS-117"});
  const Json issue = IssueOf(suspect, "OPS-117");
  CHECK(issue["grade"] == "compatible");
  CHECK(issue["fix"] == "Contoso Archive 3.2");
  CHECK(issue["guilty"] == Json{"archfilt.sys"});
  CHECK(issue["matched"] == Json{"growth in mailarch", "Memory\\Pool Paged Bytes rises"});
  CHECK(suspect["likely_responsible"]["component"] == "mailarch (archfilt.sys)");
  CHECK(!IssueOf(suspect, "Q265511").is_null());
  CHECK(!IssueOf(suspect, "").is_null());
}

TEST_CASE("the report in text shows the user's issue with its fix") {
  const TempDir dir;
  const std::string text = Unwrapped(
      OutputOf({"analyze", SampleLog("q265511"), "--rules", dir.Write("own.toml", kRules)}));
  CHECK(Contains(text,
                 "known issues OPS-117 (compatible): Archive agent keeps a buffer for each message "
                 "fix: Contoso Archive 3.2 "));
}

TEST_CASE("a folder of rules is all its *.toml, whatever else lies there") {
  const TempDir dir;
  dir.Write("own.toml", kRules);
  dir.Write("other.TOML", kOtherRules);
  dir.Write("notes.txt", "not rules");
  std::filesystem::create_directory(dir.Path("folder.toml"));
  CHECK(FirstPlace(FirstSuspect({"--rules", dir.Path("")})) == std::vector<std::string>{"OPS-117"});
  CHECK(JsonOf({"known", "--rules", dir.Path("")})["total"] == 504);
}

TEST_CASE("--rules can be repeated") {
  const TempDir dir;
  const Arguments both = {"--rules", dir.Write("a.toml", kOtherRules), "--rules",
                          dir.Write("b.toml", kRules)};
  CHECK(!IssueOf(FirstSuspect(both), "OPS-117").is_null());
  CHECK(JsonOf(With({"known"}, both))["total"] == 504);
}

TEST_CASE("rules of another program change nothing") {
  const TempDir dir;
  CHECK(FirstSuspect({"--rules", dir.Write("other.toml", kOtherRules)}) == FirstSuspect({}));
}

// The log does not exist: rules are read first, and it is not mentioned.
std::string ErrorOfRules(const Arguments& rules) {
  std::string error = ErrorOf(With({"analyze", "no-such-log.csv"}, rules));
  CHECK(!Contains(error, "no-such-log.csv"));
  return error;
}

TEST_CASE("problems of rules are told with file and line before a log is read") {
  const TempDir dir;
  const std::string path =
      dir.Write("bad.toml", std::string(kRules) + "typ = 'leak'\nconfidence.fix = 'sure'\n");
  const std::string error = ErrorOfRules({"--rules", path});
  CHECK(Contains(error, "perfleak: " + path + ":16:1: unknown key \"typ\""));
  CHECK(Contains(error, path + ":17:"));
}

TEST_CASE("rules that are no TOML are told with file and line") {
  const TempDir dir;
  const std::string path = dir.Write("bad.toml", "family = \"x\"\n[[issue\n");
  CHECK(Contains(ErrorOfRules({"--rules", path}), path + ":2:"));
}

TEST_CASE("one problem in a folder is enough, and names its file") {
  const TempDir dir;
  dir.Write("a.toml", kRules);
  dir.Write("b.toml", "family = 'x'\n[[issue]]\nid = 'B'\n");
  const std::string error = ErrorOfRules({"--rules", dir.Path("")});
  CHECK(Contains(error, "b.toml:2:"));
  CHECK(!Contains(error, "a.toml"));
}

TEST_CASE("an id that is taken is an error, by built-in issues, other files and the same file") {
  const TempDir dir;
  const std::string built_in =
      dir.Write("built-in.toml", "family = 'x'\n[[issue]]\nid = 'Q176708'\ntitle = 't'\n");
  CHECK(Contains(ErrorOfRules({"--rules", built_in}),
                 built_in + ":2:1: the id \"Q176708\" is already in the built-in exchange.toml"));

  const std::string a = dir.Write("a.toml", kRules);
  const std::string b = dir.Write("b.toml", kRules);
  CHECK(Contains(ErrorOfRules({"--rules", a, "--rules", b}),
                 b + ":3:1: the id \"OPS-117\" is already in " + a));
  CHECK(Contains(ErrorOfRules({"--rules", a, "--rules", a}), "the id \"OPS-117\" is already in "));

  const std::string twice = dir.Write(
      "twice.toml", std::string(kOtherRules) + "[[issue]]\nid = 'OPS-118'\ntitle = 't'\n");
  CHECK(Contains(ErrorOfRules({"--rules", twice}), twice + ":8:1: the id \"OPS-118\" is already"));
}

TEST_CASE("rules that are not there are an error") {
  const TempDir dir;
  CHECK(Contains(ErrorOfRules({"--rules", dir.Path("none.toml")}), "none.toml: cannot be opened"));
  CHECK(Contains(ErrorOfRules({"--rules", dir.Path("")}), "no file here ends in .toml."));
  CHECK(Contains(ErrorOf({"analyze", "a.csv", "--rules"}), "--rules: 1 required"));
}

TEST_CASE("known lists, finds and shows the issues of rules") {
  const TempDir dir;
  const Arguments rules = {"--rules", dir.Write("own.toml", kRules)};
  CHECK(Contains(OutputOf(With({"known"}, rules)), "mail-archive (1)\n"));
  CHECK(Contains(OutputOf(With({"known"}, rules)), "503 known issues."));
  CHECK(JsonOf(With({"known", "mailarch", "paged-pool"}, rules))["issues"][0]["id"] == "OPS-117");
  CHECK(OutputOf(With({"known", "ops-117"}, rules))
            .starts_with("OPS-117: Archive agent keeps a buffer for each message\n"));
  CHECK(Contains(ErrorOf({"known", "--rules", dir.Write("bad.toml", "family = 'x'\ntyp = 1\n")}),
                 "bad.toml:2:1: "));
}

// --- events and pool tags

TEST_CASE("an event of an issue confirms it") {
  const TempDir dir;
  const Arguments rules = {"--rules", dir.Write("own.toml", kRules)};
  CHECK(IssueOf(FirstSuspect(rules), "OPS-117")["not_logged"] ==
        Json{"event mailarch:4001", "pool tag MAtt"});

  // Case does not matter, and other events beside it do not either.
  const Json issue = IssueOf(
      FirstSuspect(With(rules, {"--event", "Srv:2019", "--event", "MAILARCH:4001"})), "OPS-117");
  CHECK(issue["grade"] == "fits");
  CHECK(issue["matched"].dump().find("event mailarch:4001") != std::string::npos);
  CHECK(issue["not_logged"] == Json{"pool tag MAtt"});
}

TEST_CASE("an event of the same source with another number confirms nothing") {
  const TempDir dir;
  const Json issue =
      IssueOf(FirstSuspect({"--rules", dir.Write("own.toml", kRules), "--event", "mailarch:4002"}),
              "OPS-117");
  CHECK(issue["grade"] == "compatible");
  CHECK(issue["not_logged"] == Json{"event mailarch:4001", "pool tag MAtt"});
}

TEST_CASE("a pool tag of an issue confirms it, another one contradicts it") {
  const TempDir dir;
  const Arguments rules = {"--rules", dir.Write("own.toml", kRules)};
  const Json with_tag =
      IssueOf(FirstSuspect(With(rules, {"--pool-tag", "Ntfx", "--pool-tag", "MAtt"})), "OPS-117");
  CHECK(with_tag["grade"] == "fits");
  CHECK(Contains(with_tag["matched"].dump(), "pool tag MAtt"));

  const Json suspect = FirstSuspect(With(rules, {"--pool-tag", "matt"}));  // case matters
  CHECK(suspect["known_issues"][0]["id"] != "OPS-117");
  const Json contradicted = IssueOf(suspect, "OPS-117");
  if (!contradicted.is_null()) {
    CHECK(contradicted["contradicted"] == Json{"pool tag MAtt is not the one that grows"});
    CHECK(contradicted["grade"] == "cannot be excluded");
  }
}

TEST_CASE("events, pool tags and rules change what is known, not what is measured") {
  const TempDir dir;
  Json with = FirstSuspect(
      {"--rules", dir.Write("own.toml", kRules), "--event", "mailarch:4001", "--pool-tag", "MAtt"});
  Json without = FirstSuspect({});
  CHECK(with != without);
  for (Json* suspect : {&with, &without}) {
    for (const char* key : {"known_issues", "known_issues_more", "known_issues_excluded",
                            "deciding_fact", "likely_responsible", "next_steps"}) {
      CHECK(suspect->erase(key) == 1);
    }
  }
  CHECK(with == without);
}

TEST_CASE("what is no event or pool tag is an error before a log is read") {
  const auto error_of = [](const std::string& option, const std::string& value) {
    std::string error = ErrorOf({"analyze", "no-such-log.csv", option, value});
    CHECK(!Contains(error, "no-such-log.csv"));
    return error;
  };
  for (const std::string value : {"Srv", "2019", ":2019", " :2019", "Srv:", "Srv:x", "Srv:-1",
                                  "Srv:+1", "Srv:1.5", "Srv:2019x", "Srv:4294967296"}) {
    CHECK(error_of("--event", value) == "perfleak: --event " + value +
                                            ": not an event. Write its source and number as "
                                            "Srv:2019.\n");
  }
  CHECK(error_of("--pool-tag", "MAtt1") ==
        "perfleak: --pool-tag MAtt1: not a pool tag. Write its one to four characters as poolmon "
        "shows them.\n");
  CHECK(Contains(ErrorOf({"analyze", "a.csv", "--event"}), "--event: 1 required"));
  CHECK(Contains(ErrorOf({"analyze", "a.csv", "--pool-tag"}), "--pool-tag: 1 required"));
}

TEST_CASE("a log after an event, a tag or rules is a log") {
  const TempDir dir;
  for (const Arguments& option : {Arguments{"--event", "Srv:2019"}, Arguments{"--pool-tag", "MAtt"},
                                  Arguments{"--rules", dir.Write("own.toml", kRules)}}) {
    CAPTURE(option.front());
    const Json report = JsonOf(With(With({"analyze"}, option), {SampleLog("q265511")}));
    CHECK(report["suspects"].size() == 1);
  }
}

// --- two machines

// Both machines are Exchange servers of which the store leaks 60 MB/h.
std::string TwoServers(const TempDir& dir) {
  std::vector<CsvColumn> columns;
  for (const std::string pc : {R"(\\A\)", R"(\\B\)"}) {
    columns.push_back({pc + R"(Process(store)\ID Process)", Always(10)});
    columns.push_back({pc + R"(Process(store)\Private Bytes)",
                       [](int i) { return 300 * kMb + kMb * i + 2 * kMb * Noise(i, 1); }});
    columns.push_back({pc + R"(Process(emsmta)\ID Process)", Always(20)});
    columns.push_back({pc + R"(Process(emsmta)\Private Bytes)",
                       [](int i) { return 50 * kMb + kMb * Noise(i, 2); }});
    columns.push_back(
        {pc + R"(Processor(_Total)\% Processor Time)", [](int i) { return 20 + 5 * Noise(i, 3); }});
  }
  return dir.Write("two.csv", CsvLog(columns, 2000));
}

TEST_CASE("what is stated holds for every machine of the log") {
  const TempDir dir;
  const Json report = JsonOf({"analyze", TwoServers(dir), "--product", "exchange-5.0", "--windows",
                              "nt4", "--ram", "512MB"});
  REQUIRE(report["systems"].size() == 2);
  for (const Json& system : report["systems"]) {
    CAPTURE(system["machine"]);
    CHECK(system["windows"]["versions"] == Json{"nt-4.0"});
    CHECK(system["windows"]["certainty"] == "stated");
    CHECK(system["ram_bytes"] == 536870912);  // 512 * 1024 * 1024
    CHECK(system["ram_from"] == "--ram");
    REQUIRE(system["products"].size() == 1);
    CHECK(system["products"][0]["versions"] == Json{"5.0"});
    CHECK(system["products"][0]["from"] == "--product");
  }
  REQUIRE(report["suspects"].size() == 2);
  for (const Json& suspect : report["suspects"]) {
    CAPTURE(suspect["machine"]);
    CHECK(FirstPlace(suspect) == std::vector<std::string>{"Q176708", "Q176709"});
    CHECK(IssueOf(suspect, "Q176708")["grade"] == "fits");
    CHECK(suspect["likely_responsible"]["component"] == "emsmta");
  }
}

TEST_CASE("two machines of one picture have one answer, and each alone the same") {
  const TempDir dir;
  const std::string log = TwoServers(dir);
  const Json both = JsonOf({"analyze", log, "--product", "exchange-5.0"})["suspects"];
  REQUIRE(both.size() == 2);
  CHECK(both[0]["machine"] != both[1]["machine"]);
  CHECK(both[0]["known_issues"] == both[1]["known_issues"]);
  for (const Json& suspect : both) {
    const Json alone = JsonOf({"analyze", log, "--product", "exchange-5.0", "--machine",
                               suspect["machine"].get<std::string>()})["suspects"];
    REQUIRE(alone.size() == 1);
    CHECK(alone[0]["known_issues"] == suspect["known_issues"]);
  }
}

TEST_CASE("a product of other machines excludes the issues that are not about it") {
  const TempDir dir;
  const std::string log = TwoServers(dir);
  const Json other = JsonOf({"analyze", log, "--product", "exchange-5.5"});
  for (const Json& suspect : other["suspects"]) {
    CHECK(IssueOf(suspect, "Q176708").is_null());
    CHECK(suspect["known_issues_excluded"] > 0);
  }
  const Json report = JsonOf({"analyze", log, "--product", "exchange-2013"});
  REQUIRE(report["quality"].size() == 1);
  CHECK(report["quality"][0]["code"] == "stated-product-contradicts-log");
  CHECK(Contains(report["quality"][0]["message"], " on A, B; what was stated counts."));
}

TEST_CASE("what is stated and cannot be read is an error before a log is read") {
  const auto error_of = [](const std::string& option, const std::string& value) {
    std::string error = ErrorOf({"analyze", "no-such-log.csv", option, value});
    CHECK(!Contains(error, "no-such-log.csv"));
    return error;
  };
  CHECK(Contains(error_of("--product", "notes"), "--product notes: "));
  CHECK(Contains(error_of("--product", "exchange-9.9"), "--product exchange-9.9: "));
  CHECK(Contains(error_of("--windows", "amiga"), "--windows amiga: "));
  CHECK(Contains(error_of("--ram", "lots"), "--ram lots: not an amount of memory."));
}

}  // namespace
}  // namespace perfleak
