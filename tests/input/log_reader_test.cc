// The oddities of docs/formats.md, one test each, from bytes to rows.
#include "input/log_reader.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "input/read_log.h"

using namespace perfleak;
using namespace perfleak::testing;

namespace {

const std::string kPrivate = "Process(a)\\Private Bytes";
const std::string kHandles = "Process(a)\\Handle Count";
const std::string kPrivatePath = "\\\\HOST\\Process(a)\\Private Bytes";
const std::string kHandlesPath = "\\\\HOST\\Process(a)\\Handle Count";

// "01/01/2026 HH:MM:SS.000" for `second` of the day, then the cells in quotes.
std::string RowAt(int second, const std::vector<std::string>& cells) {
  char stamp[64];
  std::snprintf(stamp, sizeof stamp, "\"01/01/2026 %02d:%02d:%02d.000\"", second / 3600,
                second / 60 % 60, second % 60);
  std::string line = stamp;
  for (const std::string& cell : cells) line += ",\"" + cell + "\"";
  return line + "\r\n";
}

std::vector<double> Times(const WholeLog& log) {
  std::vector<double> times;
  for (const KeptRow& row : log.rows) times.push_back(row.t_s - kNewYear2026);
  return times;
}

void CheckRowsAddUp(const WholeLog& log) {
  CHECK(log.info.rows_read == log.info.rows_used + log.info.rows_dropped);
  CHECK(log.info.rows_used == log.rows.size());
}

}  // namespace

TEST_CASE("rows come with UTC time and one value per counter") {
  const auto log = ReadText(Header({kPrivate, kHandles}, "(PDH-CSV 4.0) (EDT)(240)") +
                            RowAt(0, {"1000", "5"}) + RowAt(15, {"2000.5", "6"}));
  REQUIRE(log.error.empty());
  CHECK(Times(log) == std::vector<double>{240 * 60, 240 * 60 + 15});
  CHECK(log.Column(kPrivatePath) == std::vector<double>{1000, 2000.5});
  CHECK(log.Column(kHandlesPath) == std::vector<double>{5, 6});
  CHECK(log.info.time_basis == TimeBasis::kUtc);
  CHECK(log.info.zone == "EDT");
  CHECK(log.info.encoding == "ASCII");
  CHECK(log.info.rows_used == 2);
  CHECK(log.diagnostics.Entries().empty());
}

TEST_CASE("a blank cell is missing, not 0, and a later row does not see the value before") {
  const auto log = ReadText(Header({kPrivate, kHandles}) + RowAt(0, {"1", " "}) +
                            RowAt(1, {" ", "2"}) + RowAt(2, {"", "3"}));
  CHECK(std::isnan(log.Column(kHandlesPath)[0]));
  CHECK(std::isnan(log.Column(kPrivatePath)[1]));
  CHECK(std::isnan(log.Column(kPrivatePath)[2]));
  CHECK(log.diagnostics.Entries().empty());
}

TEST_CASE("a log without zone or with a zone cut off is read as local time, and says so") {
  const auto cut = ReadText(Header({kPrivate}, "(PDH-CSV 4.0) (") + RowAt(0, {"1"}));
  CHECK(cut.info.time_basis == TimeBasis::kLocal);
  CHECK(Times(cut) == std::vector<double>{0});
  CHECK(cut.Count("zone-cut-off") == 1);
  const auto none = ReadText(Header({kPrivate}, "(PDH-CSV 4.0)") + RowAt(0, {"1"}));
  CHECK(none.Count("zone-missing") == 1);
}

TEST_CASE("tabs instead of commas") {
  const auto log = ReadText(
      "\"(PDH-TSV 4.0) (UTC)(0)\"\t\"\\\\HOST\\Process(a)\\Private Bytes\"\r\n"
      "\"01/01/2026 00:00:01.000\"\t\"42\"\r\n");
  CHECK(log.info.format == "PDH-TSV");
  CHECK(log.Column(kPrivatePath) == std::vector<double>{42});
}

