#include "leaks/releases.h"

#include <algorithm>
#include <array>

#include "base/time.h"

namespace perfleak {
namespace {

constexpr std::array kProducts = {
    Product{"dotnet", ".NET Framework", ".net .netframework netframework"},
    Product{"exchange", "Exchange Server", ""},
    Product{"iis", "IIS", "internetinformationservices internetinformation"},
    Product{"indexserver", "Index Server", "index indexingservice"},
    Product{"mdac", "MDAC", ""},
    Product{"odbc", "ODBC", ""},
    Product{"outlook", "Outlook", ""},
    Product{"sfu", "Services for UNIX", "servicesforunix"},
    Product{"siteserver", "Site Server", "site"},
    Product{"sms", "SMS", "systemsmanagement"},
    Product{"sna", "SNA Server", "his hostintegration"},
    Product{"sql", "SQL Server", "mssql"},
    Product{"windows", "Windows", "win"},
};

// Products together, versions of each in order of release. Where only the year or the quarter is
// known, the month is its first: a date that is too early excludes nothing that was there.
constexpr std::array kReleases = {
    Release{"dotnet", "1.0", "", 2002, 1},
    Release{"dotnet", "1.1", "", 2003, 4},
    Release{"dotnet", "2.0", "", 2005, 10},
    Release{"dotnet", "3.0", "", 2006, 11},
    Release{"dotnet", "3.5", "", 2007, 11},
    Release{"dotnet", "4.0", "", 2010, 4},
    Release{"dotnet", "4.5", "", 2012, 8},

    Release{"exchange", "4.0", "", 1996, 3},
    Release{"exchange", "5.0", "", 1997, 3},
    Release{"exchange", "5.5", "", 1997, 11},
    Release{"exchange", "2000", "", 2000, 8},
    Release{"exchange", "2003", "", 2003, 6},
    Release{"exchange", "2007", "", 2006, 12},
    Release{"exchange", "2010", "", 2009, 10},
    Release{"exchange", "2013", "", 2012, 10},
    Release{"exchange", "2016", "", 2015, 10},
    Release{"exchange", "2019", "", 2018, 10},

    Release{"iis", "1.0", "", 1996, 2},
    Release{"iis", "2.0", "", 1996, 7},
    Release{"iis", "3.0", "", 1996, 12},
    Release{"iis", "4.0", "", 1997, 12},
    Release{"iis", "5.0", "", 1999, 12},
    Release{"iis", "5.1", "", 2001, 8},
    Release{"iis", "6.0", "", 2003, 3},
    Release{"iis", "7.0", "", 2006, 11},
    Release{"iis", "7.5", "", 2009, 7},
    Release{"iis", "8.0", "", 2012, 8},
    Release{"iis", "8.5", "", 2013, 8},
    Release{"iis", "10.0", "", 2015, 7},

    Release{"indexserver", "1.0", "", 0, 0},
    Release{"indexserver", "2.0", "", 1997, 12},
    Release{"indexserver", "3.0", "", 1999, 12},

    Release{"mdac", "2.0", "", 0, 0},
    Release{"mdac", "2.1", "", 0, 0},
    Release{"mdac", "2.5", "", 1999, 12},
    Release{"mdac", "2.6", "", 2000, 8},
    Release{"mdac", "2.7", "", 2001, 8},
    Release{"mdac", "2.8", "", 2003, 3},

    Release{"odbc", "1.0", "", 0, 0},
    Release{"odbc", "2.0", "", 0, 0},
    Release{"odbc", "2.5", "", 0, 0},
    Release{"odbc", "3.0", "", 0, 0},
    Release{"odbc", "3.5", "", 0, 0},
    Release{"odbc", "3.51", "", 0, 0},
    Release{"odbc", "3.6", "", 0, 0},
    Release{"odbc", "3.7", "", 0, 0},
    Release{"odbc", "4.0", "", 0, 0},

    Release{"outlook", "97", "", 1996, 11},
    Release{"outlook", "98", "", 1998, 3},
    Release{"outlook", "2000", "", 1999, 3},
    Release{"outlook", "2002", "", 2001, 3},
    Release{"outlook", "2003", "", 2003, 8},
    Release{"outlook", "2007", "", 2006, 11},
    Release{"outlook", "2010", "", 2010, 4},

    Release{"sfu", "1.0", "", 0, 0},
    Release{"sfu", "2.0", "", 0, 0},
    Release{"sfu", "3.0", "", 0, 0},
    Release{"sfu", "3.5", "", 0, 0},

    Release{"siteserver", "2.0", "", 0, 0},
    Release{"siteserver", "3.0", "", 0, 0},

    Release{"sms", "1.0", "", 1994, 11},
    Release{"sms", "1.1", "", 1995, 1},
    Release{"sms", "1.2", "", 1996, 1},
    Release{"sms", "2.0", "", 1999, 1},
    Release{"sms", "2003", "", 2003, 10},

    Release{"sna", "2.0", "", 0, 0},
    Release{"sna", "2.1", "", 0, 0},
    Release{"sna", "2.11", "", 0, 0},
    Release{"sna", "3.0", "", 1996, 12},
    Release{"sna", "4.0", "", 1997, 12},
    Release{"sna", "his", "Host Integration Server", 2000, 8},

    Release{"sql", "6.0", "", 1995, 6},
    Release{"sql", "6.5", "", 1996, 4},
    Release{"sql", "7.0", "", 1998, 11},
    Release{"sql", "2000", "", 2000, 8},
    Release{"sql", "2005", "", 2005, 10},
    Release{"sql", "2008", "", 2008, 8},
    Release{"sql", "2008-r2", "SQL Server 2008 R2", 2010, 4},
    Release{"sql", "2012", "", 2012, 3},
    Release{"sql", "2014", "", 2014, 3},
    Release{"sql", "2016", "", 2016, 6},
    Release{"sql", "2017", "", 2017, 9},
    Release{"sql", "2019", "", 2019, 11},
    Release{"sql", "2022", "", 2022, 11},

    Release{"windows", "nt-3.1", "Windows NT 3.1", 1993, 7},
    Release{"windows", "nt-3.5", "Windows NT 3.5", 1994, 9},
    Release{"windows", "nt-3.51", "Windows NT 3.51", 1995, 5},
    Release{"windows", "9x", "Windows 95 or 98", 1995, 8},
    Release{"windows", "nt-4.0", "Windows NT 4.0", 1996, 7},
    Release{"windows", "2000", "Windows 2000", 1999, 12},
    Release{"windows", "xp", "Windows XP", 2001, 8},
    Release{"windows", "2003", "Windows Server 2003", 2003, 3},
    Release{"windows", "vista", "Windows Vista", 2006, 11},
    Release{"windows", "2008", "Windows Server 2008", 2008, 2},
    Release{"windows", "7", "Windows 7", 2009, 7},
    Release{"windows", "2008-r2", "Windows Server 2008 R2", 2009, 7},
    Release{"windows", "8", "Windows 8", 2012, 8},
    Release{"windows", "2012", "Windows Server 2012", 2012, 8},
    Release{"windows", "8.1", "Windows 8.1", 2013, 8},
    Release{"windows", "2012-r2", "Windows Server 2012 R2", 2013, 8},
    Release{"windows", "10", "Windows 10", 2015, 7},
    Release{"windows", "2016", "Windows Server 2016", 2016, 9},
    Release{"windows", "2019", "Windows Server 2019", 2018, 10},
    Release{"windows", "2022", "Windows Server 2022", 2021, 8},
    Release{"windows", "11", "Windows 11", 2021, 10},
    Release{"windows", "2025", "Windows Server 2025", 2024, 11},
};

}  // namespace

std::span<const Product> Products() { return kProducts; }

const Product* FindProduct(std::string_view name) {
  const auto* found = std::find_if(kProducts.begin(), kProducts.end(),
                                   [&](const Product& product) { return product.name == name; });
  return found == kProducts.end() ? nullptr : found;
}

std::span<const Release> ReleasesOf(std::string_view product) {
  const auto is_of = [&](const Release& release) { return release.product == product; };
  const auto* first = std::find_if(kReleases.begin(), kReleases.end(), is_of);
  return {first, std::find_if_not(first, kReleases.end(), is_of)};
}

const Release* FindRelease(std::string_view product, std::string_view version) {
  for (const Release& release : ReleasesOf(product)) {
    if (release.version == version) return &release;
  }
  return nullptr;
}

std::optional<double> ReleasedAt(const Release& release) {
  if (release.year == 0) return std::nullopt;
  return SecondsFromCivil(release.year, release.month, 1, 0, 0, 0);
}

}  // namespace perfleak
