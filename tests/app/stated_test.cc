#include "app/stated.h"

#include <doctest/doctest.h>

#include <string>

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
}

}  // namespace
}  // namespace perfleak
