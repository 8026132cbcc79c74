#include "model/counter_path.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace perfleak {
namespace {

bool IsDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Windows writes parent/instance only where one object's instances live inside another's. Elsewhere
// a slash belongs to the name (disk models, URLs, interface names).
bool HasParents(std::string_view object, std::string_view parent) {
  if (EqualsIgnoreCase(object, "LogicalDisk")) return IsDigits(parent);  // NT 4.0: (0/C:)
  return EqualsIgnoreCase(object, "Thread") || EqualsIgnoreCase(object, "Thread Details") ||
         EqualsIgnoreCase(object, "Job Object Details") || EqualsIgnoreCase(object, "Image") ||
         EqualsIgnoreCase(object, "Full Image");
}

// Takes "#12" off the end. Windows counts from #1 and writes no leading zeros.
int SplitIndex(std::string* instance) {
  const size_t hash = instance->rfind('#');
  if (hash == std::string::npos || hash == 0) return 0;
  const std::string_view digits = std::string_view(*instance).substr(hash + 1);
  if (!IsDigits(digits) || digits.front() == '0' || digits.size() > 9) return 0;
  int index = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), index);
  instance->resize(hash);
  return index;
}

void SplitInstance(std::string_view text, CounterPath* path) {
  path->has_instance = true;
  const size_t slash = text.find('/');
  if (slash != std::string_view::npos && HasParents(path->object, text.substr(0, slash))) {
    path->parent = text.substr(0, slash);
    text.remove_prefix(slash + 1);
  }
  path->instance = text;
  path->index = SplitIndex(&path->instance);
}

// A parenthesis that never closes: the cell was cut inside an instance name.
bool IsCutOff(std::string_view text) {
  return std::count(text.begin(), text.end(), '(') > std::count(text.begin(), text.end(), ')');
}

// Object(instance)\Counter or Object\Counter.
bool ParseBelowMachine(std::string_view text, CounterPath* path) {
  const size_t open = text.find('(');
  const size_t backslash = text.find('\\');
  if (backslash == std::string_view::npos) return false;
  if (open < backslash) {
    const size_t close = text.rfind(")\\");
    if (close == std::string_view::npos || close < open) return false;
    path->object = text.substr(0, open);
    path->counter = text.substr(close + 2);
    SplitInstance(text.substr(open + 1, close - open - 1), path);
  } else {
    path->object = text.substr(0, backslash);
    path->counter = text.substr(backslash + 1);
    if (IsCutOff(path->counter)) return false;
  }
  return !path->object.empty() && !path->counter.empty();
}

void AppendInstance(const CounterPath& path, std::string* text) {
  if (!path.parent.empty()) text->append(path.parent) += '/';
  *text += path.instance;
  if (path.index > 0) text->append("#").append(std::to_string(path.index));
}

void AppendLocalPath(const CounterPath& path, std::string* text) {
  *text += path.object;
  if (path.has_instance) {
    *text += '(';
    AppendInstance(path, text);
    *text += ')';
  }
  text->append("\\").append(path.counter);
}

std::string_view SkipBackslashes(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of('\\'), text.size()));
  return text;
}

}  // namespace

std::optional<CounterPath> ParseCounterPath(std::string_view text) {
  text = Trim(text);
  const bool names_machine = text.starts_with("\\\\");
  text = SkipBackslashes(text);
  CounterPath path;
  const size_t backslash = text.find('\\');
  if (names_machine && backslash != std::string_view::npos) {
    CounterPath with_machine;
    with_machine.machine = text.substr(0, backslash);
    if (with_machine.machine.find('(') == std::string::npos &&
        ParseBelowMachine(SkipBackslashes(text.substr(backslash)), &with_machine)) {
      return with_machine;
    }
  }
  // The machine was stripped: \Object\Counter, or \\Object\Counter by users who cut too little.
  if (!ParseBelowMachine(text, &path)) return std::nullopt;
  return path;
}

std::string InstanceName(const CounterPath& path) {
  std::string name;
  AppendInstance(path, &name);
  return name;
}

std::string ToString(const CounterPath& path) {
  std::string text;
  if (!path.machine.empty()) text.append("\\\\").append(path.machine);
  text += '\\';
  AppendLocalPath(path, &text);
  return text;
}

std::string LocalPath(const CounterPath& path) {
  std::string text;
  AppendLocalPath(path, &text);
  return text;
}

bool IsProcess(const CounterPath& path) {
  return EqualsIgnoreCase(path.object, "Process") || EqualsIgnoreCase(path.object, "Process V2");
}

bool IsOneProcess(const CounterPath& path) {
  return IsProcess(path) && !EqualsIgnoreCase(path.instance, "_Total") &&
         !EqualsIgnoreCase(path.instance, "Idle");
}

std::string CanonicalKey(const CounterPath& path) { return ToLower(ToString(path)); }

}  // namespace perfleak