TEST_CASE("values of every counter are in its unit") {
  const auto log = ReadText(Header({"Memory\\Available MBytes"}) + RowAt(0, {"3"}));
  CHECK(log.Column("\\\\HOST\\Memory\\Available MBytes") == std::vector<double>{3 * 1048576.0});
}

TEST_CASE("numbers with 20 digits, three-digit exponents and a decimal comma") {
  const auto log =
      ReadText(Header({kPrivate, kHandles}) + RowAt(0, {"6.9494827586206889356e-005", "1234,56"}));
  CHECK(log.Column(kPrivatePath)[0] == 6.9494827586206889356e-5);
  CHECK(log.Column(kHandlesPath)[0] == 1234.56);
}

TEST_CASE("the last row torn is counted, not an error") {
  const std::string good = Header({kPrivate, kHandles}) + RowAt(0, {"1", "2"});
  for (const char* torn :
       {"\"01/01/2026 00:00:15.000\",\"3\"", "\"01/01/2026 00:00:15.000\",\"3\",\"4", "\"01/0",
        "\"01/01/2026 00:00:15.000\",\"3\",\"", "\"01/01/2026 00:00:15.000\""}) {
    const auto log = ReadText(good + torn);
    CHECK_MESSAGE(log.error.empty(), torn);
    CHECK(log.rows.size() == 1);
    CHECK(log.Count("torn-row") == 1);
    CHECK(log.diagnostics.Entries()[0].places == std::vector<std::string>{"log.csv:3"});
    CheckRowsAddUp(log);
  }
}

TEST_CASE("a last row torn before preallocated zero bytes") {
  const auto log = ReadText(Header({kPrivate, kHandles}) + RowAt(0, {"1", "2"}) +
                            "\"01/01/2026 00:00:15.000\",\"3" + std::string(5000, '\0'));
  CHECK(log.rows.size() == 1);
  CHECK(log.Count("torn-row") == 1);
  CHECK(log.Count("nul-bytes") == 5000);
  CheckRowsAddUp(log);
}

TEST_CASE("a last row without line end is a row") {
  const auto log =
      ReadText(Header({kPrivate}) + RowAt(0, {"1"}) + "\"01/01/2026 00:00:15.000\",\"2\"");
  CHECK(log.rows.size() == 2);
  CHECK(log.diagnostics.Entries().empty());
}

TEST_CASE("rows with too few or too many cells in the middle are dropped and counted") {
  const auto log = ReadText(Header({kPrivate, kHandles}) + RowAt(0, {"1", "2"}) + RowAt(1, {"1"}) +
                            RowAt(2, {"1", "2", "3"}) + RowAt(3, {"5", "6"}));
  CHECK(Times(log) == std::vector<double>{0, 3});
  CHECK(log.Count("bad-row") == 2);
  CHECK(log.diagnostics.Entries()[0].places == std::vector<std::string>{"log.csv:3", "log.csv:4"});
  CheckRowsAddUp(log);
}

TEST_CASE("a comma at the end of every line is no cell") {
  const auto log = ReadText(Header({kPrivate}) + "\"01/01/2026 00:00:00.000\",\"1\",\r\n" +
                            "\"01/01/2026 00:00:01.000\",\"2\",\" \"\r\n");
  CHECK(log.rows.size() == 2);
  CHECK(log.info.rows_dropped == 0);
}

TEST_CASE("an empty last header cell and the collector's description are no counters") {
  const auto log = ReadText("\"(PDH-CSV 4.0) (UTC)(0)\",\"" + kPrivatePath +
                            "\",\"Memory of the server, every minute, since May.\"\r\n" +
                            RowAt(0, {"1", " "}) + RowAt(1, {"2"}));
  CHECK(log.Column(kPrivatePath) == std::vector<double>{1, 2});
  CHECK(log.Count("not-a-counter") == 1);
  CHECK(log.info.columns == 1);
}

