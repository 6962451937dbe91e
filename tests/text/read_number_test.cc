#include "text/read_number.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>

namespace tickerhub::internal {
namespace {

TEST(ReadNumberTest, ReadsATextThatIsANumberAsAWhole) {
  EXPECT_EQ(ReadNumber<std::uint16_t>("0"), 0);
  EXPECT_EQ(ReadNumber<std::uint16_t>("065535"), 65'535);
  EXPECT_EQ(ReadNumber<int>("-17"), -17);
  EXPECT_EQ(ReadNumber<double>("2.5e1"), 25.0);
}

TEST(ReadNumberTest, ReadsNothingElse) {
  for (const char* text : {"", " 1", "1 ", "+1", "-1", "0x1", "1.0", "1a"}) {
    EXPECT_EQ(ReadNumber<std::uint64_t>(text), std::nullopt) << text;
  }
}

TEST(ReadNumberTest, ReadsNoNumberThatDoesNotFit) {
  EXPECT_EQ(ReadNumber<std::uint16_t>("65536"), std::nullopt);
  EXPECT_EQ(ReadNumber<std::uint64_t>("18446744073709551616"), std::nullopt);
  EXPECT_EQ(ReadNumber<double>("1e400"), std::nullopt);
}

}  // namespace
}  // namespace tickerhub::internal
