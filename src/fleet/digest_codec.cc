// Layout: "PLDG", the version of the format in a byte, then two parts, each its length and a zstd
// frame with its size and checksum: the summary, and the whole digest.
#include "fleet/digest_codec.h"

#include <zstd.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/bytes.h"
#include "base/check.h"
#include "model/counter_table.h"
#include "series/series_codec.h"

namespace perfleak {
namespace {

constexpr std::string_view kMagic = "PLDG";
constexpr int kLevel = 9;  // of zstd: higher ones take ten times as long for a tenth less

// ---- compression ----

// More than any digest holds; a frame that claims more is damaged.
constexpr uint64_t kMostBytes = uint64_t{1} << 32;
constexpr size_t kFirstRoom = size_t{1} << 16;

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

std::string Compress(std::string_view bytes) {
  const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
  PERFLEAK_CHECK(context != nullptr);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string frame(ZSTD_compressBound(bytes.size()), '\0');
  const size_t size =
      ZSTD_compress2(context.get(), frame.data(), frame.size(), bytes.data(), bytes.size());
  PERFLEAK_CHECK(ZSTD_isError(size) == 0);
  frame.resize(size);
  return frame;
}

// nullopt unless it is one whole frame. Room grows with what comes out of it, not with what it
// claims.
std::optional<std::string> Decompress(std::string_view frame) {
  const uint64_t claimed = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (claimed > kMostBytes) return std::nullopt;  // or not known, or an error
  const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  PERFLEAK_CHECK(context != nullptr);
  ZSTD_inBuffer in{frame.data(), frame.size(), 0};
  std::string bytes;
  size_t done = 0;
  while (true) {
    bytes.resize(std::min<uint64_t>(claimed, std::max(kFirstRoom, 2 * done)));
    ZSTD_outBuffer out{bytes.data(), bytes.size(), done};
    const size_t to_come = ZSTD_decompressStream(context.get(), &out, &in);
    const bool stuck = out.pos == done && in.pos == in.size;
    if (ZSTD_isError(to_come) != 0) return std::nullopt;
    done = out.pos;
    if (to_come == 0) break;
    if (stuck || done == claimed) return std::nullopt;
  }
  if (done != claimed || in.pos != in.size) return std::nullopt;
  return bytes;
}

// ---- summary ----

void Put(const DigestSummary& summary, ByteWriter* out) {
  out->Byte(static_cast<uint8_t>(summary.outcome));
  out->Text(summary.name);
  out->Text(summary.content);
  out->Text(summary.message);
  out->Byte(static_cast<uint8_t>(summary.time_basis));
  out->Double(summary.bias_minutes);
  out->Unsigned(summary.columns);
  out->Unsigned(summary.machines.size());
  for (const auto& machine : summary.machines) {
    out->Text(machine.name);
    out->Double(machine.start_s);
    out->Double(machine.end_s);
  }
}

DigestSummary TakeSummary(ByteReader* in) {
  DigestSummary summary;
  summary.outcome = static_cast<LogOutcome>(in->UpTo(static_cast<uint64_t>(LogOutcome::kFailed)));
  summary.name = in->Text();
  summary.content = in->Text();
  summary.message = in->Text();
  summary.time_basis = static_cast<TimeBasis>(in->UpTo(static_cast<uint64_t>(TimeBasis::kLocal)));
  summary.bias_minutes = in->Finite();
  summary.columns = in->Unsigned();
  summary.machines.resize(in->Count(17));
  for (auto& machine : summary.machines) {
    machine.name = in->Text();
    machine.start_s = in->Finite();
    machine.end_s = in->Finite();
  }
  return summary;
}

// ---- counters ----

// The texts that a path is made of, each kind side by side.
using PathText = std::string CounterPath::*;
constexpr PathText kPathTexts[] = {&CounterPath::machine, &CounterPath::object,
                                   &CounterPath::parent, &CounterPath::instance,
                                   &CounterPath::counter};

// A text is written where it is met first, behind a 0; later as the number of that place.
class TextWriter {
 public:
  void Put(const std::string& text, ByteWriter* out) {
    const auto [found, is_new] = place_.try_emplace(text, place_.size() + 1);
    out->Unsigned(is_new ? 0 : found->second);
    if (is_new) out->Text(text);
  }

