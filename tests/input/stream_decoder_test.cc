#include "input/stream_decoder.h"

#include <doctest/doctest.h>
#include <zlib.h>

#include <algorithm>
#include <random>
#include <string>

#include "input/gzip_decoder.h"
#include "input/zstd_decoder.h"
#include "support/pack.h"

namespace perfleak {
namespace {

using namespace std::string_literals;
using testing::Compress;

struct Decoded {
  std::string text;
  std::string error;
};

// As DecodedBlocks does it, with data and room in pieces of a given size.
Decoded Decode(StreamDecoder* decoder, const std::string& data, size_t piece, size_t room_size) {
  Decoded decoded;
  std::string room(room_size, '\0');
  std::string_view rest = data, in;
  for (;;) {
    std::span<char> out(room);
    const auto at = decoder->Decode(&in, &out);
    decoded.text.append(room.data(), room.size() - out.size());
    if (!at) decoded.error = at.error().message;
    if (!at || *at == StreamDecoder::At::kEnd) return decoded;
    if (out.empty() || !in.empty()) continue;
    if (rest.empty() && *at == StreamDecoder::At::kInside) decoded.error = "cut off";
    if (rest.empty()) return decoded;
    in = rest.substr(0, piece);
    rest.remove_prefix(in.size());
  }
}

Decoded Gunzip(const std::string& data, size_t piece = 1 << 16, size_t room = 1 << 16) {
  return Decode(MakeGzipDecoder().get(), data, piece, room);
}

Decoded Unzstd(const std::string& data, size_t piece = 1 << 16, size_t room = 1 << 16) {
  return Decode(MakeZstdDecoder().get(), data, piece, room);
}

// The slow oracle.
Decoded GunzipWithZlib(const std::string& data) {
  constexpr int kGzip = 16 + MAX_WBITS;
  Decoded decoded;
  std::string room(1 << 16, '\0');
  z_stream stream = {};
  REQUIRE(inflateInit2(&stream, kGzip) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  for (bool ended = false; !ended;) {
    stream.next_out = reinterpret_cast<Bytef*>(room.data());
    stream.avail_out = static_cast<uInt>(room.size());
    const int status = inflate(&stream, Z_NO_FLUSH);
    decoded.text.append(room.data(), room.size() - stream.avail_out);
    if (status == Z_STREAM_END) {
      ended = stream.avail_in == 0 || *stream.next_in != 0x1F;
      inflateReset(&stream);
    } else if (status == Z_BUF_ERROR || (status == Z_OK && stream.avail_out > 0)) {
      decoded.error = "cut off";
      ended = true;
    } else if (status != Z_OK) {
      decoded.error = stream.msg;
      ended = true;
    }
  }
  inflateEnd(&stream);
  return decoded;
}

std::string Gzip(std::string text, int level, int strategy) {
  z_stream stream = {};
  REQUIRE(deflateInit2(&stream, level, Z_DEFLATED, 16 + MAX_WBITS, 8, strategy) == Z_OK);
  std::string data(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(data.data());
  stream.avail_out = static_cast<uInt>(data.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  data.resize(data.size() - stream.avail_out);
  deflateEnd(&stream);
  return data;
}

// Rows of numbers, lines that are much alike, or noise.
std::string RandomText(std::mt19937* random) {
  const size_t size = (*random)() % 150'000;
  const size_t kind = (*random)() % 3;
  std::string text;
  while (text.size() < size) {
    const std::string number = std::to_string((*random)());
    if (kind == 0) text += "\"" + number + "\",";
    if (kind == 1) text += "line " + std::to_string(text.size() * 7919 % 10007) + "\r\n";
    if (kind == 2) text += static_cast<char>((*random)());
  }
  return text;
}

std::string RandomGzip(std::mt19937* random) {
  constexpr int kLevels[] = {0, 1, 6, 9};
  constexpr int kStrategies[] = {Z_DEFAULT_STRATEGY, Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY};
  std::string data;
  for (size_t members = 1 + (*random)() % 3; members > 0; --members) {
    const int level = kLevels[(*random)() % 4];
    data += Gzip(RandomText(random), level, kStrategies[(*random)() % 4]);
  }
  if ((*random)() % 4 == 0) data += std::string((*random)() % 600, '\0');
  return data;
}

TEST_CASE("gzip comes out as from zlib, whatever the pieces") {
  std::mt19937 random(1);
  for (int i = 0; i < 150; ++i) {
    CAPTURE(i);
    const std::string data = RandomGzip(&random);
    const Decoded expected = GunzipWithZlib(data);
    const Decoded decoded = Gunzip(data, 1 + random() % 70'000, 20 + random() % 300'000);
    CHECK(expected.error == "");
    CHECK(decoded.error == "");
    CHECK((decoded.text == expected.text));
  }
}

// ISA-L wants to see a few bits more than zlib before it takes the last letters for sure.
TEST_CASE("gzip that is cut off gives what zlib gives but two bytes") {
  std::mt19937 random(2);
  for (int i = 0; i < 150; ++i) {
    CAPTURE(i);
    const std::string whole = RandomGzip(&random);
    const std::string data = whole.substr(0, random() % whole.size());
    const Decoded expected = GunzipWithZlib(data);
    const Decoded decoded = Gunzip(data, 1 + random() % 70'000, 20 + random() % 300'000);
    CHECK(decoded.error == expected.error);
    CHECK(decoded.text.size() + 2 >= expected.text.size());
    CHECK(expected.text.starts_with(decoded.text));
  }
}

// Where a change makes sense for a while, the two may see it a repetition apart.
TEST_CASE("gzip with a bit changed is damaged where it is for zlib") {
  std::mt19937 random(3);
  for (int i = 0; i < 300; ++i) {
    CAPTURE(i);
    std::string data = RandomGzip(&random);
    constexpr size_t kHeader = 10;
    const size_t at = kHeader + random() % (data.size() - kHeader);
    data[at] = static_cast<char>(data[at] ^ 1 << random() % 8);
    const Decoded expected = GunzipWithZlib(data);
    const Decoded decoded = Gunzip(data, 1 + random() % 70'000, 20 + random() % 300'000);
    CHECK(decoded.error.empty() == expected.error.empty());
    CHECK(decoded.text.size() + 2 >= expected.text.size());
    const size_t common = std::min(decoded.text.size(), expected.text.size());
    CHECK((decoded.text.substr(0, common) == expected.text.substr(0, common)));
  }
}

TEST_CASE("gzip says what is wrong with it") {
  const std::string whole = Compress("gzip", "a log\r\n");
  const auto with = [&whole](size_t at, char byte) {
    std::string changed = whole;
    changed[at] = byte;
    return Gunzip(changed);
  };
  CHECK(with(1, 'x').error == "incorrect header check");
  CHECK(with(2, 7).error == "unknown compression method");
  CHECK(with(10, 7).error == "invalid block");  // a block of type 3
  CHECK(with(whole.size() - 8, 'x').error == "incorrect data check");
  CHECK(with(whole.size() - 8, 'x').text == "a log\r\n");
  CHECK(with(whole.size() - 1, 'x').error == "incorrect data check");  // the length
  CHECK(Gunzip("").error == "cut off");
  CHECK(Gunzip(whole + whole).text == "a log\r\na log\r\n");
  CHECK(Gunzip(whole + "\x1F of the tape").error == "incorrect header check");
  CHECK(Gunzip(whole + "tape").error == "");
}

TEST_CASE("what came before an error is given out in rooms of any size") {
  std::string data = Compress("gzip", std::string(50'000, 'a') + "b");
  data[data.size() - 8] = static_cast<char>(data[data.size() - 8] ^ 1);
  for (const size_t room : {1, 1000, 50'000, 50'001, 50'002}) {
    CAPTURE(room);
    const Decoded decoded = Gunzip(data, 1 << 16, room);
    CHECK(decoded.text.size() == 50'001);
    CHECK(decoded.error == "incorrect data check");
  }
}

// RFC 8878: magic, descriptor, window of 2^(10 + exponent), one last raw block without content.
std::string FrameOfWindow(int log) {
  return "\x28\xB5\x2F\xFD\0"s + static_cast<char>((log - 10) << 3) + "\x01\0\0"s;
}

TEST_CASE("Zstandard frames may follow one another, also those that are to be skipped") {
  std::mt19937 random(4);
  for (int i = 0; i < 30; ++i) {
    CAPTURE(i);
    const std::string first = RandomText(&random), second = RandomText(&random);
    const std::string data = Compress("zstd", first) + "\x5A\x2A\x4D\x18\x03\0\0\0abc"s +
                             Compress("zstd", "") + Compress("zstd", second);
    const Decoded decoded = Unzstd(data, 1 + random() % 70'000, 1 + random() % 300'000);
    CHECK(decoded.error == "");
    CHECK((decoded.text == first + second));
  }
}

TEST_CASE("Zstandard that is cut off or changed gives what came before") {
  std::mt19937 random(5);
  for (int i = 0; i < 100; ++i) {
    CAPTURE(i);
    const std::string text = RandomText(&random) + RandomText(&random);
    const std::string whole = Compress("zstd", text + "x");
    const Decoded cut = Unzstd(whole.substr(0, random() % whole.size()), 1000, 1000);
    CHECK(cut.error == "cut off");
    CHECK(text.starts_with(cut.text));
    std::string changed = whole;
    changed[whole.size() / 2] = static_cast<char>(changed[whole.size() / 2] ^ 0x55);
    CHECK(Unzstd(changed).text.size() <= text.size() + (1 << 17));  // and it ends
  }
  CHECK(Unzstd(Compress("zstd", "abc") + "tape").error == "Unknown frame descriptor");
}

TEST_CASE("a Zstandard frame with a window of more than 128 MB is refused") {
  CHECK(Unzstd(FrameOfWindow(27)).error == "");
  CHECK(Unzstd(FrameOfWindow(28)).error ==
        "it takes a window of more than 128 MB, which is the limit");
}

}  // namespace
}  // namespace perfleak
