#include "base/memory.h"

#include <malloc.h>

namespace perfleak {

void KeepBuffersInHeap() {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

void ReturnFreeMemory() { malloc_trim(0); }

}  // namespace perfleak