 private:
  std::unordered_map<std::string, size_t> place_;
};

class TextReader {
 public:
  std::string Take(ByteReader* in) {
    const uint64_t place = in->UpTo(texts_.size());
    if (place == 0) texts_.push_back(in->Text());
    const std::string_view text = place == 0 ? texts_.back() : texts_[place - 1];
    in->Copy(text.size());
    return std::string(in->ok() ? text : std::string_view());
  }

 private:
  std::vector<std::string_view> texts_;
};

void Put(const std::vector<CounterPath>& counters, ByteWriter* out) {
  out->Unsigned(counters.size());
  for (const PathText text : kPathTexts) {
    TextWriter texts;
    for (const CounterPath& path : counters) texts.Put(path.*text, out);
  }
  for (const CounterPath& path : counters) {
    out->Unsigned(path.has_instance ? static_cast<uint64_t>(path.index) + 1 : 0);
  }
}

std::vector<CounterPath> TakeCounters(ByteReader* in) {
  std::vector<CounterPath> counters(in->Count(std::size(kPathTexts) + 1));
  for (const PathText text : kPathTexts) {
    TextReader texts;
    for (CounterPath& path : counters) path.*text = texts.Take(in);
  }
  for (CounterPath& path : counters) {
    const uint64_t index = in->UpTo(uint64_t{1} << 31);
    path.has_instance = index > 0;
    path.index = index > 0 ? static_cast<int>(index - 1) : 0;
  }
  return counters;
}

// The counters with their places as ids; nullopt if two are the same.
std::optional<CounterTable> TableOf(const std::vector<CounterPath>& counters) {
  CounterTable table;
  for (size_t i = 0; i < counters.size(); ++i) {
    if (table.Intern(counters[i]) != i) return std::nullopt;
  }
  return table;
}

// ---- the digest beside its summary ----

void Put(const InputFile& file, ByteWriter* out) {
  out->Text(file.name);
  out->Text(file.format);
  out->Text(file.encoding);
  out->Unsigned(file.bytes);
  out->Text(file.language);
}

InputFile TakeFile(ByteReader* in) {
  InputFile file;
  file.name = in->Text();
  file.format = in->Text();
  file.encoding = in->Text();
  file.bytes = in->Unsigned();
  file.language = in->Text();
  return file;
}

void Put(const Diagnostics::Entry& entry, ByteWriter* out) {
  out->Text(entry.code);
  out->Text(entry.message);
  out->Unsigned(entry.count);
  out->Unsigned(entry.places.size());
  for (const std::string& place : entry.places) out->Text(place);
}

Diagnostics::Entry TakeDiagnostic(ByteReader* in) {
  Diagnostics::Entry entry;
  entry.code = in->Text();
  entry.message = in->Text();
  entry.count = in->Unsigned();
  entry.places.resize(in->UpTo(Diagnostics::kPlacesKept));
  for (std::string& place : entry.places) place = in->Text();
  return entry;
}

void Put(const MachineDigest& machine, ByteWriter* out) {
  out->Text(machine.machine);
  Put(machine.counters, out);
  out->Text(EncodeSeriesSet(machine.set));
}

MachineDigest TakeMachine(ByteReader* in) {
  MachineDigest machine;
  machine.machine = in->Text();
  machine.counters = TakeCounters(in);
  const std::string_view set = in->Text();
  if (!in->ok()) return machine;
  const std::optional<CounterTable> table = TableOf(machine.counters);
  if (table) {
    if (auto decoded = DecodeSeriesSet(set, *table)) {
      machine.set = std::move(*decoded);
      return machine;
    }
  }
  in->Fail();
  return machine;
}

std::string EncodeBody(const LogDigest& digest) {
  ByteWriter out;
  Put(digest.file, &out);
  for (const uint64_t number : {digest.rows_read, digest.rows_used, digest.rows_dropped}) {
    out.Unsigned(number);
  }
  out.Unsigned(digest.diagnostics.size());
  for (const Diagnostics::Entry& entry : digest.diagnostics) Put(entry, &out);
  out.Unsigned(digest.machines.size());
  for (const MachineDigest& machine : digest.machines) Put(machine, &out);
  return out.Take();
}

std::optional<LogDigest> DecodeBody(const DigestSummary& summary, std::string_view bytes) {
  ByteReader in(bytes);
  LogDigest digest;
  digest.outcome = summary.outcome;
  digest.name = summary.name;
  digest.content = summary.content;
  digest.message = summary.message;
  digest.time_basis = summary.time_basis;
  digest.file = TakeFile(&in);
  digest.bias_minutes = summary.bias_minutes;
  digest.columns = summary.columns;
  for (uint64_t* number : {&digest.rows_read, &digest.rows_used, &digest.rows_dropped}) {
    *number = in.Unsigned();
  }
  const size_t diagnostics = in.Count(4);
  for (size_t i = 0; i < diagnostics && in.ok(); ++i) {
    digest.diagnostics.push_back(TakeDiagnostic(&in));
  }
  const size_t machines = in.Count(3);
  for (size_t i = 0; i < machines && in.ok(); ++i) digest.machines.push_back(TakeMachine(&in));
  if (!in.AtEnd()) return std::nullopt;
  return digest;
}

// ---- the file ----

struct Parts {
  std::string_view summary, body;
};

Error Damaged(const std::string& name) {
  return {name + ": the digest is damaged. Make it again from its log: perfleak batch --emit."};
}

Result<Parts> Split(const std::string& name, std::string_view bytes) {
  ByteReader in(bytes);
  if (in.Raw(kMagic.size()) != kMagic) {
    return Error{name + ": not a digest of perfleak. perfleak batch --emit writes them."};
  }
  const int version = in.Byte();
  if (in.ok() && version != kDigestVersion) {
    return Error{name + ": a digest in version " + std::to_string(version) +
                 " of the format; this perfleak knows version " + std::to_string(kDigestVersion) +
                 ". Make it again from its log, or use the perfleak that wrote it."};
  }
  const Parts parts{in.Text(), in.Text()};
  if (!in.AtEnd()) return Damaged(name);
  return parts;
}

bool Agrees(const DigestSummary& a, const DigestSummary& b) {
  return std::equal(a.machines.begin(), a.machines.end(), b.machines.begin(), b.machines.end(),
                    [](const auto& x, const auto& y) {
                      return x.name == y.name && x.start_s == y.start_s && x.end_s == y.end_s;
                    });
}

}  // namespace

std::string EncodeDigest(const LogDigest& digest) {
  ByteWriter summary;
  Put(SummaryOf(digest), &summary);
  ByteWriter out;
  out.Raw(kMagic);
  out.Byte(kDigestVersion);
  out.Text(Compress(summary.bytes()));
  out.Text(Compress(EncodeBody(digest)));
  return out.Take();
}

Result<DigestSummary> DecodeSummary(const std::string& name, std::string_view bytes) {
  const auto parts = Split(name, bytes);
  if (!parts) return parts.error();
  const auto text = Decompress(parts->summary);
  if (!text) return Damaged(name);
  ByteReader in(*text);
  DigestSummary summary = TakeSummary(&in);
  if (!in.AtEnd()) return Damaged(name);
  return summary;
}

Result<LogDigest> DecodeDigest(const std::string& name, std::string_view bytes) {
  const auto summary = DecodeSummary(name, bytes);
  if (!summary) return summary.error();
  const auto body = Decompress(Split(name, bytes)->body);
  if (!body) return Damaged(name);
  auto digest = DecodeBody(*summary, *body);
  if (!digest || !Agrees(SummaryOf(*digest), *summary)) return Damaged(name);
  return std::move(*digest);
}

}  // namespace perfleak
