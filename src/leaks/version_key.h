// Versions of products as the knowledge base and users write them: "winnt-4.0-sp4", "exchange-5.5",
// "win2003", "exchange-2000-post-sp3". docs/knowledge.md has the form and the list of products.
#ifndef PERFLEAK_LEAKS_VERSION_KEY_H_
#define PERFLEAK_LEAKS_VERSION_KEY_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace perfleak {

struct VersionKey {
  // What of a version is meant.
  enum class Scope {
    kAny,         // no service pack is named: any of them
    kPack,        // this service pack; 0 is none of them
    kAfterPack,   // "-post-sp6a": this service pack and a hotfix after it
    kUnknownPack  // "-sp?": a later service pack of unknown number
  };

  std::string product;  // "windows", "exchange", "sna", ...; every Windows is one product
  std::string version;  // "nt-4.0", "2003", "5.5"; "nt": every Windows NT; empty: any version
  Scope scope = Scope::kAny;
  int pack = 0;      // of kPack and kAfterPack; 6 for sp6a
  bool wts = false;  // Windows NT 4.0, Terminal Server Edition

  bool operator==(const VersionKey&) const = default;
};

// The one form of the knowledge base. nullopt for what is no version key. Products and versions
// that releases.h does not have are read too: rules of users speak of other programs.
// Host Integration Server is version "his" of SNA Server; Windows Server 2003 R2 is "2003".
std::optional<VersionKey> ParseVersionKey(std::string_view text);

// As people write it too: "nt4", "2003 sp2", "Exchange 5.5 SP3", "2012r2". nullopt if not known.
std::optional<VersionKey> ParseWindows(std::string_view text);
// Any product but Windows.
std::optional<VersionKey> ParseProduct(std::string_view text);

// The same, with an error that begins with `text` and says what could have been written.
Result<VersionKey> ReadWindows(std::string_view text);
Result<VersionKey> ReadProduct(std::string_view text);

// Whether the key speaks of this version of its product, whatever the service pack.
bool Covers(const VersionKey& key, std::string_view version);

// "Windows NT 4.0 SP4", "Exchange Server 5.5", "SNA Server".
std::string Describe(const VersionKey& key);
// "Windows NT 4.0", "Exchange Server 5.5"; the product alone for an empty version.
std::string DescribeVersion(std::string_view product, std::string_view version);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_VERSION_KEY_H_
