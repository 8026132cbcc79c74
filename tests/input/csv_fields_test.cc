#include "input/csv_fields.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

namespace perfleak {
namespace {

using Cells = std::vector<std::string>;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Cells Split(std::string_view line, char separator = ',') {
  Cells cells = {"left over"};
  SplitFields(line, separator, &cells);
  return cells;
}

struct Parsed {
  RowFields row;
  std::vector<double> values;
};

bool SameValues(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) {
    return (std::isnan(x) && std::isnan(y)) ||
           std::bit_cast<uint64_t>(x) == std::bit_cast<uint64_t>(y);
  });
}

// Parses a copy of exactly the line's size, so that a sanitizer sees a read outside; with each of
// the kernels, which must agree, and once with more bytes behind the line.
Parsed Parse(std::string_view line, const std::vector<uint32_t>& wanted, char separator = ',') {
  Parsed parsed;
  bool first = true;
  for (const RowKernels* kernels : AllRowKernels()) {
    for (const size_t behind : {0, 64}) {
      const auto exact = std::make_unique<char[]>(line.size() + behind);
      line.copy(exact.get(), line.size());
      std::fill_n(exact.get() + line.size(), behind, separator);
      RowParser parser(*kernels);
      Parsed again;
      again.values.assign(wanted.size(), kNan);
      parser.Parse({exact.get(), line.size()}, separator, wanted, again.values, &again.row, behind);
      const auto offset = static_cast<size_t>(again.row.time_stamp.data() - exact.get());
      again.row.time_stamp =
          line.substr(std::min(offset, line.size()), again.row.time_stamp.size());
      if (std::exchange(first, false)) parsed = again;
      CAPTURE(line);
      CAPTURE(kernels->name);
      REQUIRE(again.row == parsed.row);
      REQUIRE(SameValues(again.values, parsed.values));
    }
  }
  return parsed;
}

Parsed ParseAll(std::string_view line, size_t columns, char separator = ',') {
  std::vector<uint32_t> wanted(columns);
  std::iota(wanted.begin(), wanted.end(), 0u);
  return Parse(line, wanted, separator);
}
TEST_CASE("a header line is split into its unquoted cells") {
  CHECK(Split(R"x("(PDH-CSV 4.0) (Eastern Daylight Time)(240)","\\M\Memory\Available Bytes")x") ==
        Cells{"(PDH-CSV 4.0) (Eastern Daylight Time)(240)", R"(\\M\Memory\Available Bytes)"});
  CHECK(Split("a,b") == Cells{"a", "b"});
  CHECK(Split("\"a\"\t\"b\tc\"\td", '\t') == Cells{"a", "b\tc", "d"});
}