TEST_CASE("the same counter in two columns is read once") {
  const auto log = ReadText(Header({kPrivate, kPrivate, kHandles}) + RowAt(0, {"1", "1", "2"}));
  CHECK(log.Column(kPrivatePath) == std::vector<double>{1});
  CHECK(log.Column(kHandlesPath) == std::vector<double>{2});
  CHECK(log.Count("duplicate-column") == 1);
}

TEST_CASE("quoting broken in the same way in header and rows") {
  const auto log = ReadText("\"(PDH-CSV 4.0) (UTC)(0)\",\"" + kPrivatePath +
                            "\",   -\"\\\\HOST\\PCPU(0)\\% Used\",\"" + kHandlesPath +
                            "\"\n\"01/01/2026 00:00:00.000\",\"1\",    73.1\"8.93\",\"2\"\n");
  CHECK(log.error.empty());
  CHECK(log.Column(kPrivatePath) == std::vector<double>{1});
  CHECK(log.Column(kHandlesPath) == std::vector<double>{2});
  CHECK(log.info.rows_dropped == 0);
}

TEST_CASE("a cell that is no number is missing and counted with its place") {
  const auto log = ReadText(Header({kPrivate, kHandles}) + RowAt(0, {"1", "-1.#IND"}));
  CHECK(std::isnan(log.Column(kHandlesPath)[0]));
  CHECK(log.Column(kPrivatePath)[0] == 1);
  CHECK(log.Count("bad-value") == 1);
  CHECK(log.diagnostics.Entries()[0].places == std::vector<std::string>{"log.csv:2:3"});
}

TEST_CASE("values a counter cannot have are missing: 4294967295 free PTEs, negative levels") {
  const std::string pte = "Memory\\Free System Page Table Entries";
  const auto log = ReadText(Header({pte, kPrivate}) + RowAt(0, {"12418489", "5"}) +
                            RowAt(1, {"4294967295", "-5"}) + RowAt(2, {"12418493", "4294967295"}));
  CHECK(log.Column("\\\\HOST\\" + pte)[0] == 12418489);
  CHECK(std::isnan(log.Column("\\\\HOST\\" + pte)[1]));
  CHECK(std::isnan(log.Column(kPrivatePath)[1]));
  CHECK(log.Column(kPrivatePath)[2] == 4294967295.0);  // 4 GB is a size like any other
  CHECK(log.Count("impossible-value") == 2);
}

TEST_CASE("huge but normal values stay") {
  const auto log = ReadText(Header({"Process(a)\\Virtual Bytes"}) + RowAt(0, {"2.4e14"}));
  CHECK(log.Column("\\\\HOST\\Process(a)\\Virtual Bytes") == std::vector<double>{2.4e14});
}

TEST_CASE("jitter, stretched steps and a gap of days are all rows") {
  const auto log =
      ReadText(Header({kPrivate}) + RowAt(0, {"1"}) + "\"01/01/2026 00:00:15.371\",\"2\"\r\n" +
               "\"01/01/2026 00:00:15.374\",\"3\"\r\n" + "\"01/06/2026 00:00:00.000\",\"4\"\r\n");
  CHECK(log.rows.size() == 4);
  CHECK(log.diagnostics.Entries().empty());
}

TEST_CASE("time going backwards drops rows until it has caught up") {
  const auto log = ReadText(Header({kPrivate}) + RowAt(100, {"1"}) + RowAt(115, {"2"}) +
                            RowAt(50, {"3"}) + RowAt(65, {"4"}) + RowAt(130, {"5"}));
  CHECK(Times(log) == std::vector<double>{100, 115, 130});
  CHECK(log.Count("time-backwards") == 2);
  CheckRowsAddUp(log);
}

