// Walks arbitrary bytes as an archive and reads all of its members.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "input/member_walker.h"

using namespace perfleak;

namespace {

// Small, so that a bomb takes no time.
MemberLimits SmallLimits() {
  MemberLimits limits;
  limits.most_members = 200;
  limits.deepest = 6;
  limits.free_bytes = 1 << 20;
  limits.most_expansion = 100;
  return limits;
}

// Reads all; returns how much it was.
uint64_t Drain(ByteSource* source) {
  char buffer[4096];
  for (uint64_t bytes = 0;;) {
    const Result<size_t> got = source->Read(buffer, sizeof buffer);
    if (!got || *got == 0) return bytes;
    PERFLEAK_CHECK(*got <= sizeof buffer);
    bytes += *got;
  }
}

// Returns the numbers of its members.
std::vector<size_t> WalkAll(const std::string& path, const MemberLimits& limits, size_t size) {
  std::vector<size_t> numbers;
  const auto walker = MemberWalker::Open(path, {}, limits);
  if (!walker) return numbers;
  uint64_t bytes = 0;
  for (;;) {
    const auto member = (*walker)->Next();
    if (!member || !*member) break;
    PERFLEAK_CHECK(!(*member)->name.empty());
    PERFLEAK_CHECK(numbers.empty() || (*member)->number > numbers.back());
    numbers.push_back((*member)->number);
    if (!(*member)->error) bytes += Drain((*walker)->Bytes().get());
  }
  PERFLEAK_CHECK(numbers.size() <= limits.most_members + 1);
  PERFLEAK_CHECK(bytes <= limits.free_bytes + 100 * size + (1 << 20));
  return numbers;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const int file = memfd_create("fuzz", MFD_CLOEXEC);
  PERFLEAK_CHECK(file >= 0);
  PERFLEAK_CHECK(write(file, data, size) == static_cast<ssize_t>(size));
  const std::string path = "/proc/self/fd/" + std::to_string(file);
  const std::vector<size_t> numbers = WalkAll(path, SmallLimits(), size);
  if (!numbers.empty()) {
    const auto walker = MemberWalker::Open(path, {}, SmallLimits());
    const auto last = (*walker)->SkipTo(numbers.back());
    if (last && *last) PERFLEAK_CHECK((*last)->number == numbers.back());
  }
  close(file);
  return 0;
}
