// A log must say the same in every language and encoding that Windows writes it in.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "app/run_program.h"
#include "support/local_names.h"
#include "support/temp_dir.h"

using namespace perfleak;
using nlohmann::json;

namespace {

const std::filesystem::path kFolder =
    std::filesystem::path(PERFLEAK_SOURCE_DIR) / "src" / "model" / "languages";

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Header and the first rows: half of the log shows its leak.
std::string ShortSample(const std::string& name, int lines) {
  const std::string log = ReadFile(SampleLog(name));
  size_t end = 0;
  for (int i = 0; i < lines; ++i) end = log.find('\n', end) + 1;
  return log.substr(0, end);
}

// The report without the names of files, and what is said of their encoding and language.
json WithoutInput(json report) {
  report.erase("input");
  return report;
}

// Every word of the header in letters that no language has in this place; digits and signs stay.
std::string InMadeUpLanguage(const std::string& log) {
  LocalNames names;
  const auto word = [](std::string text) {
    for (char& c : text) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>('a' + (c - 'a' + 7) % 26);
      if (c >= 'A' && c <= 'Z') c = static_cast<char>('A' + (c - 'A' + 7) % 26);
      if (c == '/' || c == '%' || c == '.') c = '_';
    }
    return text;
  };
  for (size_t at = log.find("\"\\"); at < log.find('\n'); at = log.find("\"\\", at + 1)) {
    const auto path = ParseCounterPath(log.substr(at + 1, log.find('"', at + 1) - at - 1));
    if (!path) continue;
    names[{path->object, ""}] = word(path->object);
    names[{path->object, path->counter}] = word(path->counter);
  }
  return LocalisedLog(log, names);
}

}  // namespace

TEST_CASE("every language and encoding: the same report as in English") {
  const TempDir dir;
  const std::string english = ShortSample("896064", 700);
  const json expected = WithoutInput(JsonOf({dir.Write("en.csv", english)}));
  REQUIRE(expected["suspects"].size() == 1);
  for (const LanguageInfo& info : kLanguages) {
    const LocalNames names = ReadLocalNames(kFolder, info.code);
    if (names.empty()) continue;
    CAPTURE(info.name);
    const std::string log = LocalisedLog(english, names);
    CHECK(log != english);
    const std::string page = "CP" + std::to_string(info.code_page);
    // UTF-8 is the same for all; with and without a mark is tried with one of each alphabet.
    std::vector<std::string> encodings = {page, "UTF-16LE"};
    if (info.code == "de" || info.code == "ru" || info.code == "zh-cn") {
      encodings.insert(encodings.end(), {"UTF-8", "UTF-8 marked"});
    }
    for (const std::string& encoding : encodings) {
      CAPTURE(encoding);
      const bool marked = encoding == "UTF-8 marked";
      const std::string bytes = marked                ? "\xEF\xBB\xBF" + log
                                : encoding == "UTF-8" ? log
                                : encoding == page    ? Encoded(log, page.c_str())
                                                      : "\xFF\xFE" + Encoded(log, "UTF-16LE");
      const std::string path = dir.Write("log.csv", bytes);
      const json report = JsonOf({path});
      CHECK(report["input"]["files"][0]["language"] == info.code);
      CHECK(report["suspects"] == expected["suspects"]);
      CHECK(report["explained"] == expected["explained"]);
      CHECK(report["input"]["rows_used"] == 699);
    }
  }
}

