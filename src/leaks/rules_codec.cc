#include "leaks/rules_codec.h"

#include <concepts>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "base/bytes.h"
#include "base/check.h"

namespace perfleak {
namespace {

// S, or S to be read only: written and read are the same members in the same order.
template <class T, class S>
concept Is = std::same_as<std::remove_const_t<T>, S>;

// Calls `use` with all members of a struct. A structured binding names every one of them, so a
// member that is added and forgotten here does not compile.
template <Is<RulesPosition> T>
void WithMembers(T& position, auto& use) {
  auto& [file, line, column] = position;
  use(file, line, column);
}
template <Is<Amount> T>
void WithMembers(T& amount, auto& use) {
  auto& [low, high, unit] = amount;
  use(low, high, unit);
}
template <Is<Explains> T>
void WithMembers(T& explains, auto& use) {
  auto& [counters, first_hours, fills_memory, same_counter] = explains;
  use(counters, first_hours, fills_memory, same_counter);
}
template <Is<IssueEvent> T>
void WithMembers(T& event, auto& use) {
  auto& [source, id] = event;
  use(source, id);
}
template <Is<Guilty> T>
void WithMembers(T& guilty, auto& use) {
  auto& [modules, kind, vendor, attribution, differs_from_process] = guilty;
  use(modules, kind, vendor, attribution, differs_from_process);
}
template <Is<FixedFile> T>
void WithMembers(T& file, auto& use) {
  auto& [name, version, date, size] = file;
  use(name, version, date, size);
}
template <Is<IssueFix> T>
void WithMembers(T& fix, auto& use) {
  auto& [type, needs, fixed_in, fixed_keys, files, note] = fix;
  use(type, needs, fixed_in, fixed_keys, files, note);
}
template <Is<IssueConfidence> T>
void WithMembers(T& confidence, auto& use) {
  auto& [process, guilty, resource, counter, trigger, symptom, rate, fix, products] = confidence;
  use(process, guilty, resource, counter, trigger, symptom, rate, fix, products);
}
template <Is<KnownIssue> T>
void WithMembers(T& issue, auto& use) {
  auto& [id, type, title, family, also_in, products, affects, processes, process_keys,
         processes_inferred, any_host, host_examples, guilty, resources, counters,
         counters_inferred, pool_tags, trigger, cause, rate, rate_per_hour, step, grows_with,
         explains, symptom, discriminator, events, fix, see_also, relevance, confidence,
         last_modified, source, reference, note, where] = issue;
  use(id, type, title, family, also_in, products, affects, processes, process_keys,
      processes_inferred, any_host, host_examples, guilty, resources, counters, counters_inferred,
      pool_tags, trigger, cause, rate, rate_per_hour, step, grows_with, explains, symptom,
      discriminator, events, fix, see_also, relevance, confidence, last_modified, source, reference,
      note, where);
}
template <Is<ProcessAlias> T>
void WithMembers(T& alias, auto& use) {
  auto& [process, same_as, same_as_for_remote_counters, role, hosts, note, reference, where] =
      alias;
  use(process, same_as, same_as_for_remote_counters, role, hosts, note, reference, where);
}
template <Is<Fingerprint> T>
void WithMembers(T& fingerprint, auto& use) {
  auto& [evidence, suggests, reference] = fingerprint;
  use(evidence, suggests, reference);
}
template <Is<RulesFile> T>
void WithMembers(T& rules, auto& use) {
  auto& [name, built_in, issues, aliases, fingerprints, problems] = rules;
  PERFLEAK_CHECK(problems.empty());
  use(name, built_in, issues, aliases, fingerprints);
}

class Encoder {
 public:
  void operator()(const auto&... members) { (Put(members), ...); }
  std::string Take() { return out_.Take(); }

 private:
  void Put(const std::string& text) { out_.Text(text); }
  void Put(double number) { out_.Double(number); }
  void Put(const std::unsigned_integral auto& number) { out_.Unsigned(number); }
  template <class E>
  requires std::is_enum_v<E>
  void Put(E value) { out_.Unsigned(static_cast<uint64_t>(value)); }
  template <class T>
  void Put(const std::optional<T>& value) {
    Put(value.has_value());
    if (value) Put(*value);
  }
  template <class T>
  void Put(const std::vector<T>& list) {
    Put(list.size());
    for (const T& item : list) Put(item);
  }
  template <class S>
  requires std::is_aggregate_v<S>
  void Put(const S& members) { WithMembers(members, *this); }

  ByteWriter out_;
};

class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : in_(bytes) {}
  void operator()(auto&... members) { (Get(&members), ...); }
  bool AtEnd() const { return in_.AtEnd(); }

 private:
  void Get(std::string* text) { *text = in_.Text(); }
  void Get(double* number) { *number = in_.Double(); }
  template <std::unsigned_integral T>
  void Get(T* number) {
    *number = static_cast<T>(in_.Unsigned());
  }
  template <class E>
  requires std::is_enum_v<E>
  void Get(E* value) { *value = static_cast<E>(in_.Unsigned()); }
  template <class T>
  void Get(std::optional<T>* value) {
    if (in_.Bool()) Get(&value->emplace());
  }
  template <class T>
  void Get(std::vector<T>* list) {
    list->resize(in_.Count());
    for (T& item : *list) Get(&item);
  }
  template <class S>
  requires std::is_aggregate_v<S>
  void Get(S* members) { WithMembers(*members, *this); }

  ByteReader in_;
};

}  // namespace

std::string EncodeRules(const std::vector<RulesFile>& files) {
  Encoder encoder;
  encoder(files);
  return encoder.Take();
}

std::vector<RulesFile> DecodeRules(std::string_view bytes) {
  std::vector<RulesFile> files;
  Decoder decoder(bytes);
  decoder(files);
  PERFLEAK_CHECK(decoder.AtEnd());
  return files;
}

}  // namespace perfleak
