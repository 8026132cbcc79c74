#include <malloc.h>

#include <string>
#include <vector>

#include "app/cli.h"

namespace {

// The line reader takes a buffer of 48 MiB for every segment it frames and touches only its front.
// Kept in the heap that buffer is the same few pages again and again; mapped anew each time,
// faulting the pages in would cost a quarter of the run.
void KeepBuffersInHeap() {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

}  // namespace

int main(int argc, char** argv) {
  KeepBuffersInHeap();
  perfleak::SystemConsole console;
  return perfleak::Run(std::vector<std::string>(argv + 1, argv + argc), &console);
}
