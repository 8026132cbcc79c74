#include "support/pack.h"

#include <archive.h>
#include <archive_entry.h>
#include <doctest/doctest.h>
#include <locale.h>

namespace perfleak::testing {
namespace {

la_ssize_t Append(struct archive*, void* target, const void* data, size_t size) {
  static_cast<std::string*>(target)->append(static_cast<const char*>(data), size);
  return static_cast<la_ssize_t>(size);
}

void Open(struct archive* writer, std::string* target) {
  archive_write_set_bytes_per_block(writer, 0);
  REQUIRE(archive_write_open(writer, target, nullptr, Append, nullptr) == ARCHIVE_OK);
}

void Write(struct archive* writer, const Packed& file) {
  const size_t arrow = file.name.find(" -> ");
  const bool is_link = arrow != std::string::npos;
  const bool is_folder = file.name.ends_with('/');
  struct archive_entry* const entry = archive_entry_new();
  archive_entry_set_pathname(entry, file.name.substr(0, arrow).c_str());
  archive_entry_set_filetype(entry, is_link ? AE_IFLNK : is_folder ? AE_IFDIR : AE_IFREG);
  if (is_link) archive_entry_set_symlink(entry, file.name.substr(arrow + 4).c_str());
  archive_entry_set_perm(entry, is_folder ? 0755 : 0644);
  archive_entry_set_mtime(entry, 1767225600, 0);  // 2026-01-01
  if (!is_link && !is_folder) {
    archive_entry_set_size(entry, static_cast<la_int64_t>(file.content.size()));
  }
  REQUIRE(archive_write_header(writer, entry) >= ARCHIVE_WARN);
  if (!is_link && !is_folder && !file.content.empty()) {
    REQUIRE(archive_write_data(writer, file.content.data(), file.content.size()) >= 0);
  }
  archive_entry_free(entry);
}

}  // namespace

std::string Compress(const std::string& filter, const std::string& content) {
  // libarchive 3.6 crashes when it has nothing to write; this is what lz4 writes.
  if (filter == "lz4" && content.empty()) {
    return {"\x04\x22\x4D\x18\x64\x40\xA7\0\0\0\0\x05\x5D\xCC\x02", 15};
  }
  std::string result;
  struct archive* const writer = archive_write_new();
  REQUIRE(archive_write_add_filter_by_name(writer, filter.c_str()) == ARCHIVE_OK);
  REQUIRE(archive_write_set_format_raw(writer) == ARCHIVE_OK);
  Open(writer, &result);
  Write(writer, {"data", content});
  REQUIRE(archive_write_close(writer) == ARCHIVE_OK);
  archive_write_free(writer);
  return result;
}

std::string Pack(const std::string& format, const std::vector<Packed>& files,
                 const std::string& options, const std::string& passphrase) {
  const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", locale_t{});
  const locale_t before = uselocale(utf8);
  std::string result;
  struct archive* const writer = archive_write_new();
  REQUIRE(archive_write_set_format_by_name(writer, format.c_str()) == ARCHIVE_OK);
  if (!options.empty()) REQUIRE(archive_write_set_options(writer, options.c_str()) == ARCHIVE_OK);
  if (!passphrase.empty()) archive_write_set_passphrase(writer, passphrase.c_str());
  Open(writer, &result);
  for (const Packed& file : files) Write(writer, file);
  REQUIRE(archive_write_close(writer) == ARCHIVE_OK);
  archive_write_free(writer);
  uselocale(before);
  freelocale(utf8);
  return result;
}

}  // namespace perfleak::testing
