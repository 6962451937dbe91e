// RFC 9110 §14.

#include "content/byte_range.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace tickerhub {
namespace {

// "first+size" of a content of 10 bytes, or "whole".
std::string RangeIn(std::string_view range, std::size_t content_size = 10) {
  const auto part = internal::ReadByteRange(range, content_size);
  if (!part) return "whole";
  EXPECT_LE(part->first + part->size, content_size);
  return std::to_string(part->first) + "+" + std::to_string(part->size);
}

TEST(ByteRangeTest, IsReadInItsThreeForms) {
  EXPECT_EQ(RangeIn("bytes=0-0"), "0+1");
  EXPECT_EQ(RangeIn("bytes=2-5"), "2+4");
  EXPECT_EQ(RangeIn("BYTES= 2-5 "), "2+4");
  EXPECT_EQ(RangeIn("bytes=9-"), "9+1");
  EXPECT_EQ(RangeIn("bytes=-3"), "7+3");
  EXPECT_EQ(RangeIn("bytes=2-99999999999999999999999"), "2+8");
  EXPECT_EQ(RangeIn("bytes=-99999999999999999999999"), "0+10");
}

TEST(ByteRangeTest, ThatTheContentDoesNotHaveIsEmpty) {
  EXPECT_EQ(RangeIn("bytes=10-"), "0+0");
  EXPECT_EQ(RangeIn("bytes=10-11"), "0+0");
  EXPECT_EQ(RangeIn("bytes=99999999999999999999999-"), "0+0");
  EXPECT_EQ(RangeIn("bytes=-0"), "10+0");
  EXPECT_EQ(RangeIn("bytes=0-", 0), "0+0");
  EXPECT_EQ(RangeIn("bytes=-1", 0), "0+0");
}

TEST(ByteRangeTest, ThatIsMalformedDoesNotCount) {
  for (const char* range :
       {"", "bytes", "bytes=", "bytes=-", "bytes=5", "bytes=a-b", "bytes=5-4",
        "bytes=+1-2", "bytes=1-2x", "bytes=1-2,4-5", "bytes=1--2", "lines=1-2",
        "bytes =1-2", "bytes=0x1-2", "bytes=1 -2"}) {
    EXPECT_EQ(RangeIn(range), "whole") << range;
  }
}

}  // namespace
}  // namespace tickerhub
