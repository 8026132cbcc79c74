#include "leaks/version_fit.h"

#include <doctest/doctest.h>

#include <string>

#include "leaks/known_case.h"

namespace perfleak {
namespace {

// "['a', 'b']"
std::string List(const Texts& texts) {
  return texts.empty() ? "[]" : "['" + Join(texts, "', '") + "']";
}

KnownIssue About(const Texts& affects, const Texts& fixed_keys = {}) {
  return IssueOf("affects = " + List(affects) + "\nfix.fixed_keys = " + List(fixed_keys));
}

VersionEvidence FitOf(const KnownIssue& issue, const std::vector<ProductFact>& facts,
                      bool processes_logged = true) {
  Case one;
  for (const ProductFact& fact : facts) one.On(fact);
  return FitVersions(issue, one.platform, processes_logged);
}

VersionFit Fit(const KnownIssue& issue, const ProductFact& fact) {
  return FitOf(issue, {fact}).fit;
}

TEST_CASE("a stated version and service pack is that of the issue or is not") {
  const KnownIssue sp3 = About({"exchange-5.5-sp3"});
  CHECK(Fit(sp3, Stated("exchange-5.5-sp3")) == VersionFit::kExact);
  CHECK(Fit(sp3, Stated("exchange-5.5")) == VersionFit::kVersion);
  CHECK(Fit(sp3, Stated("exchange-5.5-sp2")) == VersionFit::kUnlikely);
  CHECK(Fit(sp3, Stated("exchange-5.5-sp4")) == VersionFit::kUnlikely);  // nobody says corrected
  CHECK(Fit(sp3, Stated("exchange")) == VersionFit::kProduct);
  CHECK(Fit(sp3, Stated("exchange-5.0")) == VersionFit::kExcluded);
  const KnownIssue any_pack = About({"exchange-5.5"});
  CHECK(Fit(any_pack, Stated("exchange-5.5-sp4")) == VersionFit::kVersion);
  CHECK(Fit(About({"exchange"}), Stated("exchange-2003-sp1")) == VersionFit::kVersion);
}

TEST_CASE("a version that the log shows excludes only where it is certain") {
  const KnownIssue issue = About({"exchange-5.5"});
  // Probably 2000, certainly 5.5 or 2000: the issue stays.
  CHECK(Fit(issue, Seen("exchange", {"2000"}, {"5.5", "2000"})) == VersionFit::kUnlikely);
  CHECK(Fit(issue, Seen("exchange", {"2000"}, {"2000", "2003"})) == VersionFit::kExcluded);
  ProductFact any = Seen("exchange", {"2000"});
  any.possible.clear();  // the log rules nothing out
  CHECK(Fit(issue, any) == VersionFit::kUnlikely);
  CHECK(Fit(issue, Seen("exchange", {"5.5"})) == VersionFit::kVersion);
  CHECK(Fit(issue, Seen("exchange", {"5.0", "5.5"})) == VersionFit::kPossible);
  CHECK(Fit(About({"exchange-5.0", "exchange-5.5"}), Seen("exchange", {"5.0", "5.5"})) ==
        VersionFit::kVersion);
}

TEST_CASE("what is stated counts, whatever the log would rule out") {
  ProductFact fact = Stated("exchange-5.5");
  fact.possible = {"2000", "2003"};
  CHECK(Fit(About({"exchange-5.5"}), fact) == VersionFit::kVersion);
  fact = Stated("exchange-2000");
  fact.possible = {"5.5"};
  CHECK(Fit(About({"exchange-5.5"}), fact) == VersionFit::kExcluded);
}

TEST_CASE("a stated service pack that holds the correction excludes, and so does a later one") {
  const KnownIssue issue = About({"exchange-5.5"}, {"exchange-5.5-sp3"});
  CHECK(Fit(issue, Stated("exchange-5.5-sp2")) == VersionFit::kVersion);
  CHECK(Fit(issue, Stated("exchange-5.5-sp3")) == VersionFit::kExcluded);
  CHECK(Fit(issue, Stated("exchange-5.5-sp4")) == VersionFit::kExcluded);
  CHECK(Fit(issue, Stated("exchange-5.5")) == VersionFit::kVersion);  // pack not known
  const KnownIssue other = About({"exchange-5.0", "exchange-5.5"}, {"exchange-5.0-sp2"});
  CHECK(Fit(other, Stated("exchange-5.5-sp2")) == VersionFit::kVersion);  // of another version
}

TEST_CASE("a hotfix after a service pack is in the next one, not in every such system") {
  const KnownIssue issue = About({"winnt-4.0"}, {"winnt-4.0-post-sp5"});
  CHECK(Fit(issue, Stated("winnt-4.0-sp5")) == VersionFit::kVersion);
  CHECK(Fit(issue, Stated("winnt-4.0-sp6")) == VersionFit::kExcluded);
}

TEST_CASE("a later service pack of unknown number never excludes") {
  const KnownIssue issue = About({"exchange-5.0"}, {"exchange-5.0-sp?"});
  CHECK(Fit(issue, Stated("exchange-5.0-sp1")) == VersionFit::kVersion);
  CHECK(Fit(issue, Stated("exchange-5.0-sp99")) == VersionFit::kVersion);
  // As the key of the versions it is about: the pack is not known, so it is not that of the issue.
  CHECK(Fit(About({"exchange-5.0-sp?"}), Stated("exchange-5.0-sp99")) == VersionFit::kVersion);
}

TEST_CASE("a key that is corrected and affected contradicts itself and does not exclude") {
  const KnownIssue issue = About({"exchange-5.5-sp3", "exchange-5.5-sp4"}, {"exchange-5.5-sp4"});
  CHECK(Fit(issue, Stated("exchange-5.5-sp4")) == VersionFit::kExact);
  const KnownIssue two = About({"exchange-5.5-sp3"}, {"exchange-5.5-sp3", "exchange-5.5-sp4"});
  CHECK(Fit(two, Stated("exchange-5.5-sp3")) == VersionFit::kExact);
  CHECK(Fit(two, Stated("exchange-5.5-sp4")) == VersionFit::kExcluded);
}

TEST_CASE("Terminal Server Edition is apart from Windows NT 4.0") {
  const KnownIssue wts = About({"wts-4.0"});
  CHECK(Fit(wts, Stated("wts-4.0")) == VersionFit::kVersion);
  CHECK(Fit(wts, Stated("winnt-4.0")) == VersionFit::kUnlikely);
  CHECK(Fit(wts, Seen("windows", {"nt-4.0"})) == VersionFit::kPossible);  // a log does not tell
  const KnownIssue nt = About({"winnt-4.0"});
  CHECK(Fit(nt, Stated("winnt-4.0")) == VersionFit::kVersion);
  CHECK(Fit(nt, Stated("wts-4.0")) == VersionFit::kPossible);  // much of it is the same
  const KnownIssue both = About({"winnt-4.0", "wts-4.0"});
  CHECK(Fit(both, Stated("winnt-4.0")) == VersionFit::kVersion);
  CHECK(Fit(both, Stated("wts-4.0")) == VersionFit::kVersion);
  // Other Windows have no such edition.
  CHECK(Fit(About({"wts-4.0", "win2000"}), Stated("win2000")) == VersionFit::kVersion);
}

TEST_CASE("service packs of one edition say nothing of the other") {
  const KnownIssue issue = About({"winnt-4.0", "wts-4.0"}, {"winnt-4.0-sp4", "wts-4.0-sp6"});
  CHECK(Fit(issue, Stated("winnt-4.0-sp4")) == VersionFit::kExcluded);
  CHECK(Fit(issue, Stated("wts-4.0-sp4")) == VersionFit::kVersion);
  CHECK(Fit(issue, Stated("wts-4.0-sp6")) == VersionFit::kExcluded);
  CHECK(Fit(About({"winnt-4.0-sp3", "wts-4.0"}), Stated("wts-4.0-sp3")) == VersionFit::kVersion);
}

TEST_CASE("a product is absent only where it would show among the processes") {
  const KnownIssue exchange = About({"exchange-5.5"});
  CHECK(FitOf(exchange, {}).fit == VersionFit::kAbsent);
  CHECK(FitOf(exchange, {}).what == "no process of Exchange Server");
  CHECK(FitOf(exchange, {}, /*processes_logged=*/false).fit == VersionFit::kUntold);
  CHECK(FitOf(About({"mdac-2.5"}), {}).fit == VersionFit::kUntold);  // a library
  CHECK(FitOf(About({"winnt-4.0"}), {}).fit == VersionFit::kUntold);
  CHECK(FitOf(About({}), {Stated("winnt-4.0")}).fit == VersionFit::kUntold);
}

TEST_CASE("the best product decides, and Windows where no other does") {
  const KnownIssue issue = About({"exchange-5.5", "iis-4.0", "winnt-4.0"});
  const auto both = FitOf(issue, {Stated("exchange-5.5"), Stated("iis-5.0")});
  CHECK(both.fit == VersionFit::kVersion);
  CHECK(both.product == "exchange");
  const auto on_other_windows = FitOf(issue, {Stated("exchange-5.5"), Stated("win2000")});
  CHECK(on_other_windows.fit == VersionFit::kUnlikely);  // the product is there all the same
  CHECK(on_other_windows.product == "windows");
  const KnownIssue mdac = About({"mdac-2.5", "win2000"});
  const auto windows = FitOf(mdac, {Stated("win2000")});
  CHECK(windows.fit == VersionFit::kVersion);
  CHECK(windows.product == "windows");
}

TEST_CASE("how many versions an issue is about, and with their service packs where one fits") {
  const KnownIssue issue = About({"exchange-5.0", "exchange-5.5-sp2", "exchange-5.5-sp3"});
  CHECK(FitOf(issue, {Stated("exchange-5.5")}).affected == 2);      // 5.0, 5.5
  CHECK(FitOf(issue, {Stated("exchange-5.5-sp3")}).affected == 3);  // 5.0, SP2, SP3
}

TEST_CASE("what the version is told by") {
  const auto seen = FitOf(About({"exchange-5.5"}), {Seen("exchange", {"5.0", "5.5"})});
  CHECK(seen.what == "Exchange Server 5.0 or 5.5 (process x)");
}

}  // namespace
}  // namespace perfleak
