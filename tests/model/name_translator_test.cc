#include "model/name_translator.h"

#include <doctest/doctest.h>

using namespace perfleak;
using Outcome = NameTranslator::Outcome;

namespace {

CounterPath Path(std::string_view text) { return ParseCounterPath(text).value(); }

// Learns from `paths` and tells each in English.
class Header {
 public:
  explicit Header(const std::vector<std::string>& paths,
                  std::optional<Language> stated = std::nullopt)
      : translator(stated) {
    std::vector<CounterPath> parsed;
    for (const std::string& path : paths) parsed.push_back(Path(path));
    std::vector<const CounterPath*> pointers;
    for (const CounterPath& path : parsed) pointers.push_back(&path);
    translator.Learn(pointers);
  }

  std::string English(std::string_view text) const {
    CounterPath path = Path(text);
    translator.Translate(&path);
    return ToString(path);
  }

  NameTranslator translator;
};

}  // namespace

TEST_CASE("a German machine is told in English, its English names beside") {
  const Header header({"\\\\A\\Prozess(w3wp#1)\\Handleanzahl", "\\\\A\\Memory\\Available Bytes"});
  CHECK(header.translator.languages() == std::vector{Language::kGerman});
  CHECK(header.English("\\\\A\\Prozess(w3wp#1)\\Handleanzahl") ==
        "\\\\A\\Process(w3wp#1)\\Handle Count");
  CHECK(header.English("\\\\A\\Memory\\Available Bytes") == "\\\\A\\Memory\\Available Bytes");
}

TEST_CASE("a counter that is the same in both languages follows its object") {
  const Header header({"\\\\A\\Prozess(a)\\Private Bytes", "\\\\A\\Prozess(a)\\Handleanzahl"});
  CHECK(header.English("\\\\A\\Prozess(a)\\Private Bytes") == "\\\\A\\Process(a)\\Private Bytes");
}

TEST_CASE("an object that is the same in both languages keeps its foreign counters") {
  const Header header({"\\\\A\\Process(a)\\Antal bindningsreferenser", "\\\\A\\Minne\\Byte i cache"});
  CHECK(header.translator.languages() == std::vector{Language::kSwedish});
  CHECK(header.English("\\\\A\\Process(a)\\Antal bindningsreferenser") == "\\\\A\\Process(a)\\Handle Count");
}

TEST_CASE("accents that a file lost do not matter, nor does case") {
  const Header header({"\\\\A\\PAMI\u0118\u0106\\zadeklarowane bajty"});
  CHECK(header.translator.languages() == std::vector{Language::kPolish});
  CHECK(header.English("\\\\A\\PAMI\u0118\u0106\\zadeklarowane bajty") ==
        "\\\\A\\Memory\\Committed Bytes");
}

TEST_CASE("an English header speaks no other language") {
  const Header header({"\\\\A\\Process(a)\\Private Bytes", "\\\\A\\Thread(a/1)\\ID Thread",
                       "\\\\A\\System\\Threads", "\\\\A\\Objects\\Processes",
                       "\\\\A\\LogicalDisk(C:)\\Disk Transfers/sec"});
  CHECK(header.translator.languages().empty());
}

TEST_CASE("each machine has its own language") {
  const Header header({"\\\\A\\Prozess(a)\\Handleanzahl", "\\\\B\\Processus(a)\\Nombre de handles",
                       "\\\\C\\Process(a)\\Handle Count"});
  CHECK(header.translator.languages() == std::vector{Language::kGerman, Language::kFrench});
  CHECK(header.English("\\\\A\\Prozess(a)\\Handleanzahl") == "\\\\A\\Process(a)\\Handle Count");
  CHECK(header.English("\\\\B\\Processus(a)\\Nombre de handles") ==
        "\\\\B\\Process(a)\\Handle Count");
  CHECK(header.English("\\\\C\\Prozess(a)\\Handleanzahl") == "\\\\C\\Prozess(a)\\Handleanzahl");
}

TEST_CASE("a parent is split off once the object is known") {
  const Header header(
      {"\\\\A\\\u041F\u043E\u0442\u043E\u043A(svchost/3#1)\\"
       "\u0418\u0434\u0435\u043D\u0442\u0438\u0444\u0438\u043A\u0430\u0442\u043E"
       "\u0440 \u043F\u043E\u0442\u043E\u043A\u0430"});
  CounterPath path = Path(
      "\\\\A\\\u041F\u043E\u0442\u043E\u043A(svchost/3#1)\\"
      "\u0418\u0434\u0435\u043D\u0442\u0438\u0444\u0438\u043A\u0430\u0442\u043E\u0440 "
      "\u043F\u043E\u0442\u043E\u043A\u0430");
  CHECK(header.translator.Translate(&path) == Outcome::kTranslated);
  CHECK(path.object == "Thread");
  CHECK(path.parent == "svchost");
  CHECK(path.instance == "3");
  CHECK(path.index == 1);
}

TEST_CASE("a name with two meanings keeps the counter and gets its object") {
  const Header header(
      {"\\\\A\\Processus(a)\\Taille virtuelle (octets)", "\\\\A\\Processus(a)\\Nombre de handles"});
  CounterPath path = Path("\\\\A\\Processus(a)\\Taille virtuelle (octets)");
  CHECK(header.translator.Translate(&path) == Outcome::kAmbiguous);
  CHECK(ToString(path) == "\\\\A\\Process(a)\\Taille virtuelle (octets)");
}

TEST_CASE("languages that have all names of a header in common agree on them") {
  // "Processo" and "Bytes privados"/"Bytes particulares" tell; "Memoria" alone is Spanish and
  // Italian.
  const Header header({"\\\\A\\Memoria\\Bytes de bloque paginado"});
  CHECK(header.translator.languages() == std::vector{Language::kSpanish});
  const Header tied({"\\\\A\\Memoria\\Pages/sec"});
  CHECK(tied.English("\\\\A\\Memoria\\Pages/sec") == "\\\\A\\Memory\\Pages/sec");
}

TEST_CASE("a stated language is that of every machine") {
  const std::vector<std::string> german = {"\\\\A\\Prozess(a)\\Handleanzahl"};
  CHECK(Header(german, Language::kGerman).English(german[0]) == "\\\\A\\Process(a)\\Handle Count");
  const Header french(german, Language::kFrench);
  CHECK(french.translator.languages().empty());
  CHECK(french.English(german[0]) == german[0]);
  CHECK(Header(german, Language::kEnglish).English(german[0]) == german[0]);
}

TEST_CASE("what was taken by its shape is told in English on its machine only") {
  Header header({"\\\\A\\Xyz(a)\\Abc"});
  header.translator.Take(Path("\\\\A\\Xyz(a)\\Abc"), "Process", "ID Process");
  header.translator.Take(Path("\\\\A\\Xyz(a)\\Def"), "Process", "");
  CHECK(header.English("\\\\a\\Xyz(b)\\Abc") == "\\\\a\\Process(b)\\ID Process");
  CHECK(header.English("\\\\A\\Xyz(b)\\Def") == "\\\\A\\Process(b)\\Def");
  CHECK(header.English("\\\\B\\Xyz(b)\\Abc") == "\\\\B\\Xyz(b)\\Abc");
}

TEST_CASE("a later header without foreign names leaves a machine its language") {
  Header header({"\\\\A\\Prozess(a)\\Handleanzahl"});
  const CounterPath english = Path("\\\\A\\Memory\\Available Bytes");
  header.translator.Learn(std::vector<const CounterPath*>{&english});
  CHECK(header.translator.languages() == std::vector{Language::kGerman});
}
