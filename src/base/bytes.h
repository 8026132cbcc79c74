// Numbers and texts as bytes and back, little endian, for what is stored. What is read is checked:
// a reader that runs out of bytes, or meets a number that cannot be, fails once and for all and
// from then on gives zeros, so that whoever reads asks at the end whether all was well.
#ifndef PERFLEAK_BASE_BYTES_H_
#define PERFLEAK_BASE_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace perfleak {

class ByteWriter {
 public:
  void Byte(uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void Unsigned(uint64_t value);  // seven bits a byte, the lowest first
  void Signed(int64_t value);     // small ones of either sign are short
  void Double(double value);      // its eight bytes
  void Text(std::string_view text);
  void Raw(std::string_view bytes) { bytes_.append(bytes); }

  const std::string& bytes() const { return bytes_; }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class ByteReader {
 public:
  // `bytes` outlives the reader.
  explicit ByteReader(std::string_view bytes)
      : rest_(bytes), copies_left_(kCopiesPerByte * bytes.size()) {}

  uint8_t Byte();
  uint64_t Unsigned();
  int64_t Signed();
  double Double();
  // Fails for a number that is not finite.
  double Finite();
  // Fails for a number above `most`.
  uint64_t UpTo(uint64_t most);
  // A number of things that take at least `bytes_each` bytes of what is left: more cannot follow.
  size_t Count(size_t bytes_each = 1);
  bool Bool() { return UpTo(1) == 1; }
  // Valid as long as the bytes.
  std::string_view Text() { return Raw(Count()); }
  std::string_view Raw(size_t size);
  // Accounts for a copy of what was read before and is meant again. Fails once the copies are
  // kCopiesPerByte times what there was to read: a few bytes must not become gigabytes.
  void Copy(size_t bytes);
  static constexpr size_t kCopiesPerByte = 1024;

  void Fail();
  bool ok() const { return ok_; }
  // Nothing failed and nothing is left.
  bool AtEnd() const { return ok_ && rest_.empty(); }
  size_t left() const { return rest_.size(); }

 private:
  std::string_view rest_;
  size_t copies_left_;
  bool ok_ = true;
};

}  // namespace perfleak

#endif  // PERFLEAK_BASE_BYTES_H_
