// perfleak known: what people see, and what is said of their rules.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "app/cli.h"
#include "app/known.h"
#include "support/fake_console.h"
#include "support/temp_dir.h"

namespace perfleak {
namespace {

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("known lists every issue by family") {
  FakeConsole console;
  CHECK(Run({"known"}, &console) == 0);
  CHECK(Contains(console.out, "exchange (81)\n"));
  CHECK(Contains(console.out, "windows-nt (158)\n"));
  CHECK(Contains(console.out, "502 known issues."));
  CHECK(console.err.empty());
}

TEST_CASE("a search with no result says what to try and succeeds") {
  FakeConsole console;
  CHECK(Run({"known", "no-such-word"}, &console) == 0);
  CHECK(Contains(console.out, "None of 502 known issues has all of: no-such-word."));
}

TEST_CASE("an id shows the entry in full, in any spelling") {
  FakeConsole q, kb;
  CHECK(Run({"known", "Q898782"}, &q) == 0);
  CHECK(Run({"known", "kb898782"}, &kb) == 0);
  CHECK(q.out == kb.out);
  CHECK(Contains(q.out, "emsmdb32.dll 6.5.7233.36 (2005-07-08, 1,320,960 bytes)"));
  CHECK(Contains(q.out, "   needs before        Exchange Server 2003 SP1\n"));
}

TEST_CASE("no line of an entry is wider than the page, counters aside") {
  FakeConsole console;
  CHECK(Run({"known", "Q176708", "--width", "60"}, &console) == 0);
  for (size_t begin = 0; begin < console.out.size();) {
    const size_t end = console.out.find('\n', begin);
    CHECK(end - begin <= 60);
    begin = end + 1;
  }
}

TEST_CASE("known as JSON has all entries") {
  FakeConsole console;
  CHECK(Run({"known", "--format", "json"}, &console) == 0);
  const auto json = nlohmann::json::parse(console.out);
  CHECK(json["total"] == 502);
  CHECK(json["found"] == 502);
  CHECK(json["issues"].size() == 502);
}

constexpr const char* kGood = "family = 'x'\n[[issue]]\nid = 'A'\ntitle = 't'\n";

TEST_CASE("rules without a problem are counted") {
  const TempDir dir;
  FakeConsole console;
  CHECK(Run({"known", "--check", dir.Write("a.toml", kGood)}, &console) == 0);
  CHECK(console.out == "1 issue, no problem found.\n");
}

TEST_CASE("problems of rules go to standard error with file and line, and exit with 2") {
  const TempDir dir;
  const std::string path = dir.Write("a.toml", std::string(kGood) + "typ = 'leak'\n");
  FakeConsole console;
  CHECK(Run({"known", "--check", path}, &console) == 2);
  CHECK(console.out.empty());
  CHECK(Contains(console.err, path + ":5:1: unknown key \"typ\"; the keys here are: id, type,"));
}

TEST_CASE("a folder of rules is checked as a whole and beside the built-in issues") {
  const TempDir dir;
  dir.Write("a.toml", kGood);
  dir.Write("b.toml", "family = 'x'\n[[issue]]\nid = 'Q176708'\ntitle = 't'\n");
  dir.Write("c.toml", kGood);
  dir.Write("notes.txt", "not rules");
  const auto checked = CheckRules(dir.Path(""));
  REQUIRE(!checked.ok());
  CHECK(Contains(checked.error().message,
                 "b.toml:2:1: the id \"Q176708\" is already in the built-in exchange.toml, line "));
  CHECK(Contains(checked.error().message,
                 "c.toml:2:1: the id \"A\" is already in " + dir.Path("a.toml")));
  CHECK(!Contains(checked.error().message, "notes.txt"));
}

TEST_CASE("rules that cannot be read are an error") {
  const TempDir dir;
  CHECK(Contains(CheckRules(dir.Path("none.toml")).error().message, "cannot be opened"));
  CHECK(Contains(CheckRules(dir.Path("")).error().message, "no file here ends in .toml"));
}

TEST_CASE("words and --check do not go together") {
  FakeConsole console;
  CHECK(Run({"known", "--check", "x.toml", "store"}, &console) == 2);
  CHECK(Contains(console.err, "takes no words"));
}

}  // namespace
}  // namespace perfleak
