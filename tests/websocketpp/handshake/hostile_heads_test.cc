// Heads that were changed at random, always the same ones: however their bytes
// come, the outcome is the same, and what is taken keeps the promises of
// StrictRequest.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "handshake/strict_request.h"
#include "text/ascii.h"

namespace tickerhub {
namespace {

using internal::StrictRequest;

// What came of a request, to be compared.
struct ReadRequest {
  int status = 0;  // of the refusal
  bool ready = false;
  bool is_handshake = false;
  std::size_t taken = 0;
  std::string method, uri, version, body;
  std::vector<std::pair<std::string, std::string>> fields;

  bool operator==(const ReadRequest& other) const {
    return status == other.status && ready == other.ready &&
           is_handshake == other.is_handshake && method == other.method &&
           uri == other.uri && version == other.version && body == other.body &&
           fields == other.fields && (!ready || taken == other.taken);
  }
};

// Reads `bytes` in pieces; `next_size` says of which size. Anything but a
// refusal leaves this function and fails the test.
template <typename NextSize>
ReadRequest Read(std::string_view bytes, NextSize next_size) {
  StrictRequest request;
  request.set_max_body_size(50);
  ReadRequest outcome;
  try {
    while (!bytes.empty() && !request.ready()) {
      const std::string_view piece = bytes.substr(0, next_size());
      request.consume(piece.data(), piece.size());
      outcome.taken += piece.size() - request.unused();
      bytes.remove_prefix(piece.size());
    }
  } catch (const ::websocketpp::http::exception& refusal) {
    outcome.status = refusal.m_error_code;
    return outcome;
  }
  outcome.ready = request.ready();
  if (!outcome.ready) return outcome;
  outcome.is_handshake = request.is_handshake();
  outcome.method = request.get_method();
  outcome.uri = request.get_uri();
  outcome.version = request.get_version();
  outcome.body = request.get_body();
  ConnectRequest taken;
  request.TakeInto(&taken);
  const HeaderFields& headers = taken.headers;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    outcome.fields.emplace_back(headers[i].name, headers[i].value);
  }
  return outcome;
}

const std::vector<std::string>& Seeds() {
  static const std::vector<std::string> kSeeds = {
      "GET /a?b=c HTTP/1.1\r\nHost: localhost:9000\r\nUpgrade: websocket\r\n"
      "Connection: keep-alive, Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: "
      "permessage-deflate; client_max_window_bits\r\n"
      "Origin: http://localhost\r\n\r\n\x81\x85mask",
      "POST http://[::1]:80/x HTTP/1.1\r\nHost: a\r\nContent-Length: "
      "12\r\n\r\nhello, world and more",
      "OPTIONS * HTTP/1.1\r\nHost: a%20b\r\nTransfer-Encoding: "
      "chunked\r\nExpect: 100-continue\r\n\r\n5;a=b\r\nhello\r\n2\r\n, "
      "\r\n0\r\nX: y\r\n\r\nand more",
      "GET /a HTTP/1.0\r\n\r\n",
      "\r\nCONNECT a:1 HTTP/1.1\r\nHost: a:1\r\nX:\r\nX: y\r\nx: z\r\n\r\n"};
  return kSeeds;
}

class Mutator {
 public:
  explicit Mutator(unsigned seed) : random_(seed) {}

  std::string Next() {
    std::string bytes = Seeds()[Below(Seeds().size())];
    for (std::size_t left = Below(5); left > 0; --left) Change(&bytes);
    return bytes;
  }
  std::size_t Below(std::size_t limit) { return random_() % limit; }