TEST_CASE("the end of daylight saving loses no row") {
  const auto log = ReadText(Header({kPrivate}, "(PDH-CSV 4.0) (") + RowAt(7170, {"1"}) +
                            RowAt(7185, {"2"}) + RowAt(3600, {"3"}) + RowAt(3615, {"4"}));
  CHECK(Times(log) == std::vector<double>{7170, 7185, 7200, 7215});
  CHECK(log.Count("hour-back") == 1);
  CheckRowsAddUp(log);
}

TEST_CASE("equal stamps after a round trip through a spreadsheet") {
  const auto log = ReadText("(PDH-CSV 4.0) (UTC)(0)," + kPrivatePath +
                            "\r\n3/26/2015 22:42,1\r\n3/26/2015 22:42,2\r\n3/26/2015 22:43,3\r\n");
  CHECK(log.Column(kPrivatePath) == std::vector<double>{1, 3});
  CHECK(log.Count("equal-time") == 1);
  CheckRowsAddUp(log);
}

TEST_CASE("stamps without date are counted on over midnight") {
  const auto log =
      ReadText(Header({kPrivate}) + "\"23:59:50.000\",\"1\"\r\n\"00:00:05.000\",\"2\"\r\n");
  REQUIRE(log.rows.size() == 2);
  CHECK(log.rows[0].t_s == 86390);
  CHECK(log.rows[1].t_s == 86405);
  CHECK(log.Count("time-without-date") == 2);
}

TEST_CASE("CR alone and LF alone as line ends") {
  std::string text = Header({kPrivate}) + RowAt(0, {"1"}) + RowAt(1, {"2"});
  std::string cr = text, lf = text;
  std::erase(cr, '\n');
  std::erase(lf, '\r');
  for (const std::string& variant : {cr, lf}) {
    for (const size_t chunk : {size_t{1}, size_t{1000}}) {
      CHECK(ReadText(variant, 1, chunk).Column(kPrivatePath) == std::vector<double>{1, 2});
    }
  }
}

TEST_CASE("console text around and inside the rows is skipped and counted") {
  const auto log = ReadText("\r\n" + Header({kPrivate}, "(PDH-CSV 4.0)") + RowAt(0, {"1"}) +
                            "\r\nExiting, please wait...\r\nThe command completed "
                            "successfully.\r\n\r\nC:\\Users\\me>\r\n");
  CHECK(log.rows.size() == 1);
  CHECK(log.Count("text-line") == 3);
  CHECK(log.Count("torn-row") == 0);
  CHECK(log.info.rows_read == 1);
}

TEST_CASE("a row whose time stamp cannot be read is dropped and counted") {
  const auto log = ReadText(Header({kPrivate}) + RowAt(0, {"1"}) +
                            "\"26/03/2015 22:42:00.000\",\"2\"\r\n" + RowAt(2, {"3"}));
  CHECK(log.rows.size() == 2);
  CHECK(log.Count("bad-time") == 1);
  CheckRowsAddUp(log);
}

TEST_CASE("a repeated header with the same columns is not a row") {
  const auto log =
      ReadText(Header({kPrivate}) + RowAt(0, {"1"}) + Header({kPrivate}) + RowAt(15, {"2"}));
  CHECK(log.Column(kPrivatePath) == std::vector<double>{1, 2});
  CHECK(log.Count("repeated-header") == 1);
  CHECK(log.info.rows_read == 2);
}

TEST_CASE("a repeated header with other columns changes what the cells mean") {
  const auto log = ReadText(Header({kPrivate, kHandles}) + RowAt(0, {"1", "2"}) +
                            Header({kHandles, "Process(b)\\Handle Count", kPrivate}) +
                            RowAt(15, {"3", "4", "5"}) + Header({kHandles}) + RowAt(30, {"6"}));
  CHECK(log.Column(kHandlesPath) == std::vector<double>{2, 3, 6});
  CHECK(log.Column("\\\\HOST\\Process(b)\\Handle Count")[1] == 4);
  CHECK(log.Column(kPrivatePath)[1] == 5);
  CHECK(std::isnan(log.Column(kPrivatePath)[2]));
  CHECK(log.Count("repeated-header") == 2);
  CHECK(log.info.columns == 2);
}

