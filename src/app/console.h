// Where the program writes: stdout for reports, stderr for everything else.
#ifndef PERFLEAK_APP_CONSOLE_H_
#define PERFLEAK_APP_CONSOLE_H_

#include <cstddef>
#include <string>

#include "base/result.h"

namespace perfleak {

constexpr size_t kDefaultWidth = 80;  // columns of what is no terminal

// Where the program writes and what it may use there; injected so that tests see what a user sees.
class Console {
 public:
  virtual ~Console() = default;
  // That nobody reads any more (a closed pipe) is success; a full disk is an error.
  virtual Status WriteOut(const std::string& text) = 0;
  virtual void WriteError(const std::string& text) = 0;
  virtual bool out_is_terminal() const = 0;
  virtual bool error_is_terminal() const = 0;
  virtual size_t width() const = 0;
  virtual bool color_allowed() const = 0;  // NO_COLOR is not set
};

// stdout and stderr of this process.
class SystemConsole : public Console {
 public:
  Status WriteOut(const std::string& text) override;
  void WriteError(const std::string& text) override;
  bool out_is_terminal() const override;
  bool error_is_terminal() const override;
  size_t width() const override;
  bool color_allowed() const override;
};

}  // namespace perfleak

#endif  // PERFLEAK_APP_CONSOLE_H_
