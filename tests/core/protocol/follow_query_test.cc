#include "protocol/follow_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace tickerhub::internal::protocol {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// REQUIRES: the query is accepted.
ClientMessage Read(std::string_view query) {
  const std::optional<DecodeResult> result = DecodeFollowQuery(query);
  EXPECT_TRUE(result && result->ok) << query;
  return result ? result->message : ClientMessage();
}

// The sentence with which the query is refused.
std::string Refusal(std::string_view query) {
  const std::optional<DecodeResult> result = DecodeFollowQuery(query);
  if (!result || result->ok) return "accepted";
  EXPECT_EQ(result->error, ErrorCode::kInvalidField);
  return result->error_message;
}

TEST(FollowQueryTest, IsNoneWithoutStocksAndMaxRate) {
  EXPECT_EQ(DecodeFollowQuery(""), std::nullopt);
  EXPECT_EQ(DecodeFollowQuery("token=abc&stock=A&Stocks=A&maxrate=1"),
            std::nullopt);
}

TEST(FollowQueryTest, ReadsTheFieldsOfASubscribe) {
  const ClientMessage both = Read("stocks=AAPL,MSFT&maxRate=2");
  EXPECT_EQ(both.type, MessageType::kSubscribe);
  EXPECT_THAT(*both.stocks, ElementsAre("AAPL", "MSFT"));
  EXPECT_EQ(both.max_rate, 2.0);
  EXPECT_EQ(both.request_id, "");
  EXPECT_EQ(Read("stocks=A").max_rate, std::nullopt);
  const ClientMessage all = Read("token=x&maxRate=0.5&y");
  EXPECT_EQ(all.stocks, std::nullopt);
  EXPECT_EQ(all.max_rate, 0.5);
}

TEST(FollowQueryTest, DecodesTheNamesOfStocks) {
  EXPECT_THAT(*Read("stocks=%5EGSPC%2CBRK%2BA,b+c").stocks,
              ElementsAre("^GSPC", "BRK+A", "b c"));
  EXPECT_THAT(*Read("%73tocks=A").stocks, ElementsAre("A"));
}

TEST(FollowQueryTest, KeepsEmptyNamesToBeRefused) {
  EXPECT_THAT(*Read("stocks=").stocks, IsEmpty());
  EXPECT_THAT(*Read("stocks").stocks, IsEmpty());
  EXPECT_THAT(*Read("stocks=,").stocks, ElementsAre("", ""));
  EXPECT_THAT(*Read("stocks=A,").stocks, ElementsAre("A", ""));
}

TEST(FollowQueryTest, ReadsRatesAsJsonDoes) {
  EXPECT_EQ(Read("maxRate=0").max_rate, 0.0);
  EXPECT_EQ(Read("maxRate=1e1").max_rate, 10.0);
  for (const char* rate : {"", "fast", "nan", "inf", "Infinity", "-1", "+1",
                           "0x1", "1,5", "1.2.3", "1e999", "1 ", "2%00"}) {
    EXPECT_EQ(Refusal("maxRate=" + std::string(rate)),
              "'maxRate' must be a number that is not negative.")
        << rate;
  }
}

TEST(FollowQueryTest, RefusesWhatIsGivenTwice) {
  EXPECT_EQ(Refusal("stocks=A&stocks=B"), "The query has 'stocks' twice.");
  EXPECT_EQ(Refusal("stocks=A&x=1&%73tocks=A"),
            "The query has 'stocks' twice.");
  EXPECT_EQ(Refusal("maxRate=1&maxRate=1"), "The query has 'maxRate' twice.");
}

TEST(FollowQueryTest, RefusesWithTheSentencesOfASubscribe) {
  DecodeLimits limits;
  limits.max_array_items = 2;
  const auto too_long = DecodeFollowQuery("stocks=A,B,C", limits);
  ASSERT_TRUE(too_long && !too_long->ok);
  EXPECT_EQ(too_long->error_message,
            Decode(R"({"type":"subscribe","stocks":["A","B","C"]})", limits)
                .error_message);
  EXPECT_TRUE(DecodeFollowQuery("stocks=A,B", limits)->ok);
  EXPECT_EQ(Refusal("maxRate=-1"),
            Decode(R"({"type":"subscribe","maxRate":-1})").error_message);
}

}  // namespace
}  // namespace tickerhub::internal::protocol
