// Which products and versions there are, and when each came out: the one table of them.
// docs/platform.md says where the dates are from.
#ifndef PERFLEAK_LEAKS_RELEASES_H_
#define PERFLEAK_LEAKS_RELEASES_H_

#include <optional>
#include <span>
#include <string_view>

namespace perfleak {

struct Product {
  std::string_view name;     // as in version keys: "exchange"
  std::string_view title;    // for people: "Exchange Server"
  std::string_view written;  // other ways people write the name, between blanks; see version_key.cc
};

struct Release {
  std::string_view product;
  std::string_view version;  // as in version keys: "5.5", "nt-4.0"
  std::string_view title;    // for people; empty: the product's title and the version
  int year = 0;              // first month in which a customer could have it; 0: not known
  int month = 0;
};

// Every product, by name.
std::span<const Product> Products();
// nullptr for a product that is not in the table.
const Product* FindProduct(std::string_view name);

// The versions of a product in order of release; empty for a product that is not in the table.
std::span<const Release> ReleasesOf(std::string_view product);
const Release* FindRelease(std::string_view product, std::string_view version);

// The first moment of the month of release, seconds since 1970. nullopt if it is not known.
std::optional<double> ReleasedAt(const Release& release);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_RELEASES_H_
