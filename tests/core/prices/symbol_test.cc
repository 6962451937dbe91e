#include "tickerhub/symbol.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>

namespace tickerhub {
namespace {

std::string ReadSymbol(std::string_view text) {
  const std::optional<Symbol> symbol = Symbol::Parse(text);
  return symbol ? symbol->ToString() : "refused";
}

TEST(SymbolTest, ReadsSymbolsOfAllMarkets) {
  for (const char* text : {"AAPL",        "BRK.B",
                           "BF-A",        "^GSPC",
                           "BTC-USD",     "7203.T",
                           "EURUSD=X",    "A",
                           "7",           "BTC/USD",
                           "BINANCE:BTC", "ES_F",
                           "X+",          "*S",
                           "$SPX",        "A@B",
                           "#1",          "YAHOO!",
                           "M&M.NS",      "ABC%",
                           "BRK B",       "AAPL  240119C00150000",
                           "AAMpA",       "A~1",
                           "FTSE(100)",   "A|B",
                           "A?"}) {
    EXPECT_EQ(ReadSymbol(text), text);
  }
}

TEST(SymbolTest, KeepsTheCase) {
  EXPECT_EQ(ReadSymbol("aapl"), "aapl");
  EXPECT_NE(*Symbol::Parse("AAMpA"), *Symbol::Parse("AAMPA"));
}

TEST(SymbolTest, UpperCasesAsciiLettersWhenAsked) {
  EXPECT_EQ(Symbol::Parse("brk.b 1z")->UpperCased().view(), "BRK.B 1Z");
  EXPECT_EQ(Symbol::Parse("\u00e4b")->UpperCased().view(), "\u00e4B");
  EXPECT_EQ(Symbol::Parse("AAPL")->UpperCased(), *Symbol::Parse("AAPL"));
}

TEST(SymbolTest, TakesLettersAndDigitsOfAnyScript) {
  for (const char* text :
       {"\u00c4", "\u65e5\u7d4c225", "\u0413\u0410\u0417\u041f",
        "\u0631\u064a\u0627\u0644", "\u0e1b\u0e15\u0e17", "\u0661", "e\u0301",
        "\u0915\u093f", "A\u00e9 B"}) {
    EXPECT_EQ(ReadSymbol(text), text);
  }
}

TEST(SymbolTest, RefusesWhatIsInvisibleOrTurnsTheWriting) {
  for (const char* text :
       {"A\u200bB", "A\u200d", "A\u00adB",    "\u202eA",  "A\u2066B",
        "A\u200e",  "\ufeffA", "A\u00a0B",    "A\u3000B", "A\u2028B",
        "A\u0085",  "\u3164",  "A\u115f",     "A\ufe0f",  "\u0301A",
        "A.\u0301", "A\u20ac", "A\U0001f600", "A\ue000",  "A\u0378"}) {
    EXPECT_EQ(ReadSymbol(text), "refused") << text;
  }
}

TEST(SymbolTest, RefusesWhatIsNotUtf8) {
  for (const char* text : {"A\xc3", "\xff", "A\xc0\x80", "A\xed\xa0\x80",
                           "\xe6\x97", "A\xf5\x80\x80\x80"}) {
    EXPECT_EQ(ReadSymbol(text), "refused");
  }
  // Cut by the limit of bytes.
  EXPECT_EQ(ReadSymbol(std::string(63, 'A') + "\u00c4"), "refused");
}

TEST(SymbolTest, TakesExactlyTheBytesOfItsRule) {
  const std::string_view others = ".-^=/:_+*$@#!&%~()|? ";
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      (c >= '0' && c <= '9') ||
                      (c != '\0' && others.find(c) != others.npos);
    EXPECT_EQ(Symbol::Parse(std::string("A") + c + "B").has_value(), good)
        << byte;
  }
}

TEST(SymbolTest, RefusesWhatNeedsEscaping) {
  for (const char* text : {"\"A\"", "'A'", "<A>", "A\\B", "A,B", "A\n", "A\t",
                           "A;", "A\x7f", "{A}", "A\x1b[1m"}) {
    EXPECT_EQ(ReadSymbol(text), "refused") << text;
  }
}

TEST(SymbolTest, HasBlanksOnlyInside) {
  EXPECT_EQ(ReadSymbol(" A"), "refused");
  EXPECT_EQ(ReadSymbol("A "), "refused");
  EXPECT_EQ(ReadSymbol(" "), "refused");
  EXPECT_NE(*Symbol::Parse("A B"), *Symbol::Parse("A  B"));
}

TEST(SymbolTest, NeedsALetterOrADigit) {
  EXPECT_EQ(ReadSymbol("."), "refused");
  EXPECT_EQ(ReadSymbol("^-="), "refused");
  EXPECT_EQ(ReadSymbol("^-=1"), "^-=1");
}

TEST(SymbolTest, HasFromOneToSixtyFourBytes) {
  EXPECT_EQ(ReadSymbol(""), "refused");
  const std::string longest(Symbol::kMaxLength, 'z');
  EXPECT_EQ(ReadSymbol(longest), std::string(64, 'z'));
  EXPECT_EQ(ReadSymbol(longest + "z"), "refused");
  EXPECT_EQ(ReadSymbol(std::string(1'000'000, 'A')), "refused");
  for (std::size_t length = 1; length <= Symbol::kMaxLength; ++length) {
    const auto symbol = Symbol::Parse(std::string(length, 'A'));
    ASSERT_TRUE(symbol);
    EXPECT_EQ(symbol->length(), length);
    EXPECT_EQ(symbol->view().size(), length);
  }
}

TEST(SymbolTest, SaysItsRule) {
  EXPECT_NE(std::string_view(Symbol::Rule()).find(".-^=/:_+*$@#!&%~()|?"),
            std::string_view::npos);
}

TEST(SymbolTest, ComparesAlphabetically) {
  const Symbol a = *Symbol::Parse("A");
  const Symbol aa = *Symbol::Parse("AA");
  const Symbol b = *Symbol::Parse("B");
  EXPECT_TRUE(a < aa && aa < b && a < b);
  EXPECT_FALSE(b < a || a < a);
  EXPECT_EQ(aa, *Symbol::Parse("AA"));
  EXPECT_NE(a, aa);
  // The last of the characters counts too.
  EXPECT_NE(*Symbol::Parse(std::string(63, 'A') + "B"),
            *Symbol::Parse(std::string(63, 'A') + "C"));
}

TEST(SymbolTest, HashesEqualSymbolsAlike) {
  EXPECT_EQ(Symbol::Parse("AAPL")->Hash(), Symbol::Parse("AAPL")->Hash());
  EXPECT_NE(Symbol::Parse("aapl")->Hash(), Symbol::Parse("AAPL")->Hash());
  EXPECT_EQ(std::hash<Symbol>()(*Symbol::Parse("AAPL")),
            Symbol::Parse("AAPL")->Hash());
}

TEST(SymbolTest, HashesEachPlaceOfTheSymbol) {
  std::set<std::uint64_t> hashes;
  for (std::size_t i = 0; i < Symbol::kMaxLength; ++i) {
    std::string text(Symbol::kMaxLength, 'A');
    text[i] = 'B';
    hashes.insert(Symbol::Parse(text)->Hash());
  }
  EXPECT_EQ(hashes.size(), Symbol::kMaxLength);
}

TEST(SymbolTest, SpreadsNeighboursOverTheLowAndTheHighBits) {
  // Thrown at random into 65,536 boxes, 10,000 balls fill 9,275 or so.
  std::unordered_set<std::uint64_t> low, high;
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t hash = Symbol::Parse("S" + std::to_string(i))->Hash();
    low.insert(hash & 0xffff);
    high.insert(hash >> 48);
  }
  EXPECT_GT(low.size(), 9'000u);
  EXPECT_GT(high.size(), 9'000u);
}

}  // namespace
}  // namespace tickerhub
