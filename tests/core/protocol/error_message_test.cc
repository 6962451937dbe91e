#include "protocol/error_message.h"

#include <gtest/gtest.h>

namespace tickerhub::internal::protocol {
namespace {

TEST(ErrorCodeTest, NamesEachCodeAsTheProtocolDoes) {
  EXPECT_STREQ(Name(ErrorCode::kInvalidJson), "invalid-json");
  EXPECT_STREQ(Name(ErrorCode::kBinary), "binary");
  EXPECT_STREQ(Name(ErrorCode::kUnknownType), "unknown-type");
  EXPECT_STREQ(Name(ErrorCode::kMissingField), "missing-field");
  EXPECT_STREQ(Name(ErrorCode::kInvalidField), "invalid-field");
  EXPECT_STREQ(Name(ErrorCode::kRateLimited), "rate-limited");
  EXPECT_STREQ(Name(ErrorCode::kInvalidSymbol), "invalid-symbol");
  EXPECT_STREQ(Name(ErrorCode::kAlreadyTracked), "already-tracked");
  EXPECT_STREQ(Name(ErrorCode::kNoPrice), "no-price");
  EXPECT_STREQ(Name(ErrorCode::kTooManyStocks), "too-many-stocks");
  EXPECT_STREQ(Name(ErrorCode::kAddingDisabled), "adding-disabled");
  EXPECT_STREQ(Name(ErrorCode::kIdentityIsFixed), "identity-is-fixed");
  EXPECT_STREQ(Name(ErrorCode::kSendingDisabled), "sending-disabled");
  EXPECT_STREQ(Name(ErrorCode::kUnknownStock), "unknown-stock");
  EXPECT_STREQ(Name(ErrorCode::kTooManySubscriptions),
               "too-many-subscriptions");
  EXPECT_STREQ(Name(ErrorCode::kInvalidIdentifier), "invalid-identifier");
  EXPECT_STREQ(Name(ErrorCode::kReservedIdentifier), "reserved-identifier");
  EXPECT_STREQ(Name(ErrorCode::kTooManyConnections), "too-many-connections");
  EXPECT_STREQ(Name(ErrorCode::kEmptyMessage), "empty-message");
  EXPECT_STREQ(Name(ErrorCode::kMessageTooLong), "message-too-long");
  EXPECT_STREQ(Name(ErrorCode::kUnknownRecipient), "unknown-recipient");
}

TEST(ErrorMessageTest, HasCodeAndSentence) {
  EXPECT_EQ(EncodeError(ErrorCode::kNoPrice, "No \"price\".", "").text(),
            R"({"type":"error","code":"no-price","message":"No \"price\"."})");
}

TEST(ErrorMessageTest, CarriesTheRequestIdBack) {
  EXPECT_EQ(EncodeError(ErrorCode::kBinary, "No.", "\"a\"").text(),
            R"({"type":"error","code":"binary","message":"No.",)"
            R"("requestId":"a"})");
  EXPECT_EQ(EncodeError(ErrorCode::kBinary, "No.", "-3").text(),
            R"({"type":"error","code":"binary","message":"No.",)"
            R"("requestId":-3})");
}

}  // namespace
}  // namespace tickerhub::internal::protocol
