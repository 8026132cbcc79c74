// What known writes for programs, and that no entry can drive a terminal.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "leaks/built_in_knowledge.h"
#include "report/known_json.h"
#include "report/known_text.h"
#include "support/schema.h"

namespace perfleak {
namespace {

using Json = nlohmann::json;

KnownReport ReportOf(std::vector<KnownIssue> issues) {
  KnownReport report;
  report.version = "0.1.0";
  report.total = issues.size();
  report.issues = std::move(issues);
  return report;
}

TEST_CASE("all known issues as JSON validate against the documented schema") {
  const Schema schema("known.schema.json");
  const KnownReport report = ReportOf(BuiltInKnowledge().issues());
  CHECK(schema.Errors(Json::parse(RenderJson(report))) == "");
}

TEST_CASE("an issue that says nothing is null and empty in JSON") {
  KnownIssue issue;
  issue.id = "A";
  issue.title = "t";
  const Schema schema("known.schema.json");
  const Json json = Json::parse(RenderJson(ReportOf({issue})));
  CHECK(schema.Errors(json) == "");
  CHECK(json["issues"][0]["trigger"].is_null());
  CHECK(json["issues"][0]["rate_per_hour"].is_null());
  CHECK(json["issues"][0]["grows_with"].is_null());
  CHECK(json["issues"][0]["explains"].is_null());
  CHECK(json["issues"][0]["guilty"]["kind"].is_null());
}

TEST_CASE("the schema of known notices a missing or unknown field anywhere") {
  const Schema schema("known.schema.json");
  const KnowledgeBase base = BuiltInKnowledge();
  KnownIssue issue = *base.Find("898782");
  issue.explains = Explains{{"Cache\\Copy Reads/sec"}, 24, true, false};
  Json document = Json::parse(RenderJson(ReportOf({issue})));
  ForEachMember(&document, [&](const std::string& key, Json* object) {
    object->erase(key);
    CHECK_MESSAGE(schema.Errors(document) != "", key);
    (*object)[key + "_unknown"] = 1;
    CHECK_MESSAGE(schema.Errors(document) != "", key);
  });
}

TEST_CASE("what growth runs with and what explains it is shown in words") {
  KnownIssue issue;
  issue.id = "A";
  issue.title = "t";
  issue.type = IssueType::kByDesign;
  issue.grows_with = GrowsWith::kMonitoring;
  issue.explains = Explains{{"Database(*)\\Cache Size"}, 1.5, true, true};
  KnownReport report = ReportOf({issue});
  const Json json = Json::parse(RenderJson(report));
  CHECK(Schema("known.schema.json").Errors(json) == "");
  CHECK(json["issues"][0]["grows_with"] == "monitoring");
  CHECK(json["issues"][0]["explains"]["first_hours"] == 1.5);
  report.in_full = true;
  const std::string text = RenderText(report, {});
  for (const char* words :
       {"grows with", "performance queries", "no leak where", "Database(*)\\Cache Size grows by",
        "first 1.5 hours", "Available Bytes", "counters above are wrong"}) {
    CHECK_MESSAGE(text.find(words) != std::string::npos, words);
  }
}

TEST_CASE("text of a rule never drives the terminal") {
  KnownIssue issue;
  issue.id = "A";
  issue.title = "t\x1b[31m";
  issue.trigger = "a\x07";
  issue.processes = {"p\x9b"};
  KnownReport report = ReportOf({issue});
  for (const bool in_full : {false, true}) {
    report.in_full = in_full;
    const std::string text = RenderText(report, {});
    CHECK(text.find_first_of("\x1b\x07\x9b") == std::string::npos);
  }
}

}  // namespace
}  // namespace perfleak
