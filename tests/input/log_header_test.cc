#include "input/log_header.h"

#include <doctest/doctest.h>

#include "input/csv_fields.h"
#include "input/read_log.h"

using namespace perfleak;
using perfleak::testing::Header;
using perfleak::testing::ReadText;

namespace {

LogHeader FirstCell(std::string_view cell) {
  auto header = ParseHeader("\"" + std::string(cell) + "\",\"\\\\HOST\\Memory\\Available Bytes\"");
  REQUIRE(header);
  CHECK(header->columns.size() == 1);
  return *header;
}

}  // namespace

TEST_CASE("zone and bias, west and east of UTC") {
  const LogHeader west = FirstCell("(PDH-CSV 4.0) (Eastern Daylight Time)(240)");
  CHECK(west.format == "PDH-CSV");
  CHECK(west.zone == "Eastern Daylight Time");
  CHECK(west.bias_minutes == 240);
  CHECK(FirstCell("(PDH-CSV 4.0) (China Standard Time)(-480)").bias_minutes == -480);
  CHECK(FirstCell("(PDH-CSV 4.0) (UTC)(0)").bias_minutes == 0);
}

TEST_CASE("a zone with parentheses in its name") {
  const LogHeader header = FirstCell("(PDH-CSV 4.0) (RTZ 2 (winter))(-180)");
  CHECK(header.zone == "RTZ 2 (winter)");
  CHECK(header.bias_minutes == -180);
}

TEST_CASE("a zone cut off at its first letter that is not ASCII has no bias") {
  const LogHeader chinese = FirstCell("(PDH-CSV 4.0) (");
  CHECK(chinese.zone_cut_off);
  CHECK(chinese.zone.empty());
  CHECK_FALSE(chinese.bias_minutes);
  CHECK(FirstCell("(PDH-CSV 4.0) (RTZ 2 (").zone == "RTZ 2 (");
  const LogHeader french = FirstCell("(PDH-CSV 4.0) (Paris, Madrid (heure d");
  CHECK(french.zone == "Paris, Madrid (heure d");
  CHECK(french.zone_cut_off);
}

TEST_CASE("typeperf writes no zone") {
  const LogHeader header = FirstCell("(PDH-CSV 4.0)");
  CHECK_FALSE(header.zone_cut_off);
  CHECK_FALSE(header.bias_minutes);
}

TEST_CASE("a header without the signature") {
  const LogHeader header = FirstCell("(Pacific Daylight Time)(420)");
  CHECK(header.format == "PDH-CSV");
  CHECK(header.zone == "Pacific Daylight Time");
  CHECK(header.bias_minutes == 420);
  CHECK(FirstCell("Time").format == "PDH-CSV");
}

TEST_CASE("tabs between the cells") {
  const auto header = ParseHeader(
      "\"(PDH-TSV 4.0) (Pacific Standard Time)(480)\"\t\"\\\\h\\Memory\\A\"\t\"\\\\h\\Memory\\B\"");
  REQUIRE(header);
  CHECK(header->format == "PDH-TSV");
  CHECK(header->separator == '\t');
  CHECK(header->columns.size() == 2);
}

TEST_CASE("a spreadsheet's header: no quotes, semicolons") {
  const auto header = ParseHeader("(PDH-CSV 4.0) (UTC)(0);\\\\h\\Memory\\A;\\\\h\\Memory\\B");
  REQUIRE(header);
  CHECK(header->separator == ';');
  CHECK(header->columns.size() == 2);
}

TEST_CASE("a pButtons prefix inside the first cell") {
  const LogHeader header = FirstCell("Date \\\\SERVER (PDH-CSV 4.0) (GMT Standard Time)(0)");
  CHECK(header.zone == "GMT Standard Time");
  CHECK(header.bias_minutes == 0);
}

TEST_CASE("terminal noise glued before the header") {
  const auto header =
      ParseHeader("\x1B[?1034hhost> \"(PDH-CSV 4.0) (UTC)(0)\",\"\\\\esx\\Memory\\Free MBytes\"");
  REQUIRE(header);
  CHECK(header->zone == "UTC");
  CHECK(header->columns.size() == 1);
}

TEST_CASE("text that is no header") {
  for (const char* line :
       {"", "name,age", "C:\\>typeperf \"\\Memory\\Available Bytes\" -sc 5", "C:\\logs,D:\\logs",
        "\"10/09/2022 18:35:28.403\",\"1\"", "Exiting, please wait..."}) {
    CHECK_MESSAGE(!ParseHeader(line), line);
  }
}

TEST_CASE("console text before the header is skipped and counted") {
  const auto log =
      ReadText("C:\\>typeperf \"\\Memory\\Available Bytes\" -sc 1\r\n\r\n" +
               Header({"Memory\\Available Bytes"}) + "\"01/01/2026 00:00:00.000\",\"5\"\r\n");
  CHECK(log.error.empty());
  CHECK(log.rows.size() == 1);
  CHECK(log.Count("text-before-header") == 1);
}

TEST_CASE("noise is skipped for 100 lines, not for ever") {
  std::string noise;
  for (int i = 0; i < 99; ++i) noise += "x\n";
  CHECK(ReadText(noise + Header({"Memory\\Available Bytes"})).error.empty());
  noise += "x\n";
  CHECK(ReadText(noise + Header({"Memory\\Available Bytes"})).error.find("first cell is \"x\"") !=
        std::string::npos);
}

