// Chunked bodies, by bytes (RFC 9112 §7.1): what is taken, and what two readers
// could understand differently.

#include "content/chunked_body.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace tickerhub {
namespace {

using internal::ChunkedBody;
using BodyOutcome = ChunkedBody::Outcome;

constexpr std::size_t kMaxBody = 100;

struct BodyResult {
  BodyOutcome outcome = BodyOutcome::kMore;
  std::string body;
  std::string rest;

  bool operator==(const BodyResult& other) const {
    return outcome == other.outcome &&
           (outcome != BodyOutcome::kDone ||
            (body == other.body && rest == other.rest));
  }
};

BodyResult BodyInPieces(std::string_view bytes, std::size_t size) {
  ChunkedBody chunks;
  BodyResult result;
  while (!bytes.empty() && result.outcome == BodyOutcome::kMore) {
    std::string_view piece = bytes.substr(0, size);
    bytes.remove_prefix(piece.size());
    result.outcome = chunks.Take(&piece, kMaxBody, &result.body);
    EXPECT_LE(result.body.size(), kMaxBody);
    if (result.outcome == BodyOutcome::kMore) {
      EXPECT_TRUE(piece.empty());
    } else {
      result.rest = std::string(piece) + std::string(bytes);
    }
  }
  return result;
}

// The outcome must not depend on how the bytes come.
BodyResult ReadBody(std::string_view bytes) {
  BodyResult at_once = BodyInPieces(bytes, bytes.size());
  for (const std::size_t size : {1U, 2U, 3U, 7U}) {
    EXPECT_TRUE(BodyInPieces(bytes, size) == at_once) << bytes << size;
  }
  return at_once;
}

TEST(ChunkedBodyTest, IsReadAndLeavesWhatFollows) {
  const BodyResult result = ReadBody(
      "5\r\nhello\r\n00A;name=\"a value\";x\r\n, world\r\n.\r\n0\r\n\r\nGET");
  EXPECT_EQ(result.outcome, BodyOutcome::kDone);
  EXPECT_EQ(result.body, "hello, world\r\n.");
  EXPECT_EQ(result.rest, "GET");
  EXPECT_EQ(ReadBody("0\r\n\r\n").outcome, BodyOutcome::kDone);
  EXPECT_EQ(ReadBody("a\r\n0123456789\r\n0\r\nX: y\r\nZ:\r\n\r\n").body,
            "0123456789");
}

TEST(ChunkedBodyTest, WaitsForItsEnd) {
  const std::string whole = "3\r\nabc\r\n0\r\nX: y\r\n\r\n";
  for (std::size_t size = 1; size < whole.size(); ++size) {
    EXPECT_EQ(ReadBody(whole.substr(0, size)).outcome, BodyOutcome::kMore)
        << size;
  }
  EXPECT_EQ(ReadBody(whole).outcome, BodyOutcome::kDone);
}

// Each of these has been understood in two ways by a proxy and a server.
TEST(ChunkedBodyTest, RefusesWhatIsNotQuiteOne) {
  using std::string_literals::operator""s;
  for (const std::string& bytes :
       {"5\nhello\r\n0\r\n\r\n"s,     // a bare line feed
        "5\r\nhello\n0\r\n\r\n"s,     // behind the data too
        "5\r\nhello\r\n0\n\n"s,       //
        "5\r\r\nhello\r\n"s,          // a bare carriage return
        "5;a\rb\r\nhello\r\n"s,       // inside an extension
        "5;a\nb\r\nhello\r\n"s,       //
        "5\r\nhelloX\r\n0\r\n\r\n"s,  // longer than it says
        "5\r\nhell\r\n0\r\n\r\n"s,    // shorter
        "5 \r\nhello\r\n"s,           // blanks
        " 5\r\nhello\r\n"s,
        "5\t;a\r\nhello\r\n"s,  //
        "\r\nhello\r\n"s,       // no size
        ";a\r\nhello\r\n"s,
        "-5\r\nhello\r\n"s,
        "+5\r\nhello\r\n"s,
        "0x5\r\nhello\r\n"s,
        "5h\r\nhello\r\n"s,
        "5,5\r\nhello\r\n"s,
        "000000005\r\nhello\r\n"s,  // too many digits
        "100000005\r\nhello\r\n"s,
        "fffffffffffffffff\r\n"s,
        "5\0\r\nhello\r\n"s,  // control characters
        "5;a\x7F\r\nhello\r\n"s,
        "0\r\nno colon\r\n\r\n"s,  // trailers
        "0\r\n: y\r\n\r\n"s,
        "0\r\nX : y\r\n\r\n"s,
        "0\r\n X: y\r\n\r\n"s,
        "0\r\nX: y\n\r\n"s,
        "0\r\nX: a\0b\r\n\r\n"s}) {
    EXPECT_EQ(ReadBody(bytes).outcome, BodyOutcome::kMalformed) << bytes;
  }
}

TEST(ChunkedBodyTest, IsBoundedInAllItsParts) {
  const std::string most = "64\r\n" + std::string(kMaxBody, 'x') + "\r\n";
  EXPECT_EQ(ReadBody(most + "0\r\n\r\n").outcome, BodyOutcome::kDone);
  EXPECT_EQ(ReadBody(most + "1\r\nx").outcome, BodyOutcome::kTooLarge);
  EXPECT_EQ(ReadBody("65\r\n").outcome, BodyOutcome::kTooLarge);
  EXPECT_EQ(ReadBody("ffffffff\r\n").outcome, BodyOutcome::kTooLarge);
  EXPECT_EQ(ReadBody("5;" + std::string(2'000, 'x')).outcome,
            BodyOutcome::kTooLong);
  EXPECT_EQ(ReadBody(std::string(2'000, '0')).outcome, BodyOutcome::kTooLong);
  EXPECT_EQ(ReadBody("0\r\nX:" + std::string(2'000, 'x')).outcome,
            BodyOutcome::kTooLong);
  std::string extensions;
  for (int i = 0; i < 20; ++i) {
    extensions += "1;" + std::string(300, 'x') + "\r\nx\r\n";
  }
  EXPECT_EQ(ReadBody(extensions).outcome, BodyOutcome::kTooLong);
  std::string trailers = "0\r\n";
  for (int i = 0; i < 20; ++i)
    trailers += "X: " + std::string(300, 'x') + "\r\n";
  EXPECT_EQ(ReadBody(trailers).outcome, BodyOutcome::kTooLong);
}

}  // namespace
}  // namespace tickerhub
