#include "report/text_report.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "base/text.h"
#include "report/printed.h"
#include "report/sample_reports.h"
#include "support/golden.h"

namespace perfleak {
namespace {

void CheckText(const char* name, const Report& report, const TextStyle& style) {
  const auto folder = std::filesystem::path(PERFLEAK_SOURCE_DIR) / "tests/report/golden";
  CheckGolden(folder / name, RenderText(report, style));
}

TEST_CASE("golden: a log without usable rows") { CheckText("empty_80.txt", EmptyReport(), {}); }

TEST_CASE("golden: a server without a leak") {
  CheckText("quiet_80.txt", QuietReport(), {});
  CheckText("quiet_200.txt", QuietReport(), {.width = 200});
}

TEST_CASE("golden: one suspect") { CheckText("one_80.txt", SuspectsReport(1), {}); }

TEST_CASE("golden: an Exchange server with two leaks and one to watch") {
  CheckText("exchange_80.txt", ExchangeReport(), {});
  CheckText("exchange_200.txt", ExchangeReport(), {.width = 200});
}

TEST_CASE("golden: colours") { CheckText("exchange_color.txt", ExchangeReport(), {.color = true}); }

TEST_CASE("golden: ASCII") {
  CheckText("exchange_ascii.txt", ExchangeReport(), {.unicode = false});
}

TEST_CASE("golden: --all unfolds what was explained and lists the trends") {
  CheckText("exchange_all.txt", ExchangeReport(), {.width = 120, .show_all = true});
}

TEST_CASE("golden: forty suspects on three machines") {
  CheckText("fleet40_80.txt", SuspectsReport(40), {});
  CheckText("fleet40_200.txt", SuspectsReport(40), {.width = 200});
}

TEST_CASE("golden: numbers that are not known") { CheckText("nan_80.txt", NotANumberReport(), {}); }

TEST_CASE("golden: names that would drive the terminal") {
  CheckText("hostile_80.txt", HostileNamesReport(), {});
}

TEST_CASE("--top shows the first suspects and says that there are more") {
  const std::string text = RenderText(SuspectsReport(40), {.top = 2});
  CHECK(text.find("The first 2 of 40 suspects are shown.") != text.npos);
  CHECK(text.find("20 leaks, 20 to watch") != text.npos);
  CHECK(text.find("\n2. LEAK") != text.npos);
  CHECK(text.find("\n3. LEAK") == text.npos);
}

TEST_CASE("the first of several suspects is one") {
  const std::string text = RenderText(SuspectsReport(2), {.top = 1});
  CHECK(text.find("The first of 2 suspects is shown.") != text.npos);
}

TEST_CASE("a single moment has no course of the day") {
  Report report = QuietReport();
  report.input.end_s = report.input.start_s;
  CHECK(RenderText(report, {}).find("The log covers") == std::string::npos);
}

TEST_CASE("what was met while reading has its own heading and next steps") {
  Report report = QuietReport();
  report.quality = {{"gaps", "1 gap.", "Log on."}};
  report.diagnostics = {{"same-file", "a log was named twice", 1, {"a.csv"}}};
  const std::string text = RenderText(report, {});
  const std::string end =
      "\nWhat was met while reading\n"
      " * same-file (1 time, first at a.csv): a log was named twice\n"
      "   Next step: ";
  CHECK(text.find("\nWhat the data lacks\n * 1 gap.\n   Next step: Log on.\n" + end) != text.npos);
  report.quality.clear();
  CHECK(RenderText(report, {}).find("What the data lacks") == std::string::npos);
}

TEST_CASE("unowned commit is named in full at 80 columns with several machines") {
  Report report = SuspectsReport(3);
  report.leaks.suspects[0].component = "unowned commit";
  report.leaks.suspects[0].kind = LeakKind::kUnownedCommit;
  for (const size_t width : {80, 100}) {
    const std::string text = RenderText(report, {.width = width});
    CHECK(text.find(" unowned commit  unowned-commit ") != text.npos);
  }
  CHECK(RenderText(report, {.width = 60}).find(" unowned commit ") != std::string::npos);
}

TEST_CASE("gates are named in full at 60 columns") {
  const std::string text = RenderText(ExchangeReport(), {.width = 60, .show_all = true});
  CHECK(text.find("  floor never returned  ") != text.npos);
}

TEST_CASE("a component without a name is called unnamed") {
  Report report = ExchangeReport();
  report.leaks.suspects[0].component = "";
  CHECK(RenderText(report, {}).find("1. LEAK (unnamed): heap leak") != std::string::npos);
}

TEST_CASE("a log of 1969 has times") {
  Report report = QuietReport();
  report.input.start_s = -600;
  report.input.end_s = -60;
  const std::string text = RenderText(report, {.width = 110});
  CHECK(text.find("1969-12-31 23:50 to 1969-12-31 23:59") != text.npos);
}

TEST_CASE("--top larger than the number of suspects shows all without a word") {
  CHECK(RenderText(ExchangeReport(), {.top = 9}) == RenderText(ExchangeReport(), {}));
}

TEST_CASE("less than a day of log is said") {
  Report report = QuietReport();
  report.input.end_s = report.input.start_s + 5 * 3600;
  const std::string text = RenderText(report, {.width = 110});
  CHECK(text.find("The log covers 5 h: in less than a day") != text.npos);
}

TEST_CASE("local time is called local") {
  Report report = QuietReport();
  report.input.time_basis = TimeBasis::kLocal;
  const std::string text = RenderText(report, {.width = 110});
  CHECK(text.find("2026-03-08 04:05 local time (7 d, every 1 min)") != text.npos);
}

TEST_CASE("a limit that is reached already is now, one without a likely date may never come") {
  Report report = ExchangeReport();
  Exhaustion& end = *report.leaks.suspects[0].exhaustion;
  end.p10_s = end.p50_s = report.input.end_s - 60;
  const std::string reached = RenderText(report, {.width = 110});
  CHECK(reached.find("Commit Limit, 4.00 GB: now\n") != reached.npos);
  end.p50_s = end.p90_s = std::numeric_limits<double>::infinity();
  end.p10_s = report.input.end_s + 60;
  const std::string open = RenderText(report, {.width = 110});
  CHECK(open.find("Commit Limit, 4.00 GB: perhaps never\n") != open.npos);
  CHECK(open.find("10 % by 2026-03-08 04:06, no date for 50 %, no date for 90 %") != open.npos);
}

TEST_CASE("growth and guilt are two lines for every suspect") {
  for (const Report& report : {ExchangeReport(), SuspectsReport(40)}) {
    size_t growth = 0, guilt = 0;
    for (const std::string& line : Lines(RenderText(report, {}))) {
      growth += line.rfind("   growth is in ", 0) == 0;
      guilt += line.rfind("   likely responsible ", 0) == 0;
    }
    CHECK(growth == report.leaks.suspects.size());
    CHECK(guilt == report.leaks.suspects.size());
  }
}

TEST_CASE("property: no line is wider than the page unless it holds a path") {
  const Report reports[] = {EmptyReport(), QuietReport(), ExchangeReport(), SuspectsReport(40),
                            NotANumberReport()};
  CHECK(rc::check([&] {
    TextStyle style;
    style.width = *rc::gen::inRange<size_t>(60, 260);
    style.color = *rc::gen::arbitrary<bool>();
    style.unicode = *rc::gen::arbitrary<bool>();
    style.show_all = *rc::gen::arbitrary<bool>();
    const Report& report = reports[*rc::gen::inRange<size_t>(0, std::size(reports))];
    for (const std::string& line : Lines(WithoutColor(RenderText(report, style)))) {
      if (!HoldsPath(line) && DisplayWidth(line) > style.width) RC_FAIL(line);
      if (!line.empty() && line.back() == ' ') RC_FAIL("blank at the end: " + line);
    }
  }));
}

TEST_CASE("property: nothing in a name reaches the terminal as a control character") {
  CHECK(rc::check([] {
    Report report = HostileNamesReport();
    const auto name = *rc::gen::arbitrary<std::string>();
    report.input.files[0].name = name;
    Suspect& s = report.leaks.suspects[0];
    s.component = s.machine = s.explanation = s.growth_in.path = name;
    s.exhaustion->limit = name;
    report.leaks.explained[0].path = name;
    TextStyle style;
    style.show_all = *rc::gen::arbitrary<bool>();
    RC_ASSERT(!HasControlCharacter(RenderText(report, style)));
  }));
}

TEST_CASE("ASCII mode adds no byte that is not ASCII") {
  const std::string text = RenderText(ExchangeReport(), {.unicode = false, .show_all = true});
  CHECK(std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; }));
}

TEST_CASE("colours add nothing but escape sequences") {
  CHECK(WithoutColor(RenderText(ExchangeReport(), {.color = true})) ==
        RenderText(ExchangeReport(), {}));
}

}  // namespace
}  // namespace perfleak
