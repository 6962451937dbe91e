#include "load/handshake.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "load/deflate_answer.h"
#include "load/masked_frame.h"

namespace tickerhub::load {
namespace {

using State = HandshakeAnswer::State;

const char kGood[] =
    "HTTP/1.1 101 Switching Protocols\r\n"
    "upgrade: WebSocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept:  s3pPLMBiTxaQ9kYGzzhZRbK+xOo= \r\n\r\n";

std::string With(std::string text, const std::string& from,
                 const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

HandshakeAnswer Read(std::string_view bytes) {
  return ReadHandshakeAnswer(bytes, /*compression=*/false);
}

TEST(HandshakeTest, AsksAsTheStandardWantsIt) {
  EXPECT_EQ(HandshakeRequest("h:1", "/stocks?x=1", /*compression=*/false),
            "GET /stocks?x=1 HTTP/1.1\r\nHost: h:1\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n");
}

TEST(HandshakeTest, TakesAGoodAnswerAndLeavesTheFramesBehindIt) {
  const HandshakeAnswer answer = Read(std::string(kGood) + "xyz");
  EXPECT_EQ(answer.state, State::kAccepted) << answer.reason;
  EXPECT_EQ(answer.bytes, sizeof kGood - 1);
  EXPECT_EQ(answer.status, 101);
}

TEST(HandshakeTest, WaitsForTheWholeAnswer) {
  const std::string_view all = kGood;
  for (std::size_t size = 0; size < all.size(); ++size) {
    EXPECT_EQ(Read(all.substr(0, size)).state, State::kIncomplete) << size;
  }
}

TEST(HandshakeTest, TellsTheStatusOfARefusal) {
  const HandshakeAnswer answer =
      Read("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n\r\nfull");
  EXPECT_EQ(answer.state, State::kRefused);
  EXPECT_EQ(answer.status, 503);
}

TEST(HandshakeTest, RefusesAnAnswerThatIsNone) {
  for (const std::string& bad :
       {std::string("SSH-2.0-x"), std::string("HTTP/1.0 101 x\r\n\r\n"),
        std::string("HTTP/1.1 abc x\r\n\r\n"), With(kGood, "xOo=", "xOo"),
        With(kGood, "WebSocket\r", "h2c\r"), With(kGood, "upgrade:", "down:"),
        With(kGood, "\r\n\r\n",
             "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"),
        "HTTP/1.1 101 x\r\n" + std::string(17 * 1024, 'h')}) {
    const HandshakeAnswer answer = Read(bad);
    EXPECT_EQ(answer.state, State::kInvalid) << bad.substr(0, 200);
    EXPECT_STRNE(answer.reason, "");
  }
}

// A good answer with these fields, to a request that offered compression.
HandshakeAnswer ReadWith(const std::string& fields) {
  return ReadHandshakeAnswer(With(kGood, "\r\n\r\n", "\r\n" + fields + "\r\n"),
                             /*compression=*/true);
}

HandshakeAnswer ReadExtension(const std::string& chosen) {
  return ReadWith("sec-websocket-extensions: " + chosen + "\r\n");
}

TEST(HandshakeTest, OffersCompressionWithoutContextTakeover) {
  const std::string request =
      HandshakeRequest("h:1", "/", /*compression=*/true);
  EXPECT_NE(request.find("\r\nSec-WebSocket-Extensions: permessage-deflate; "
                         "server_no_context_takeover; "
                         "client_no_context_takeover\r\n\r\n"),
            std::string::npos)
      << request;
}

TEST(HandshakeTest, LetsTheServerChooseCompressionOrNot) {
  const HandshakeAnswer without = ReadWith("");
  EXPECT_EQ(without.state, State::kAccepted) << without.reason;
  EXPECT_FALSE(without.compression);
  for (const std::string& chosen :
       {std::string(kDeflateOffer),
        std::string("permessage-deflate;server_no_context_takeover"),
        std::string("permessage-deflate ; client_no_context_takeover ;"
                    "\tserver_max_window_bits=9; server_no_context_takeover"),
        std::string("permessage-deflate; server_no_context_takeover; "
                    "server_max_window_bits=15")}) {
    const HandshakeAnswer answer = ReadExtension(chosen);
    EXPECT_EQ(answer.state, State::kAccepted) << chosen << answer.reason;
    EXPECT_TRUE(answer.compression) << chosen;
  }
}

void ExpectInvalid(const std::string& chosen, const char* reason) {
  const HandshakeAnswer answer = ReadExtension(chosen);
  EXPECT_EQ(answer.state, State::kInvalid) << chosen;
  EXPECT_STREQ(answer.reason, reason) << chosen;
}

TEST(HandshakeTest, RefusesCompressionThatIsNotWhatWasOffered) {
  std::vector<std::string> all = {
      "permessage-deflate", "permessage-deflate; client_no_context_takeover"};
  for (const char* parameters :
       {"; server_no_context_takeover", "; client_no_context_takeover",
        "; client_max_window_bits", "; client_max_window_bits=10",
        "; server_max_window_bits", "; server_max_window_bits=",
        "; server_max_window_bits=7", "; server_max_window_bits=16",
        "; server_max_window_bits=9; server_max_window_bits=9", "; x", "; ; x",
        "=1"}) {
    all.push_back(std::string(kDeflateOffer).append(parameters));
  }
  for (const std::string& chosen : all) {
    ExpectInvalid(chosen,
                  "the server chose compression in a way that nobody offered");
  }
}

TEST(HandshakeTest, RefusesOtherExtensionsThanTheOneOffered) {
  for (const char* chosen :
       {"x-webkit-deflate-frame",
        "permessage-deflat; server_no_context_takeover",
        "permessage-deflate; server_no_context_takeover, permessage-deflate",
        "permessage-deflate; server_no_context_takeover\r\n"
        "Sec-WebSocket-Extensions: x"}) {
    ExpectInvalid(chosen, "the server chose an extension that nobody offered");
  }
}

TEST(MaskedFrameTest, MasksAsTheStandardsExample) {
  // RFC 6455 §5.7: "A single-frame masked text message".
  EXPECT_EQ(MaskedFrame(Opcode::kText, "Hello", 0x37fa213d),
            "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
}

TEST(MaskedFrameTest, WritesEveryLength) {
  EXPECT_EQ(
      MaskedFrame(Opcode::kBinary, std::string(126, '\0'), 0).substr(0, 8),
      std::string("\x82\xfe\x00\x7e\0\0\0\0", 8));
  EXPECT_EQ(
      MaskedFrame(Opcode::kBinary, std::string(65536, '\0'), 0).substr(0, 14),
      std::string("\x82\xff\0\0\0\0\0\x01\0\0\0\0\0\0", 14));
}

TEST(MaskedFrameTest, WritesAndReadsCloseCodes) {
  EXPECT_EQ(ClosePayload(4001), "\x0f\xa1");
  EXPECT_EQ(ClosePayload(1005), "");
  EXPECT_EQ(CloseCodeOf("\x0f\xa1"
                        "slow"),
            4001);
  EXPECT_EQ(CloseCodeOf(""), 1005);
}

}  // namespace
}  // namespace tickerhub::load
