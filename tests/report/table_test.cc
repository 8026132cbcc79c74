#include "report/table.h"

#include <doctest/doctest.h>

namespace perfleak {
namespace {

std::string Printed(const Table& table, size_t width) {
  Page page({.width = width});
  table.Print(0, &page);
  return page.Take();
}

TEST_CASE("columns are as wide as their widest cell, numbers flush right") {
  Table table({{.title = "Name"}, {.title = "N", .right = true}});
  table.Add({{"store"}, {"12"}});
  table.Add({{"mmc"}, {"7"}});
  CHECK(Printed(table, 60) ==
        "Name    N\n"
        "store  12\n"
        "mmc     7\n");
}

TEST_CASE("a column without content is left out") {
  Table table({{.title = "Machine"}, {.title = "Name"}});
  table.Add({{""}, {"store"}});
  CHECK(Printed(table, 60) == "Name\nstore\n");
}

TEST_CASE("the column to drop first goes first, then names are shortened") {
  Table table(
      {{.title = "Name", .min_width = 10}, {.title = "B", .drop = 1}, {.title = "C", .drop = 2}});
  table.Add({{std::string(30, 'n')}, {std::string(24, 'b')}, {std::string(30, 'c')}});
  CHECK(Printed(table, 100) == "Name" + std::string(28, ' ') + "B" + std::string(25, ' ') + "C\n" +
                                   std::string(30, 'n') + "  " + std::string(24, 'b') + "  " +
                                   std::string(30, 'c') + "\n");
  // 70: names shortened by 18 to 12 columns fit all three.
  CHECK(Printed(table, 70) == "Name" + std::string(10, ' ') + "B" + std::string(25, ' ') + "C\n" +
                                  "nnnnnn…nnnnn  " + std::string(24, 'b') + "  " +
                                  std::string(30, 'c') + "\n");
  // 60: 10 + 2 + 24 + 2 + 30 = 68 is too wide even so; without C 30 + 2 + 24 = 56 fits whole.
  CHECK(Printed(table, 60) == "Name" + std::string(28, ' ') + "B\n" + std::string(30, 'n') + "  " +
                                  std::string(24, 'b') + "\n");
}

TEST_CASE("a whole column may run over the edge and costs the others only its title") {
  Table table({{.title = "N"}, {.title = "Path", .whole = true}});
  const std::string path(100, 'p');
  table.Add({{"1"}, {path}});
  CHECK(Printed(table, 60) == "N  Path\n1  " + path + "\n");
}

TEST_CASE("colours do not move columns, control characters are shown as bytes") {
  Table table({{.title = "Verdict"}, {.title = "Name"}});
  table.Add({{"LEAK", Ink::kLeak}, {"a\x1b[2Jb"}});
  Page page({.width = 60, .color = true});
  table.Print(0, &page);
  CHECK(page.Take() ==
        "\x1b[1mVerdict\x1b[0m  \x1b[1mName\x1b[0m\n"
        "\x1b[1;31mLEAK\x1b[0m     a\\x1B[2Jb\n");
}

}  // namespace
}  // namespace perfleak
