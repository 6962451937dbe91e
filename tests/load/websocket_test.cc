#include "load/websocket.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "server_frames.h"

namespace tickerhub::load {
namespace {

using testing::Compressed;
using testing::ServerFrame;
using Messages = std::vector<std::pair<Opcode, std::string>>;

// A compressed message has a ! at its end.
Messages ReadMessages(const std::vector<std::string_view>& parts) {
  FrameReader reader;
  reader.AllowCompression();
  Messages messages;
  for (std::string_view part : parts) {
    FrameReader::Message message;
    while (reader.Next(&part, &message)) {
      messages.emplace_back(message.opcode, message.data);
      if (message.compressed) messages.back().second += '!';
    }
    EXPECT_TRUE(part.empty());
  }
  EXPECT_EQ(reader.fault(), nullptr);
  return messages;
}

std::string FaultOf(const std::string& bytes, bool compression = false) {
  FrameReader reader;
  if (compression) reader.AllowCompression();
  FrameReader::Message message;
  std::string_view input = bytes;
  while (reader.Next(&input, &message)) {
  }
  return reader.fault() == nullptr ? "" : reader.fault();
}

TEST(FrameReaderTest, ReadsEveryLengthAtItsBorders) {
  for (const std::size_t size :
       {0U, 1U, 125U, 126U, 127U, 65535U, 65536U, 70000U}) {
    const std::string payload(size, 'x');
    EXPECT_EQ(ReadMessages({ServerFrame(Opcode::kText, payload)}),
              (Messages{{Opcode::kText, payload}}))
        << size;
  }
}

TEST(FrameReaderTest, GivesTheSameMessagesWhereverTheStreamIsCut) {
  const std::string bytes =
      Compressed(ServerFrame(Opcode::kText, "one", false)) +
      ServerFrame(Opcode::kPing, "ping") +
      ServerFrame(Opcode::kContinuation, std::string(200, 'x'), false) +
      ServerFrame(Opcode::kContinuation, "", false) +
      ServerFrame(Opcode::kClose, "\x03\xe8") +
      ServerFrame(Opcode::kContinuation, "two") +
      Compressed(ServerFrame(Opcode::kText, "whole")) +
      ServerFrame(Opcode::kBinary, "b") + ServerFrame(Opcode::kText, "");
  const Messages expected = {
      {Opcode::kPing, "ping"},
      {Opcode::kClose, "\x03\xe8"},
      {Opcode::kText, "one" + std::string(200, 'x') + "two!"},
      {Opcode::kText, "whole!"},
      {Opcode::kBinary, "b"},
      {Opcode::kText, ""},
  };
  const std::string_view all = bytes;
  std::vector<std::string_view> single_bytes;
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    if (cut > 0) single_bytes.push_back(all.substr(cut - 1, 1));
    for (std::size_t more = cut; more <= all.size(); more += 7) {
      EXPECT_EQ(ReadMessages({all.substr(0, cut), all.substr(cut, more - cut),
                              all.substr(more)}),
                expected)
          << cut << " " << more;
    }
  }
  EXPECT_EQ(ReadMessages(single_bytes), expected);
}

TEST(FrameReaderTest, RefusesWhatAServerMayNotSend) {
  for (const char* frame : {"\xc1\x01x", "\xa1\x01x", "\x91\x01x"}) {
    EXPECT_EQ(FaultOf(frame), "a frame has a reserved bit set");
  }
  // With compression, RSV1 is allowed where a message begins.
  EXPECT_EQ(FaultOf("\xc1\x01x", true), "");
  for (const char* frame : {"\xc0\x01x", "\xc9\x01x", "\xe1\x01x"}) {
    EXPECT_EQ(FaultOf(frame, true), "a frame has a reserved bit set");
  }
  EXPECT_EQ(FaultOf("\x83\x01x"), "a frame has a reserved opcode");
  EXPECT_EQ(FaultOf("\x8b\x01x"), "a frame has a reserved opcode");
  EXPECT_EQ(FaultOf("\x81\x81keyz-"), "a frame of the server is masked");
}

TEST(FrameReaderTest, RefusesFragmentsOutOfOrder) {
  const std::string end = ServerFrame(Opcode::kContinuation, "x");
  EXPECT_EQ(FaultOf(end), "a continuation frame continues nothing");
  EXPECT_EQ(FaultOf(testing::Text("x") + end),
            "a continuation frame continues nothing");
  EXPECT_EQ(
      FaultOf(ServerFrame(Opcode::kText, "x", false) + testing::Text("y")),
      "a message begins inside of another");
}

TEST(FrameReaderTest, RefusesAMessageBeyondItsLimit) {
  const std::string half(FrameReader::kMaxMessageBytes / 2, 'x');
  const std::string whole = ServerFrame(Opcode::kBinary, half, false) +
                            ServerFrame(Opcode::kContinuation, half, false);
  EXPECT_EQ(FaultOf(whole), "");
  for (const std::string& bytes :
       {whole + ServerFrame(Opcode::kContinuation, "x"),
        std::string("\x81\x7f\0\0\0\0\x01\0\0\x01", 10)}) {
    EXPECT_EQ(FaultOf(bytes), "a message is larger than this client takes");
  }
}

TEST(MaskedFrameTest, MasksAsTheStandardsExample) {
  // RFC 6455 §5.7: "A single-frame masked text message".
  EXPECT_EQ(MaskedFrame(Opcode::kText, "Hello"),
            "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
}

const char kGood[] =
    "HTTP/1.1 101 Switching Protocols\r\n"
    "upgrade: WebSocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept:  s3pPLMBiTxaQ9kYGzzhZRbK+xOo= \r\n\r\n";

std::string With(std::string text, const std::string& from,
                 const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(HandshakeTest, WaitsForTheWholeAnswerAndLeavesTheFramesBehindIt) {
  const std::string all = std::string(kGood) + "xyz";
  for (std::size_t size = 0; size <= all.size(); ++size) {
    const HandshakeAnswer answer =
        ReadHandshakeAnswer(all.substr(0, size), /*compression=*/false);
    EXPECT_EQ(answer.error, "");
    EXPECT_EQ(answer.bytes, size < sizeof kGood - 1 ? 0 : sizeof kGood - 1);
  }
}

TEST(HandshakeTest, SaysWhyAnAnswerIsRefused) {
  const std::pair<std::string, const char*> all[] = {
      {"SSH-2.0-x", "is not HTTP/1.1"},
      {"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n\r\nfull",
       "HTTP 503"},
      {With(kGood, "xOo=", "xOo"), "wrong Accept field"},
      {With(kGood, "WebSocket\r", "h2c\r"), "lacks Upgrade"},
      {With(kGood, "upgrade:", "down:"), "lacks Upgrade"}};
  for (const auto& [bytes, reason] : all) {
    const std::string error = ReadHandshakeAnswer(bytes, true).error;
    EXPECT_NE(error.find(reason), std::string::npos) << error;
  }
}

TEST(HandshakeTest, AgreesToTheCompressionThatWasOffered) {
  EXPECT_FALSE(ReadHandshakeAnswer(kGood, true).compression);
  const auto read = [](const std::string& chosen, bool offered) {
    return ReadHandshakeAnswer(
        With(kGood, "\r\n\r\n",
             "\r\nsec-websocket-extensions: " + chosen + "\r\n\r\n"),
        offered);
  };
  const std::string good =
      "permessage-deflate; client_no_context_takeover; "
      "server_no_context_takeover";
  EXPECT_TRUE(read(good, true).compression);
  EXPECT_NE(read(good, false).error, "");
  for (const char* bad :
       {"permessage-deflate", "x-webkit-deflate-frame",
        "permessage-deflat; server_no_context_takeover",
        "permessage-deflate; server_no_context_takeover, x"}) {
    EXPECT_NE(read(bad, true).error, "") << bad;
  }
}

}  // namespace
}  // namespace tickerhub::load
