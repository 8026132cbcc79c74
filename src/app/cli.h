// The command line: options in, exit status out.
#ifndef PERFLEAK_APP_CLI_H_
#define PERFLEAK_APP_CLI_H_

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"

namespace perfleak {

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

// Exit status: 0 analysed, 1 suspects at or above --fail-on, 2 bad usage or input that cannot be
// analysed; of a batch, 4 more if some files could not be read. `arguments` without the program's
// name.
int Run(const std::vector<std::string>& arguments, Console* console);

}  // namespace perfleak

#endif  // PERFLEAK_APP_CLI_H_
