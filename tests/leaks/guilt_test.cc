#include "leaks/guilt.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "leaks/known_case.h"

namespace perfleak {
namespace {

struct Listed {
  std::string id;  // empty: the defect in no catalogue
  int tie_group = 0;
  std::string grade = "compatible";
};

std::optional<Responsible> GuiltOf(const std::string& entries, const std::vector<Listed>& listed,
                                   const std::optional<Responsible>& before = std::nullopt) {
  Suspect suspect;
  suspect.component = "store";
  suspect.likely_responsible = before;
  for (const Listed& one : listed) {
    IssueMatch match;
    match.id = one.id;
    match.tie_group = one.tie_group;
    match.grade = one.grade;
    suspect.known_issues.push_back(match);
  }
  return GuiltFromKnownIssues(suspect, BaseOf(entries));
}

std::string Guilty(const std::string& modules, const std::string& attribution) {
  return "guilty.modules = " + modules + "\nguilty.attribution = '" + attribution +
         "'\nguilty.differs_from_process = true\n";
}
std::string Module(const std::string& id, const std::string& dll) {
  return Entry(id, Guilty("['" + dll + "']", "hosted-module"));
}

const std::string kMta =
    Entry("Q1", Guilty("['emsmta']", "other-process") + "cause = 'the MTA calls into the store'\n");

TEST_CASE("another process is at fault") {
  const auto who = GuiltOf(kMta, {{"Q1", 0, "fits"}, {"", 0}});
  REQUIRE(who.has_value());
  CHECK(who->component == "emsmta");
  CHECK(who->why == "Q1: the MTA calls into the store");
  CHECK(who->grade == "fits");
  for (const char* elsewhere : {"remote-peer", "remote-client-component", "kernel-or-os"}) {
    CHECK(GuiltOf(Entry("Q1", Guilty("['x']", elsewhere)), {{"Q1"}})->component == "x");
  }
}

TEST_CASE("the process itself is at fault, or a module that it hosts") {
  CHECK(GuiltOf(Entry("Q1", "guilty.modules = ['store']\nguilty.attribution = 'self'\n"), {{"Q1"}})
            ->component == "store");
  CHECK(GuiltOf(Entry("Q1", ""), {{"Q1"}})->component == "store");
  CHECK(GuiltOf(Entry("Q1", ""), {{"Q1"}})->why == "Q1, title of Q1");
  CHECK(GuiltOf(Module("Q1", "a.dll"), {{"Q1"}})->component == "store (a.dll)");
}

TEST_CASE("issues behind the best say nothing") {
  const auto who = GuiltOf(kMta + Module("Q2", "a.dll"), {{"Q2"}, {"Q1"}});
  REQUIRE(who.has_value());
  CHECK(who->component == "store (a.dll)");
  CHECK(who->why == "Q2, title of Q2");
}

TEST_CASE("of a tie the first is named with what cannot be told from it") {
  const auto who = GuiltOf(kMta + Module("Q2", "a.dll"), {{"Q1", 1}, {"Q2", 1}, {"", 0}});
  REQUIRE(who.has_value());
  CHECK(who->component == "emsmta");
  CHECK(who->why ==
        "Q1: the MTA calls into the store; this log cannot tell that from Q2 (store (a.dll))");
}

TEST_CASE("of a tie of modules of one process any may be at fault") {
  const auto who = GuiltOf(Module("Q1", "a.dll") + Module("Q2", "b.dll") + Module("Q3", "a.dll"),
                           {{"Q1", 1}, {"Q2", 1}, {"Q3", 1}});
  REQUIRE(who.has_value());
  CHECK(who->component == "store (a.dll or b.dll)");
  CHECK(who->why == "a component in it has a known issue, Q1, Q2 or Q3");
}

TEST_CASE("more issues than three or modules than four are a list to read") {
  std::string mixed = kMta, modules;
  std::vector<Listed> three = {{"Q1", 1}}, listed_modules;
  for (int i = 2; i <= 3; ++i) {
    mixed += Entry("Q" + std::to_string(i), "");
    three.push_back({"Q" + std::to_string(i), 1});
  }
  CHECK(GuiltOf(mixed, three).has_value());
  mixed += Entry("Q4", "");
  std::vector<Listed> four = three;
  four.push_back({"Q4", 1});
  CHECK_FALSE(GuiltOf(mixed, four).has_value());

  for (int i = 1; i <= 4; ++i) {
    modules += Module("M" + std::to_string(i), std::to_string(i) + ".dll");
    listed_modules.push_back({"M" + std::to_string(i), 1});
  }
  CHECK(GuiltOf(modules, listed_modules)->component == "store (1.dll, 2.dll, 3.dll or 4.dll)");
  modules += Module("M5", "5.dll");
  listed_modules.push_back({"M5", 1});
  CHECK_FALSE(GuiltOf(modules, listed_modules).has_value());
}

TEST_CASE("a defect that is in no catalogue names nobody and weakens a tie") {
  CHECK_FALSE(GuiltOf(kMta, {{"", 0}, {"Q1", 0}}).has_value());
  CHECK_FALSE(GuiltOf("", {{"", 0}}).has_value());
  CHECK_FALSE(GuiltOf("", {}).has_value());
  const auto who = GuiltOf(kMta, {{"", 1}, {"Q1", 1, "fits"}});
  REQUIRE(who.has_value());
  CHECK(who->component == "emsmta");
  CHECK(who->grade == "cannot be excluded");
  CHECK(who->why ==
        "Q1: the MTA calls into the store; this log cannot tell that from a defect that is not in "
        "the catalogue");
}

TEST_CASE("a culprit that was measured stands") {
  const std::vector<Listed> listed = {{"Q1", 0, "fits"}};
  CHECK_FALSE(GuiltOf(kMta, listed, Responsible{"mad", "at its restarts", "fits"}).has_value());
  // The process that grows is no more than what the growth says.
  CHECK(GuiltOf(kMta, listed, Responsible{"store", "it grows", "compatible"})->component ==
        "emsmta");
}

}  // namespace
}  // namespace perfleak
