// One suspect as known issues see it, made by hand: what a log shows of it, the machine, what the
// user knows; and knowledge bases of a few lines.
#ifndef PERFLEAK_TESTS_LEAKS_KNOWN_CASE_H_
#define PERFLEAK_TESTS_LEAKS_KNOWN_CASE_H_

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "leaks/component_evidence.h"
#include "leaks/deciding_fact.h"
#include "leaks/issue_words.h"
#include "leaks/knowledge_base.h"
#include "leaks/platform.h"

namespace perfleak {

using Texts = std::vector<std::string>;

// One entry of a knowledge base; `lines` are what follows its id and title.
inline std::string Entry(const std::string& id, const std::string& lines) {
  return "[[issue]]\nid = '" + id + "'\ntitle = 'title of " + id + "'\n" + lines + "\n";
}

inline KnowledgeBase BaseOf(const std::string& entries) {
  KnowledgeBase base;
  for (const RulesProblem& problem : base.Add(ParseRules("family = 't'\n" + entries, "t.toml"))) {
    FAIL(ToString(problem));
  }
  return base;
}

inline KnownIssue IssueOf(const std::string& lines) {
  return BaseOf(Entry("A-1", lines)).issues().front();
}

// "exchange-5.5-sp3" of --product.
inline ProductFact Stated(const std::string& key_text) {
  const auto key = ParseVersionKey(key_text);
  REQUIRE(key.has_value());
  ProductFact fact;
  fact.product = key->product;
  if (!key->version.empty()) fact.versions = {key->version};
  if (key->scope == VersionKey::Scope::kPack) fact.pack = key->pack;
  fact.wts = key->wts;
  fact.certainty = Certainty::kStated;
  fact.from = key->product == "windows" ? "--windows" : "--product";
  return fact;
}

// What a log tells: probably one of `versions`, for certain one of `possible`.
inline ProductFact Seen(const std::string& product, const Texts& versions,
                        const Texts& possible = {}) {
  ProductFact fact;
  fact.product = product;
  fact.versions = versions;
  fact.possible = possible.empty() ? versions : possible;
  fact.from = "process x";
  return fact;
}

// A process that grows by 1 MB/h of private bytes; everything else was not logged.
class Case {
 public:
  explicit Case(const std::string& process = "store") {
    suspect.component = process;
    evidence.suspect = &suspect;
    evidence.process = ToLower(process);
    evidence.processes = {evidence.process};
    Rises(IssueResource::kPrivateBytes, 1048576.0 / 3600);
    Main(IssueResource::kPrivateBytes);
  }
  Case(const Case&) = delete;  // the evidence points at the suspect
  Case& operator=(const Case&) = delete;

  Case& Rises(IssueResource resource, double per_s = 1, bool own = true) {
    return Show(resource, {Shown::kRises, per_s, own, ""});
  }
  Case& Flat(IssueResource resource) { return Show(resource, {Shown::kFlat, 0, true, ""}); }
  Case& Unclear(IssueResource resource) { return Show(resource, {Shown::kUnclear, 0, true, ""}); }
  Case& NotLogged(IssueResource resource) {
    evidence.resources[static_cast<size_t>(resource)] = {};
    return *this;
  }
  // The counter that the suspect is named for.
  Case& Main(IssueResource resource) {
    suspect.growth_in.path = "\\\\PC\\" + evidence.of(resource).counter;
    return *this;
  }
  // The kernel grows, and no process.
  Case& OfKernel(IssueResource resource) {
    suspect.component = "kernel";
    evidence.process = "system";
    evidence.is_of_kernel = true;
    evidence.processes = {"store"};
    NotLogged(IssueResource::kPrivateBytes);
    return Rises(resource).Main(resource);
  }
  Case& Runs(const std::string& process) {
    evidence.processes.insert(process);
    return *this;
  }
  Case& GrowsToo(const std::string& process) {
    evidence.suspects.insert(process);
    return Runs(process);
  }
  Case& On(ProductFact fact) {
    if (fact.product == "windows") {
      platform.windows = std::move(fact);
    } else {
      platform.products.push_back(std::move(fact));
    }
    return *this;
  }

  Suspect suspect;
  ComponentEvidence evidence;
  Platform platform;
  KnownFacts facts;
  Texts other_names;

 private:
  Case& Show(IssueResource resource, ShownResource shown) {
    shown.counter = CounterOf(resource, suspect.component);
    evidence.resources[static_cast<size_t>(resource)] = shown;
    return *this;
  }
};

}  // namespace perfleak

#endif  // PERFLEAK_TESTS_LEAKS_KNOWN_CASE_H_
