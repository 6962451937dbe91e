#include "handshake/accept_key.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <websocketpp/base64/base64.hpp>
#include <websocketpp/sha1/sha1.hpp>

namespace tickerhub {
namespace {

std::string AnswerTo(std::string_view key) {
  const internal::AcceptKey answer = internal::AcceptKeyOf(key);
  return {answer.data(), answer.size()};
}

TEST(AcceptKeyTest, IsTheOneOfTheStandardsExample) {
  // RFC 6455 §1.3.
  EXPECT_EQ(AnswerTo("dGhlIHNhbXBsZSBub25jZQ=="),
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(AcceptKeyTest, IsTheOneOfWebsocketppForAnyKey) {
  std::mt19937 random(1);
  for (int i = 0; i < 10'000; ++i) {
    std::string key(24, '\0');
    for (char& c : key) c = static_cast<char>(random());
    const std::string message = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[20];
    ::websocketpp::sha1::calc(message.data(), message.size(), digest);
    ASSERT_EQ(AnswerTo(key),
              ::websocketpp::base64_encode(digest, sizeof digest));
  }
}

}  // namespace
}  // namespace tickerhub
