#include "leaks/platform.h"

#include <doctest/doctest.h>

#include <cmath>

#include <string>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "leaks/knowledge_base.h"
#include "leaks/platform_signs.h"
#include "leaks/releases.h"
#include "support/test_log.h"

namespace perfleak {
namespace {

constexpr double kMiB = 1048576;
constexpr double kGiB = 1024 * kMiB;

double Date(int year, int month = 6) { return *SecondsFromCivil(year, month, 1, 0, 0, 0); }

// A log of one machine that ends in the given year.
class Log {
 public:
  explicit Log(int year, const std::string& processes = "") : end_s_(Date(year)) {
    Runs(processes);
  }
  // Names between blanks.
  Log& Runs(const std::string& processes) {
    size_t begin = 0;
    while (begin < processes.size()) {
      const size_t end = std::min(processes.find(' ', begin), processes.size());
      With("Process(" + processes.substr(begin, end - begin) + ")\\ID Process", 4 + ++pid_);
      begin = end + 1;
    }
    return *this;
  }
  Log& With(const std::string& path, double value = 1) {
    log_.Column(path, Always(value));
    return *this;
  }
  Log& States(const char* windows, const char* products = "") {
    stated_.windows = ParseWindows(windows);
    if (*products != '\0') stated_.products.push_back(*ParseProduct(products));
    return *this;
  }
  Log& StatesProduct(const char* product) {
    stated_.products.push_back(*ParseProduct(product));
    return *this;
  }
  Log& StatesRam(double bytes) {
    stated_.ram = bytes;
    return *this;
  }
  Platform Read() {
    SeriesSet set = log_.Read(20);
    set.end_s = end_s_;
    for (MachineFacts& machine : set.machines) machine.end_s = end_s_;
    const MachineIndex index(set);
    return PlatformOf(index, log_.table(), "PC", stated_);
  }
  // "Windows NT 4.0 (certain: process spoolss)"
  std::string Windows() { return Told(Read().windows); }
  std::string Product(const std::string& product) {
    const Platform platform = Read();
    const ProductFact* fact = platform.Find(product);
    return fact == nullptr ? "none" : Told(*fact);
  }
  static std::string Told(const ProductFact& fact) {
    const std::string what = fact.versions.empty() ? "not known" : DescribeVersions(fact);
    return what + " (" + std::string(ToString(fact.certainty)) + ": " + fact.from + ")";
  }

