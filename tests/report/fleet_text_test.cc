#include "report/fleet_text.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/text.h"
#include "report/printed.h"
#include "report/sample_fleets.h"
#include "support/golden.h"

namespace perfleak {
namespace {

void CheckText(const char* name, const FleetReport& report, const TextStyle& style) {
  const auto folder = std::filesystem::path(PERFLEAK_SOURCE_DIR) / "tests/report/golden";
  CheckGolden(folder / name, RenderText(report, style));
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("golden: the fleet of an office") {
  CheckText("office_60.txt", OfficeFleet(), {.width = 60});
  CheckText("office_80.txt", OfficeFleet(), {});
  CheckText("office_100.txt", OfficeFleet(), {.width = 100});
  CheckText("office_160.txt", OfficeFleet(), {.width = 160});
}

TEST_CASE("golden: the fleet of an office with all that there is") {
  CheckText("office_all.txt", OfficeFleet(), {.width = 100, .show_all = true});
}

TEST_CASE("golden: a fleet of one machine, of none") {
  CheckText("fleet_of_one.txt", OneMachineFleet(), {.width = 100});
  CheckText("fleet_of_none.txt", UnreadFleet(), {.width = 100});
}

TEST_CASE("golden: a fleet whose names would drive the terminal") {
  CheckText("fleet_hostile.txt", AllFleets()[5], {.width = 100});
}

TEST_CASE("the first screen says how many machines leak, where first and what most") {
  const std::string text = RenderText(OfficeFleet(), {.width = 110});
  CHECK(Contains(text,
                 "\n5 of 12 machines leak, 1 is to be watched, 1 leaked and no longer does, 1 is "
                 "without verdict.\n"));
  CHECK(Contains(text, "\nFirst at a limit: store on EXCH07, Commit Limit on 2026-04-03.\n"));
  CHECK(Contains(text, "\nMost widespread: store, on 4 machines.\n"));
}

TEST_CASE("a fleet of one machine is told by its name") {
  FleetReport report = OneMachineFleet();
  FleetMachine& machine = report.machines.front();
  CHECK(Contains(RenderText(report, {}), "\nEXCH07 leaks.\n"));
  machine.suspects = {machine.suspects[2]};
  CHECK(Contains(RenderText(report, {}), "\nNo leak on EXCH07, but something to watch.\n"));
  machine.suspects[0].movement = Movement::kOver;
  CHECK(Contains(RenderText(report, {}), "\nEXCH07 leaked, but does not any more.\n"));
  machine.suspects.clear();
  CHECK(Contains(RenderText(report, {}), "\nNo leak found on EXCH07.\n"));
  machine.judged = 0;
  const std::string text = RenderText(report, {});
  CHECK(Contains(text, "\nNo verdict on EXCH07.\n"));
  CHECK(Contains(text, "\n * EXCH07: no counter held enough data to be judged\n"));
}

TEST_CASE("a fleet without a leak, without a verdict, without a file") {
  FleetReport report = LargeFleet(8);
  report.machines.erase(report.machines.begin(), report.machines.begin() + 4);
  CHECK(Contains(RenderText(report, {}), "\nNone of 4 machines leaks.\n"));
  for (FleetMachine& machine : report.machines) machine.judged = 0;
  CHECK(Contains(RenderText(report, {}), "\nNo verdict on any of 4 machines.\n"));
  CHECK(Contains(RenderText(FleetReport(), {}), "\nNo verdict: no file was found.\n"));
}

TEST_CASE("the ranking has one line per machine with a suspect, with what moved") {
  const std::string text = RenderText(OfficeFleet(), {.width = 200});
  CHECK(Contains(text,
                 "\n 1  LEAK     EXCH07          store +2   heap        3.00 MB/h  4.50 MB/h  "
                 "2026-04-03   4 d  Commit Limit "));
  CHECK(Contains(text, "2026-03-03  faster  ▄▅▆█     was 2.50 MB/h\n"));
  CHECK(Contains(text, "\n 7  over     PRINT01 "));
  CHECK(Contains(text, " +2: 2 more suspects. --all shows every suspect in full"));
}

TEST_CASE("no machine name of Windows is shortened from 80 columns on") {
  FleetReport report = OfficeFleet();
  report.machines[0].name = "FIFTEEN-LETTERS";
  for (const size_t width : {80, 100, 140}) {
    CHECK(Contains(RenderText(report, {.width = width}), " FIFTEEN-LETTERS "));
  }
}

TEST_CASE("a limit that is reached is now, one after a thousand days is years away") {
  FleetReport report = OfficeFleet();
  Exhaustion& end = *report.machines[0].suspects[0].suspect.exhaustion;
  end.p50_s = end.as_of_s - 60;
  const std::string reached = RenderText(report, {});
  CHECK(Contains(reached, "  2026-03-29   now  faster\n"));
  CHECK(Contains(reached, "First at a limit: store on EXCH07, Commit Limit reached.\n"));
  end.p50_s = end.as_of_s + 5000 * kSecondsPerDay;  // 13.7 years of 365.25 days
  CHECK(Contains(RenderText(report, {.width = 100}), "  13.7 years  "));
}

TEST_CASE("what is over reaches no limit") {
  FleetReport report = OneMachineFleet();
  report.machines[0].suspects.resize(1);
  CHECK(Contains(RenderText(report, {}), "2026-04-03"));
  report.machines[0].suspects[0].movement = Movement::kOver;
  CHECK_FALSE(Contains(RenderText(report, {}), "2026-04-03"));
}

TEST_CASE("what several machines have in common is told once") {
  const std::string text = RenderText(OfficeFleet(), {.width = 110});
  CHECK(
      Contains(text,
               "\n * LEAK store: heap leak on 4 of the 5 machines that have it, since 2026-03-03 "
               "(EXCH02 first)\n"
               "   1.50 to 3.00 MB/h, median 2.30 MB/h; first at a limit: EXCH07, Commit Limit on "
               "2026-04-03\n"
               "   EXCH07, EXCH02, EXCH04, EXCH-BRANCH-01\n"));
  CHECK(Contains(text, "\n * watch mmc: handle leak on both machines that have it, since "));
  CHECK(Contains(text,
                 "\n * gaps on 4 of 12 machines (DC02, FILE01, FILE02, WEB-FRONT-01): 2 gaps "));
}

TEST_CASE("a component on one machine, or that nobody counted, is told without a share") {
  FleetReport report = OfficeFleet();
  report.components[0].runs_on = 0;
  report.components[1].machines.pop_back();
  const std::string text = RenderText(report, {.width = 110});
  CHECK(Contains(text, "\n * LEAK store: heap leak on 4 machines, since 2026-03-03"));
  CHECK_FALSE(Contains(text, "watch mmc: "));
  report.components[0].runs_on = 12;  // as the kernel, which every machine has
  CHECK(Contains(RenderText(report, {.width = 110}), "heap leak on 4 of 12 machines, since"));
  report.components[0].runs_on = 4;
  CHECK(Contains(RenderText(report, {.width = 110}), "heap leak on all 4 machines that have it"));
}

TEST_CASE("a note whose words differ from machine to machine is told by an example") {
  FleetReport report = OfficeFleet();
  report.machines[7].quality[0].message = "1 gap.";
  CHECK(Contains(RenderText(report, {.width = 110}),
                 "(DC02, FILE01, FILE02, WEB-FRONT-01): such as DC02: 1 gap.\n"));
}

TEST_CASE("files that cannot be read are named, those with one cause under it") {
  const std::string text = RenderText(OfficeFleet(), {});
  CHECK(Contains(text,
                 "\nCould not be read: 4 files\n"
                 " * 3 files: cannot be opened: permission denied\n"
                 "   archive/private/1.csv\n"
                 "   archive/private/2.csv\n"
                 "   archive/private/3.csv\n"
                 " * archive/march.7z\n"
                 "   the archive ends in the middle of a file; copy it again\n"));
  CHECK(Contains(RenderText(UnreadFleet(), {}), "\n   and 20 more; --all lists them\n"));
  CHECK(Contains(RenderText(UnreadFleet(), {.show_all = true}), "\n   share/39.blg\n"));
}

TEST_CASE("duplicates and files that are no logs are counted, and listed with --all") {
  const std::string folded = RenderText(OfficeFleet(), {.width = 110});
  CHECK(Contains(folded,
                 "\nPassed over: 1 file with the content of another, 2 files that are no "
                 "performance logs; --all lists them.\n"));
  CHECK_FALSE(Contains(folded, "photo.jpg"));
  const std::string all = RenderText(OfficeFleet(), {.show_all = true});
  CHECK(Contains(all, "\n archive/logs.zip/photo.jpg: no performance log\n"));
}

TEST_CASE("--all tells every suspect of every machine with its weeks") {
  const std::string text = RenderText(OfficeFleet(), {.width = 110, .show_all = true});
  CHECK(Contains(text, "\nMachine EXCH07: 3 suspects\n"));
  CHECK(Contains(text, "\n1. LEAK store: heap leak, 3.00 MB/h\n"));
  CHECK(Contains(text, "\n   week by week        ▄▅▆█  faster: was 2.50 MB/h\n"));
  CHECK(Contains(text, "2026-03-08         -                  too little data\n"));
  CHECK(Contains(text, "  no leak: growth has stopped\n"));
  CHECK(Contains(text, "\nMachine OLD-NT4: no verdict\n"));
}

TEST_CASE("--top limits the machines of the ranking") {
  const std::string text = RenderText(OfficeFleet(), {.width = 110, .top = 2});
  CHECK(Contains(text, " 2  LEAK     EXCH02 "));
  CHECK_FALSE(Contains(text, " 3  LEAK     EXCH04 "));
  CHECK(Contains(text, "\n The first 2 of 7 machines with a suspect. +2: "));
}

TEST_CASE("two thousand machines fold to the worst hundred") {
  const std::string text = RenderText(LargeFleet(2000), {.width = 110});
  CHECK(Contains(text, "\n1,000 of 2,000 machines leak.\n"));
  CHECK(Contains(text, "\n The first 100 of 1,000 machines with a suspect. --all shows "));
  CHECK(Contains(text, "\n1,000 machines without a suspect: SRV11000, "));
  CHECK(Contains(text, "SRV11005 and 994 more\n"));
  CHECK(Lines(text).size() < 150);
  const std::string all = RenderText(LargeFleet(2000), {.width = 110, .show_all = true});
  CHECK(Contains(all, "\nMachine SRV10999: 1 suspect\n"));
}

TEST_CASE("the weeks are drawn from zero, in the direction that is bad") {
  FleetReport report = OfficeFleet();
  for (PeriodTrend& week : report.machines[0].suspects[0].periods) week.slope.per_s *= -1;
  CHECK(Contains(RenderText(report, {.width = 200}), "  ▄▅▆█  "));
  CHECK(Contains(RenderText(report, {.width = 200, .unicode = false}), "  -=+#  "));
}

TEST_CASE("property: no line on a fleet is wider than the page unless it holds a path") {
  const std::vector<FleetReport> fleets = {
      FleetReport(),  OfficeFleet(),     OneMachineFleet(),
      LargeFleet(30), NotANumberFleet(), NamedFleet("a-name-that-is-quite-long")};
  CHECK(rc::check([&] {
    TextStyle style;
    style.width = *rc::gen::inRange<size_t>(60, 1000);
    style.color = *rc::gen::arbitrary<bool>();
    style.unicode = *rc::gen::arbitrary<bool>();
    style.show_all = *rc::gen::arbitrary<bool>();
    const FleetReport& report = fleets[*rc::gen::inRange<size_t>(0, fleets.size())];
    for (const std::string& line : Lines(WithoutColor(RenderText(report, style)))) {
      const bool whole = HoldsPath(line) || Contains(line, "archive/");
      if (!whole && DisplayWidth(line) > style.width) RC_FAIL(line);
      if (!line.empty() && line.back() == ' ') RC_FAIL("blank at the end: " + line);
    }
  }));
}

TEST_CASE("property: nothing in a name of a fleet reaches the terminal as a control character") {
  CHECK(rc::check([] {
    const FleetReport report = NamedFleet(*rc::gen::arbitrary<std::string>());
    TextStyle style;
    style.show_all = *rc::gen::arbitrary<bool>();
    RC_ASSERT(!HasControlCharacter(RenderText(report, style)));
  }));
}

TEST_CASE("colours add nothing to the text on a fleet but escape sequences") {
  const std::string plain = RenderText(OfficeFleet(), {.show_all = true});
  CHECK(WithoutColor(RenderText(OfficeFleet(), {.color = true, .show_all = true})) == plain);
}

TEST_CASE("ASCII mode adds no byte to a fleet that is not ASCII") {
  const std::string text = RenderText(OfficeFleet(), {.unicode = false, .show_all = true});
  CHECK(std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; }));
}

}  // namespace
}  // namespace perfleak