TEST_CASE("UTF-8 with mark, UTF-16 with and without mark, ANSI") {
  const std::string text = Header({kPrivate}) + RowAt(0, {"1"});
  const std::string ansi =
      Header({kPrivate, "Speicher\\Verf\xFCgbare Bytes"}) + RowAt(0, {"1", "2"});
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"\xEF\xBB\xBF" + text, "UTF-8"},
      {ToUtf16(text, true, true), "UTF-16LE"},
      {ToUtf16(text, false, true), "UTF-16BE"},
      {ToUtf16(text, true, false), "UTF-16LE"},
      {ansi, "ANSI"}};
  for (const auto& [bytes, encoding] : cases) {
    const auto log = ReadText(bytes);
    CHECK(log.error.empty());
    CHECK(log.info.encoding == encoding);
    CHECK(log.info.bytes == bytes.size());
    CHECK(log.Column(kPrivatePath) == std::vector<double>{1});
  }
  const auto log = ReadText(ansi);
  CHECK((*log.table)[1].path.counter == "Verf\xC3\xBCgbare Bytes");
}

TEST_CASE("paths in lower case, without machine, of many machines, with odd instance names") {
  const auto log = ReadText(
      "\"(PDH-CSV 4.0) (UTC)(0)\",\"\\\\host\\process(a)\\private bytes\",\"\\Process(b)\\Private "
      "Bytes\",\"\\\\10srv\\\\Process(c)\\Private Bytes\",\"\\\\X\\Process(d.e:[f],{g}/h)\\Private "
      "Bytes\"\r\n" +
      RowAt(0, {"1", "2", "3", "4"}));
  REQUIRE(log.rows.size() == 1);
  CHECK(log.rows[0].values == std::vector<double>{1, 2, 3, 4});
  CHECK(log.Column(kPrivatePath) == std::vector<double>{1});
  CHECK((*log.table)[2].path.machine == "10srv");
}

TEST_CASE("zero bytes without end stop with a diagnostic") {
  std::string text = Header({kPrivate}) + RowAt(0, {"1"});
  text.resize(text.size() + (size_t{70} << 20), '\0');
  const auto log = ReadText(text, 2);
  CHECK(log.error.empty());
  CHECK(log.rows.size() == 1);
  CHECK(log.Count("nul-tail") == 1);
}

TEST_CASE("a row of 16 MiB or more is an error with the limit") {
  const auto log =
      ReadText(Header({kPrivate}) + RowAt(0, {"1"}) + std::string(size_t{17} << 20, '5') + "\n");
  CHECK(log.rows.size() == 1);
  CHECK(log.error.find("log.csv:3: the line is longer than 16777215 bytes") == 0);
  CheckRowsAddUp(log);
}

TEST_CASE("the first time is known before reading and consumes nothing") {
  CounterTable table;
  Diagnostics diagnostics;
  auto reader =
      LogReader::Open(MemoryByteSource("x", Header({kPrivate}, "(PDH-CSV 4.0) (A)(60)") +
                                                "noise\r\n" + RowAt(30, {"1"}) + RowAt(45, {"2"})),
                      &table, &diagnostics);
  REQUIRE(reader.ok());
  CHECK((*reader)->FirstTime() == kNewYear2026 + 3630);
  CHECK((*(*reader)->Next())->t_s == kNewYear2026 + 3630);
  CHECK((*reader)->line() == 3);
  CHECK((*(*reader)->Next())->t_s == kNewYear2026 + 3645);
  CHECK(*(*reader)->Next() == nullptr);
  CHECK(*(*reader)->Next() == nullptr);
}

