// Two readers. Keys of the knowledge base have one strict form, PRODUCT[-VERSION][-PACK]. What
// people type is first squeezed to letters, digits and dots without the words that tell nothing
// ("Windows Server 2003 R2 SP2" to "2003r2sp2"), and then looked up.
#include "leaks/version_key.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/text.h"
#include "leaks/releases.h"

namespace perfleak {
namespace {

using Scope = VersionKey::Scope;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z'); }

bool Skip(std::string_view prefix, std::string_view* text) {
  if (!text->starts_with(prefix)) return false;
  text->remove_prefix(prefix.size());
  return true;
}

// "4", "6a": one or two digits, and a letter for a pack that was issued again.
std::optional<int> PackNumber(std::string_view text) {
  if (!text.empty() && text.back() == 'a') text.remove_suffix(1);
  if (text.empty() || text.size() > 2 || !std::all_of(text.begin(), text.end(), IsDigit)) {
    return std::nullopt;
  }
  int number = 0;
  for (const char c : text) number = 10 * number + (c - '0');
  return number;
}

// ---- keys ----

// "sp4", "sp6a", "sp?", "post-sp3".
bool ReadPack(std::string_view text, VersionKey* key) {
  const bool after = Skip("post-", &text);
  if (!Skip("sp", &text)) return false;
  if (!after && text == "?") {
    key->scope = Scope::kUnknownPack;
    return true;
  }
  const auto number = PackNumber(text);
  if (!number) return false;
  key->scope = after ? Scope::kAfterPack : Scope::kPack;
  key->pack = *number;
  return true;
}

// What stands before the service pack, which is taken off.
bool SplitPack(std::string_view* text, VersionKey* key) {
  for (const std::string_view mark : {"-post-sp", "-sp"}) {
    const size_t at = text->rfind(mark);
    if (at == std::string_view::npos) continue;
    if (!ReadPack(text->substr(at + 1), key)) return false;
    *text = text->substr(0, at);
    return true;
  }
  return true;
}

bool IsVersion(std::string_view text) {
  if (text.ends_with("-r2")) text.remove_suffix(3);
  return !text.empty() && IsDigit(text.front()) && IsDigit(text.back()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return IsDigit(c) || c == '.'; });
}

// "winnt-4.0", "wts-4.0", "win2000", "winxp".
bool ReadWindowsKey(std::string_view text, VersionKey* key) {
  key->product = "windows";
  if (text == "wts-4.0") {
    key->wts = true;
    key->version = "nt-4.0";
    return true;
  }
  if (!Skip("win", &text)) return false;
  key->version = text;
  return text == "nt" || FindRelease("windows", text) != nullptr;
}

bool ReadProductKey(std::string_view text, VersionKey* key) {
  const auto* name_end = std::find_if_not(text.begin(), text.end(), IsLetter);
  const auto name_size = static_cast<size_t>(name_end - text.begin());
  key->product = text.substr(0, name_size);
  text.remove_prefix(name_size);
  if (key->product == "his") {
    key->product = "sna";
    key->version = "his";
  }
  if (key->product.empty() || key->product == "windows") return false;
  if (text.empty()) return true;
  if (!Skip("-", &text) || !IsVersion(text)) return false;
  if (key->version.empty()) key->version = text;
  return true;
}

// ---- what people write ----

void Erase(std::string_view part, std::string* text) {
  for (size_t at = text->find(part); at != std::string::npos; at = text->find(part)) {
    text->erase(at, part.size());
  }
}

// Lower case, without blanks and separators and words that name no version. A hyphen behind "sp" is
// a minus, and stays.
std::string Squeeze(std::string_view written) {
  std::string text;
  for (const char c : ToLower(written)) {
    const bool separates = c == ' ' || c == '\t' || c == '-' || c == '_' || c == ',' || c == '/';
    if (!separates || (c == '-' && text.ends_with("sp"))) text += c;
  }
  for (const std::string_view part : {"microsoft", "server"}) Erase(part, &text);
  if (const size_t at = text.find("servicepack"); at != std::string::npos) {
    text.replace(at, std::string_view("servicepack").size(), "sp");
  }
  return text;
}

// Takes "sp4" or "postsp4" off the end. False if there is something like it that is none.
bool TakePack(std::string_view* text, VersionKey* key) {
  const size_t at = text->rfind("sp");
  if (at == std::string_view::npos) return true;
  const auto number = PackNumber(text->substr(at + 2));
  if (!number) return false;
  key->pack = *number;
  key->scope = Scope::kPack;
  *text = text->substr(0, at);
  if (text->ends_with("post")) {
    key->scope = Scope::kAfterPack;
    text->remove_suffix(4);
  }
  return true;
}

struct Spelling {
  std::string_view written;  // squeezed
  std::string_view version;
};

// Beside the keys' own form without hyphens.
constexpr std::array kWindowsSpellings = {
    Spelling{"nt3.1", "nt-3.1"},  Spelling{"nt3.5", "nt-3.5"}, Spelling{"nt3.51", "nt-3.51"},
    Spelling{"nt4", "nt-4.0"},    Spelling{"2k", "2000"},      Spelling{"2k3", "2003"},
    Spelling{"2003r2", "2003"},   Spelling{"2k3r2", "2003"},   Spelling{"2k8", "2008"},
    Spelling{"2k8r2", "2008-r2"}, Spelling{"2k12", "2012"},    Spelling{"2k12r2", "2012-r2"},
    Spelling{"95", "9x"},         Spelling{"98", "9x"},
};

std::string WithoutHyphens(std::string_view text) {
  std::string squeezed(text);
  Erase("-", &squeezed);
  return squeezed;
}

// The version that `text` is, or is without its ".0".
std::string_view VersionWritten(std::string_view product, std::string_view text) {
  for (const Release& release : ReleasesOf(product)) {
    const std::string squeezed = WithoutHyphens(release.version);
    if (text == squeezed || std::string(text) + ".0" == squeezed) return release.version;
  }
  return "";
}

// The product whose name the text begins with, the longest if there are several; takes it off.
const Product* TakeProduct(std::string_view* text) {
  const Product* found = nullptr;
  size_t taken = 0;
  const auto consider = [&](const Product& product, std::string_view name) {
    if (name.size() <= taken || !text->starts_with(name)) return;
    found = &product;
    taken = name.size();
  };
  for (const Product& product : Products()) {
    consider(product, product.name);
    std::string_view names = product.written;
    while (!names.empty()) {
      const std::string_view name = names.substr(0, names.find(' '));
      consider(product, name);
      names.remove_prefix(std::min(names.size(), name.size() + 1));
    }
  }
  text->remove_prefix(taken);
  return found;
}

std::string PackText(const VersionKey& key) {
  const std::string number = "SP" + std::to_string(key.pack);
  switch (key.scope) {
    case Scope::kAny:
      return "";
    case Scope::kPack:
      return key.pack == 0 ? " without service pack" : " " + number;
    case Scope::kAfterPack:
      return " " + number + " and a hotfix after it";
    case Scope::kUnknownPack:
      return " and a later service pack";
  }
  return "";
}

std::string VersionList(std::string_view product) {
  std::vector<std::string> versions;
  for (const Release& release : ReleasesOf(product)) versions.emplace_back(release.version);
  return Join(versions, ", ");
}

}  // namespace

