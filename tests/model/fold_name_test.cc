#include "model/fold_name.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace perfleak;

TEST_CASE("case and marks of Latin letters do not matter") {
  CHECK(FoldName("Verf\u00FCgbare Bytes") == "verfugbare bytes");
  CHECK(FoldName("Virtuelle Gr\u00F6\u00DFe") == "virtuelle grosse");
  CHECK(FoldName("Pami\u0119\u0107") == "pamiec");
  CHECK(FoldName("Wska\u017Anik \u0142\u0105cza") == "wskaznik lacza");
  CHECK(FoldName("\u0130\u015Flem Say\u0131s\u0131") == "islem sayisi");
  CHECK(FoldName("V\u00E9grehajt\u00E1si id\u0151") == "vegrehajtasi ido");
  CHECK(FoldName("Pam\u011B\u0165 \u0158\u00CD\u016E") == "pamet riu");
  CHECK(FoldName("\u0152uvre \u00C6 \u00D8 \u0110") == "oeuvre ae o d");
}

TEST_CASE("letters that are two code points are the same letters") {
  CHECK(FoldName("Verfu\u0308gbare") == FoldName("Verf\u00FCgbare"));
  CHECK(FoldName("\u0438\u0306") == FoldName("\u0439"));
}

TEST_CASE("Cyrillic and Greek lose their case") {
  CHECK(FoldName("\u041F\u0420\u041E\u0426\u0415\u0421\u0421") ==
        FoldName("\u043F\u0440\u043E\u0446\u0435\u0441\u0441"));
  CHECK(FoldName("\u0401") == FoldName("\u0435"));
  CHECK(FoldName("\u0391\u03A9") == "\u03B1\u03C9");
}

TEST_CASE("blanks of any kind are one blank, and none at the ends") {
  CHECK(FoldName("\u00A0Private\u00A0\u00A0Bytes\t") == "private bytes");
  CHECK(FoldName("Private\u3000Bytes") == "private bytes");
  CHECK(FoldName("Pri\u200Bvate\u00AD Bytes") == "private bytes");
}

TEST_CASE("full-width forms and typographic signs are those one types") {
  CHECK(FoldName("\uFF30\uFF52\uFF49\uFF56\uFF41\uFF54\uFF45 \uFF05") == "private %");
  CHECK(FoldName("Fichier d\u2019\u00E9change") == "fichier d'echange");
  CHECK(FoldName("Arbeitsseiten \u2013 privat") == "arbeitsseiten - privat");
}

TEST_CASE("other letters and bytes that are no UTF-8 stay") {
  CHECK(FoldName("\u8FDB\u7A0B") == "\u8FDB\u7A0B");
  CHECK(FoldName("\xFF\xC3(\xE4\xB8") == "\xFF\xC3(\xE4\xB8");
  CHECK(FoldName("") == "");
  CHECK(FoldName("\xD0\u034B\x80") == "\xD0\u034B\x80");  // not D0 80, which would be a letter
}

TEST_CASE("folding twice is folding once") {
  const auto holds = [](const std::string& text) {
    const std::string once = FoldName(text);
    RC_ASSERT(FoldName(once) == once);
  };
  CHECK(rc::check(holds));
  // Letters, marks and blanks, whole and torn, far oftener than bytes at random have them.
  const std::string torn = " aZ\xC2\xAD\xA0\xCC\xCD\x80\x8B\xD0\x90\xE2\xEF\xBB\xBF\xE0\xF4\xFF";
  CHECK(rc::check([&] { holds(*rc::gen::container<std::string>(rc::gen::elementOf(torn))); }));
  std::string all;
  for (unsigned c = 0xA0; c < 0x600; ++c) {
    all += static_cast<char>(0xC0 | c >> 6);
    all += static_cast<char>(0x80 | (c & 0x3F));
  }
  CHECK(FoldName(FoldName(all)) == FoldName(all));
}
