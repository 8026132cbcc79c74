// What tests ask of a printed page.
#ifndef PERFLEAK_TESTS_REPORT_PRINTED_H_
#define PERFLEAK_TESTS_REPORT_PRINTED_H_

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

namespace perfleak {

inline std::vector<std::string> Lines(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

inline std::string WithoutColor(const std::string& text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      i = text.find('m', i);  // the end of ESC [ numbers m
    } else {
      plain += text[i];
    }
  }
  return plain;
}

inline bool HoldsPath(const std::string& line) { return line.find("\\\\") != line.npos; }

inline bool HasControlCharacter(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n') || byte == 0x7F;
  });
}

}  // namespace perfleak

#endif  // PERFLEAK_TESTS_REPORT_PRINTED_H_