TEST_CASE("separators and doubled quotes belong to a quoted cell") {
  CHECK(Split(R"("\\M\Processor Information(0,_Total)\% Idle","x")") ==
        Cells{R"(\\M\Processor Information(0,_Total)\% Idle)", "x"});
  CHECK(Split(R"("5"" disk","b")") == Cells{R"(5" disk)", "b"});
  CHECK(Split(R"("a"",""b")") == Cells{R"(a","b)"});
  CHECK(Split(R"("""","")") == Cells{"\"", ""});
}

TEST_CASE("a quote that is neither doubled nor last is text") {
  CHECK(Split(R"x("Process(5" disk)","b")x") == Cells{R"x(Process(5" disk))x", "b"});
  CHECK(Split(R"(5" disk,"b")") == Cells{R"(5" disk)", "b"});
}

TEST_CASE("empty cells are cells") {
  CHECK(Split("") == Cells{""});
  CHECK(Split(",") == Cells{"", ""});
  CHECK(Split(R"("a",)") == Cells{"a", ""});
  CHECK(Split(R"("",""," ")") == Cells{"", "", " "});
}

TEST_CASE("blanks around quotes do not hide them") {
  CHECK(Split(R"( "a,b" , "c" )") == Cells{"a,b", "c"});
}

TEST_CASE("a cell without closing quote is the rest of the line") {
  CHECK(Split(R"("a","\\M\Mem)") == Cells{"a", R"(\\M\Mem)"});
  CHECK(Split(R"("a",")") == Cells{"a", ""});
  CHECK(Split(R"("a,b)") == Cells{"a,b"});
}

TEST_CASE("broken quoting is one cell in the header and one in the data") {
  const std::string header =
      R"x("(PDH-CSV 4.0) (UTC)(0)","\\host\Memory\Free MBytes",   -"\\host\PCPU(0,1)\% Used","\\host\A\B")x";
  const std::string data = R"("04/01/2011 10:00:00","512",    73.1"8.93","7")";
  CHECK(Split(header).size() == 4);
  CHECK(Split(data).size() == 4);
  const Parsed parsed = ParseAll(data, 3);
  CHECK(parsed.row.columns == 3);
  CHECK(parsed.row.bad_values == 1);
  CHECK(parsed.row.first_bad_column == 3);
  CHECK(SameValues(parsed.values, {512, kNan, 7}));
}

TEST_CASE("a data line gives its time stamp and its numbers") {
  const Parsed parsed = ParseAll(
      R"("10/09/2022 18:35:48.415","806998016","35.880671230741498334","6.9494827586206889356e-005","-1")",
      4);
  CHECK(parsed.row.time_stamp == "10/09/2022 18:35:48.415");
  CHECK(parsed.row.columns == 4);
  CHECK(parsed.row.bad_values == 0);
  CHECK(parsed.row.first_bad_column == 0);
  CHECK(SameValues(parsed.values,
                   {806998016, 35.880671230741498334, 6.9494827586206889356e-005, -1}));
}

TEST_CASE("unquoted, tab separated and padded cells are numbers too") {
  CHECK(SameValues(ParseAll("3/26/2015 22:42,1,2.5,-3", 3).values, {1, 2.5, -3}));
  CHECK(SameValues(ParseAll("\"t\"\t\"1\"\t\"2.5\"\t3", 3, '\t').values, {1, 2.5, 3}));
  CHECK(SameValues(ParseAll(R"( "t" , "1" , 2 ," 3 ")", 3).values, {1, 2, 3}));
  CHECK(ParseAll(R"( "t" , "1")", 1).row.time_stamp == "t");
}

TEST_CASE("a blank cell is missing, neither 0 nor bad") {
  const Parsed parsed = ParseAll(R"("t"," ","",,  ,"0")", 5);
  CHECK(parsed.row.columns == 5);
  CHECK(parsed.row.bad_values == 0);
  CHECK(SameValues(parsed.values, {kNan, kNan, kNan, kNan, 0}));
}

TEST_CASE("a trailing separator makes one more, blank cell") {
  const Parsed parsed = ParseAll(R"("t","1",)", 2);
  CHECK(parsed.row.columns == 2);
  CHECK(parsed.row.bad_values == 0);
  CHECK(SameValues(parsed.values, {1, kNan}));
}

TEST_CASE("a decimal comma is read where it cannot be a separator") {
  CHECK(SameValues(ParseAll(R"("t","1234,56","-0,5")", 2).values, {1234.56, -0.5}));
  CHECK(SameValues(ParseAll("t\t1234,56\t\"7,5e-003\"", 2, '\t').values, {1234.56, 0.0075}));
  CHECK(ParseAll(R"("t","1,234,567")", 1).row.bad_values == 1);
  CHECK(ParseAll(R"("t","1.234,5")", 1).row.bad_values == 1);
}

TEST_CASE("a number too large for a double is bad and missing, in every spelling") {
  const std::string digits(400, '9');
  const auto parsed =
      ParseAll("t,1e400,\"-1e999999\",\" 1e400 \",\"1,5e400\"," + digits + ",1.7e308", 6);
  CHECK(parsed.row.bad_values == 5);
  CHECK(parsed.row.first_bad_column == 2);
  CHECK(SameValues(parsed.values, {kNan, kNan, kNan, kNan, kNan, 1.7e308}));
}

TEST_CASE("commas that may separate thousands are told from those that may not") {
  const auto groups = ParseAll("t,\"1,024\",\"-12,000\",\"+999,999\"", 3);
  CHECK(groups.row.decimal_commas == 3);
  CHECK(groups.row.group_like_commas == 3);
  CHECK(groups.row.first_group_like_column == 2);
  CHECK(groups.values == std::vector<double>{1.024, -12, 999.999});
  for (const char* cell : {"0,250", "1234,567", "1,5", "1,0245", "1,02e3", ",125"}) {
    const auto decimal = ParseAll("t,\"" + std::string(cell) + "\"", 1);
    CHECK_MESSAGE(decimal.row.decimal_commas == 1, cell);
    CHECK_MESSAGE(decimal.row.group_like_commas == 0, cell);
  }
}

TEST_CASE("bad cells are counted in wanted columns only, and leave no value") {
  const Parsed parsed = Parse(R"("t","junk","1","12x","5e","0x10","nan")", {1, 2, 3, 4, 5});
  CHECK(parsed.row.columns == 6);
  CHECK(parsed.row.bad_values == 4);
  CHECK(parsed.row.first_bad_column == 4);
  CHECK(SameValues(parsed.values, {1, kNan, kNan, kNan, kNan}));
}

TEST_CASE("only wanted columns are read, the others counted") {
  const Parsed parsed = Parse(R"("t","10","11","12","13","x")", {0, 2});
  CHECK(parsed.row.columns == 5);
  CHECK(parsed.row.bad_values == 0);
  CHECK(parsed.row.filled == 2);
  CHECK(SameValues(parsed.values, {10, 12}));
}

TEST_CASE("a line with fewer cells than wanted fills the first values and leaves the others") {
  const Parsed parsed = Parse(R"("t","10","11")", {0, 2, 7});
  CHECK(parsed.row.columns == 2);
  CHECK(parsed.row.filled == 1);
  CHECK(parsed.values[0] == 10);
}

TEST_CASE("numbers below 0 are counted and a line cut inside a cell is torn") {
  CHECK(ParseAll(R"("t","-1","2","-0.5","-0")", 4).row.negatives == 2);
  CHECK(ParseAll(R"("t","1","2)", 2).row.torn);
  CHECK(ParseAll(R"("t","1",")", 2).row.torn);
  CHECK_FALSE(ParseAll(R"("t","1","2")", 2).row.torn);
  CHECK_FALSE(ParseAll(R"("t","1",",")", 2).row.torn);
}

TEST_CASE("whole numbers of every length around the sixteen that the kernels take") {
  for (size_t digits = 1; digits <= 20; ++digits) {
    for (const char* quote : {"", "\""}) {
      const std::string number = std::string("98765432109876543210").substr(0, digits);
      const std::string line = "\"01/02/2026 10:00:00.000\"," + (quote + number) + quote + ",\"7\"";
      const Parsed parsed = ParseAll(line, 2);
      CHECK(SameValues(parsed.values, {std::strtod(number.c_str(), nullptr), 7}));
      // One character of it that is no digit: the one before '0' or the one behind '9'.
      for (size_t at = 0; at < digits; ++at) {
        for (const char other : {'/', ':', '\0', '\xB0'}) {
          std::string junk = line;
          junk[26 + std::string(quote).size() + at] = other;
          CHECK(ParseAll(junk, 2).row.bad_values == 1);
        }
      }
    }
  }
}

TEST_CASE("a torn value is not taken for the number it begins with") {
  CHECK(SameValues(ParseAll(R"("t","1","123)", 2).values, {1, kNan}));
  CHECK(ParseAll(R"("t","1","123)", 2).row.bad_values == 1);
  CHECK(ParseAll(R"("t","1","12x)", 2).row.bad_values == 1);
  CHECK(ParseAll(R"("t","1",")", 2).row.columns == 2);
}

TEST_CASE("lines without values have no columns") {
  CHECK(ParseAll("", 2).row.columns == 0);
  CHECK(ParseAll("", 2).row.time_stamp.empty());
  CHECK(ParseAll("Exiting, please wait...", 2).row.columns == 1);
  CHECK(ParseAll("\"t\"", 2).row.columns == 0);
  CHECK(ParseAll("\"t\"", 2).row.time_stamp == "t");
}

TEST_CASE("decimals of every length, with the point anywhere, are read as strtod reads them") {
  std::mt19937_64 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string line = "\"01/02/2026 10:00:00.000\"";
    std::vector<double> expected;
    for (int cell = 0; cell < 20; ++cell) {
      std::string number;
      for (auto digits = 1 + random() % 33; digits > 0; --digits)
        number += "0123456789"[random() % 10];
      number.insert(random() % (number.size() + 1), 1, '.');
      expected.push_back(std::strtod(number.c_str(), nullptr));
      line += cell % 2 == 0 ? ",\"" + number + "\"" : "," + number;
    }
    const Parsed parsed = ParseAll(line, expected.size());
    REQUIRE_MESSAGE(SameValues(parsed.values, expected), line);
    REQUIRE(parsed.row.bad_values == 0);
  }
}

TEST_CASE("what is nearly a decimal is bad or its own number") {
  const std::string before = "\"01/02/2026 10:00:00.000\",\"1234567890123456\",\"";
  for (const char* cell : {"1.2.3", "1..2", ".", "1.2x", "x1.2", "1,2.3", "12:5", "1.2e", " .5 "}) {
    const Parsed parsed = ParseAll(before + cell + "\"", 2);
    const bool blank_around = std::string(cell) == " .5 ";
    CHECK_MESSAGE(parsed.row.bad_values == (blank_around ? 0 : 1), cell);
    CHECK_MESSAGE(std::isnan(parsed.values[1]) == !blank_around, cell);
  }
  CHECK(ParseAll(before + "-1.5\"", 2).values[1] == -1.5);
  CHECK(ParseAll(before + "1.5e-003\"", 2).values[1] == 1.5e-3);
  CHECK(ParseAll(before + "5.\"", 2).values[1] == 5);
}

// The slow and obvious way from SplitFields' cells to numbers.
Parsed Oracle(const std::string& line, char separator, const std::vector<uint32_t>& wanted) {
  Parsed expected;
  expected.values.assign(wanted.size(), kNan);
  const Cells cells = Split(line, separator);
  expected.row.columns = cells.size() - 1;
  for (size_t k = 0; k < wanted.size() && wanted[k] + 1 < cells.size(); ++k) {
    const size_t i = wanted[k] + 1;
    char* end = nullptr;
    const double value = std::strtod(cells[i].c_str(), &end);
    const bool number = end != cells[i].c_str() &&
                        cells[i].find_first_not_of(
                            ' ', static_cast<size_t>(end - cells[i].c_str())) == std::string::npos;
    if (number) {
      expected.values[k] = value;
    } else if (cells[i].find_first_not_of(' ') != std::string::npos) {
      if (expected.row.bad_values++ == 0) expected.row.first_bad_column = i + 1;
    }
  }
  return expected;
}

class Lines {
 public:
  explicit Lines(uint64_t seed) : random_(seed) {}

  size_t Below(size_t limit) { return random_() % limit; }

  std::string Number() {
    std::string text = Below(8) == 0 ? "-" : "";
    text += std::to_string(random_() >> (1 + Below(63)));
    if (Below(2) == 0) text += "." + std::to_string(random_() >> Below(64));
    return text;
  }

  // A cell as a log may hold it: mostly numbers, now and then anything.
  std::string Cell(char separator) {
    switch (Below(40)) {
      case 0:
        return "\" \"";
      case 1:
        return "";
      case 2:
        return Number();
      case 3:
        return "   -" + Quoted(Number());
      case 4:
        return Quoted(std::string("a") + separator + "b");
      case 5:
        return Quoted("a\"\"b");
      case 6:
        return Quoted("a\"b");
      case 7:
        return " " + Quoted(Number()) + " ";
      default:
        return Quoted(Number());
    }
  }

  std::string Line(size_t columns, char separator, bool clean) {
    std::string line = Quoted("10/09/2022 18:35:48.415");
    for (size_t i = 0; i < columns; ++i) {
      line += separator;
      line += clean ? Quoted(Number()) : Cell(separator);
    }
    return line;
  }

 private:
  static std::string Quoted(const std::string& text) { return "\"" + text + "\""; }

  std::mt19937_64 random_;
};

void CheckAgainstOracle(const std::string& line, char separator, size_t columns, Lines* lines) {
  std::vector<uint32_t> wanted;
  for (uint32_t i = 0; i < columns; ++i) {
    if (lines->Below(3) == 0) wanted.push_back(i);
  }
  const Parsed parsed = Parse(line, wanted, separator);
  const Parsed expected = Oracle(line, separator, wanted);
  CAPTURE(line);
  REQUIRE(parsed.row.columns == expected.row.columns);
  REQUIRE(parsed.row.bad_values == expected.row.bad_values);
  REQUIRE(parsed.row.first_bad_column == expected.row.first_bad_column);
  REQUIRE(SameValues(parsed.values, expected.values));
}

TEST_CASE("well formed lines of every length give what the slow way gives") {
  Lines lines(1);
  for (int i = 0; i < 3000; ++i) {
    const size_t columns = lines.Below(60);
    const char separator = i % 2 == 0 ? ',' : '\t';
    CheckAgainstOracle(lines.Line(columns, separator, true), separator, columns, &lines);
  }
}

TEST_CASE("lines with every kind of broken cell give what the slow way gives") {
  Lines lines(2);
  for (int i = 0; i < 20000; ++i) {
    const size_t columns = lines.Below(60);
    CheckAgainstOracle(lines.Line(columns, ',', false), ',', columns, &lines);
  }
}

TEST_CASE("random quotes, separators and blanks give as many cells either way") {
  Lines lines(3);
  constexpr std::string_view kAlphabet = "\"\"\"\",,,, 1";
  for (int i = 0; i < 100000; ++i) {
    std::string line;
    const size_t size = lines.Below(200);
    const bool long_stretches = lines.Below(2) == 0;
    while (line.size() < size) {
      line +=
          long_stretches && lines.Below(4) != 0 ? "\"1\"," : kAlphabet.substr(lines.Below(10), 1);
    }
    CAPTURE(line);
    REQUIRE(ParseAll(line, 4).row.columns == Split(line).size() - 1);
  }
}

TEST_CASE("a line of quotes that never close takes linear time") {
  std::string open = "\"t\"";
  std::string inner = "\"t\"";
  for (int i = 0; i < 500000; ++i) {
    open += ",\"a";
    inner += ",a\"b";
  }
  CHECK(ParseAll(open, 1).row.columns == 1);
  CHECK(ParseAll(inner, 1).row.columns == 500000);
}

}  // namespace
}  // namespace perfleak
