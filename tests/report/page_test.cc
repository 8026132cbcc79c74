#include "report/page.h"

#include <doctest/doctest.h>

#include "base/text.h"

namespace perfleak {
namespace {

TEST_CASE("a long name is cut in the middle, its ends kept") {
  CHECK(ShortenMiddle("Microsoft.Exchange.Worker", 11, true) == "Micro…orker");
  CHECK(ShortenMiddle("Microsoft.Exchange.Worker", 11, false) == "Micro..rker");
  CHECK(ShortenMiddle("store", 5, true) == "store");
  CHECK(ShortenMiddle("store", 1, true) == "s");
  CHECK(ShortenMiddle("store", 0, true).empty());
}

TEST_CASE("a cut never parts a code point nor exceeds the width with wide letters") {
  const std::string name = "メモリ監視サービス";  // nine letters, each two columns wide
  for (size_t width = 0; width <= 20; ++width) {
    const std::string cut = ShortenMiddle(name, width, true);
    CHECK(DisplayWidth(cut) <= width);
    CHECK(Printable(cut) == cut);
  }
}

TEST_CASE("wrapped lines begin under the text of the first") {
  Page page({.width = 60});
  page.Prose(" * ", "one two three four five six seven eight nine ten eleven twelve thirteen");
  CHECK(page.Take() ==
        " * one two three four five six seven eight nine ten eleven\n"
        "   twelve thirteen\n");
}

TEST_CASE("glued words stay on one line and print plain blanks") {
  Page page({.width = 60});
  page.Prose("",
             "0123456789012345678901234567890123456789012345678901 " + Glue("1.97 GB/h") + " on");
  CHECK(page.Take() ==
        "0123456789012345678901234567890123456789012345678901\n"
        "1.97 GB/h on\n");
}

TEST_CASE("a number stays with its unit") {
  const auto glued = [](const std::string& text) { return GlueUnits(text) == Glue(text); };
  for (const char* text : {"5 s", "14.2 MB/h;", "92 %", "(3 h", "1.00 GB,", "2 years", "1 byte"}) {
    CHECK_MESSAGE(glued(text), text);
  }
  for (const char* text : {"5 suspects", "7 days", "a s", "3 PIDs", "4 d\xC3\xA9"}) {
    CHECK_MESSAGE(GlueUnits(text) == text, text);
  }
  Page page({.width = 60});
  page.Prose("", "012345678901234567890123456789012345678901234567890123 ab 5 s");
  CHECK(page.Take() ==
        "012345678901234567890123456789012345678901234567890123 ab\n"
        "5 s\n");
}

TEST_CASE("only the first line after a label shows it") {
  Page page({.width = 60});
  page.Label("next steps");
  page.Field("look", "1. ");
  page.Field("think", "2. ");
  CHECK(page.Take() ==
        "   next steps          1. look\n"
        "                       2. think\n");
}

TEST_CASE("a headline wraps, each line painted, glue and all") {
  Page page({.width = 60, .color = true});
  page.Headline("1.", "LEAK", Ink::kLeak,
                "Microsoft.Exchange.Store.Worker on SQL-NORTH-07: heap leak, " + Glue("12 MB/h"));
  CHECK(page.Take() ==
        "\x1b[1m1.\x1b[0m \x1b[1;31mLEAK\x1b[0m "
        "\x1b[1mMicrosoft.Exchange.Store.Worker on SQL-NORTH-07:\x1b[0m\n"
        "   \x1b[1mheap leak, 12 MB/h\x1b[0m\n");
}

TEST_CASE("a path is never broken") {
  Page page({.width = 60});
  const std::string path = "\\\\M\\Process(" + std::string(80, 'x') + "  y)\\Private Bytes";
  page.Label("growth is in");
  page.FieldPath(path);
  CHECK(page.Take() == "   growth is in        " + path + "\n");
}

TEST_CASE("paint is left off without colour and for plain text") {
  CHECK(Paint("LEAK", Ink::kLeak, false) == "LEAK");
  CHECK(Paint("LEAK", Ink::kPlain, true) == "LEAK");
  CHECK(Paint("LEAK", Ink::kLeak, true) == "\x1b[1;31mLEAK\x1b[0m");
}

}  // namespace
}  // namespace perfleak