 private:
  void Change(std::string* bytes) {
    static const std::vector<std::string> kPieces = {"\r\n",
                                                     "\n",
                                                     "\r",
                                                     "\r\n\r\n",
                                                     " ",
                                                     "\t",
                                                     ":",
                                                     ",",
                                                     std::string(1, '\0'),
                                                     "Host: b\r\n",
                                                     "[::1",
                                                     "%",
                                                     "://",
                                                     "*",
                                                     "\x7F",
                                                     "Content-Length:",
                                                     "5",
                                                     "99999",
                                                     "\xFF",
                                                     ";",
                                                     "@",
                                                     "Upgrade: x\r\n",
                                                     "\r\n y",
                                                     "HTTP/1.1",
                                                     "13",
                                                     "=",
                                                     "#",
                                                     "Sec-WebSocket-Key:",
                                                     "chunked",
                                                     "\""};
    const std::size_t place = Below(bytes->size() + 1);
    const std::size_t rest = bytes->size() - place;
    switch (Below(5)) {
      case 0:
        bytes->insert(place, kPieces[Below(kPieces.size())]);
        break;
      case 1:
        bytes->erase(place, Below(std::min<std::size_t>(rest, 20) + 1));
        break;
      case 2:
        if (rest > 0) (*bytes)[place] = static_cast<char>(random_());
        break;
      case 3:  // a line, or more, twice
        bytes->insert(Below(bytes->size() + 1),
                      bytes->substr(place, Below(rest + 1)));
        break;
      default:
        bytes->insert(place, std::string(Below(200), 'x'));
    }
  }

  std::mt19937 random_;
};

bool HasControls(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) {
    return (c < ' ' && c != '\t') || c == 0x7F;
  });
}

// What must be true of a request that was taken.
void ExpectGood(const ReadRequest& outcome, std::string_view bytes) {
  EXPECT_FALSE(outcome.method.empty());
  EXPECT_FALSE(outcome.uri.empty());
  EXPECT_FALSE(HasControls(outcome.uri));
  EXPECT_EQ(outcome.uri.find(' '), std::string::npos);
  std::size_t hosts = 0;
  bool chunked = false;
  for (const auto& [name, value] : outcome.fields) {
    EXPECT_FALSE(HasControls(name));
    EXPECT_FALSE(HasControls(value));
    hosts += name.size() == 4 && (name[0] | 0x20) == 'h' && !value.empty() &&
             value.find(' ') == std::string::npos;
    chunked =
        chunked || internal::EqualsIgnoringCase(name, "Transfer-Encoding");
  }
  EXPECT_LE(hosts, 1U);
  EXPECT_LE(outcome.body.size(), 50U);
  EXPECT_EQ(outcome.version.substr(0, 7), "HTTP/1.");
  const std::size_t head_end = bytes.find("\r\n\r\n") + 4;
  if (chunked) {
    // The last chunk and the empty line behind it.
    EXPECT_EQ(bytes.substr(outcome.taken - 4, 4), "\r\n\r\n");
    EXPECT_GE(outcome.taken, head_end + outcome.body.size() + 5);
  } else {
    EXPECT_EQ(outcome.taken, head_end + outcome.body.size());
  }
  EXPECT_TRUE(!outcome.is_handshake || outcome.body.empty());
}

TEST(HostileHeadsTest, AreReadAlikeHoweverTheirBytesCome) {
  Mutator mutator(1);
  std::set<int> statuses;
  std::size_t handshakes = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string bytes = mutator.Next();
    const ReadRequest at_once = Read(bytes, [] { return std::string::npos; });
    ASSERT_TRUE(Read(bytes, [] { return 1; }) == at_once) << bytes;
    for (int split = 0; split < 3; ++split) {
      ASSERT_TRUE(Read(bytes, [&] { return 1 + mutator.Below(128); }) ==
                  at_once)
          << bytes;
    }
    statuses.insert(at_once.status);
    handshakes += at_once.is_handshake;
    if (at_once.ready) ExpectGood(at_once, bytes);
    ASSERT_FALSE(HasFailure()) << bytes;
  }
  // It has reached every answer but 431.
  EXPECT_EQ(statuses, (std::set<int>{0, 400, 413, 417, 426, 501, 505}));
  EXPECT_GT(handshakes, 1000U);
}

TEST(HostileHeadsTest, OfBytesAtRandomAreRefused) {
  std::mt19937 random(2);
  for (int i = 0; i < 1000; ++i) {
    std::string bytes(20'000, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    const ReadRequest at_once = Read(bytes, [] { return std::string::npos; });
    EXPECT_TRUE(at_once.status == 400 || at_once.status == 431);
    EXPECT_TRUE(Read(bytes, [] { return 7; }) == at_once);
  }
}

}  // namespace
}  // namespace tickerhub
