#include "model/counter_path.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>

namespace perfleak {
namespace {

// machine|object|parent|instance|index|counter, "-" for no instance at all.
std::string Parts(const char* text) {
  const auto path = ParseCounterPath(text);
  if (!path) return "none";
  const std::string instance =
      path->has_instance ? path->parent + "|" + path->instance + "|" + std::to_string(path->index)
                         : "-";
  return path->machine + "|" + path->object + "|" + instance + "|" + path->counter;
}

TEST_CASE("a counter path is taken apart as Windows wrote it") {
  struct Case {
    const char* text;
    const char* parts;
  };
  const Case cases[] = {
      {R"(\\EXCH01\Memory\Pool Paged Bytes)", "EXCH01|Memory|-|Pool Paged Bytes"},
      {R"(\\EXCH01\Process(store)\Private Bytes)", "EXCH01|Process||store|0|Private Bytes"},
      {R"(\\EXCH01\Process(svchost#12)\Handle Count)", "EXCH01|Process||svchost|12|Handle Count"},
      {R"(\\EXCH01\Thread(store/3)\ID Thread)", "EXCH01|Thread|store|3|0|ID Thread"},
      {R"(\\EXCH01\LogicalDisk(0/C:)\% Free Space)", "EXCH01|LogicalDisk|0|C:|0|% Free Space"},
      {R"(\\PC\PhysicalDisk(1 C: E:)\% Disk Time)", "PC|PhysicalDisk||1 C: E:|0|% Disk Time"},
      {R"(\\PC\Processor Information(0,_Total)\% Idle Time)",
       "PC|Processor Information||0,_Total|0|% Idle Time"},
      {R"(\\pc\network interface(isatap.{ea2a01ef-c879-4737})\bytes total/sec)",
       "pc|network interface||isatap.{ea2a01ef-c879-4737}|0|bytes total/sec"},
      {R"(\\pc\network interface(intel[r] ethernet connection i218-lm)\bytes total/sec)",
       "pc|network interface||intel[r] ethernet connection i218-lm|0|bytes total/sec"},
      {R"(\\PC\Network Interface(Broadcom NetXtreme 57/60)\Packets/sec)",
       "PC|Network Interface||Broadcom NetXtreme 57/60|0|Packets/sec"},
      {R"(\\esx1\Memory\Memory Overcommit (1 Minute Avg))",
       "esx1|Memory|-|Memory Overcommit (1 Minute Avg)"},
      {R"(\\esx1\Group Memory(1:a)\Memory Overcommit (1 Minute Avg))",
       "esx1|Group Memory||1:a|0|Memory Overcommit (1 Minute Avg)"},
      {R"(\\SQL\MSSQL$A:Databases(C:\Program Files (x86)\x)\Size)",
       R"(SQL|MSSQL$A:Databases||C:\Program Files (x86)\x|0|Size)"},
      {R"(\\PC\Process(c#)\Thread Count)", "PC|Process||c#|0|Thread Count"},
      {R"(\\PC\Process(a#01)\Thread Count)", "PC|Process||a#01|0|Thread Count"},
      {R"(\\PC\Process(#2)\Thread Count)", "PC|Process||#2|0|Thread Count"},
      {R"(\\PC\Process V2(chrome:1234)\Private Bytes)",
       "PC|Process V2||chrome:1234|0|Private Bytes"},
      {R"(\\PC\Process()\Private Bytes)", "PC|Process|||0|Private Bytes"},
      {R"(\\PC\Database ==> Instances(store/Mailbox 1)\I/O Reads/sec)",
       "PC|Database ==> Instances||store/Mailbox 1|0|I/O Reads/sec"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.text);
    CHECK(Parts(one.text) == one.parts);
    CHECK(ToString(*ParseCounterPath(one.text)) == one.text);
  }
}

TEST_CASE("machine names as users and other producers leave them") {
  CHECK(Parts(R"(\Memory\Available Bytes)") == "|Memory|-|Available Bytes");
  CHECK(Parts(R"(Memory\Available Bytes)") == "|Memory|-|Available Bytes");
  CHECK(Parts(R"(\\Memory\Available Bytes)") == "|Memory|-|Available Bytes");
  CHECK(Parts(R"(\\Process(store)\Private Bytes)") == "|Process||store|0|Private Bytes");
  CHECK(Parts(R"(\\PC\\Memory\Available Bytes)") == "PC|Memory|-|Available Bytes");
  CHECK(Parts(R"(\\10-srv.corp.example\Memory\Available Bytes)") ==
        "10-srv.corp.example|Memory|-|Available Bytes");
}

TEST_CASE("a cell that is no counter path is told apart") {
  CHECK(Parts("") == "none");
  CHECK(Parts("   ") == "none");
  CHECK(Parts("This collector watches memory, disks, and more.") == "none");
  CHECK(Parts("\\\\") == "none");
  CHECK(Parts("\\\\PC") == "none");
  CHECK(Parts("\\\\PC\\Process(store") == "none");
}

TEST_CASE("the same counter in other letters has the same key") {
  CHECK(CanonicalKey(*ParseCounterPath(R"(\\PC\Memory\Available Bytes)")) ==
        CanonicalKey(*ParseCounterPath(R"(\\pc\memory\AVAILABLE bytes)")));
  CHECK(CanonicalKey(*ParseCounterPath(R"(\\PC\Process(a)\Handle Count)")) !=
        CanonicalKey(*ParseCounterPath(R"(\\PC\Process(a#1)\Handle Count)")));
}

TEST_CASE("any text is taken apart or refused, and what is taken apart writes itself back") {
  CHECK(rc::check([](const std::string& text) {
    const auto path = ParseCounterPath(text);
    if (!path) return;
    const auto again = ParseCounterPath(ToString(*path));
    RC_ASSERT(again.has_value());
    RC_ASSERT(!again->object.empty());
  }));
  CHECK(rc::check([] {
    const auto text =
        *rc::gen::container<std::string>(rc::gen::element('\\', '(', ')', '#', '/', 'a', '1', ' '));
    const auto path = ParseCounterPath(text);
    if (path) RC_ASSERT(ParseCounterPath(ToString(*path)).has_value());
  }));
}

}  // namespace
}  // namespace perfleak
