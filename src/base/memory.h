// What the C library's heap keeps and gives back.
#ifndef PERFLEAK_BASE_MEMORY_H_
#define PERFLEAK_BASE_MEMORY_H_

namespace perfleak {

// The line reader takes a buffer of 48 MiB for every segment it frames and touches only its front.
// Kept in the heap that buffer is the same few pages again and again; mapped anew each time,
// faulting the pages in would cost a quarter of the run. For the beginning of main().
void KeepBuffersInHeap();

// Gives back what is free. For the moment when large buffers have gone and others, of other sizes,
// are to come.
void ReturnFreeMemory();

}  // namespace perfleak

#endif  // PERFLEAK_BASE_MEMORY_H_