 private:
  TestLog log_;
  double end_s_;
  int pid_ = 0;
  PlatformStated stated_;
};

const char* const kSystem = "smss csrss winlogon services lsass";

TEST_CASE("signs speak of versions that there are") {
  for (const Product& product : Products()) {
    for (const Sign* sign : SignsOf(product.name)) {
      CAPTURE(std::string(sign->name));
      for (const std::string_view version : {sign->first, sign->last}) {
        CHECK((version.empty() || FindRelease(product.name, version) != nullptr));
      }
      if (sign->kind == Sign::Kind::kProcess) CHECK(ToLower(sign->name) == sign->name);
    }
    for (const Release& release : ReleasesOf(product.name)) {
      const RunsOn* on = FindRunsOn(product.name, release.version);
      if (on == nullptr) continue;
      CHECK((on->first.empty() || FindRelease("windows", on->first) != nullptr));
      CHECK((on->last.empty() || FindRelease("windows", on->last) != nullptr));
    }
  }
}

TEST_CASE("processes tell the Windows") {
  CHECK(Log(2026, "spoolss rpcss").Windows() ==
        "Windows NT 4.0 or earlier (certain: process spoolss)");
  CHECK(Log(1997, "mtx").Windows() == "Windows NT 4.0 (certain: process mtx)");
  CHECK(Log(2026, "svchost spoolsv").Windows() ==
        "Windows 2000 or later (certain: process svchost)");
  CHECK(Log(2002, "svchost regsvc").Windows() == "Windows 2000 (certain: process regsvc)");
  CHECK(Log(2006, "svchost w3wp").Windows() ==
        "Windows Server 2003 (certain: process w3wp, the log is of 2006)");
  CHECK(Log(2026, "wininit lsm").Windows() ==
        "Windows Vista to Server 2008 R2 (certain: process lsm)");
  CHECK(Log(2026, "conhost taskhost").Windows() ==
        "Windows 7 to Server 2012 R2 (certain: process taskhost)");
  CHECK(Log(2026, "sihost").Windows() == "Windows 10 or later (certain: process sihost)");
}

TEST_CASE("objects and counters tell the Windows") {
  const auto with = [](const char* path) { return Log(2026).With(path).Windows(); };
  CHECK(with("Memory\\Standby Cache Core Bytes") ==
        "Windows Vista or later (certain: counter Memory\\Standby Cache Core Bytes)");
  CHECK(with("Process(_Total)\\Working Set - Private") ==
        "Windows Vista or later (certain: counter Process\\Working Set - Private)");
  CHECK(with("Memory\\Available MBytes") ==
        "Windows 2000 or later (certain: counter Memory\\Available MBytes)");
  CHECK(with("System\\% Total Processor Time") ==
        "Windows NT 4.0 or earlier (certain: counter System\\% Total Processor Time)");
  CHECK(with("Processor Information(_Total)\\% Processor Time") ==
        "Windows 7 or later (certain: object Processor Information)");
  CHECK(with("Process V2(svchost:812)\\Private Bytes") ==
        "Windows Server 2022, 11 or Server 2025 (certain: object Process V2)");
}

TEST_CASE("some processes run on servers only") {
  CHECK(Log(2006, "wmiprvse emsmta").Windows() ==
        "Windows Server 2003 (certain: process emsmta, the log is of 2006)");
  CHECK(Log(2014, "taskhostex dns").Windows() ==
        "Windows Server 2012 or Server 2012 R2 (certain: processes taskhostex and dns)");
}

TEST_CASE("a log is not older than its Windows") {
  CHECK(Log(1998).Windows() == "Windows NT 4.0 or earlier (certain: the log is of 1998)");
  CHECK(Log(2005).Windows() == "Windows Server 2003 or earlier (certain: the log is of 2005)");
  CHECK(Log(2026).Windows() == "not known (likely: no processes were logged)");
  CHECK(Log(2026, "oracle").Windows() == "not known (likely: no process tells)");
  // A clock that was never set.
  CHECK(Log(1980, "wininit").Windows() == "Windows Vista or later (certain: process wininit)");
}

TEST_CASE("what is missing among all processes is likely to be no part of it") {
  Log nt(2026, std::string(kSystem));
  CHECK(nt.Windows() == "Windows NT 4.0 or earlier (likely: no process svchost)");
  CHECK(Log(2026, "svchost wmiprvse").Runs(kSystem).Windows() ==
        "Windows XP or Server 2003 (likely: process wmiprvse, no process wininit)");
  CHECK(Log(2006, "svchost").Runs(kSystem).Windows() ==
        "Windows XP or Server 2003 (likely: no process winmgmt, regsvc or mstask, the log is of "
        "2006)");
  // Only some processes were logged: nothing is missing.
  CHECK(Log(2026, "svchost lsass").Windows() == "Windows 2000 or later (certain: process svchost)");
}

TEST_CASE("logs of different Windows under one name are not known") {
  CHECK(Log(2026, "spoolss wininit").Windows() ==
        "not known (likely: the log shows different ones)");
}

TEST_CASE("one odd name among others proves nothing, several prove the clock wrong") {
  Log odd(2006, "svchost wmiprvse conhost");
  CHECK(odd.Windows() ==
        "Windows XP or Server 2003 (likely: process wmiprvse, the log is of 2006)");
  CHECK(odd.Read().windows.possible.empty());
  CHECK(Log(2006, "svchost wmiprvse conhost taskhost").Windows() ==
        "Windows 7 to Server 2012 R2 (certain: process taskhost)");
}

TEST_CASE("a column without values is no process") {
  Log log(2026);
  log.With("Process(w3wp)\\Private Bytes", NAN);
  log.With("Process(lsass)\\Private Bytes");
  CHECK(log.Windows() == "not known (likely: no process tells)");
  // Columns that are not read cannot show it.
  Log unread(2026);
  unread.With("Process(w3wp)\\% Processor Time");
  CHECK(unread.Windows() == "Windows Server 2003 or later (certain: process w3wp)");
}

TEST_CASE("several sessions on NT 4.0 are those of Terminal Server Edition") {
  Log one(1999, "spoolss mtx csrss");
  CHECK(!one.Read().windows.wts);
  Log two(1999, "spoolss mtx csrss csrss#1");
  CHECK(two.Read().windows.wts);
  CHECK(two.Windows() == "Windows NT 4.0 (certain: process mtx, several csrss)");
  // Session 0 and the console have one each.
  CHECK(!Log(2012, "wininit csrss csrss#1").Read().windows.wts);
}

TEST_CASE("bits from levels, date and Windows") {
  const auto bits = [](Log log) {
    const Platform platform = log.Read();
    return (platform.bits == Bits::k64   ? "64: "
            : platform.bits == Bits::k32 ? "32: "
                                         : "?") +
           platform.bits_from;
  };
  CHECK(bits(Log(2026).With("Memory\\Free System Page Table Entries", 24000)) ==
        "32: Free System Page Table Entries");
  CHECK(bits(Log(2026).With("Memory\\Free System Page Table Entries", 16.8e6)) ==
        "64: Free System Page Table Entries");
  CHECK(bits(Log(2026).With("Process(a)\\Virtual Bytes", 5 * kGiB)) ==
        "64: a process with over 4 GB of virtual bytes");
  CHECK(bits(Log(2026).With("Memory\\Pool Nonpaged Bytes", 2.5 * kGiB)) ==
        "64: over 2 GB of nonpaged pool");
  CHECK(bits(Log(2004)) == "32: the log is of 2004");
  CHECK(bits(Log(2026, "spoolss")) == "32: its Windows");
  CHECK(bits(Log(2026).States("2012r2")) == "64: --windows");
  for (const char* windows : {"2008r2", "2012", "2016", "2019", "2022", "11", "2025"}) {
    CHECK(bits(Log(2026).States(windows)) == "64: --windows");
    CHECK(bits(Log(2026).States(windows).With("Memory\\Free System Page Table Entries", 24000)) ==
          "64: --windows");
  }
  CHECK(bits(Log(2026).States("2000").With("Process(a)\\Virtual Bytes", 5 * kGiB)) ==
        "64: a process with over 4 GB of virtual bytes");
  CHECK(bits(Log(2026).States("2008")) == "?");
  CHECK(bits(Log(2026)) == "?");
  // And back: over 4 GB are no Windows 2000.
  CHECK(Log(2026).With("Process(a)\\Virtual Bytes", 5 * kGiB).Windows() ==
        "Windows XP or later (certain: 64 bit)");
}

TEST_CASE("memory is what is stated, or the sum of the nodes") {
  CHECK(!Log(2026).With("Memory\\Available Bytes", 4e9).Read().ram.has_value());
  Log nodes(2026);
  nodes.With("NUMA Node Memory(0)\\Total MBytes", 4096 * kMiB)
      .With("NUMA Node Memory(1)\\Total MBytes", 4096 * kMiB);
  nodes.With("NUMA Node Memory(_Total)\\Total MBytes", 8192 * kMiB);
  CHECK(nodes.Read().ram.value_or(0) == 8192 * kMiB);
  CHECK(nodes.Read().ram_from == "object NUMA Node Memory");
  CHECK(nodes.StatesRam(4 * kGiB).Read().ram == 4 * kGiB);
}

TEST_CASE("Exchange by its processes, objects, date and Windows") {
  CHECK(Log(1998, "spoolss dsamain store").Product("exchange") ==
        "Exchange Server 4.0, 5.0 or 5.5 (certain: process dsamain)");
  CHECK(Log(1997, "dsamain msexcimc").Product("exchange") ==
        "Exchange Server 4.0 or 5.0 (certain: process dsamain, the log is of "
        "1997)");
  CHECK(Log(1999, "mad store msexcimc dsamain events").Product("exchange") ==
        "Exchange Server 5.5 (likely: process msexcimc, process events)");
  // A common name proves nothing.
  CHECK(Log(1999, "spoolss events").Product("exchange") == "none");
  CHECK(Log(2026, "store").Product("exchange") ==
        "Exchange Server 2010 or earlier (likely: process store)");
  // Windows Server 2003 runs no Exchange 2000, and AD LDS has a dsamain of its own.
  CHECK(Log(2006, "w3wp mad emsmta").Product("exchange") ==
        "Exchange Server 2003 (certain: process emsmta, on Windows Server 2003)");
  CHECK(Log(2006, "w3wp dsamain").Product("exchange") == "none");
  CHECK(Log(2002, "svchost regsvc inetinfo")
            .With("MSExchangeIS Mailbox(_Total)\\Client Logons")
            .Product("exchange") ==
        "Exchange Server 2000 (certain: object MSExchangeIS Mailbox, the log is of 2002)");
  CHECK(Log(2026).With("MSExchangeIS\\VM Largest Block Size").Product("exchange") ==
        "Exchange Server 2000 to 2010 (certain: counter MSExchangeIS\\VM Largest Block Size)");
  CHECK(Log(2006, "regsvc mad exmgmt").Product("exchange") ==
        "Exchange Server 2003 (likely: process mad, process exmgmt)");
  CHECK(Log(2026, "EdgeTransport Microsoft.Exchange.Store.Worker").Product("exchange") ==
        "Exchange Server 2013, 2016 or 2019 (certain: process Microsoft.Exchange.Store.Worker)");
}

TEST_CASE("other products") {
  CHECK(Log(2000, "spoolss mtx inetinfo").Product("iis") ==
        "IIS 2.0, 3.0 or 4.0 (certain: process inetinfo, on Windows NT 4.0)");
  CHECK(Log(2006, "w3wp").Product("iis") == "IIS 6.0 (certain: process w3wp, the log is of 2006)");
  CHECK(Log(2026).With("Active Server Pages\\Requests/Sec").Product("iis") ==
        "IIS 3.0 or later (certain: object Active Server Pages)");
  CHECK(Log(1998, "snabase").Product("sna") ==
        "SNA Server 4.0 or earlier (certain: process snabase, the log is of 1998)");
  CHECK(Log(2026, "smsexec").Product("sms") == "not known (certain: process smsexec)");
  CHECK(Log(2026, "wuser32 spoolss").Product("sms") ==
        "SMS 2.0 or earlier (certain: process wuser32, on Windows NT 4.0 or earlier)");
  CHECK(Log(2004, "sqlservr").With("MSSQL$A:Locks\\Lock Waits/sec").Product("sql") ==
        "SQL Server 2000 (certain: object MSSQL$A:Locks, the log is of 2004)");
  CHECK(Log(2026).With(".NET CLR Memory(w3wp)\\# Bytes in all Heaps").Product("dotnet") ==
        "not known (certain: object .NET CLR Memory)");
  CHECK(Log(2026, "svchost").Read().products.empty());
  // The client on every managed machine says nothing of the server.
  CHECK(Log(2026, "svchost ccmexec").Read().products.empty());
}

TEST_CASE("versions that do not run on the Windows are none, even if signs name no other") {
  const Platform platform = Log(2026, "dsamain store").States("2016").Read();
  const ProductFact* exchange = platform.Find("exchange");
  REQUIRE(exchange != nullptr);
  CHECK(exchange->possible.empty());
  CHECK(Log::Told(*exchange) ==
        "not known (likely: process dsamain, no such version runs on Windows Server 2016)");
  CHECK(Log(2026, "wininit dsamain msexcimc").Product("exchange") ==
        "not known (likely: process msexcimc, no such version runs on Windows Vista or later)");
  CHECK(Log(2026, "sihost sqlservr sqlexec").Product("sql") ==
        "SQL Server 7.0 or later (certain: process sqlservr, on Windows 10 or later)");
  CHECK(Log(2026, "svchost regsvc wuser32").Product("sms") ==
        "SMS 2.0 or 2003 (certain: process wuser32, on Windows 2000)");
  // The directory of an Edge server is AD LDS.
  CHECK(Log(2026, "sihost dns edgetransport dsamain").States("2016").Product("exchange") ==
        "Exchange Server 2016 (certain: process edgetransport, on Windows Server 2016)");
}

TEST_CASE("what is stated comes first, with its service pack") {
  Log log(1999, "spoolss mtx store dsamain");
  log.States("nt4 sp6a", "exchange-5.5-sp3");
  const Platform platform = log.Read();
  CHECK(platform.windows.versions == std::vector<std::string>{"nt-4.0"});
  CHECK(platform.windows.pack == 6);
  CHECK(platform.windows.certainty == Certainty::kStated);
  CHECK(Log::Told(*platform.Find("exchange")) == "Exchange Server 5.5 (stated: --product)");
  CHECK(platform.Find("exchange")->pack == 3);
  CHECK(platform.contradictions.empty());
  CHECK(platform.Find("sql") == nullptr);
}

TEST_CASE("a product stated without version keeps what the log tells of it") {
  CHECK(Log(2006, "w3wp mad emsmta").StatesProduct("exchange").Product("exchange") ==
        "Exchange Server 2003 (certain: process emsmta, on Windows Server 2003)");
  CHECK(Log(2026, "store").StatesProduct("exchange").Product("exchange") ==
        "Exchange Server 2010 or earlier (likely: process store)");
  CHECK(Log(2026).StatesProduct("sna").Product("sna") == "not known (stated: --product)");
}

TEST_CASE("the Windows that is stated limits its products") {
  CHECK(Log(2026, "inetinfo").States("2000").Product("iis") ==
        "IIS 5.0 (certain: process inetinfo, on Windows 2000)");
}

TEST_CASE("what the log rules out is told") {
  const Platform platform = Log(2026, "wininit").States("nt4").Read();
  CHECK(platform.windows.versions == std::vector<std::string>{"nt-4.0"});
  REQUIRE(platform.contradictions.size() == 1);
  CHECK(platform.contradictions[0].product == "windows");
  CHECK(platform.contradictions[0].stated == "Windows NT 4.0");
  CHECK(platform.contradictions[0].log == "Windows Vista or later (process wininit)");
  // What is only likely rules nothing out.
  CHECK(Log(2026, kSystem).States("2003").Read().contradictions.empty());
  const Platform exchange =
      Log(2026).With("MSExchangeIS Private\\Logons").StatesProduct("exchange-2003").Read();
  REQUIRE(exchange.contradictions.size() == 1);
  CHECK(exchange.contradictions[0].log ==
        "Exchange Server 4.0, 5.0 or 5.5 (object MSExchangeIS Private)");
}

TEST_CASE("when a version was released") {
  CHECK(!WasReleased("windows", "2000", Date(1999, 11)));
  CHECK(WasReleased("windows", "2000", Date(1999, 12)));
  CHECK(!WasReleased("exchange", "5.5", Date(1997, 10)));
  CHECK(WasReleased("odbc", "2.0", Date(1980)));  // not known
  CHECK(WasReleased("contoso", "1.0", Date(1980)));
}

Platform Of(const char* windows, Bits bits, std::optional<double> ram = std::nullopt) {
  Platform platform;
  platform.windows.product = "windows";
  platform.windows.versions = {ParseWindows(windows)->version};
  platform.bits = bits;
  platform.ram = ram;
  return platform;
}

double Paged(const Platform& platform) {
  return PoolLimit(platform, Resource::kPoolPagedBytes).value_or(0);
}
double Nonpaged(const Platform& platform) {
  return PoolLimit(platform, Resource::kPoolNonpagedBytes).value_or(0);
}

// Every row of "Memory limits for Windows releases", Microsoft; 0 is not known.
TEST_CASE("pools end where Microsoft says") {
  constexpr double kTiB = 1024 * kGiB;
  CHECK(Paged(Of("2000", Bits::k32)) == 350 * kMiB);
  CHECK(Nonpaged(Of("2000", Bits::k32)) == 0);
  CHECK(Paged(Of("xp", Bits::k32)) == 490 * kMiB);
  CHECK(Nonpaged(Of("xp", Bits::k32)) == 256 * kMiB);
  CHECK(Paged(Of("2003", Bits::k32)) == 530 * kMiB);
  CHECK(Nonpaged(Of("2003", Bits::k32)) == 256 * kMiB);
  for (const char* windows : {"vista", "2008", "7"}) {
    CHECK(Paged(Of(windows, Bits::k32, 2 * kGiB)) == 0);
    CHECK(Nonpaged(Of(windows, Bits::k32)) == 0);
    CHECK(Nonpaged(Of(windows, Bits::k32, 2 * kGiB)) == 1.5 * kGiB);  // .75 * 2 GB
    CHECK(Nonpaged(Of(windows, Bits::k32, 4 * kGiB)) == 2 * kGiB);    // .75 * 4 GB = 3 GB
  }
  for (const char* windows : {"xp", "2003"}) {
    CHECK(Paged(Of(windows, Bits::k64)) == 128 * kGiB);
    CHECK(Nonpaged(Of(windows, Bits::k64)) == 128 * kGiB);
  }
  CHECK(Paged(Of("vista", Bits::k64)) == 128 * kGiB);
  CHECK(Nonpaged(Of("vista", Bits::k64, 10 * kGiB)) == doctest::Approx(4 * kGiB));  // .4 * 10 GB
  CHECK(Nonpaged(Of("vista", Bits::k64, 512 * kGiB)) == 128 * kGiB);  // .4 * 512 GB = 205 GB
  for (const char* windows : {"2008", "7", "2008r2"}) {
    CHECK(Paged(Of(windows, Bits::k64)) == 128 * kGiB);
    CHECK(Nonpaged(Of(windows, Bits::k64, 8 * kGiB)) == 6 * kGiB);  // .75 * 8 GB
  }
  CHECK(Paged(Of("2012", Bits::k64)) == 384 * kGiB);
  CHECK(Nonpaged(Of("2012", Bits::k64, 8 * kGiB)) == 8 * kGiB);
  CHECK(Nonpaged(Of("2012", Bits::k64, 512 * kGiB)) == 128 * kGiB);
  for (const char* windows : {"2012r2", "2016", "2019", "2022"}) {
    CHECK(Paged(Of(windows, Bits::k64)) == 15.5 * kTiB);
    CHECK(Nonpaged(Of(windows, Bits::k64, 512 * kGiB)) == 512 * kGiB);
    CHECK(Nonpaged(Of(windows, Bits::k64)) == 0);
  }
  CHECK(Paged(Of("nt4", Bits::k32)) == 0);
  CHECK(Paged(Of("2003", Bits::kUnknown)) == 0);
  CHECK(Paged(Platform{}) == 0);
}

TEST_CASE("a limit is known if all Windows that it can be have it") {
  Platform platform = Of("2003", Bits::k32);
  platform.windows.versions = {"xp", "2003"};
  CHECK(Paged(platform) == 530 * kMiB);  // a client and its server: the server
  platform.windows.versions = {"2000", "xp", "2003"};
  CHECK(Paged(platform) == 0);
  platform.bits = Bits::k64;
  platform.windows.versions = {"2012-r2", "10", "2016"};
  CHECK(Paged(platform) == 15.5 * 1024 * kGiB);
}

TEST_CASE("an address space ends by bits and Windows") {
  CHECK(AddressSpaceLimit(Of("2000", Bits::k32), kGiB) == 2 * kGiB);
  CHECK(AddressSpaceLimit(Of("2000", Bits::k32), 2.5 * kGiB) == 3 * kGiB);
  CHECK(AddressSpaceLimit(Of("2008", Bits::k64), 5 * kGiB) == 8192 * kGiB);
  CHECK(AddressSpaceLimit(Of("2016", Bits::k64), 5 * kGiB) == 131072 * kGiB);
  // It may be a 32-bit process.
  CHECK(!AddressSpaceLimit(Of("2016", Bits::k64), 3 * kGiB).has_value());
  CHECK(!AddressSpaceLimit(Of("2016", Bits::kUnknown), kGiB).has_value());
}

}  // namespace
}  // namespace perfleak
