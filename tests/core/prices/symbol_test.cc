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
  for (const char* text :
       {"AAPL", "BRK.B", "BF-A", "^GSPC", "BTC-USD", "7203.T", "EURUSD=X", "A",
        "7", "BTC/USD", "BINANCE:BTC", "ES_F", "X+", "*S", "$SPX", "A@B", "#1",
        "YAHOO!"}) {
    EXPECT_EQ(ReadSymbol(text), text);
  }
}

TEST(SymbolTest, UpperCasesAsciiLetters) {
  EXPECT_EQ(ReadSymbol("aapl"), "AAPL");
  EXPECT_EQ(ReadSymbol("brk.B"), "BRK.B");
  EXPECT_EQ(ReadSymbol("az09"), "AZ09");
}

TEST(SymbolTest, TakesExactlyTheBytesOfItsRule) {
  const std::string_view others = ".-^=/:_+*$@#!";
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      (c >= '0' && c <= '9') ||
                      (c != '\0' && others.find(c) != others.npos);
    EXPECT_EQ(Symbol::Parse(std::string("A") + c).has_value(), good) << byte;
  }
}

TEST(SymbolTest, RefusesWhatNeedsEscaping) {
  for (const char* text : {"A B", "\"A\"", "'A'", "<A>", "A&B", "A\\B", "A,B",
                           "A\n", "A\t", "A;", "\xc3\x84", "A\x7f", "{A}"}) {
    EXPECT_EQ(ReadSymbol(text), "refused") << text;
  }
}

TEST(SymbolTest, NeedsALetterOrADigit) {
  EXPECT_EQ(ReadSymbol("."), "refused");
  EXPECT_EQ(ReadSymbol("^-="), "refused");
  EXPECT_EQ(ReadSymbol("^-=1"), "^-=1");
}

TEST(SymbolTest, HasFromOneToThirtyTwoCharacters) {
  EXPECT_EQ(ReadSymbol(""), "refused");
  const std::string longest(Symbol::kMaxLength, 'z');
  EXPECT_EQ(ReadSymbol(longest), std::string(32, 'Z'));
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
  EXPECT_NE(std::string_view(Symbol::Rule()).find(".-^=/:_+*$@#!"),
            std::string_view::npos);
}

TEST(SymbolTest, ComparesAlphabetically) {
  const Symbol a = *Symbol::Parse("A");
  const Symbol aa = *Symbol::Parse("aa");
  const Symbol b = *Symbol::Parse("B");
  EXPECT_TRUE(a < aa && aa < b && a < b);
  EXPECT_FALSE(b < a || a < a);
  EXPECT_EQ(aa, *Symbol::Parse("AA"));
  EXPECT_NE(a, aa);
  // The last of the characters counts too.
  EXPECT_NE(*Symbol::Parse(std::string(31, 'A') + "B"),
            *Symbol::Parse(std::string(31, 'A') + "C"));
}

TEST(SymbolTest, HashesEqualSymbolsAlike) {
  EXPECT_EQ(Symbol::Parse("aapl")->Hash(), Symbol::Parse("AAPL")->Hash());
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
