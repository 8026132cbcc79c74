// Archives and compressed files made in memory, as libarchive writes them.
#ifndef PERFLEAK_TESTS_SUPPORT_PACK_H_
#define PERFLEAK_TESTS_SUPPORT_PACK_H_

#include <string>
#include <vector>

namespace perfleak::testing {

struct Packed {
  std::string name;
  std::string content;
};

// `filter`: "gzip", "bzip2", "xz", "lzma", "zstd", "lz4", "compress".
std::string Compress(const std::string& filter, const std::string& content);

// `format`: "zip", "7zip", "gnutar", "pax", "v7tar"; `options` as archive_write_set_options takes
// them. A name that ends with a slash is a folder, one with " -> " a symbolic link.
std::string Pack(const std::string& format, const std::vector<Packed>& files,
                 const std::string& options = "", const std::string& passphrase = "");

}  // namespace perfleak::testing

#endif  // PERFLEAK_TESTS_SUPPORT_PACK_H_
