#include "app/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace perfleak {

Status SystemConsole::WriteOut(const std::string& text) {
  std::signal(SIGPIPE, SIG_IGN);
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (written || errno == EPIPE) return {};
  return Error{std::string("standard output: writing the report failed: ") + std::strerror(errno) +
               "."};
}

void SystemConsole::WriteError(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

bool SystemConsole::out_is_terminal() const { return isatty(STDOUT_FILENO) == 1; }

bool SystemConsole::error_is_terminal() const { return isatty(STDERR_FILENO) == 1; }

size_t SystemConsole::width() const {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kDefaultWidth;
  return size.ws_col;
}

bool SystemConsole::color_allowed() const {
  const char* no_color = std::getenv("NO_COLOR");
  return no_color == nullptr || *no_color == '\0';
}

}  // namespace perfleak
