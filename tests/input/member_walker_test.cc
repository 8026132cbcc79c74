#include "input/member_walker.h"

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/pack.h"
#include "support/temp_dir.h"

namespace perfleak {
namespace {

using testing::Compress;
using testing::Pack;

struct Walked {
  struct Member {
    size_t number = 0;
    std::string name;  // without the folder of the test
    std::string content;
    std::string error, damage;
  };
  std::vector<Member> members;
  std::string error;  // that ended the walk
  bool is_archive = false;
};

std::string WithoutFolder(std::string text, const std::string& folder) {
  for (size_t at; (at = text.find(folder)) != std::string::npos;) text.erase(at, folder.size());
  return text;
}

Walked Walk(const std::string& path, const FileFilter& filter = {},
            const MemberLimits& limits = {}) {
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  Walked walked;
  auto walker = MemberWalker::Open(path, filter, limits);
  if (!walker) {
    walked.error = WithoutFolder(walker.error().message, folder);
    return walked;
  }
  walked.is_archive = (*walker)->is_archive();
  for (;;) {
    const auto member = (*walker)->Next();
    if (!member) walked.error = WithoutFolder(member.error().message, folder);
    if (!member || !*member) return walked;
    Walked::Member one;
    one.number = (*member)->number;
    one.name = WithoutFolder((*member)->name, folder);
    if ((*member)->error) {
      one.error = WithoutFolder((*member)->error->message, folder);
    } else {
      const auto bytes = (*walker)->Bytes();
      char buffer[1000];
      for (;;) {
        const auto got = bytes->Read(buffer, sizeof buffer);
        if (!got) one.error = WithoutFolder(got.error().message, folder);
        if (!got || *got == 0) break;
        one.content.append(buffer, *got);
      }
      if (bytes->damage()) one.damage = WithoutFolder(bytes->damage()->message, folder);
    }
    walked.members.push_back(std::move(one));
  }
}

// A file in memory.
class MemoryFile {
 public:
  explicit MemoryFile(const std::string& bytes) : descriptor_(memfd_create("archive", 0)) {
    REQUIRE(write(descriptor_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

Walked WalkBytes(const TempDir& dir, const std::string& name, const std::string& bytes,
                 const FileFilter& filter = {}, const MemberLimits& limits = {}) {
  return Walk(dir.Write(name, bytes), filter, limits);
}

// Bytes of a log that tests/input/make_archives makes.
const std::string kDay = "489";

std::string Text(size_t lines) {
  std::string text;
  for (size_t i = 0; i < lines; ++i) text += "line " + std::to_string(i * 7919 % 10007) + "\r\n";
  return text;
}

TEST_CASE("a plain file is one member") {
  const TempDir dir;
  const Walked walked = WalkBytes(dir, "a.csv", Text(10));
  REQUIRE(walked.members.size() == 1);
  CHECK(walked.error == "");
  CHECK_FALSE(walked.is_archive);
  CHECK(walked.members[0].number == 0);
  CHECK(walked.members[0].name == "a.csv");
  CHECK((walked.members[0].content == Text(10)));
}

TEST_CASE("a compressed file is one member by its own name") {
  const TempDir dir;
  for (const char* filter : {"gzip", "bzip2", "xz", "lzma", "zstd", "lz4", "compress"}) {
    CAPTURE(std::string(filter));
    const Walked walked = WalkBytes(dir, "a.csv.x", Compress(filter, Text(100'000)));
    CHECK(walked.error == "");
    CHECK_FALSE(walked.is_archive);
    REQUIRE(walked.members.size() == 1);
    CHECK(walked.members[0].name == "a.csv.x");
    CHECK(walked.members[0].error == "");
    CHECK(walked.members[0].damage == "");
    CHECK((walked.members[0].content == Text(100'000)));
  }
}

TEST_CASE("a compressed file without anything in it is an empty member") {
  const TempDir dir;
  for (const char* filter : {"gzip", "bzip2", "xz", "lzma", "zstd", "lz4"}) {
    CAPTURE(std::string(filter));
    const Walked walked = WalkBytes(dir, "a.csv.x", Compress(filter, ""));
    REQUIRE(walked.members.size() == 1);
    CHECK(walked.members[0].error == "");
    CHECK(walked.members[0].damage == "");
    CHECK((walked.members[0].content == ""));
  }
}

// Not for lz4, where libarchive takes an empty frame for the end.
TEST_CASE("frames one after another are one file") {
  const TempDir dir;
  for (const char* filter : {"gzip", "bzip2", "xz", "zstd", "lz4"}) {
    CAPTURE(std::string(filter));
    const std::string bytes = Compress(filter, Text(1000)) + Compress(filter, Text(500)) +
                              (filter == std::string("lz4") ? "" : Compress(filter, "")) +
                              Compress(filter, Text(3));
    const Walked walked = WalkBytes(dir, "a.csv.x", bytes);
    REQUIRE(walked.members.size() == 1);
    CHECK((walked.members[0].content == Text(1000) + Text(500) + Text(3)));
    CHECK(walked.members[0].damage == "");
  }
}

TEST_CASE("the members of an archive come in its order, folders and links left out") {
  const TempDir dir;
  for (const char* format : {"zip", "7zip", "gnutar", "pax", "v7tar", "ustar"}) {
    CAPTURE(std::string(format));
    const std::string bytes = Pack(format, {{"logs/", ""},
                                            {"logs/b.csv", Text(5000)},
                                            {"link -> logs/b.csv", ""},
                                            {"a.csv", ""},
                                            {"logs/b.csv", Text(2)}});
    for (const char* filter : {"", "gzip", "xz"}) {
      // Which entries of a ZIP are links is said at its end, which is not there yet.
      if (format == std::string("zip") && *filter != '\0') continue;
      CAPTURE(std::string(filter));
      const Walked walked = WalkBytes(dir, "x", *filter == '\0' ? bytes : Compress(filter, bytes));
      CHECK(walked.error == "");
      CHECK(walked.is_archive);
      REQUIRE(walked.members.size() == 3);
      for (size_t i = 0; i < 3; ++i) {
        CHECK(walked.members[i].number == i);
        CHECK(walked.members[i].error == "");
        CHECK(walked.members[i].damage == "");
      }
      CHECK(walked.members[0].content.size() + walked.members[1].content.size() +
                walked.members[2].content.size() ==
            Text(5000).size() + Text(2).size());
    }
  }
}

TEST_CASE("archives within archives are walked in place") {
  const TempDir dir;
  const std::vector<testing::Packed> files = {{"x.csv", Text(3000)},
                                              {"y.csv.gz", Compress("gzip", Text(20))}};
  for (const char* inner : {"zip", "7zip", "gnutar"}) {
    for (const char* outer : {"zip", "7zip", "gnutar"}) {
      CAPTURE(std::string(inner));
      CAPTURE(std::string(outer));
      const std::string bytes = Pack(outer, {{"first.csv", Text(1)},
                                             {"in.x", Pack(inner, files)},
                                             {"in.x.xz", Compress("xz", Pack(inner, files))},
                                             {"last.csv", Text(4)}});
      const Walked walked = WalkBytes(dir, "out.x", bytes);
      CHECK(walked.error == "");
      REQUIRE(walked.members.size() == 6);
      const std::vector<std::string> names = {"out.x/first.csv",        "out.x/in.x/x.csv",
                                              "out.x/in.x/y.csv.gz",    "out.x/in.x.xz/x.csv",
                                              "out.x/in.x.xz/y.csv.gz", "out.x/last.csv"};
      const std::vector<std::string> contents = {Text(1),    Text(3000), Text(20),
                                                 Text(3000), Text(20),   Text(4)};
      for (size_t i = 0; i < 6; ++i) {
        CHECK(walked.members[i].number == i);
        CHECK(walked.members[i].name == names[i]);
        CHECK(walked.members[i].error == "");
        CHECK(walked.members[i].damage == "");
        CHECK((walked.members[i].content == contents[i]));
      }
    }
  }
}

// "NAME: bytes" or "NAME: what is wrong with it", one a line.
std::string Summary(const Walked& walked) {
  std::string text;
  for (const Walked::Member& member : walked.members) {
    const bool bad = !member.error.empty();
    text += bad ? member.error : member.name + ": " + std::to_string(member.content.size());
    if (!member.damage.empty()) text += " damaged";
    text += "\n";
  }
  return text + walked.error;
}

std::string Fixture(const std::string& name) {
  return std::string(PERFLEAK_ARCHIVES_DIR) + "/" + name;
}

TEST_CASE("archives of the programs that people use are read") {
  for (const char* name :
       {"logs.7z", "ppmd.7z", "stdout.zip", "stored.zip", "bzip2.zip", "lzma.zip", "ppmd.zip",
        "logs.zip", "logs.tar", "logs.tar.gz", "logs.tar.bz2", "logs.tar.xz", "logs.tar.lzma",
        "logs.tar.zst", "logs.tar.lz4"}) {
    CAPTURE(std::string(name));
    const std::string in = std::string(name) + "/";
    std::set<std::string> lines;
    const Walked walked = Walk(Fixture(name));
    for (const Walked::Member& member : walked.members) {
      lines.insert(member.name + " " + std::to_string(member.content.size()) + member.error +
                   member.damage);
    }
    CHECK(walked.error == "");
    CHECK(lines == std::set<std::string>{in + "L\xC3\xB6sung.csv " + kDay,
                                         in + "logs/monday.csv " + kDay, in + "logs/read me.txt 14",
                                         in + "logs/tuesday.csv " + kDay});
  }
  CHECK(Summary(Walk(Fixture("logs.cab"))) == "logs.cab/logs/monday.csv: " + kDay +
                                                  "\nlogs.cab/logs/tuesday.csv: " + kDay +
                                                  "\nlogs.cab/logs/read me.txt: 14\n");
  CHECK(Summary(Walk(Fixture("stored.cab"))) ==
        "stored.cab/logs/monday.csv: " + kDay + "\nstored.cab/logs/tuesday.csv: " + kDay + "\n");
  CHECK(Summary(Walk(Fixture("v7.tar"))) == "v7.tar/logs/monday.csv: " + kDay +
                                                "\nv7.tar/logs/read me.txt: 14" +
                                                "\nv7.tar/logs/tuesday.csv: " + kDay + "\n");
}

TEST_CASE("names in other encodings are shown in their letters") {
  CHECK(Walk(Fixture("dos.zip")).members.at(0).name == "dos.zip/L\xC3\xB6sung.csv");
  CHECK(Walk(Fixture("latin1.tar")).members.at(0).name == "latin1.tar/L\xC3\xB6sung.csv");
}

TEST_CASE("archives within archives of other programs are read") {
  for (const char* name : {"nested.zip", "nested.7z", "nested.tar.gz"}) {
    CAPTURE(std::string(name));
    const Walked walked = Walk(Fixture(name));
    CHECK(walked.error == "");
    // 4 in each of 7z, tar.xz and stdout.zip, 3 in the cabinet, 4 encrypted, 1 compressed.
    CHECK(walked.members.size() == 20);
    size_t days = 0, encrypted = 0;
    for (const Walked::Member& member : walked.members) {
      CHECK(member.damage == "");
      days += std::to_string(member.content.size()) == kDay;
      encrypted +=
          member.error.find(": encrypted; unpack it with its password") != std::string::npos;
    }
    CHECK(days == 3 * 3 + 2 + 1);
    CHECK(encrypted == 4);
  }
}

TEST_CASE("what is encrypted says so, member by member or as a whole") {
  for (const char* name : {"encrypted.zip", "aes.zip"}) {
    CAPTURE(std::string(name));
    const Walked walked = Walk(Fixture(name));
    CHECK(walked.error == "");
    REQUIRE(walked.members.size() == 4);
    for (const Walked::Member& member : walked.members) {
      CHECK(member.error == member.name +
                                ": encrypted; unpack it with its password and analyze the logs "
                                "in it");
    }
  }
  // Of 7-Zip nothing behind an encrypted file can be read.
  const std::string advice = ": encrypted; unpack it with its password and analyze the logs in it";
  CHECK(Summary(Walk(Fixture("encrypted.7z"))) ==
        "encrypted.7z/L\xC3\xB6sung.csv" + advice + "\nencrypted.7z" + advice);
  CHECK(Summary(Walk(Fixture("encrypted-names.7z"))) ==
        "encrypted-names.7z: encrypted; unpack it with its password and analyze the logs in it");
}

TEST_CASE("a way of compressing that is not known is named") {
  const Walked walked = Walk(Fixture("deflate64.zip"));
  REQUIRE(walked.members.size() == 4);
  CHECK(walked.members[0].error.find("unpacking failed: Unsupported ZIP compression method") !=
        std::string::npos);
  CHECK(walked.members[0].error.find("unpack it with another program") != std::string::npos);
}

TEST_CASE("what only begins like an archive is broken") {
  const TempDir dir;
  for (const std::string& magic : {std::string("MSCF\0\0\0\0", 8),
                                   std::string("7z\xBC\xAF\x27\x1C"), std::string("PK\x03\x04")}) {
    const Walked walked = WalkBytes(dir, "a.x", magic + std::string(600, 'x'));
    CHECK(walked.members.size() <= 1);
    CHECK_FALSE(Summary(walked).empty());
    const Walked inside = WalkBytes(
        dir, "b.tar", Pack("gnutar", {{"a.x", magic + std::string(600, 'x')}, {"c.csv", "1"}}));
    CHECK(inside.error == "");
    CHECK(inside.members.back().content == "1");
  }
}

TEST_CASE("empty archives have no members") {
  CHECK(Summary(Walk(Fixture("empty.zip"))) == "");
  CHECK(Summary(Walk(Fixture("empty.7z"))) == "");
}

TEST_CASE("a file that is cut off gives what came before") {
  const TempDir dir;
  const std::string text = Text(20'000);
  for (const char* filter : {"gzip", "bzip2", "xz", "lzma", "zstd", "lz4"}) {
    CAPTURE(std::string(filter));
    const std::string whole = Compress(filter, text);
    const Walked walked = WalkBytes(dir, "a.x", whole.substr(0, whole.size() - 5));
    REQUIRE(walked.members.size() == 1);
    CHECK(walked.members[0].damage.starts_with("a.x: unpacking failed: "));
    CHECK(walked.members[0].damage.ends_with(
        "; copy the file again, or unpack it with another program and analyze the logs in it"));
    CHECK(text.starts_with(walked.members[0].content));
  }
  // gzip gives all there is.
  const std::string whole = Compress("gzip", text);
  const Walked walked = WalkBytes(dir, "a.gz", whole.substr(0, whole.size() - 5));
  CHECK((walked.members.at(0).content == text));
  CHECK(walked.members.at(0).damage.find("the compressed data is cut off") != std::string::npos);
}

TEST_CASE("a checksum that is wrong is damage") {
  const TempDir dir;
  std::string gzip = Compress("gzip", Text(100));
  gzip[gzip.size() - 8] = static_cast<char>(gzip[gzip.size() - 8] ^ 1);
  const Walked walked = WalkBytes(dir, "a.gz", gzip);
  CHECK((walked.members.at(0).content == Text(100)));
  CHECK(walked.members.at(0).damage.find("incorrect data check") != std::string::npos);

  std::string zip = Pack("zip", {{"a.csv", Text(100)}, {"b.csv", Text(7)}}, "compression=store");
  zip[zip.find("line 7919") + 5] = '8';
  const Walked in_zip = WalkBytes(dir, "a.zip", zip);
  REQUIRE(in_zip.members.size() == 2);
  CHECK(in_zip.members[0].damage.find("bad CRC") != std::string::npos);
  CHECK(in_zip.members[1].damage == "");
  CHECK((in_zip.members[1].content == Text(7)));
}

TEST_CASE("zero bytes behind a gzip file are none of it") {
  const TempDir dir;
  const Walked walked =
      WalkBytes(dir, "a.gz", Compress("gzip", Text(10)) + std::string(5000, '\0'));
  CHECK((walked.members.at(0).content == Text(10)));
  CHECK(walked.members.at(0).damage == "");
}

MemberLimits SmallLimits() {
  MemberLimits limits;
  limits.free_bytes = 100'000;
  limits.most_expansion = 10;
  limits.most_members = 1000;
  limits.deepest = 4;
  return limits;
}

TEST_CASE("an archive bomb ends at the limit") {
  const TempDir dir;
  const std::string zeros(5'000'000, '\0');
  const std::vector<std::pair<std::string, std::string>> bombs = {
      {"a.gz", Compress("gzip", zeros)},
      {"a.xz", Compress("xz", zeros)},
      {"a.gz.gz", Compress("gzip", Compress("gzip", zeros))},
      {"a.zip", Pack("zip", {{"a.csv", zeros}})},
      {"a.7z", Pack("7zip", {{"a.csv", zeros}})},
      {"a.tar.gz", Compress("gzip", Pack("gnutar", {{"a.csv", zeros}}))},
      {"b.zip", Pack("zip", {{"a.zip", Pack("zip", {{"a.csv", zeros}})}})}};
  for (const auto& bomb : bombs) {
    const std::string& name = bomb.first;
    const std::string& bytes = bomb.second;
    CAPTURE(name);
    const Walked walked = WalkBytes(dir, name, bytes, {}, SmallLimits());
    CHECK(
        walked.error.find("which is the limit for a file of its size; if it is no archive bomb") !=
        std::string::npos);
    REQUIRE(walked.members.size() <= 1);
    for (const Walked::Member& member : walked.members) {
      CHECK(member.error == walked.error);
      CHECK(member.content.size() < 1'000'000);
    }
    // Whole within the limits.
    CHECK(WalkBytes(dir, name, bytes).members.at(0).content.size() == zeros.size());
  }
}

TEST_CASE("what is only passed over counts as well") {
  const TempDir dir;
  const std::vector<testing::Packed> files = {{"zeros.txt", std::string(5'000'000, '\0')},
                                              {"a.csv", Text(3)}};
  for (const std::string& bytes : {Pack("7zip", files), Compress("gzip", Pack("gnutar", files))}) {
    const Walked walked = WalkBytes(dir, "a.x", bytes, {{"*.csv"}, {}}, SmallLimits());
    CHECK(walked.members.empty());
    CHECK(walked.error.find("which is the limit for a file of its size") != std::string::npos);
  }
}

TEST_CASE("archives without end are left after so many members") {
  const TempDir dir;
  const std::vector<testing::Packed> files(1500, {"a.csv", ""});
  for (const char* format : {"zip", "gnutar"}) {
    const Walked walked = WalkBytes(dir, "a.x", Pack(format, files), {}, SmallLimits());
    CHECK(walked.members.size() == 1000);
    CHECK(walked.error.starts_with("a.x: holds more than 1000 files, which is the limit"));
  }
}

TEST_CASE("what is nested too deep is left alone") {
  const TempDir dir;
  std::string bytes = Text(2);
  for (int i = 0; i < 5; ++i) bytes = Pack("zip", {{"a.x", bytes}, {"b.csv", Text(3)}});
  const Walked walked = WalkBytes(dir, "out.zip", bytes, {}, SmallLimits());
  CHECK(Summary(walked) ==
        "out.zip/a.x/a.x/a.x/a.x: lies behind more than 4 archives and compressions, which is the "
        "limit; unpack the outer ones and analyze the logs in them\n"
        "out.zip/a.x/a.x/a.x/b.csv: " +
            std::to_string(Text(3).size()) +
            "\n"
            "out.zip/a.x/a.x/b.csv: " +
            std::to_string(Text(3).size()) +
            "\n"
            "out.zip/a.x/b.csv: " +
            std::to_string(Text(3).size()) +
            "\n"
            "out.zip/b.csv: " +
            std::to_string(Text(3).size()) + "\n");
  std::string compressed = Text(2);
  for (int i = 0; i < 5; ++i) compressed = Compress("gzip", compressed);
  CHECK(Summary(WalkBytes(dir, "a.gz", compressed, {}, SmallLimits()))
            .starts_with("a.gz: lies behind more than 4 archives"));
}

TEST_CASE("names are only ever shown") {
  const TempDir dir;
  const std::string longest = std::string(30'000, 'x') + "/end.csv";
  const Walked walked = WalkBytes(dir, "a.tar",
                                  Pack("pax", {{"../../etc/passwd", "1"},
                                               {"/etc/shadow", "2"},
                                               {"a\x1B[31m\n.csv", "3"},
                                               {longest, "4"}}));
  REQUIRE(walked.members.size() == 4);
  CHECK(walked.members[0].name == "a.tar/../../etc/passwd");
  CHECK(walked.members[1].name == "a.tar//etc/shadow");
  CHECK(walked.members[2].name == "a.tar/a\\x1B[31m\\x0A.csv");
  CHECK(walked.members[3].name.size() < 450);
  CHECK(walked.members[3].name.ends_with("xx/end.csv"));
}

TEST_CASE("dictionaries of absurd size are an error at most") {
  const TempDir dir;
  std::string lzma = Compress("lzma", Text(10));
  lzma.replace(1, 4, "\xFF\xFF\xFF\xFF");
  std::string zstd = "\x28\xB5\x2F\xFD\x04\xF8" + std::string(100, '\x01');  // window of 3.75 TB
  for (const std::string& bytes : {lzma, zstd}) {
    const Walked walked = WalkBytes(dir, "a.x", bytes);
    REQUIRE(walked.members.size() == 1);
    const bool read = walked.members[0].content == Text(10);
    CHECK((read || !walked.members[0].error.empty()));
  }
}

TEST_CASE("an archive that is broken from somewhere on ends the walk there, one inside does not") {
  const TempDir dir;
  const std::string tar = Pack("gnutar", {{"a.csv", Text(500)}, {"b.csv", Text(5000)}});
  const std::string cut = tar.substr(0, 20'000);
  const Walked walked = WalkBytes(dir, "a.tar", cut);
  REQUIRE(walked.members.size() == 2);
  CHECK((walked.members[0].content == Text(500)));
  CHECK(walked.members[1].damage.find("Truncated tar archive") != std::string::npos);
  CHECK(walked.error.starts_with("a.tar: unpacking failed: "));

  const Walked inside = WalkBytes(dir, "a.zip", Pack("zip", {{"a.tar", cut}, {"c.csv", "x"}}));
  CHECK(inside.error == "");
  REQUIRE(inside.members.size() == 4);
  CHECK(inside.members[2].error.starts_with("a.zip/a.tar: unpacking failed: "));
  CHECK(inside.members[3].content == "x");
}

TEST_CASE("the filter is for members of archives, by whole name or last part") {
  const TempDir dir;
  const std::string inner = Pack("zip", {{"x.csv", "1"}, {"x.txt", "2"}});
  const std::string bytes = Pack("zip", {{"monday/a.csv", "3"},
                                         {"tuesday/a.csv", "4"},
                                         {"in.zip", inner},
                                         {"b.csv.gz", Compress("gzip", "5")}});
  const auto names = [&](const FileFilter& filter) {
    std::string text;
    for (const auto& member : WalkBytes(dir, "l.zip", bytes, filter).members) {
      text += std::to_string(member.number) + member.name.substr(5) + " ";
    }
    return text;
  };
  CHECK(names({}) == "0/monday/a.csv 1/tuesday/a.csv 2/in.zip/x.csv 3/in.zip/x.txt 4/b.csv.gz ");
  CHECK(names({{"*.csv"}, {}}) == "0/monday/a.csv 1/tuesday/a.csv 2/in.zip/x.csv 4/b.csv.gz ");
  CHECK(names({{"monday/*"}, {}}) == "0/monday/a.csv ");
  CHECK(names({{"in.zip/*"}, {"*.txt"}}) == "2/in.zip/x.csv ");
  CHECK(names({{}, {"in.zip"}}) == "0/monday/a.csv 1/tuesday/a.csv 3/b.csv.gz ");
  // A file that is no archive was named by the user, or found by name.
  CHECK(WalkBytes(dir, "a.log.gz", Compress("gzip", "1"), {{"*.csv"}, {}}).members.size() == 1);
}

TEST_CASE("a member is found again by its number") {
  for (const char* name : {"nested.zip", "nested.7z", "nested.tar.gz", "logs.tar.gz", "logs.cab"}) {
    CAPTURE(std::string(name));
    const Walked all = Walk(Fixture(name));
    for (const Walked::Member& member : all.members) {
      auto walker = MemberWalker::Open(Fixture(name));
      REQUIRE(walker.ok());
      const auto found = (*walker)->SkipTo(member.number);
      REQUIRE(found.ok());
      REQUIRE(found->has_value());
      CHECK((*found)->number == member.number);
      CHECK((*found)->name.ends_with(member.name));
      if (!member.error.empty()) continue;
      std::string content(member.content.size() + 1, '\0');
      const auto source = (*walker)->Bytes();
      const auto got = ReadFully(source.get(), content.data(), content.size());
      REQUIRE(got.ok());
      CHECK((content.substr(0, *got) == member.content));
    }
    auto walker = MemberWalker::Open(Fixture(name));
    const auto beyond = (*walker)->SkipTo(all.members.size());
    REQUIRE(beyond.ok());
    CHECK_FALSE(beyond->has_value());
  }
}

// Whatever is done to an archive, the walk comes to an end and says nothing that is not there.
TEST_CASE("archives cut off or changed anywhere are walked to an end") {
  std::mt19937 random(1);
  for (const auto& entry : std::filesystem::directory_iterator(PERFLEAK_ARCHIVES_DIR)) {
    const std::string name = entry.path().filename();
    CAPTURE(name);
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string whole{std::istreambuf_iterator<char>(file), {}};
    const size_t step = std::max<size_t>(1, whole.size() / 150);
    for (size_t at = 0; at < whole.size(); at += step) {
      CAPTURE(at);
      const Walked cut = Walk(MemoryFile(whole.substr(0, at)).path());
      CHECK(cut.members.size() < 100);
      std::string changed = whole;
      changed[at] = static_cast<char>(random());
      const Walked walked = Walk(MemoryFile(changed).path());
      CHECK(walked.members.size() < 100);
      for (const Walked::Member& member : walked.members) CHECK(!member.name.empty());
    }
  }
}

}  // namespace
}  // namespace perfleak
