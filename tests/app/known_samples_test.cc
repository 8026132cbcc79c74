// The five articles that perfleak began with: each is recognised in its sample, with who is
// responsible and what corrects it.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/run_program.h"

namespace perfleak {
namespace {

using Json = nlohmann::json;

// What the samples' README and the articles say. `tied` are issues of the same product and resource
// that no log can tell from the article.
struct Sample {
  std::string log;
  std::string product;
  std::string id;
  std::vector<std::string> components;  // the suspects that leak because of it
  std::vector<std::string> tied;
  std::string responsible;  // words of who is responsible, once the product is stated
  std::string fix;          // version, date and prerequisite
};

const std::vector<Sample>& Samples() {
  static const std::vector<Sample> samples = {
      {"q265511",
       "exchange-5.5-sp3",
       "Q265511",
       {"mailarch"},
       {},
       "mailarch (mapi32.dll)",
       "Exchange Server 5.5 SP4"},
      {"q176708",
       "exchange-5.0",
       "Q176708",
       {"store"},
       {"Q176709"},
       "emsmta",
       "latest service pack of Exchange Server version 5.0"},
      // All three are of Exchange 2003 SP1 and of any program that uses MAPI.
      {"898782",
       "exchange-2003-sp1",
       "898782",
       {"faxgate"},
       {"891509", "843523"},
       "emsmdb32.dll",
       "Exchange Server 2003 post-SP1 hotfix; emsmdb32.dll 6.5.7233.36 (2005-07-08); needs "
       "Exchange Server 2003 SP1"},
      {"896064",
       "exchange-2000-sp3",
       "896064",
       {"provsvc"},
       {},
       "provsvc (cdoexm.dll)",
       "Exchange 2000 post-SP3 hotfix; cdoexm.dll 6.0.6617.63 (2005-04-18); needs Exchange 2000 "
       "SP3 and the August 2004 rollup 870540"},
      {"q254282",
       "exchange-5.5",
       "Q254282",
       {"chat", "mmc"},
       {},
       "(ChatCommand COM object)",
       "Exchange Server 5.5 SP4"}};
  return samples;
}

Arguments WithoutProduct(const Sample& sample) { return {"analyze", SampleLog(sample.log)}; }

Arguments WithProduct(const Sample& sample) {
  return With(WithoutProduct(sample), {"--product", sample.product});
}

bool Holds(const std::vector<std::string>& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

Json SuspectNamed(const Json& report, const std::string& component) {
  for (const Json& suspect : report["suspects"]) {
    if (suspect["component"] == component) return suspect;
  }
  FAIL("no suspect ", component);
  return nullptr;
}

// Calls `check` with every suspect that leaks because of the sample's article.
template <class Check>
void ForEachLeak(const Sample& sample, const Json& report, Check check) {
  CAPTURE(sample.log);
  for (const std::string& component : sample.components) {
    CAPTURE(component);
    check(SuspectNamed(report, component));
  }
}

TEST_CASE("the log alone puts its article first, or in the tie for the first place") {
  for (const Sample& sample : Samples()) {
    ForEachLeak(sample, JsonOf(WithoutProduct(sample)),
                [&](const Json& suspect) { CHECK(Holds(FirstPlace(suspect), sample.id)); });
  }
}

TEST_CASE("with the product its article is first, tied only with what no log tells from it") {
  for (const Sample& sample : Samples()) {
    ForEachLeak(sample, JsonOf(WithProduct(sample)), [&](const Json& suspect) {
      const std::vector<std::string> first = FirstPlace(suspect);
      CHECK(Holds(first, sample.id));
      for (const std::string& id : first) {
        CAPTURE(id);
        CHECK((id == sample.id || Holds(sample.tied, id)));
      }
    });
  }
}

TEST_CASE("with the product the component of the article is named as responsible") {
  for (const Sample& sample : Samples()) {
    ForEachLeak(sample, JsonOf(WithProduct(sample)), [&](const Json& suspect) {
      const Json& who = suspect["likely_responsible"];
      REQUIRE(who.is_object());
      const auto named = who["component"].get<std::string>();
      CHECK_MESSAGE(Contains(named, sample.responsible), named);
      const auto why = who["why"].get<std::string>();
      CHECK_MESSAGE(Contains(why, sample.id), why);
    });
  }
}

TEST_CASE("what does not take the product is told by the log alone") {
  for (const Sample& sample : Samples()) {
    if (sample.log == "896064") continue;  // any component of MAPI in any program
    ForEachLeak(sample, JsonOf(WithoutProduct(sample)), [&](const Json& suspect) {
      const auto named = suspect["likely_responsible"]["component"].get<std::string>();
      CHECK_MESSAGE(Contains(named, sample.responsible), named);
    });
  }
}

TEST_CASE(
    "the store grows, the MTA is responsible, and the article that blames the store is told") {
  for (const Arguments& more : {Arguments(), Arguments{"--product", "exchange-5.0"}}) {
    const Json store = JsonOf(With({"analyze", SampleLog("q176708")}, more))["suspects"][0];
    CHECK(store["component"] == "store");
    CHECK(store["likely_responsible"]["component"] == "emsmta");
    CHECK(Contains(store["likely_responsible"]["why"], "cannot tell that from Q176709 (store)"));
  }
}

TEST_CASE("both programs of the ChatCommand object are said to grow together") {
  const Json report = JsonOf({"analyze", SampleLog("q254282")});
  const auto matched = [&](const std::string& component) {
    return IssueOf(SuspectNamed(report, component), "Q254282")["matched"].dump();
  };
  CHECK(Contains(matched("chat"), "mmc grows too"));
  CHECK(Contains(matched("mmc"), "chat grows too"));
}

TEST_CASE("the report in text has version, date and prerequisite of the correction") {
  for (const Sample& sample : Samples()) {
    CAPTURE(sample.log);
    const std::string text = Unwrapped(OutputOf(WithProduct(sample)));
    const std::string head = sample.id + " (";
    size_t shown = 0;
    for (size_t at = text.find(head); at != std::string::npos; at = text.find(head, at + 1)) {
      ++shown;
      const size_t fix = text.find(" fix: ", at);
      REQUIRE(fix != std::string::npos);
      CHECK(text.substr(fix).starts_with(" fix: " + sample.fix + " applies if: "));
    }
    CHECK(shown == sample.components.size());
  }
}

TEST_CASE("every suspect may have a defect that is in no catalogue, listed once") {
  for (const Sample& sample : Samples()) {
    CAPTURE(sample.log);
    for (const Arguments& arguments : {WithoutProduct(sample), WithProduct(sample)}) {
      const Json report = JsonOf(arguments);
      REQUIRE(!report["suspects"].empty());
      for (const Json& suspect : report["suspects"]) {
        const Json& issues = suspect["known_issues"];
        CHECK(std::count_if(issues.begin(), issues.end(),
                            [](const Json& issue) { return issue["id"] == ""; }) == 1);
      }
    }
  }
}

TEST_CASE("no issue makes a suspect of a healthy server") {
  for (const Arguments& more : {Arguments(), Arguments{"--product", "exchange-2003-sp1"}}) {
    const Arguments healthy = With({"analyze", SampleLog("healthy")}, more);
    CHECK(JsonOf(healthy)["suspects"].empty());
    CHECK(!Contains(OutputOf(healthy), "known issues"));
  }
}

}  // namespace
}  // namespace perfleak
