// What a client's message may have at most.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "protocol/client_message.h"

namespace tickerhub::internal::protocol {
namespace {

std::string Nested(std::size_t depth) {
  std::string text = R"({"type":"resume","x":)";
  for (std::size_t i = 1; i < depth; ++i) text += i % 2 ? "[" : R"({"y":)";
  text += "1";
  for (std::size_t i = depth - 1; i > 0; --i) text += i % 2 ? "]" : "}";
  return text + "}";
}

TEST(ClientMessageLimitsTest, BoundsTheDepth) {
  EXPECT_TRUE(Decode(Nested(8)).ok) << Nested(8);
  const DecodeResult nested = Decode(Nested(9));
  EXPECT_EQ(nested.error, ErrorCode::kInvalidJson);
  EXPECT_EQ(nested.error_message, "It is nested too deep.");
  EXPECT_EQ(Decode(std::string(100'000, '[')).error, ErrorCode::kInvalidJson);
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += R"({"a":)";
  EXPECT_EQ(Decode(objects).error, ErrorCode::kInvalidJson);
}

TEST(ClientMessageLimitsTest, BoundsTheDepthByAnOption) {
  DecodeLimits limits;
  EXPECT_EQ(limits.max_depth, 8u);
  limits.max_depth = 1;
  EXPECT_TRUE(Decode(R"({"type":"resume"})", limits).ok);
  EXPECT_FALSE(Decode(R"({"type":"resume","a":[]})", limits).ok);
}

TEST(ClientMessageLimitsTest, BoundsTheItemsOfAList) {
  DecodeLimits limits;
  EXPECT_EQ(limits.max_array_items, 10'000u);
  limits.max_array_items = 2;
  EXPECT_TRUE(Decode(R"({"type":"subscribe","stocks":["A","B"]})", limits).ok);
  const DecodeResult long_list =
      Decode(R"({"type":"subscribe","stocks":["A","B","C"]})", limits);
  EXPECT_EQ(long_list.error, ErrorCode::kInvalidField);
  EXPECT_THAT(long_list.error_message,
              ::testing::StartsWith("'stocks' must be"));
  EXPECT_EQ(long_list.message.stocks->size(), 2u);
}

}  // namespace
}  // namespace tickerhub::internal::protocol
