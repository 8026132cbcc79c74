// Runs a command and reports what it took: peak_memory FILE COMMAND [ARGUMENT...] writes "SECONDS
// KILOBYTES", elapsed time and largest resident set, to FILE. Exits as the command did, or with 2.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: peak_memory FILE COMMAND [ARGUMENT...]\n", stderr);
    return 2;
  }
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child == 0) {
    execvp(argv[2], argv + 2);
    std::perror(argv[2]);
    _exit(2);
  }
  int status = 0;
  rusage usage{};
  if (child < 0 || wait4(child, &status, 0, &usage) != child) return 2;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  std::ofstream report(argv[1]);
  report << elapsed.count() << ' ' << usage.ru_maxrss << '\n';
  report.close();
  return report && WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}
