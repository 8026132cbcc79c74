// What was wrong with the input but did not end the work: counted by kind, the first places kept.
// Nothing is dropped silently; whoever skips something says so here.
#ifndef PERFLEAK_BASE_DIAGNOSTICS_H_
#define PERFLEAK_BASE_DIAGNOSTICS_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace perfleak {

// A place in an input. line and column count from 1; 0 means not known.
struct Position {
  std::string_view file;
  uint64_t line = 0;
  uint64_t column = 0;
};

// "file:line:column", leaving out what is not known.
std::string ToString(const Position& position);

class Diagnostics {
 public:
  static constexpr size_t kPlacesKept = 3;

  struct Entry {
    std::string code;     // stable, for scripts: "bad-row"
    std::string message;  // the first message with this code
    uint64_t count = 0;
    std::vector<std::string> places;  // the first kPlacesKept, as ToString writes them
  };

  // Counts one event of the kind `code`. `message` is kept only for the first of a kind, `where`
  // only for the first few: calling this a million times costs a million map look-ups and no
  // memory.
  void Add(std::string_view code, std::string_view message, const Position& where,
           uint64_t count = 1);

  // Adds what was counted elsewhere, as if it had been added here after what is here already.
  void Add(const Entry& entry);

  // 0 for a code never added.
  uint64_t Count(std::string_view code) const;

  // Sorted by code.
  std::vector<Entry> Entries() const;

 private:
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace perfleak

#endif  // PERFLEAK_BASE_DIAGNOSTICS_H_
