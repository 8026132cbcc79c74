// Names of counters in other languages, read from the files the program's table is made of, and
// logs written with them.
#ifndef PERFLEAK_TESTS_SUPPORT_LOCAL_NAMES_H_
#define PERFLEAK_TESTS_SUPPORT_LOCAL_NAMES_H_

#include <iconv.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "model/counter_path.h"
#include "model/language.h"

namespace perfleak {

// By English object and counter; counter empty for the object's own name. The first spelling of
// several.
using LocalNames = std::map<std::pair<std::string, std::string>, std::string>;

inline LocalNames ReadLocalNames(const std::filesystem::path& folder, std::string_view code) {
  LocalNames names;
  std::ifstream file(folder / (std::string(code) + ".tsv"));
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    const size_t first = line.find('\t'), second = line.find('\t', first + 1);
    names.emplace(std::pair(line.substr(0, first), line.substr(first + 1, second - first - 1)),
                  line.substr(second + 1));
  }
  return names;
}

// The path as a Windows of that language writes it. Parents stay what they are.
inline std::string Localised(CounterPath path, const LocalNames& names) {
  const auto counter = names.find({path.object, path.counter});
  const auto object = names.find({path.object, ""});
  if (counter != names.end()) path.counter = counter->second;
  if (object != names.end()) path.object = object->second;
  return ToString(path);
}

// UTF-8 in another encoding, as iconv names it; characters that it lacks are left out.
inline std::string Encoded(const std::string& utf8, const char* encoding) {
  const iconv_t handle = iconv_open(encoding, "UTF-8");
  std::string out;
  for (size_t at = 0; at < utf8.size();) {
    size_t length = 1;
    while (at + length < utf8.size() && (utf8[at + length] & 0xC0) == 0x80) ++length;
    char buffer[16];
    char* in = const_cast<char*>(utf8.data()) + at;
    char* to = buffer;
    size_t in_left = length, to_left = sizeof buffer;
    iconv(handle, nullptr, nullptr, nullptr, nullptr);
    if (iconv(handle, &in, &in_left, &to, &to_left) == 0) {
      iconv(handle, nullptr, nullptr, &to, &to_left);
      out.append(buffer, to);
    }
    at += length;
  }
  iconv_close(handle);
  return out;
}

// A log with the first line replaced: each quoted path translated; and its numbers with decimal
// commas.
inline std::string LocalisedLog(const std::string& log, const LocalNames& names) {
  const size_t head = log.find('\n');
  std::string text;
  for (size_t at = 0; at < head;) {
    const size_t open = log.find('"', at);
    const size_t close = open == std::string::npos ? open : log.find('"', open + 1);
    if (close == std::string::npos || close > head) {
      text += log.substr(at, head - at);
      break;
    }
    const std::string cell = log.substr(open + 1, close - open - 1);
    const auto path = ParseCounterPath(cell);
    text += log.substr(at, open + 1 - at) + (path ? Localised(*path, names) : cell) + '"';
    at = close + 1;
  }
  // The point of a number is not that of a time stamp, which stands before the first comma.
  bool in_stamp = true;
  for (size_t at = head; at < log.size(); ++at) {
    if (log[at] == '\n') in_stamp = true;
    if (log[at] == ',') in_stamp = false;
    text += log[at] == '.' && !in_stamp ? ',' : log[at];
  }
  return text;
}

}  // namespace perfleak

#endif  // PERFLEAK_TESTS_SUPPORT_LOCAL_NAMES_H_
