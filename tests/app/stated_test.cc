#include "app/stated.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace perfleak {
namespace {

std::string ErrorOf(std::string StatedOptions::*option, const char* text) {
  StatedOptions options;
  options.*option = text;
  const auto stated = ReadStated(options);
  return stated ? "" : stated.error().message;
}

TEST_CASE("memory is read with its unit") {
  CHECK(ParseMemory("4GB") == 4294967296.0);
  CHECK(ParseMemory("512 mb") == 536870912.0);
  CHECK(ParseMemory("1.5TB") == 1.5 * 1099511627776.0);
  for (const char* text : {"", "4", "GB", "4G", "-4GB", "0GB", "infGB", "1e300GB", "4GB RAM"}) {
    CAPTURE(std::string(text));
    CHECK(!ParseMemory(text).has_value());
  }
}

TEST_CASE("what is stated is read") {
  const auto stated = ReadStated(
      {.windows = "2003 SP2", .ram = "4GB", .products = {"exchange-2003-sp1", "SQL Server 2000"}});
  REQUIRE(stated);
  CHECK(Describe(*stated->windows) == "Windows Server 2003 SP2");
  CHECK(stated->ram == 4294967296.0);
  REQUIRE(stated->products.size() == 2);
  CHECK(Describe(stated->products[1]) == "SQL Server 2000");
  CHECK(!ReadStated({})->windows.has_value());
}

TEST_CASE("what is stated and cannot be read is an error with what could have been") {
  CHECK(ErrorOf(&StatedOptions::windows, "amiga").find("--windows amiga: not a Windows") == 0);
  StatedOptions options;
  options.products = {"notes"};
  CHECK(ReadStated(options).error().message.find("--product notes: the knowledge base does") == 0);
  CHECK(ErrorOf(&StatedOptions::ram, "4096") ==
        "--ram 4096: not an amount of memory. Write it as 512MB, 4GB or 1.5TB.");
  CHECK(ErrorOf(&StatedOptions::ram, "1023KB") ==
        "--ram 1023KB: less than 1 MB. Write it as 512MB, 4GB or 1.5TB.");
  CHECK(ErrorOf(&StatedOptions::ram, "1MB").empty());
  CHECK(ErrorOf(&StatedOptions::windows, "2000 sp-1").find("--windows 2000 sp-1: not a Win") == 0);
  options.products = {"exchange-5.5-sp-1"};
  CHECK(ReadStated(options).error().message.find(
            "--product exchange-5.5-sp-1: not a version of Exchange Server") == 0);
}

TEST_CASE("a product that is stated twice is one, with all that is said of it") {
  const auto read = [](std::vector<std::string> products) {
    const auto stated = ReadStated({.windows = {}, .ram = {}, .products = std::move(products)});
    REQUIRE(stated);
    std::string text;
    for (const VersionKey& key : stated->products) text += Describe(key) + "; ";
    return text;
  };
  const std::string sp3 = "Exchange Server 5.5 SP3; ";
  CHECK(read({"exchange-5.5-sp3", "exchange-5.5-sp3"}) == sp3);
  CHECK(read({"exchange-5.5-sp3", "Exchange 5.5 SP3"}) == sp3);
  CHECK(read({"exchange-5.5", "exchange-5.5-sp3", "exchange"}) == sp3);
  CHECK(read({"exchange", "sql-2000", "exchange-5.5-sp3"}) == "SQL Server 2000; " + sp3);
  CHECK(read({"exchange-5.5-sp3", "exchange-2003"}) == sp3 + "Exchange Server 2003; ");
}

TEST_CASE("two service packs of one product contradict each other") {
  const auto error = [](std::vector<std::string> products) {
    const auto stated = ReadStated({.windows = {}, .ram = {}, .products = std::move(products)});
    return stated ? "" : stated.error().message;
  };
  CHECK(error({"exchange-5.5-sp3", "sql-7.0", "exchange-5.5-sp4"}) ==
        "--product exchange-5.5-sp3 and --product exchange-5.5-sp4 contradict each other. State "
        "one service pack.");
  CHECK(error({"exchange-5.5-sp3", "exchange-2000-sp2"}).empty());
}

}  // namespace
}  // namespace perfleak
