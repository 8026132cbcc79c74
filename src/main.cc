#include <string>
#include <vector>

#include "app/cli.h"
#include "base/memory.h"

int main(int argc, char** argv) {
  perfleak::KeepBuffersInHeap();
  perfleak::SystemConsole console;
  return perfleak::Run(std::vector<std::string>(argv + 1, argv + argc), &console);
}
