// Writes a synthetic log of a given shape and size to a file or to stdout; see kUsage.
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synthetic_log.h"

namespace perfleak {
namespace {

struct Options {
  LogShape shape = LogShape::kProcess;
  uint64_t bytes = 0;
  uint64_t rows = 0;
  uint64_t seed = 1;
  size_t columns = 0;     // 0: as many as the shape has
  double interval_s = 0;  // 0: the shape's usual one
  bool leaks_only = false;
  std::string output = "-";
};

SyntheticLog MakeLog(const Options& options) {
  const double interval_s =
      options.interval_s > 0 ? options.interval_s : UsualInterval_s(options.shape);
  return SyntheticLog(options.shape, options.seed, interval_s, options.columns);
}

// Writes until the rows or the bytes asked for are reached. False if the output fails.
bool WriteLog(const Options& options, std::FILE* file) {
  constexpr size_t kBufferBytes = size_t{1} << 22;
  SyntheticLog log = MakeLog(options);
  const std::string header = log.Header();
  if (std::fwrite(header.data(), 1, header.size(), file) != header.size()) return false;
  std::vector<char> buffer(kBufferBytes + log.RoomForRow());
  uint64_t written = header.size();
  const auto wanted = [&](uint64_t row) {
    return options.rows != 0 ? row < options.rows : written < options.bytes;
  };
  for (uint64_t row = 0; wanted(row);) {
    char* out = buffer.data();
    for (; wanted(row) && out < buffer.data() + kBufferBytes; ++row) {
      char* const begin = out;
      out = log.AppendRow(row, out);
      written += static_cast<uint64_t>(out - begin);
    }
    const auto size = static_cast<size_t>(out - buffer.data());
    if (std::fwrite(buffer.data(), 1, size, file) != size) return false;
  }
  return std::fflush(file) == 0;
}

constexpr std::string_view kUsage =
    "usage: make_log [--shape process|narrow|wide] [--bytes N | --rows N] [--seed N]\n"
    "                [--interval SECONDS] [--columns N] [--leaks] [FILE]\n"
    "Writes a Performance Monitor export of about N bytes (default 100000000) to FILE or stdout.\n"
    "process: 1,500 columns of one machine, every 15 s; narrow: 40, every second; wide: 20,000,\n"
    "every minute. --leaks writes no log but the counters in which the planted leaks are seen.\n";

template <class T>
bool ReadNumber(std::string_view text, T* value) {
  const auto end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, *value);
  return result.ec == std::errc() && result.ptr == end && *value > 0;
}

bool ReadShape(std::string_view text, LogShape* shape) {
  if (text == "process") *shape = LogShape::kProcess;
  if (text == "narrow") *shape = LogShape::kNarrow;
  if (text == "wide") *shape = LogShape::kWide;
  return text == "process" || text == "narrow" || text == "wide";
}

bool SetOption(std::string_view name, std::string_view value, Options* options) {
  if (name == "--shape") return ReadShape(value, &options->shape);
  if (name == "--bytes") return ReadNumber(value, &options->bytes);
  if (name == "--rows") return ReadNumber(value, &options->rows);
  if (name == "--columns") return ReadNumber(value, &options->columns);
  if (name == "--seed") return ReadNumber(value, &options->seed);
  return name == "--interval" && ReadNumber(value, &options->interval_s);
}

std::optional<Options> ReadOptions(const std::vector<std::string_view>& arguments) {
  Options options;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--leaks") {
      options.leaks_only = true;
    } else if (arguments[i].substr(0, 2) != "--") {
      options.output = arguments[i];
    } else if (i + 1 == arguments.size() || !SetOption(arguments[i], arguments[i + 1], &options)) {
      return std::nullopt;
    } else {
      ++i;
    }
  }
  if (options.bytes == 0 && options.rows == 0) options.bytes = 100'000'000;
  return options;
}

int Run(const std::vector<std::string_view>& arguments) {
  const auto options = ReadOptions(arguments);
  if (!options) {
    std::cerr << kUsage;
    return 2;
  }
  if (options->leaks_only) {
    for (const std::string& path : MakeLog(*options).LeakPaths()) std::cout << path << '\n';
    return 0;
  }
  std::FILE* file = options->output == "-" ? stdout : std::fopen(options->output.c_str(), "wb");
  const bool written = file != nullptr && WriteLog(*options, file);
  const bool closed = file != nullptr && std::fclose(file) == 0;
  if (!written || !closed) std::cerr << "make_log: cannot write " << options->output << '\n';
  return written && closed ? 0 : 2;
}

}  // namespace
}  // namespace perfleak

int main(int argc, char** argv) { return perfleak::Run({argv + 1, argv + argc}); }