TEST_CASE("a log can be read as local time although its header has a bias") {
  CounterTable table;
  Diagnostics diagnostics;
  auto reader = LogReader::Open(
      MemoryByteSource("x", Header({kPrivate}, "(PDH-CSV 4.0) (A)(60)") + RowAt(30, {"1"})), &table,
      &diagnostics);
  CHECK((*reader)->FirstTime() == kNewYear2026 + 3630);
  (*reader)->ReadAsLocalTime();
  CHECK((*reader)->FirstTime() == kNewYear2026 + 30);
  CHECK((*(*reader)->Next())->t_s == kNewYear2026 + 30);
  CHECK((*reader)->info().time_basis == TimeBasis::kLocal);
}

TEST_CASE("one thread and two give the same rows, counts and diagnostics") {
  std::mt19937 random(3);
  std::string text = Header({kPrivate, kHandles});
  for (int i = 0; i < 60'000; ++i) {
    switch (random() % 40) {
      case 0:
        text += "noise\r\n";
        break;
      case 1:
        text += RowAt(i, {"1"});
        break;
      case 2:
        text += std::string("\0\0\n", 3);
        break;
      default:
        text += RowAt(i, {std::to_string(random()), "x7"});
    }
  }
  const auto one = ReadText(text, 1);
  const auto two = ReadText(text, 2, 1000);
  REQUIRE(one.rows.size() == two.rows.size());
  bool same = true;
  for (size_t i = 0; i < one.rows.size(); ++i) {
    same = same && one.rows[i].t_s == two.rows[i].t_s && one.rows[i].line == two.rows[i].line &&
           one.rows[i].values[0] == two.rows[i].values[0];
  }
  CHECK(same);
  const auto a = one.diagnostics.Entries(), b = two.diagnostics.Entries();
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    CHECK(a[i].code == b[i].code);
    CHECK(a[i].count == b[i].count);
    CHECK(a[i].places == b[i].places);
  }
  CheckRowsAddUp(one);
}