TEST_CASE("a file cut inside its header is an error that says how far it goes") {
  const auto log = ReadText(
      "\"(PDH-CSV 4.0) (UTC)(0)\",\"\\\\H\\Memory\\Available Bytes\",\"\\\\H\\Memory\\Comm");
  CHECK(log.error ==
        "log.csv:1: the file ends inside its header, after 2 columns, and holds no samples; copy "
        "the log again, complete");
  CHECK(ReadText("\"(PDH-CSV 4.0) (U").error.find("inside its header") != std::string::npos);
  CHECK(ReadText("\"(PDH-CSV 4.0) (UTC)(0)\"").error.find("names no counters") !=
        std::string::npos);
}

TEST_CASE("a complete header and nothing else is a log without rows") {
  const auto log = ReadText(Header({"Memory\\Available Bytes"}));
  CHECK(log.error.empty());
  CHECK(log.info.rows_read == 0);
  CHECK(log.info.columns == 1);
}

TEST_CASE("duplicate columns, descriptions and empty cells are skipped and counted") {
  LogHeader header;
  header.columns = {"\\\\H\\Memory\\Available Bytes", "\\\\H\\Memory\\Committed Bytes",
                    "\\\\h\\memory\\available bytes", "Collects memory, every day.", ""};
  CounterTable table;
  Diagnostics diagnostics;
  const ColumnMap map = ColumnMapper(&table, &diagnostics).Map(header, {"f.csv", 1, 0});
  CHECK(map.columns == std::vector<uint32_t>{0, 1});
  CHECK(map.wanted == std::vector<CounterId>{0, 1});
  CHECK(map.counter_columns == 3);
  CHECK(map.least_columns == 3);
  CHECK(ShapeOf(header).least_columns == 3);
  CHECK(ShapeOf(header).columns == 5);
  CHECK(diagnostics.Count("duplicate-column") == 1);
  CHECK(diagnostics.Count("not-a-counter") == 2);
  CHECK(diagnostics.Entries().front().places == std::vector<std::string>{"f.csv:1:4"});
}

TEST_CASE("a header of more than 20 MiB") {
  std::string text = "\"(PDH-CSV 4.0) (UTC)(0)\"";
  size_t columns = 0;
  for (; text.size() < (size_t{21} << 20); ++columns) {
    text += ",\"\\\\HOST\\Process(a rather long process name " + std::to_string(columns) +
            ")\\Private Bytes\"";
  }
  text += "\r\n\"01/01/2026 00:00:00.000\"";
  for (size_t i = 0; i < columns; ++i) text += ",\"7\"";
  const auto log = ReadText(text + "\r\n");
  CHECK(log.error.empty());
  CHECK(log.info.columns == columns);
  REQUIRE(log.rows.size() == 1);
  CHECK(log.rows[0].values.back() == 7);
}

TEST_CASE("more columns than the limit are an error") {
  std::string text = "\"(PDH-CSV 4.0) (UTC)(0)\",\"\\\\H\\Memory\\A\"";
  for (size_t i = 0; i < kMaxColumns; ++i) text += ",a";
  CHECK(ReadText(text + "\n").error ==
        "log.csv:1: the header has 1000001 columns; the limit is 1000000");
}

TEST_CASE("text that mentions the signature is not a log") {
  for (const char* line :
       {"The first cell is `(PDH-CSV 4.0) (ZONE)(BIAS)`, every other cell a counter path",
        "see (PDH-CSV 4.0) in the manual", "strstr(line,(PDH-CSV 4.0),\\\\H\\Memory\\A)",
        "the header \"(PDH-CSV 4.0) (UTC)(0)\" comes first",
        "\"(PDH-CSV 4.0) (UTC)(0)\" is the first cell, counters follow",
        "name,(PDH-CSV 4.0),value"}) {
    CHECK_MESSAGE(!ParseHeader(line), line);
    CHECK_MESSAGE(ReadText(std::string(line) + "\n").error.find("not a Performance Monitor log") !=
                      std::string::npos,
                  line);
  }
}

TEST_CASE("a signature after an escape sequence without quotes begins a header") {
  CHECK(ParseHeader("\x1B[?1034h(PDH-CSV 4.0) (UTC)(0),\\\\H\\Memory\\Available Bytes"));
}

TEST_CASE("a mention of the signature before the header on its line does not hide it") {
  const auto header = ParseHeader(
      "`(PDH-CSV` follows> \"(PDH-CSV 4.0) (UTC)(0)\",\"\\\\H\\Memory\\Available Bytes\"");
  REQUIRE(header);
  CHECK(header->zone == "UTC");
}

TEST_CASE("new counters for which the table has no room are skipped and counted, known ones read") {
  CounterTable table;
  Diagnostics diagnostics;
  ColumnMapper mapper(&table, &diagnostics, 2);
  LogHeader header;
  header.columns = {"\\\\H\\Memory\\Available Bytes", "\\\\H\\Memory\\Committed Bytes",
                    "\\\\H\\Memory\\Pool Paged Bytes"};
  CHECK(mapper.Map(header, {"f.csv", 1, 0}).wanted == std::vector<CounterId>{0, 1});
  CHECK(diagnostics.Count("too-many-counters") == 1);
  CHECK(diagnostics.Entries().back().places == std::vector<std::string>{"f.csv:1:4"});

  header.columns = {"\\\\H\\Process(new)\\Private Bytes", "\\\\h\\memory\\COMMITTED BYTES"};
  const ColumnMap map = mapper.Map(header, {"f.csv", 9, 0});
  CHECK(map.columns == std::vector<uint32_t>{1});
  CHECK(map.wanted == std::vector<CounterId>{1});
  CHECK(map.least_columns == 2);
  CHECK(diagnostics.Count("too-many-counters") == 2);
  CHECK(table.size() == 2);
}
