// Names what a file holds logs in by its first bytes: compressed data, an archive, or nothing.
#ifndef PERFLEAK_INPUT_CONTAINER_KIND_H_
#define PERFLEAK_INPUT_CONTAINER_KIND_H_

#include <cstddef>
#include <string_view>

namespace perfleak {

enum class Container {
  kNone,  // a log as it is, or a file of another kind
  kGzip,
  kBzip2,
  kXz,
  kLzma,
  kZstd,
  kLz4,
  kCompress,  // .Z
  kZip,
  kSevenZip,
  kCab,
  kTar
};

// Enough for RecognizeContainer: the header of a tar.
constexpr size_t kContainerHeadBytes = 512;

Container RecognizeContainer(std::string_view head);

// Whether it has members; else it is one file compressed, or kNone.
bool IsArchive(Container container);

// By the name of a file, where its content is not at hand: "logs.zip" and "logs.tar.gz" are
// archives.
bool IsArchiveName(std::string_view name);

// "server.csv.gz" without the ".gz"; any other name as it is.
std::string_view WithoutCompressionSuffix(std::string_view name);

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_CONTAINER_KIND_H_
