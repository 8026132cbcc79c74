// The knowledge base that is built in: every file is valid, nothing is lost, and the facts of the
// five articles the program began with are right.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "leaks/built_in_knowledge.h"
#include "leaks/embedded_knowledge.h"
#include "leaks/knowledge_base.h"
#include "leaks/rules_codec.h"

namespace perfleak {
namespace {

const KnowledgeBase& Base() {
  static const KnowledgeBase base = BuiltInKnowledge();
  return base;
}

const KnownIssue& Issue(const std::string& id) {
  const KnownIssue* issue = Base().Find(id);
  REQUIRE_MESSAGE(issue != nullptr, id);
  return *issue;
}

using Texts = std::vector<std::string>;

// What the files of the knowledge base say, sorted by name.
std::vector<RulesFile> RulesOfFiles() {
  std::map<std::string, RulesFile> files;
  const std::filesystem::path folder = PERFLEAK_KNOWLEDGE_DIR;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    const std::string name = entry.path().filename().string();
    files[name] = ParseRules(text, name);
    files[name].built_in = true;
    for (const RulesProblem& problem : files[name].problems) FAIL_CHECK(ToString(problem));
  }
  std::vector<RulesFile> sorted;
  for (auto& [name, file] : files) sorted.push_back(std::move(file));
  return sorted;
}

TEST_CASE("every file of the knowledge base is valid, and what it says is built in") {
  const std::vector<RulesFile> files = RulesOfFiles();
  CHECK(files.size() == 13);
  CHECK((EncodeRules(files) == EmbeddedKnowledge()));
}

TEST_CASE("rules come out of their bytes as they went in") {
  const std::vector<RulesFile> decoded = DecodeRules(EmbeddedKnowledge());
  CHECK((EncodeRules(decoded) == EmbeddedKnowledge()));
  const KnownIssue& issue = Issue("896064");
  CHECK(issue.family == "exchange");
  CHECK(issue.where.file == "exchange.toml");
}

TEST_CASE("the knowledge base holds 502 issues, each once") {
  const KnowledgeBase& base = Base();
  CHECK(base.issues().size() == 502);
  std::set<std::string> ids;
  for (const KnownIssue& issue : base.issues()) ids.insert(issue.id);
  CHECK(ids.size() == 502);
  CHECK(base.aliases().size() == 21);
  CHECK(base.fingerprints().size() == 10);
}

TEST_CASE("what looks like a leak of each type is there as often as it was collected") {
  const auto count = [](IssueType type) {
    const auto& issues = Base().issues();
    return std::count_if(issues.begin(), issues.end(),
                         [&](const KnownIssue& issue) { return issue.type == type; });
  };
  CHECK(count(IssueType::kLeak) == 349);
  CHECK(count(IssueType::kByDesign) == 34);
  CHECK(count(IssueType::kAccumulation) == 24);
  CHECK(count(IssueType::kSizing) == 23);
  CHECK(count(IssueType::kCounterCaveat) == 19);
  CHECK(count(IssueType::kMethod) == 17);
  CHECK(count(IssueType::kAttack) == 13);
  CHECK(count(IssueType::kCacheGrowth) == 8);
  CHECK(count(IssueType::kFragmentation) == 8);
  CHECK(count(IssueType::kNotALeak) == 7);
}

TEST_CASE("every issue can be matched and cited") {
  for (const KnownIssue& issue : Base().issues()) {
    CAPTURE(issue.id);
    CHECK(!issue.reference.empty());
    CHECK(issue.source != IssueSource::kOwn);
    CHECK(issue.where.line > 0);
    const bool grows = issue.type == IssueType::kLeak;
    if (grows) CHECK(!issue.resources.empty());
    if (grows) CHECK((!issue.processes.empty() || issue.any_host));
    const auto blanks = std::count(issue.title.begin(), issue.title.end(), ' ');
    CHECK(blanks < 12);
    for (const std::string& tag : issue.pool_tags) CHECK(tag.size() <= 4);
    for (const std::string& key : issue.process_keys) CHECK(key == ToLower(key));
  }
}

TEST_CASE("Q265511: paged pool, attachments, whatever program hosts MAPI") {
  const KnownIssue& issue = Issue("Q265511");
  CHECK(issue.type == IssueType::kLeak);
  CHECK(issue.any_host);
  CHECK(issue.processes.empty());
  CHECK(issue.resources == std::vector{IssueResource::kPagedPool});
  CHECK(issue.counters == Texts{"Memory\\Pool Paged Bytes"});
  CHECK(issue.guilty.modules == Texts{"mapi32.dll"});
  CHECK(issue.guilty.attribution == Attribution::kHostedModule);
  CHECK(issue.grows_with == GrowsWith::kWork);  // attachments
  CHECK(ContainsIgnoreCase(issue.rate, "never decreases"));
  CHECK(ContainsIgnoreCase(issue.symptom, "desktop"));
  CHECK(issue.affects == Texts{"exchange-5.5-sp3"});
  CHECK(issue.fix.type == FixType::kServicePack);
  CHECK(issue.fix.fixed_in == Texts{"Exchange Server 5.5 SP4"});
  CHECK(issue.fix.fixed_keys == Texts{"exchange-5.5-sp4"});
}

TEST_CASE("Q176708: the store grows, the MTA is at fault") {
  const KnownIssue& issue = Issue("Q176708");
  CHECK(issue.process_keys == Texts{"store"});
  CHECK(issue.resources == std::vector{IssueResource::kPrivateBytes});
  CHECK(issue.guilty.modules == Texts{"emsmta"});
  CHECK(issue.guilty.attribution == Attribution::kOtherProcess);
  CHECK(issue.guilty.differs_from_process);
  CHECK(issue.affects == Texts{"exchange-5.0"});
  CHECK(issue.fix.fixed_in == Texts{"latest service pack of Exchange Server version 5.0"});
  CHECK(issue.fix.fixed_keys == Texts{"exchange-5.0-sp?"});
  CHECK(issue.see_also == Texts{"Q176709"});
  CHECK(ContainsIgnoreCase(issue.discriminator, "the MTA's own counters do not grow"));
}

TEST_CASE("898782: emsmdb32.dll in a third-party MAPI program") {
  const KnownIssue& issue = Issue("898782");
  CHECK(issue.any_host);
  CHECK(issue.resources == std::vector{IssueResource::kPrivateBytes});
  CHECK(issue.guilty.modules == Texts{"emsmdb32.dll"});
  CHECK(ContainsIgnoreCase(issue.trigger, "OpenMsgStore"));
  CHECK(issue.grows_with == GrowsWith::kWork);  // calls
  CHECK(issue.fix.type == FixType::kHotfix);
  CHECK(issue.fix.needs == "Exchange Server 2003 SP1");
  REQUIRE(issue.fix.files.size() == 1);
  CHECK(issue.fix.files[0].name == "emsmdb32.dll");
  CHECK(issue.fix.files[0].version == "6.5.7233.36");
  CHECK(issue.fix.files[0].date == "2005-07-08");
}

TEST_CASE("896064: cdoexm.dll in whatever program uses it") {
  const KnownIssue& issue = Issue("896064");
  CHECK(issue.any_host);
  CHECK(issue.resources == std::vector{IssueResource::kPrivateBytes});
  CHECK(issue.guilty.modules == Texts{"cdoexm.dll"});
  CHECK(issue.fix.needs == "Exchange 2000 SP3 and the August 2004 rollup 870540");
  REQUIRE(issue.fix.files.size() == 1);
  CHECK(issue.fix.files[0].name == "cdoexm.dll");
  CHECK(issue.fix.files[0].version == "6.0.6617.63");
  CHECK(issue.fix.files[0].date == "2005-04-18");
}

// Exchange Best Practices Analyzer, of Exchange 2000 and 2003: private bytes that grow by as much
// as the database cache are no leak. The article itself is of Exchange 5.5.
TEST_CASE("Q182505: the store fills memory with its database cache") {
  const KnownIssue& issue = Issue("Q182505");
  CHECK(issue.type == IssueType::kByDesign);
  CHECK(issue.affects == Texts{"exchange-5.5", "exchange-2000", "exchange-2003"});
  REQUIRE(issue.explains.has_value());
  CHECK(issue.explains->counters == Texts{"Database(Information Store)\\Database Cache Size"});
  CHECK(issue.explains->fills_memory);
}

TEST_CASE("Q254282: ChatCommand grows mmc and chat") {
  const KnownIssue& issue = Issue("Q254282");
  CHECK(issue.process_keys == Texts{"mmc", "chat"});
  CHECK(issue.guilty.kind == GuiltyKind::kComObject);
  CHECK(issue.fix.fixed_in == Texts{"Exchange Server 5.5 SP4"});
  CHECK(issue.fix.fixed_keys == Texts{"exchange-5.5-sp4"});
}

// What the articles say, brought to an hour.
TEST_CASE("rates that the articles state are numbers") {
  const auto rate = [](const char* id) { return Issue(id).rate_per_hour.value(); };
  CHECK(rate("Q122838").low == 4);  // 1 KB per 15 min
  CHECK(WordOf(rate("Q122838").unit) == "KB");
  CHECK(rate("Q185833").high == 7200);       // 4 KB per 2 s
  CHECK(rate("Q186439").low == 160 * 3600);  // 160 bytes per second
  CHECK(rate("Q241087").low == 3.0 / 24);    // 3 MB a day
  CHECK(rate("Q262017").low == doctest::Approx(10.0 / 12).epsilon(0.001));
  CHECK(rate("Q262017").high == doctest::Approx(20.0 / 12).epsilon(0.001));
  CHECK(rate("Q157289").low == 2 * 60);                                     // 2 KB a minute
  CHECK(rate("Q184744").low == doctest::Approx(0.065 * 6));                 // 0.065 KB per 10 min
  CHECK(rate("832888").low == doctest::Approx(5.0 / 168).epsilon(0.01));    // 5 handles a week
  CHECK(rate("832888").high == doctest::Approx(70.0 / 168).epsilon(0.01));  // 70 a week
  CHECK(Issue("Q169856").step->low == 317);
  CHECK(Issue("Q138227").step->low == 1.5);
}

TEST_CASE("an id is found with Q, with KB and without") {
  CHECK(Base().Find("q176708") == &Issue("Q176708"));
  CHECK(Base().Find("176708") == &Issue("Q176708"));
  CHECK(Base().Find("KB898782") == &Issue("898782"));
  CHECK(Base().Find("253706") != Base().Find("Q253706"));  // two editions of one article
  CHECK(Base().Find("Q") == nullptr);
  CHECK(Base().Find("") == nullptr);
  CHECK(Base().Find("kb") == nullptr);
}

TEST_CASE("all words of a search must occur, better places come first") {
  const auto found = Base().Search({"store", "private"});
  REQUIRE(!found.empty());
  CHECK(found.front()->process_keys.size() >= 1);
  bool left_the_process = false;
  for (const KnownIssue* issue : found) {
    const auto& keys = issue->process_keys;
    const bool is_process = std::find(keys.begin(), keys.end(), "store") != keys.end();
    if (!is_process) left_the_process = true;
    CHECK(is_process == !left_the_process);
  }
  CHECK(Base().Search({"store", "no-such-word"}).empty());
  CHECK(Base().Search({"Q176708"}).front() == &Issue("Q176708"));
  CHECK(Base().Search({"STORE.EXE"}).size() == Base().Search({"store.exe"}).size());
}

TEST_CASE("a search for a resource finds it as people call it") {
  for (const char* word : {"handles", "handle", "paged-pool", "paged", "Threads"}) {
    CAPTURE(word);
    const auto found = Base().Search({word});
    REQUIRE(found.size() > 10);
    const std::string resource(WordOf(found.front()->resources.front()));
    CHECK(ContainsIgnoreCase(resource, word));
  }
}

RulesFile Rules(const std::string& text) { return ParseRules(text, "mine.toml"); }

TEST_CASE("an id that is taken names the other place") {
  KnowledgeBase base;
  const std::string text = "family = 'x'\n[[issue]]\nid = 'Q1'\ntitle = 't'\n";
  CHECK(base.Add(ParseRules(text, "a.toml")).empty());
  const auto problems = base.Add(ParseRules(text, "b.toml"));
  REQUIRE(problems.size() == 1);
  CHECK(ToString(problems[0]) ==
        "b.toml:2:1: the id \"Q1\" is already in a.toml, line 2; give each issue its own");
  CHECK(base.issues().size() == 1);
}

// What ToString says of the only problem.
std::string ProblemOf(const std::string& issue_lines) {
  const RulesFile file =
      Rules("family = 'mine'\n[[issue]]\nid = 'A-1'\ntitle = 't'\n" + issue_lines);
  REQUIRE(file.problems.size() == 1);
  CHECK(file.issues.empty());
  return ToString(file.problems[0]);
}

TEST_CASE("the least rules file") {
  const RulesFile file = Rules("family = 'mine'\n[[issue]]\nid = 'A-1'\ntitle = 't'\n");
  CHECK(file.problems.empty());
  REQUIRE(file.issues.size() == 1);
  CHECK(file.issues[0].family == "mine");
  CHECK(file.issues[0].type == IssueType::kLeak);
  CHECK(file.issues[0].source == IssueSource::kOwn);
  CHECK(file.issues[0].where.line == 2);
}

TEST_CASE("problems say where, what and what to do") {
  CHECK(ProblemOf("colour = 'red'\n")
            .starts_with(
                "mine.toml:5:1: unknown key \"colour\"; the keys here are: id, type, title,"));
  CHECK(ProblemOf("type = 'leek'\n") ==
        "mine.toml:5:8: type cannot be \"leek\"; it is one of: leak, accumulation, by-design, "
        "cache-growth, fragmentation, sizing, attack, not-a-leak, counter-caveat, method");
  CHECK(ProblemOf("processes = 'store'\n") ==
        "mine.toml:5:13: processes must be a list: processes = [\"...\", \"...\"]");
  CHECK(ProblemOf("processes = ['store.exe']\n").starts_with("mine.toml:5:13: a process is named"));
  CHECK(ProblemOf("processes = ['a', 3]\n") == "mine.toml:5:19: processes must be text in quotes");
  CHECK(ProblemOf("any_host = 'yes'\n") ==
        "mine.toml:5:12: any_host must be true or false, without quotes");
  CHECK(ProblemOf("events = ['2019']\n").starts_with("mine.toml:5:10: an event is \"Source:ID\""));
  CHECK(ProblemOf("last_modified = '2005-02-30'\n").starts_with("mine.toml:5:17: last_modified"));
  CHECK(ProblemOf("processes_inferred = ['a']\n")
            .starts_with("mine.toml:5:22: processes_inferred names \"a\""));
  CHECK(ProblemOf("counters = ['Private Bytes']\n").starts_with("mine.toml:5:12: a counter is"));
  CHECK(ProblemOf("fix.tpye = 'hotfix'\n").starts_with("mine.toml:5:5: unknown key \"fix.tpye\""));
  CHECK(ProblemOf("rate_per_hour = { low = 2, high = 1, unit = 'KB' }\n") ==
        "mine.toml:5:25: rate_per_hour.low is above high");
  CHECK(ProblemOf("rate_per_hour = { low = nan, high = 1, unit = 'KB' }\n")
            .starts_with("mine.toml:5:25: rate_per_hour.low must be a number"));
  CHECK(ProblemOf("note = ''\n") ==
        "mine.toml:5:8: note is empty; write something or leave it out");
}

TEST_CASE("what growth runs with, and what shows that it is no leak") {
  const RulesFile file = Rules(
      "family = 'mine'\n[[issue]]\nid = 'A-1'\ntitle = 't'\ntype = 'cache-growth'\n"
      "grows_with = 'work'\nexplains.counters = ['Database(*)\\Cache Size']\n"
      "explains.first_hours = 24\nexplains.fills_memory = true\n");
  CHECK(file.problems.empty());
  REQUIRE(file.issues.size() == 1);
  const KnownIssue& issue = file.issues[0];
  CHECK(issue.grows_with == GrowsWith::kWork);
  REQUIRE(issue.explains.has_value());
  CHECK(issue.explains->counters == Texts{"Database(*)\\Cache Size"});
  CHECK(issue.explains->first_hours == 24);
  CHECK(issue.explains->fills_memory);
  CHECK_FALSE(issue.explains->same_counter);
}

TEST_CASE("problems of explains say where, what and what to do") {
  const auto problem = [](const std::string& lines) {
    return ProblemOf("type = 'by-design'\n" + lines);
  };
  CHECK(ProblemOf("grows_with = 'rain'\n") ==
        "mine.toml:5:14: grows_with cannot be \"rain\"; it is one of: work, time, logons, "
        "restarts, monitoring");
  CHECK(ProblemOf("explains = { fills_memory = true }\n") ==
        "mine.toml:5:12: explains is for entries that are no leak: type by-design, cache-growth, "
        "not-a-leak or counter-caveat");
  CHECK(problem("explains = {}\n") ==
        "mine.toml:6:12: explains is empty; say what shows it or leave it out");
  CHECK(problem("explains = { first_hours = 0 }\n") ==
        "mine.toml:6:28: explains.first_hours must be above 0 and at most 720");
  CHECK(problem("explains = { first_hours = 720.5 }\n") ==
        "mine.toml:6:28: explains.first_hours must be above 0 and at most 720");
  CHECK(problem("explains = { first_hours = 'day' }\n") ==
        "mine.toml:6:28: explains.first_hours must be a number from 0 up");
  CHECK(problem("explains = { counters = ['*'] }\n")
            .starts_with("mine.toml:6:25: a counter is 'Object(instance)\\Counter'"));
  CHECK(problem("explains = { hours = 1 }\n")
            .starts_with("mine.toml:6:14: unknown key \"explains.hours\""));
  CHECK(problem("explains = { same_counter = true }\n") ==
        "mine.toml:6:12: explains.same_counter needs counters of the entry: which are wrong?");
}

TEST_CASE("what is not TOML is said with its place") {
  const RulesFile file = Rules("family = 'x'\n[[issue]]\nid = \n");
  REQUIRE(file.problems.size() == 1);
  CHECK(ToString(file.problems[0]).starts_with("mine.toml:3:"));
  CHECK(ContainsIgnoreCase(file.problems[0].message, "not TOML"));
}

TEST_CASE("a table header that is none is said with its place, whatever toml++ asserts") {
  const auto problem = [](const std::string& line) {
    const RulesFile file = Rules("family = 'x'\n" + line);
    REQUIRE(file.problems.size() == 1);
    return ToString(file.problems[0]);
  };
  const auto expected = [](const char* column, const char* saw) {
    return "mine.toml:2:" + std::string(column) +
           ": not TOML: Error while parsing key: expected bare key starting character or string "
           "delimiter, saw '" +
           saw + "'";
  };
  for (const char* line : {"[[[issue]]]", "[[[", "[[[["}) {
    CAPTURE(std::string(line));
    CHECK(problem(line) == expected("3", "["));
  }
  CHECK(problem("[.a]") == expected("2", "."));
  CHECK(problem("[#") == expected("2", "#"));
  CHECK(problem("[[=") == expected("3", "="));
  CHECK(problem("[[,") == expected("3", ","));
  CHECK(problem("[{") == expected("2", "{"));
}

TEST_CASE("rules in UTF-16 are to be saved as UTF-8") {
  using namespace std::string_literals;
  for (const std::string& text : {"\xFF\xFE"s + "f\0a\0"s, "\xFE\xFF"s + "\0f\0a"s}) {
    const RulesFile file = Rules(text);
    REQUIRE(file.problems.size() == 1);
    CHECK(ToString(file.problems[0]) == "mine.toml:1:1: the file is UTF-16; save it as UTF-8");
  }
  // The mark of UTF-8 is no problem.
  CHECK(Rules("\xEF\xBB\xBF"
              "family = 'x'\n")
            .problems.empty());
}

TEST_CASE("amounts that nothing can leak are refused") {
  CHECK(ProblemOf("rate_per_hour = { low = 1, high = 2e15, unit = 'B' }\n") ==
        "mine.toml:5:35: rate_per_hour.high is above 1e15; is its unit right?");
  CHECK(ProblemOf("step = { low = 1.1e15, high = 1e15, unit = 'B' }\n") ==
        "mine.toml:5:16: step.low is above 1e15; is its unit right?");
  CHECK(ProblemOf("step = { low = 1, high = inf, unit = 'B' }\n") ==
        "mine.toml:5:26: step.high must be a number from 0 up");
  CHECK(Rules("family = 'x'\n[[issue]]\nid = 'A'\ntitle = 't'\n"
              "step = { low = 1e15, high = 1e15, unit = 'B' }\n")
            .problems.empty());
}

TEST_CASE("an alias of every process is refused") {
  const RulesFile file = Rules("family = 'x'\n[[alias]]\nprocess = '*'\nsame_as = ['store']\n");
  REQUIRE(file.problems.size() == 1);
  CHECK(file.aliases.empty());
  CHECK(ToString(file.problems[0]) ==
        "mine.toml:3:11: an alias is of one program; \"*\" is every process, so name the one that "
        "is meant");
}

TEST_CASE("missing keys are named") {
  const RulesFile file = Rules("[[issue]]\ntype = 'leak'\n");
  REQUIRE(file.problems.size() == 3);
  CHECK(ContainsIgnoreCase(file.problems[0].message, "family is missing"));
  CHECK(ContainsIgnoreCase(file.problems[1].message, "id is missing"));
  CHECK(ContainsIgnoreCase(file.problems[2].message, "title is missing"));
}

TEST_CASE("one bad issue does not hide the good ones") {
  const RulesFile file = Rules(
      "family = 'x'\n[[issue]]\nid = 'A'\n[[issue]]\nid = 'B'\ntitle = 't'\n"
      "[[issue]]\nid = 'b'\ntitle = 't'\n");
  REQUIRE(file.problems.size() == 2);
  REQUIRE(file.issues.size() == 1);
  CHECK(file.issues[0].id == "B");
  CHECK(file.problems[1].message == "the id \"b\" is already at line 4; give each issue its own");
}

std::string Repeated(const std::string& text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST_CASE("hostile files end in a problem, not in a crash") {
  const std::vector<std::string> hostile = {
      Repeated("a.", 100'000) + "a = 1\n",
      "[" + Repeated("a.", 100'000) + "a]\n",
      "a = " + Repeated("[", 100'000),
      "a = " + Repeated("[\n", 100'000),
      "a = " + Repeated("[\n{" + Repeated("a.", 60) + "a = ", 200),
      "a = " + Repeated("{a=", 5'000),
      std::string(5 << 20, '#'),
      std::string(kMaxRulesLineBytes + 1, ' '),
      std::string("\0\xff\xfe", 3),
      "family = '" + std::string(10'000, 'x') + "'\n",
      "family = 'x'\nissue = 3\n",
      "family = 'x'\nissue = [1, 2]\n",
      "family = 'x'\n[issue]\nid = 'x'\n",
      "[[[issue]]]\nid = 'x'\n",
  };
  for (const std::string& text : hostile) {
    const RulesFile file = Rules(text);
    CAPTURE(text.substr(0, 40));
    CHECK(!file.problems.empty());
    CHECK(file.problems.size() <= kMaxRulesProblems);
    CHECK(file.issues.empty());
  }
}

TEST_CASE("a file with more problems than anybody reads lists the first hundred") {
  const RulesFile file = Rules("family = 'x'\n" + Repeated("[[issue]]\n", 5'000));
  CHECK(file.problems.size() == kMaxRulesProblems);
}

}  // namespace
}  // namespace perfleak
