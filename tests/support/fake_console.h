// A console that remembers what was written to it.
#ifndef PERFLEAK_TESTS_SUPPORT_FAKE_CONSOLE_H_
#define PERFLEAK_TESTS_SUPPORT_FAKE_CONSOLE_H_

#include <string>

#include "app/cli.h"

namespace perfleak {

class FakeConsole : public Console {
 public:
  Status WriteOut(const std::string& text) override {
    out += text;
    return {};
  }
  void WriteError(const std::string& text) override { err += text; }
  bool out_is_terminal() const override { return terminal; }
  bool error_is_terminal() const override { return error_terminal; }
  size_t width() const override { return 120; }
  bool color_allowed() const override { return color; }

  std::string out, err;
  bool terminal = false;
  bool error_terminal = false;
  bool color = true;
};

}  // namespace perfleak

#endif  // PERFLEAK_TESTS_SUPPORT_FAKE_CONSOLE_H_