TEST_CASE("a reader destroyed half-way ends its thread") {
  std::string text = Header({kPrivate});
  for (int i = 0; i < 86'000; ++i) text += RowAt(i, {"1"});
  CounterTable table;
  Diagnostics diagnostics;
  auto reader = LogReader::Open(MemoryByteSource("x", text), &table, &diagnostics, ReadOptions{2});
  REQUIRE((*reader)->Next().ok());
}

TEST_CASE("one row with a time stamp of 2099 is dropped and the log goes on") {
  const auto log =
      ReadText(Header({kPrivate}) + RowAt(0, {"1"}) + RowAt(15, {"2"}) +
               "\"01/01/2099 00:00:00.000\",\"3\"\r\n" + RowAt(30, {"4"}) + RowAt(45, {"5"}));
  CHECK(Times(log) == std::vector<double>{0, 15, 30, 45});
  CHECK(log.Column(kPrivatePath) == std::vector<double>{1, 2, 4, 5});
  CHECK(log.rows[2].line == 5);
  CHECK(log.Count("time-outlier") == 1);
  CHECK(log.diagnostics.Entries()[0].places == std::vector<std::string>{"log.csv:4"});
  CheckRowsAddUp(log);
}

TEST_CASE("rows around gaps of weeks and years are all used, with their values and lines") {
  const auto log =
      ReadText(Header({kPrivate, kHandles}) + "\"01/01/2020 00:00:00.000\",\"1\",\" \"\r\n" +
               "\"02/01/2020 00:00:00.000\",\"2\",\"20\"\r\n" +  // held, confirmed by a held one
               "\"02/01/2023 00:00:00.000\",\" \",\"30\"\r\n" + Header({kHandles}) +
               "\"02/01/2023 00:00:15.000\",\"40\"\r\n" + "\"02/01/2023 00:00:30.000\",\"50\"\r\n");
  const auto bytes = log.Column(kPrivatePath), handles = log.Column(kHandlesPath);
  REQUIRE(log.rows.size() == 5);
  CHECK(std::vector<double>{bytes[0], bytes[1]} == std::vector<double>{1, 2});
  CHECK((std::isnan(bytes[2]) && std::isnan(bytes[3]) && std::isnan(bytes[4])));
  CHECK(std::isnan(handles[0]));
  CHECK(std::vector<double>(handles.begin() + 1, handles.end()) ==
        std::vector<double>{20, 30, 40, 50});
  CHECK(log.rows[2].line == 4);
  CHECK(log.rows[3].line == 6);
  CHECK(log.Count("time-outlier") == 0);
  CheckRowsAddUp(log);
}

TEST_CASE("a last row after a gap of weeks is used, one of 2099 is not") {
  const std::string start = Header({kPrivate}) + RowAt(0, {"1"});
  const auto weeks = ReadText(start + "\"03/01/2026 00:00:00.000\",\"2\"\r\n");
  CHECK(Times(weeks) == std::vector<double>{0, 59 * 86400.0});
  CHECK(weeks.rows.back().line == 3);
  CheckRowsAddUp(weeks);
  const auto years = ReadText(start + "\"03/01/2099 00:00:00.000\",\"2\"\r\n");
  CHECK(Times(years) == std::vector<double>{0});
  CHECK(years.Count("time-outlier") == 1);
  CheckRowsAddUp(years);
}

TEST_CASE("wrong stamps one after another, each before the last one, are all dropped") {
  const auto log =
      ReadText(Header({kPrivate}) + RowAt(0, {"1"}) + "\"01/01/2099 00:00:00.000\",\"2\"\r\n" +
               "\"01/01/2098 00:00:00.000\",\"3\"\r\n" + RowAt(15, {"4"}));
  CHECK(log.Column(kPrivatePath) == std::vector<double>{1, 4});
  CHECK(log.Count("time-outlier") == 2);
  CHECK(log.diagnostics.Entries()[0].places == std::vector<std::string>{"log.csv:3", "log.csv:4"});
  CheckRowsAddUp(log);
}

TEST_CASE("rows with jumps of days in both directions go forward and add up") {
  std::mt19937 random(4);
  for (int draw = 0; draw < 200; ++draw) {
    std::string text = Header({kPrivate});
    for (int row = 0, second = 40'000; row < 40; ++row) {
      char day[32];
      std::snprintf(day, sizeof day, "\"01/%02d/%d", 1 + static_cast<int>(random() % 8 / 7 * 20),
                    random() % 16 == 0 ? 2099 - row : 2026);
      second += random() % 8 == 0 ? -30 : 15;
      text += day + RowAt(second, {std::to_string(row)}).substr(11);
    }
    const auto log = ReadText(text);
    CheckRowsAddUp(log);
    for (size_t i = 1; i < log.rows.size(); ++i) {
      CHECK(log.rows[i].t_s > log.rows[i - 1].t_s);
      CHECK(log.rows[i].line > log.rows[i - 1].line);
      CHECK(log.rows[i].values[0] == static_cast<double>(log.rows[i].line - 2));
    }
  }
}

TEST_CASE("a row held when reading fails is counted once") {
  const auto log =
      ReadText(Header({kPrivate}) + RowAt(0, {"1"}) + "\"03/01/2099 00:00:00.000\",\"2\"\r\n" +
               std::string(size_t{17} << 20, '5') + "\n");
  CHECK_FALSE(log.error.empty());
  CHECK(log.Count("time-outlier") == 1);
  CheckRowsAddUp(log);
}

TEST_CASE("twenty rows pasted a second time add no sample and shift nothing") {
  std::string text = Header({kPrivate});
  for (int i = 0; i < 40; ++i) text += RowAt(300 * i, {std::to_string(i)});
  for (int i = 20; i < 60; ++i) text += RowAt(300 * i, {std::to_string(i)});
  const auto log = ReadText(text);
  REQUIRE(log.rows.size() == 60);
  for (size_t i = 0; i < 60; ++i)
    CHECK(log.rows[i].t_s == kNewYear2026 + 300.0 * static_cast<double>(i));
  CHECK(log.Count("hour-back") == 0);
  CHECK(log.Count("time-backwards") == 19);
  CHECK(log.Count("equal-time") == 1);
  CheckRowsAddUp(log);
}

TEST_CASE("a number too large is a bad value and missing, also when its unit makes it so") {
  const std::string megabytes = "Memory\\Available MBytes";
  const auto log = ReadText(Header({kPrivate, megabytes}) + RowAt(0, {"1e400", "1.7e308"}));
  CHECK(std::isnan(log.Column(kPrivatePath)[0]));
  CHECK(std::isnan(log.Column("\\\\HOST\\" + megabytes)[0]));
  CHECK(log.Count("bad-value") == 2);
}

TEST_CASE("a log whose commas may all separate thousands says so once, with the first place") {
  const auto log = ReadText(Header({kPrivate, kHandles}) + RowAt(0, {"5", "7"}) +
                            RowAt(1, {"6", "1,024"}) + RowAt(2, {"2,048", "3,072"}));
  CHECK(log.Count("comma-ambiguous") == 3);
  CHECK(log.diagnostics.Entries()[0].places == std::vector<std::string>{"log.csv:3:3"});
  CHECK(log.Column(kHandlesPath)[1] == 1.024);
}

TEST_CASE("one comma that must be a decimal one settles the others") {
  const auto log = ReadText(Header({kPrivate, kHandles}) + RowAt(0, {"1,024", "0,5"}));
  CHECK(log.diagnostics.Entries().empty());
}

TEST_CASE("the first time is that under the header in force, whatever it changes") {
  const auto first_time = [](const std::string& text) {
    CounterTable table;
    Diagnostics diagnostics;
    auto reader = LogReader::Open(MemoryByteSource("x", text), &table, &diagnostics);
    REQUIRE(reader.ok());
    const auto first = (*reader)->FirstTime();
    REQUIRE(first);
    const auto local = (*reader)->FirstLocalTime();
    CHECK(local == kNewYear2026 + 30);
    CHECK((*(*reader)->Next())->t_s == *first);
    return *first - kNewYear2026;
  };
  const std::string utc = Header({kPrivate, kHandles});
  CHECK(first_time(utc + Header({kPrivate, kHandles}, "(PDH-CSV 4.0) (Y)(-720)") +
                   RowAt(30, {"1", "2"})) == 30 - 720 * 60);
  CHECK(first_time(utc + Header({kHandles}) + RowAt(30, {"1"})) == 30);
  CHECK(first_time(Header({kHandles}) + utc + RowAt(30, {"1", "2"})) == 30);
  CHECK(first_time(utc + "\"(PDH-CSV 4.0) (UTC)(0)\";\"" + kPrivatePath + "\"\r\n" +
                   "\"01/01/2026 00:00:30.000\";\"1\"\r\n") == 30);
}

TEST_CASE("a repeated header costs its own columns, not all counters seen before") {
  // 20,000 headers of 4 new counters each: quadratic work would be 800 million writes.
  std::string text;
  for (int i = 0; i < 20'000; ++i) {
    std::vector<std::string> counters;
    for (int k = 0; k < 4; ++k) {
      counters.push_back("Process(p" + std::to_string(4 * i + k) + ")\\Private Bytes");
    }
    text += Header(counters) + RowAt(i, {"1", "2", "3", "4"});
  }
  CounterTable table;
  Diagnostics diagnostics;
  auto reader = LogReader::Open(MemoryByteSource("x", text), &table, &diagnostics, ReadOptions{1});
  size_t rows = 0;
  double last = 0;
  for (auto row = (*reader)->Next(); row.ok() && *row; row = (*reader)->Next(), ++rows) {
    last = (*row)->values.back();
    if (rows > 0) REQUIRE(std::isnan((*row)->values[0]));
  }
  CHECK(rows == 20'000);
  CHECK(last == 4);
  CHECK(table.size() == 80'000);
}
