#include "leaks/issue_host.h"

#include <doctest/doctest.h>

#include <string>

#include "leaks/known_case.h"

namespace perfleak {
namespace {

// Of a suspect by this name, alone on its machine. The matcher knows processes in lower case.
ComponentEvidence Of(const std::string& process) {
  ComponentEvidence evidence;
  evidence.process = process;
  return evidence;
}

IssueHost Host(const std::string& lines, const Case& one) {
  return HostOf(IssueOf(lines), one.evidence, one.other_names);
}
IssueHost Host(const std::string& lines, const std::string& process) {
  return Host(lines, Case(process));
}

constexpr const char* kPrivate = "resources = ['private-bytes']\n";
constexpr const char* kPaged = "resources = ['paged-pool']\n";

TEST_CASE("a process is named, with wildcards and without case") {
  const std::string lines = kPrivate + std::string("processes = ['Store', 'exch*']");
  CHECK(Host(lines, "store") == IssueHost::kNamed);
  CHECK(Host(lines, "STORE") == IssueHost::kNamed);
  CHECK(Host(lines, "exchsrvr") == IssueHost::kNamed);
  CHECK(Host(lines, "store1") == IssueHost::kNone);
}

TEST_CASE("a process that the source does not name is inferred") {
  const std::string lines =
      kPrivate + std::string("processes = ['store', 'mad']\nprocesses_inferred = ['mad']");
  CHECK(Host(lines, "store") == IssueHost::kNamed);
  CHECK(Host(lines, "MAD") == IssueHost::kInferred);
}

TEST_CASE("a process that only an inferred wildcard names is inferred") {
  const std::string lines =
      kPrivate + std::string("processes = ['vfp6', 'vfp*']\nprocesses_inferred = ['vfp*']");
  CHECK(Host(lines, "vfp9") == IssueHost::kInferred);
  CHECK(Host(lines, "vfp6") == IssueHost::kNamed);  // by the other name, which is stated
}

TEST_CASE("an alias is the same program on another Windows, in both directions") {
  const KnowledgeBase base = BaseOf(
      "[[alias]]\nprocess = 'SpoolSS'\nsame_as = ['spoolsv']\n"
      "[[alias]]\nprocess = 'rpcss'\nsame_as = ['svchost']\n"
      "[[alias]]\nprocess = 'tapisrv'\nsame_as = ['svchost']\n");
  CHECK(OtherNamesOf(base, Of("spoolsv")) == Texts{"spoolss"});
  CHECK(OtherNamesOf(base, Of("SPOOLSS")) == Texts{"spoolsv"});
  CHECK(OtherNamesOf(base, Of("svchost")) == Texts{"rpcss", "tapisrv"});
  CHECK(OtherNamesOf(base, Of("rpcss")) == Texts{"svchost"});  // not what else svchost stands for
  CHECK(OtherNamesOf(base, Of("store")).empty());

  Case one("spoolsv");
  one.other_names = OtherNamesOf(base, Of("spoolsv"));
  CHECK(Host(kPrivate + std::string("processes = ['spoolss']"), one) == IssueHost::kAlias);
  CHECK(Host(kPrivate + std::string("processes = ['spoolsv']"), one) == IssueHost::kNamed);
}

TEST_CASE("a name that two tables give is one name") {
  const KnowledgeBase base = BaseOf(
      "[[alias]]\nprocess = 'spoolss'\nsame_as = ['spoolsv']\n"
      "[[alias]]\nprocess = 'spoolsv'\nsame_as = ['spoolss']\n");
  CHECK(OtherNamesOf(base, Of("spoolsv")) == Texts{"spoolss"});
}

TEST_CASE("a component that may be anywhere, and its likely hosts") {
  const std::string lines = kPrivate + std::string("any_host = true\nhost_examples = ['Mad']");
  CHECK(Host(lines, "mad") == IssueHost::kLikely);
  CHECK(Host(lines, "faxgate") == IssueHost::kAny);
  CHECK(Host(kPrivate, "faxgate") == IssueHost::kNone);
  // Private bytes of a component are in a process.
  Case kernel;
  kernel.OfKernel(IssueResource::kPagedPool);
  CHECK(Host(lines, kernel) == IssueHost::kNone);
  CHECK(Host(kPaged + std::string("any_host = true"), kernel) == IssueHost::kAny);
}

TEST_CASE("a kernel issue grows in the kernel, or behind a process that runs, or charged to one") {
  Case kernel;
  kernel.OfKernel(IssueResource::kPagedPool);  // the store runs
  CHECK(Host(kPaged + std::string("processes = ['System']"), kernel) == IssueHost::kNamed);
  CHECK(Host(kPaged + std::string("processes = ['store']"), kernel) == IssueHost::kBehind);
  CHECK(Host(kPaged + std::string("processes = ['mad']"), kernel) == IssueHost::kNone);
  CHECK(Host(kPrivate + std::string("processes = ['store']"), kernel) == IssueHost::kNone);

  CHECK(Host(kPaged + std::string("processes = ['System']"), "store") == IssueHost::kCharged);
  CHECK(Host(kPrivate + std::string("processes = ['System']"), "store") == IssueHost::kNone);
}

}  // namespace
}  // namespace perfleak