TEST_CASE("a report says in which language the counters were named") {
  const TempDir dir;
  const std::string english = ShortSample("896064", 300);
  const std::string german =
      dir.Write("de.csv", Encoded(LocalisedLog(english, ReadLocalNames(kFolder, "de")), "CP1252"));
  const std::string line = "Names:    counter names are German; shown in English\n";
  CHECK(Contains(OutputOf({german}), line));
  CHECK(Contains(OutputOf({"inspect", german}), line));
  CHECK(Contains(OutputOf({"inspect", german}), "The names in these lines are English."));
  CHECK(Contains(OutputOf({german}), "Windows-1252"));
  const std::string plain = dir.Write("en.csv", english);
  CHECK_FALSE(Contains(OutputOf({plain}), "Names:"));
  CHECK_FALSE(JsonOf({plain})["input"]["files"][0].contains("language"));
  CHECK(JsonOf({"inspect", german})["files"][0]["language"] == "de");
  const json compared = JsonOf({"compare", plain, german});
  CHECK(compared["after"]["input"]["files"][0]["language"] == "de");
  CHECK(Contains(Unwrapped(OutputOf({"compare", plain, german})),
                 "counter names are German; shown in English"));
}

TEST_CASE("a language that is not that of the log is said, and its shape tells the processes") {
  const TempDir dir;
  const std::string german = dir.Write(
      "de.csv",
      Encoded(LocalisedLog(ShortSample("896064", 700), ReadLocalNames(kFolder, "de")), "CP1252"));
  const std::string wrong = OutputOf({german, "--language", "fr"});
  CHECK(Contains(wrong, "other-language"));
  CHECK(Contains(wrong, "taken-by-structure"));
  CHECK(Contains(wrong, "LEAK provsvc"));
  CHECK_FALSE(Contains(OutputOf({german, "--language", "de"}), "other-language"));
  CHECK_FALSE(Contains(OutputOf({german, "--language", "EN"}), "other-language"));
  CHECK_FALSE(Contains(OutputOf({SampleLog("healthy"), "--language", "ja"}), "other-language"));
}

TEST_CASE("a language that nobody knows is an error that lists those that are") {
  for (const char* command : {"analyze", "inspect", "compare"}) {
    const std::string error = ErrorOf({command, "a.csv", "b.csv", "--language", "xx"});
    CHECK(Contains(error, "xx is no language perfleak knows: en, de, fr, es, pt-br, pt-pt, it"));
  }
}

TEST_CASE("machines of two languages in one log") {
  const TempDir dir;
  const std::string english = ShortSample("896064", 700);
  const std::string french = LocalisedLog(english, ReadLocalNames(kFolder, "fr"));
  std::string czech = LocalisedLog(english, ReadLocalNames(kFolder, "cs"));
  for (size_t at = 0; (at = czech.find("EXCH2K", at)) != std::string::npos;) {
    czech.replace(at, 6, "PRAHA");
  }
  // Row by row behind one another, without the second time stamp.
  std::string both;
  for (size_t a = 0, b = 0; a < french.size();) {
    const size_t a_end = french.find("\r\n", a), b_end = czech.find("\r\n", b);
    both +=
        french.substr(a, a_end - a) + czech.substr(czech.find(',', b), b_end - czech.find(',', b));
    both += "\r\n";
    a = a_end + 2;
    b = b_end + 2;
  }
  const json report = JsonOf({dir.Write("both.csv", both)});
  CHECK(report["input"]["files"][0]["language"] == "fr, cs");
  REQUIRE(report["suspects"].size() == 2);
  CHECK(report["suspects"][0]["machine"] != report["suspects"][1]["machine"]);
  CHECK(Contains(OutputOf({dir.Path("both.csv")}),
                 "counter names are French and Czech; shown in English"));
}

TEST_CASE("names of no language: processes are known by their shape") {
  const TempDir dir;
  const auto leak_of = [&](const std::string& sample) {
    const json report = JsonOf({dir.Write("log.csv", InMadeUpLanguage(ShortSample(sample, 1441)))});
    CHECK(std::any_of(report["diagnostics"].begin(), report["diagnostics"].end(),
                      [](const json& one) { return one["code"] == "taken-by-structure"; }));
    return report["suspects"].empty() ? "" : report["suspects"][0]["component"].get<std::string>();
  };
  CHECK(leak_of("896064") == "provsvc");
  CHECK(leak_of("898782") == "faxgate");
  CHECK(leak_of("q176708") == "store");
  CHECK(leak_of("healthy") == "");
}