std::optional<VersionKey> ParseVersionKey(std::string_view text) {
  VersionKey key;
  if (!SplitPack(&text, &key)) return std::nullopt;
  VersionKey windows = key;
  if (ReadWindowsKey(text, &windows)) return windows;
  return ReadProductKey(text, &key) ? std::optional(key) : std::nullopt;
}

std::optional<VersionKey> ParseWindows(std::string_view text) {
  std::string squeezed = Squeeze(text);
  VersionKey key;
  key.product = "windows";
  for (const std::string_view part : {"terminaledition", "tse", "wts"}) {
    key.wts |= squeezed.find(part) != std::string::npos;
    Erase(part, &squeezed);
  }
  std::string_view rest = squeezed;
  if (!TakePack(&rest, &key)) return std::nullopt;
  Skip("windows", &rest) || Skip("win", &rest);
  key.version = VersionWritten("windows", rest);
  for (const Spelling& spelling : kWindowsSpellings) {
    if (spelling.written == rest) key.version = spelling.version;
  }
  if (rest == "nt") key.version = "nt";
  if (key.wts && (rest.empty() || rest == "nt" || rest == "4" || rest == "4.0")) {
    key.version = "nt-4.0";
  }
  if (key.version.empty() || (key.wts && key.version != "nt-4.0")) return std::nullopt;
  return key;
}

