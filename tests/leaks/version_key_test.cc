#include "leaks/version_key.h"

#include <doctest/doctest.h>

#include <string>

#include "leaks/built_in_knowledge.h"
#include "leaks/releases.h"

namespace perfleak {
namespace {

using Scope = VersionKey::Scope;

VersionKey Key(std::string_view text) {
  const auto key = ParseVersionKey(text);
  REQUIRE_MESSAGE(key.has_value(), std::string(text));
  return *key;
}

std::string Windows(std::string_view text) {
  const auto key = ParseWindows(text);
  return key ? Describe(*key) : "not known";
}

std::string ProductOf(std::string_view text) {
  const auto key = ParseProduct(text);
  return key ? Describe(*key) : "not known";
}

TEST_CASE("every key of the knowledge base is of a known product and version, and can be told") {
  size_t keys = 0;
  const KnowledgeBase knowledge = BuiltInKnowledge();
  for (const KnownIssue& issue : knowledge.issues()) {
    std::vector<std::string> texts = issue.affects;
    texts.insert(texts.end(), issue.fix.fixed_keys.begin(), issue.fix.fixed_keys.end());
    for (const std::string& text : texts) {
      CAPTURE(issue.id);
      CAPTURE(text);
      const VersionKey key = Key(text);
      CHECK(FindProduct(key.product) != nullptr);
      const bool any = key.version.empty() || key.version == "nt";
      CHECK((any || FindRelease(key.product, key.version) != nullptr));
      CHECK(!Describe(key).empty());
      ++keys;
    }
  }
  CHECK(keys > 1000);
}

TEST_CASE("a key is taken apart") {
  CHECK(Key("winnt-4.0-sp4") == VersionKey{"windows", "nt-4.0", Scope::kPack, 4, false});
  CHECK(Key("winnt-4.0-post-sp6a") == VersionKey{"windows", "nt-4.0", Scope::kAfterPack, 6, false});
  CHECK(Key("winnt") == VersionKey{"windows", "nt", Scope::kAny, 0, false});
  CHECK(Key("wts-4.0-sp5") == VersionKey{"windows", "nt-4.0", Scope::kPack, 5, true});
  CHECK(Key("win2000-sp1") == VersionKey{"windows", "2000", Scope::kPack, 1, false});
  CHECK(Key("win2008-r2") == VersionKey{"windows", "2008-r2", Scope::kAny, 0, false});
  CHECK(Key("win9x") == VersionKey{"windows", "9x", Scope::kAny, 0, false});
  CHECK(Key("exchange-5.0-sp?") == VersionKey{"exchange", "5.0", Scope::kUnknownPack, 0, false});
  CHECK(Key("iis") == VersionKey{"iis", "", Scope::kAny, 0, false});
  CHECK(Key("his") == VersionKey{"sna", "his", Scope::kAny, 0, false});
  CHECK(Key("contoso-3.1") == VersionKey{"contoso", "3.1", Scope::kAny, 0, false});
}

TEST_CASE("what is no version key") {
  for (const char* text : {"", "winnt4", "win2k", "exchange-", "exchange-sp", "exchange-5.5-spx",
                           "exchange-5.5-sp123", "exchange 5.5", "Exchange-5.5", "-5.5", "5.5",
                           "exchange-.5", "exchange-5.5-4", "windows-2003"}) {
    CAPTURE(text);
    CHECK(!ParseVersionKey(text).has_value());
  }
}

TEST_CASE("a Windows as people write it") {
  CHECK(Windows("nt4") == "Windows NT 4.0");
  CHECK(Windows("NT 4.0 SP6a") == "Windows NT 4.0 SP6");
  CHECK(Windows("Windows NT Server 4.0, Terminal Server Edition, SP4") ==
        "Windows NT 4.0, Terminal Server Edition, SP4");
  CHECK(Windows("wts-4.0") == "Windows NT 4.0, Terminal Server Edition");
  CHECK(Windows("winnt-3.51") == "Windows NT 3.51");
  CHECK(Windows("nt") == "Windows NT");
  CHECK(Windows("2000-sp4") == "Windows 2000 SP4");
  CHECK(Windows("win2k") == "Windows 2000");
  CHECK(Windows("xp") == "Windows XP");
  CHECK(Windows("Windows Server 2003 Service Pack 2") == "Windows Server 2003 SP2");
  CHECK(Windows("2003r2") == "Windows Server 2003");
  CHECK(Windows("2003 R2 SP2") == "Windows Server 2003 SP2");
  CHECK(Windows("2008") == "Windows Server 2008");
  CHECK(Windows("win2008r2") == "Windows Server 2008 R2");
  CHECK(Windows("2012 r2") == "Windows Server 2012 R2");
  CHECK(Windows("2000 post-sp4") == "Windows 2000 SP4 and a hotfix after it");
  CHECK(Windows("nt4 sp0") == "Windows NT 4.0 without service pack");
  for (const char* text : {"2008", "2012", "2016", "2019", "2022", "2025"}) {
    CHECK(Windows(text) == "Windows Server " + std::string(text));
  }
  for (const char* text : {"7", "8", "8.1", "10", "11"}) {
    CHECK(Windows("windows " + std::string(text)) == "Windows " + std::string(text));
  }
  CHECK(Windows("vista") == "Windows Vista");
}

TEST_CASE("what is no Windows") {
  for (const char* text : {"", "5", "2001", "linux", "x64", "2003 x64", "2003 spx", "2003 tse",
                           "exchange-5.5", "nt4 sp"}) {
    CAPTURE(text);
    CHECK(Windows(text) == "not known");
  }
}

TEST_CASE("a product as people write it") {
  CHECK(ProductOf("exchange-5.5-sp3") == "Exchange Server 5.5 SP3");
  CHECK(ProductOf("Exchange 2003 SP1") == "Exchange Server 2003 SP1");
  CHECK(ProductOf("Microsoft Exchange Server 5.5") == "Exchange Server 5.5");
  CHECK(ProductOf("exchange") == "Exchange Server");
  CHECK(ProductOf("exchange 4") == "Exchange Server 4.0");
  CHECK(ProductOf("sql-2000") == "SQL Server 2000");
  CHECK(ProductOf("SQL Server 2008 R2") == "SQL Server 2008 R2");
  CHECK(ProductOf("iis-6.0") == "IIS 6.0");
  CHECK(ProductOf("iis6") == "IIS 6.0");
  CHECK(ProductOf("sna-4.0-sp3") == "SNA Server 4.0 SP3");
  CHECK(ProductOf("HIS 2000 SP1") == "Host Integration Server SP1");
  CHECK(ProductOf("sms 2.0") == "SMS 2.0");
  CHECK(ProductOf("site server 3.0") == "Site Server 3.0");
  CHECK(ProductOf("index server 2.0") == "Index Server 2.0");
  CHECK(ProductOf(".NET 1.1") == ".NET Framework 1.1");
}

TEST_CASE("what is not known is told with what is") {
  const auto message = [](const Result<VersionKey>& read) {
    return read ? "read" : read.error().message;
  };
  CHECK(message(ReadWindows("2003")) == "read");
  CHECK(message(ReadWindows("amiga")).find("nt-4.0, 2000, xp, 2003, vista") != std::string::npos);
  CHECK(message(ReadProduct("notes-5")) ==
        "notes-5: the knowledge base does not know this product; it knows dotnet, "
        "exchange, iis, indexserver, mdac, odbc, outlook, sfu, siteserver, sms, sna, sql. Write "
        "for example exchange-5.5-sp3.");
  CHECK(message(ReadProduct("sms-9")) ==
        "sms-9: not a version of SMS that perfleak knows; these are 1.0, 1.1, 1.2, 2.0, "
        "2003, each also with a service pack, as in sms-2003-sp1.");
  CHECK(message(ReadProduct("win2003")) == "win2003: state the Windows with --windows.");
}

TEST_CASE("a key covers the versions it speaks of") {
  CHECK(Covers(Key("winnt"), "nt-3.51"));
  CHECK(!Covers(Key("winnt"), "2000"));
  CHECK(Covers(Key("win2008"), "2008"));
  CHECK(!Covers(Key("win2008"), "2008-r2"));
  CHECK(Covers(Key("exchange-5.5-sp3"), "5.5"));
  CHECK(Covers(Key("iis"), "6.0"));
}

TEST_CASE("versions are in order of release") {
  for (const Product& product : Products()) {
    double last_s = 0;
    for (const Release& release : ReleasesOf(product.name)) {
      const auto at_s = ReleasedAt(release);
      if (!at_s) continue;
      CAPTURE(std::string(release.version));
      CHECK(*at_s >= last_s);
      last_s = *at_s;
    }
  }
}

}  // namespace
}  // namespace perfleak
