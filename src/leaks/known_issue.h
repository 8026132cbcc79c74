// A known issue: what is published of one leak, or of something that looks like one. Data only, in
// the form that docs/knowledge.md describes; nothing here judges a log.
#ifndef PERFLEAK_LEAKS_KNOWN_ISSUE_H_
#define PERFLEAK_LEAKS_KNOWN_ISSUE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/counter_traits.h"

namespace perfleak {

enum class IssueType {
  kLeak,          // never returned
  kAccumulation,  // a backlog that drains when the peer or the load goes
  kByDesign,      // growth that is meant
  kCacheGrowth,
  kFragmentation,
  kSizing,         // a fixed limit is reached, without growth
  kAttack,         // exhaustion triggered by hostile input
  kNotALeak,       // looks like one, counters are flat
  kCounterCaveat,  // the counter itself is wrong or wraps
  kMethod          // how to diagnose
};

// What grows, as the knowledge base names it. Some have no counter of their own.
enum class IssueResource {
  kPrivateBytes,
  kVirtualBytes,
  kWorkingSet,
  kPagedPool,
  kNonpagedPool,
  kHandles,
  kThreads,
  kGdiObjects,
  kUserObjects,
  kSystemPte,
  kCommittedBytes,
  kPageFileBytes,
  kDesktopHeap,
  kRegistryQuota,
  kFileCache,
  kKernelObjects,
  kConnections,
  kInternalBlocks,
  kDiskSpace
};

enum class GuiltyKind {
  kNone,
  kExe,
  kDll,
  kComObject,
  kPerfDll,
  kDriver,
  kOs,
  kThirdParty,
  kConfig,
  kPeer,
  kCache,
  kAny,
  kSymptom
};

// Who is at fault, seen from the process that grows.
enum class Attribution {
  kNone,
  kSelf,
  kHostedModule,
  kOtherProcess,
  kPerfCounterDll,
  kKernelOrOs,
  kThirdParty,
  kRemoteClientComponent,
  kRemotePeer,
  kConfiguration,
  kFileCache,
  kCallingApplication,
  kDownstreamVictim
};

enum class FixType {
  kNoneStated,
  kServicePack,
  kHotfix,
  kUpgrade,
  kRegistry,
  kWorkaround,
  kThirdParty,
  kByDesign
};

enum class Relevance { kServer, kDesktop, kLibrary };

// What the entry was written from.
enum class IssueSource { kArticle, kExcerpt, kTitleOnly, kOwn };

enum class Confidence { kStated, kInferred, kGeneric, kAbsent, kTitleOnly, kStatedInFixList };

// What makes it grow, so how the growth runs over the day.
enum class GrowsWith {
  kNotSaid,
  kWork,       // each request, message, call, job, file: by day, and not when idle
  kTime,       // a timer or a constant pace: also when idle
  kLogons,     // each logon or session
  kRestarts,   // each start or stop of a program or service
  kMonitoring  // each performance query or remote monitoring connection
};

enum class AmountUnit { kBytes, kKilobytes, kMegabytes, kGigabytes, kHandles, kThreads, kObjects };

// The one table of words of each enum: reading, writing and messages all use it.
template <class E>
struct EnumWord {
  E value;
  std::string_view word;
};
template <class E>
std::span<const EnumWord<E>> WordsOf();
template <>
std::span<const EnumWord<IssueType>> WordsOf();
template <>
std::span<const EnumWord<IssueResource>> WordsOf();
template <>
std::span<const EnumWord<GuiltyKind>> WordsOf();
template <>
std::span<const EnumWord<Attribution>> WordsOf();
template <>
std::span<const EnumWord<FixType>> WordsOf();
template <>
std::span<const EnumWord<Relevance>> WordsOf();
template <>
std::span<const EnumWord<IssueSource>> WordsOf();
template <>
std::span<const EnumWord<Confidence>> WordsOf();
template <>
std::span<const EnumWord<GrowsWith>> WordsOf();
template <>
std::span<const EnumWord<AmountUnit>> WordsOf();

template <class E>
std::string_view WordOf(E value) {
  for (const EnumWord<E>& entry : WordsOf<E>()) {
    if (entry.value == value) return entry.word;
  }
  return "";
}

template <class E>
std::optional<E> FromWord(std::string_view word) {
  for (const EnumWord<E>& entry : WordsOf<E>()) {
    if (entry.word == word) return entry.value;
  }
  return std::nullopt;
}

// Whether an entry of this type says that growth is no leak.
bool IsExplanation(IssueType type);

// The counter's resource that measures it, kNone where no counter does.
Resource CounterResource(IssueResource resource);

// Bytes in one `unit`, 1 for things that are counted.
double UnitFactor(AmountUnit unit);
bool IsBytes(AmountUnit unit);

struct Amount {
  double low = 0;  // in `unit`; low <= high
  double high = 0;
  AmountUnit unit = AmountUnit::kBytes;
};

constexpr double kMaxFirstHours = 30 * 24;

// What in a log shows that growth is the one that an entry calls no leak. Any one that holds will
// do.
struct Explains {
  // Object(instance)\Counter, * allowed: growth is explained where such a counter grows by as
  // much (bytes), or rises and falls with it (other units).
  std::vector<std::string> counters;
  std::optional<double> first_hours;  // only while the process is younger
  bool fills_memory = false;          // until Available Bytes is at its floor; back under pressure
  bool same_counter = false;          // the entry's own counters are wrong, whatever they do
};

struct IssueEvent {
  std::string source;
  uint32_t id = 0;
};

struct Guilty {
  std::vector<std::string> modules;
  GuiltyKind kind = GuiltyKind::kNone;
  std::string vendor = "Microsoft";
  Attribution attribution = Attribution::kNone;
  bool differs_from_process = false;  // the process that grows is not the one at fault
};

struct FixedFile {
  std::string name;
  std::string version;
  std::string date;  // yyyy-mm-dd
  std::optional<uint64_t> size;
};

struct IssueFix {
  FixType type = FixType::kNoneStated;
  std::string needs;                    // what must be installed before
  std::vector<std::string> fixed_in;    // for people
  std::vector<std::string> fixed_keys;  // version keys; "...-sp?" never excludes
  std::vector<FixedFile> files;
  std::string note;
};

// How well each group of facts is founded; kStated unless the entry says otherwise.
struct IssueConfidence {
  Confidence process = Confidence::kStated;
  Confidence guilty = Confidence::kStated;
  Confidence resource = Confidence::kStated;
  Confidence counter = Confidence::kStated;
  Confidence trigger = Confidence::kStated;
  Confidence symptom = Confidence::kStated;
  Confidence rate = Confidence::kStated;
  Confidence fix = Confidence::kStated;
  Confidence products = Confidence::kStated;
};

// Where a definition stands.
struct RulesPosition {
  std::string file;
  size_t line = 0;  // from 1; 0: the file as a whole
  size_t column = 0;
};

struct KnownIssue {
  std::string id;  // "Q176708", "898782"
  IssueType type = IssueType::kLeak;
  std::string title;
  std::string family;  // of its file
  std::vector<std::string> also_in;
  std::vector<std::string> products;
  std::vector<std::string> affects;             // version keys
  std::vector<std::string> processes;           // as written, for people
  std::vector<std::string> process_keys;        // the same in lower case; may hold * and ?
  std::vector<std::string> processes_inferred;  // those of them that the article does not name
  bool any_host = false;                        // grows in whatever hosts the component
  std::vector<std::string> host_examples;
  Guilty guilty;
  std::vector<IssueResource> resources;  // the first is the primary one
  std::vector<std::string> counters;     // Object(instance)\Counter, * is the host
  std::vector<std::string> counters_inferred;
  std::vector<std::string> pool_tags;
  std::string trigger;
  std::string cause;
  std::string rate;
  std::optional<Amount> rate_per_hour;
  std::optional<Amount> step;  // grows by so much at a time
  GrowsWith grows_with = GrowsWith::kNotSaid;
  std::optional<Explains> explains;  // only where growth is no leak: IsExplanation(type)
  std::string symptom;
  std::string discriminator;  // what in a log would tell it from others
  std::vector<IssueEvent> events;
  IssueFix fix;
  std::vector<std::string> see_also;
  Relevance relevance = Relevance::kServer;
  IssueConfidence confidence;
  std::string last_modified;  // yyyy-mm-dd
  IssueSource source = IssueSource::kOwn;
  std::string reference;
  std::string note;
  RulesPosition where;
};

// Images that stand for one another across Windows versions, and what an image is.
struct ProcessAlias {
  std::string process;
  std::vector<std::string> same_as;
  std::vector<std::string> same_as_for_remote_counters;
  std::string role;
  std::vector<std::string> hosts;
  std::string note;
  std::string reference;
  RulesPosition where;
};

// What the instances and objects of a log tell of the Windows or product it is from; for people.
struct Fingerprint {
  std::string evidence;
  std::string suggests;
  std::string reference;
};

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_KNOWN_ISSUE_H_