std::optional<VersionKey> ParseProduct(std::string_view text) {
  const std::string squeezed = Squeeze(text);
  std::string_view rest = squeezed;
  VersionKey key;
  const Product* product = TakeProduct(&rest);
  if (product == nullptr || product->name == "windows") return std::nullopt;
  if (!TakePack(&rest, &key)) return std::nullopt;
  key.product = product->name;
  const bool is_his = squeezed.starts_with("his") || squeezed.starts_with("hostintegration");
  if (is_his) {
    key.version = "his";  // 2000 to 2020: the knowledge base does not tell them apart
    return rest.empty() || IsVersion(rest) ? std::optional(key) : std::nullopt;
  }
  if (rest.empty()) return key;
  key.version = VersionWritten(key.product, rest);
  return key.version.empty() ? std::nullopt : std::optional(key);
}

Result<VersionKey> ReadWindows(std::string_view text) {
  if (auto key = ParseWindows(text)) return *key;
  return Error{std::string(text) +
               ": not a Windows that perfleak knows. Write for example nt4, \"NT 4.0 SP6a\", "
               "2000-sp4, xp, 2003 or 2012r2; the versions are nt, " +
               VersionList("windows") + "."};
}

Result<VersionKey> ReadProduct(std::string_view text) {
  if (auto key = ParseProduct(text)) return *key;
  const std::string written = std::string(text) + ": ";
  const std::string squeezed = Squeeze(text);
  std::string_view rest = squeezed;
  const Product* product = TakeProduct(&rest);
  if (product != nullptr && product->name == "windows") {
    return Error{written + "state the Windows with --windows."};
  }
  if (product != nullptr) {
    return Error{written + "not a version of " + std::string(product->title) +
                 " that perfleak knows; these are " + VersionList(product->name) +
                 ", each also with a service pack, as in " + std::string(product->name) + "-" +
                 std::string(ReleasesOf(product->name).back().version) + "-sp1."};
  }
  std::vector<std::string> names;
  for (const Product& known : Products()) {
    if (known.name != "windows") names.emplace_back(known.name);
  }
  return Error{written + "the knowledge base does not know this product; it knows " +
               Join(names, ", ") + ". Write for example exchange-5.5-sp3."};
}

bool Covers(const VersionKey& key, std::string_view version) {
  if (key.version.empty() || key.version == version) return true;
  return key.version == "nt" && version.starts_with("nt-");
}

std::string DescribeVersion(std::string_view product, std::string_view version) {
  const Release* release = FindRelease(product, version);
  if (release != nullptr && !release->title.empty()) return std::string(release->title);
  if (product == "windows" && version == "nt") return "Windows NT";
  const Product* known = FindProduct(product);
  std::string title(known != nullptr ? known->title : product);
  if (!version.empty()) title += " " + std::string(version);
  return title;
}

std::string Describe(const VersionKey& key) {
  const std::string edition = key.wts ? ", Terminal Server Edition," : "";
  std::string text = DescribeVersion(key.product, key.version) + edition + PackText(key);
  if (text.ends_with(',')) text.pop_back();
  return text;
}

}  // namespace perfleak
