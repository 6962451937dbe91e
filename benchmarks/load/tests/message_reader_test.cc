#include "load/message_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "frames.h"

namespace tickerhub::load {
namespace {

using testing::ServerFrame;
using Messages = std::vector<std::pair<Opcode, std::string>>;

Messages Read(const std::vector<std::string_view>& parts) {
  MessageReader reader;
  Messages messages;
  for (std::string_view part : parts) {
    MessageReader::Message message;
    while (reader.Next(&part, &message) == MessageReader::Result::kMessage) {
      messages.emplace_back(message.opcode, message.data);
    }
    EXPECT_TRUE(part.empty());
  }
  EXPECT_EQ(reader.fault(), FrameFault::kNone);
  return messages;
}

FrameFault FaultOf(const std::string& bytes) {
  MessageReader reader;
  MessageReader::Message message;
  std::string_view input = bytes;
  while (reader.Next(&input, &message) == MessageReader::Result::kMessage) {
  }
  return reader.fault();
}

TEST(MessageReaderTest, PutsFragmentsTogetherWhereverTheStreamIsCut) {
  const std::string bytes =
      ServerFrame(Opcode::kText, "one", false) +
      ServerFrame(Opcode::kPing, "ping") +
      ServerFrame(Opcode::kContinuation, std::string(200, 'x'), false) +
      ServerFrame(Opcode::kContinuation, "", false) +
      ServerFrame(Opcode::kClose, "\x03\xe8") +
      ServerFrame(Opcode::kContinuation, "two") +
      ServerFrame(Opcode::kBinary, "whole");
  const Messages expected = {
      {Opcode::kPing, "ping"},
      {Opcode::kClose, "\x03\xe8"},
      {Opcode::kText, "one" + std::string(200, 'x') + "two"},
      {Opcode::kBinary, "whole"},
  };
  const std::string_view all = bytes;
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    EXPECT_EQ(Read({all.substr(0, cut), all.substr(cut)}), expected) << cut;
    for (std::size_t more = cut; more <= all.size(); more += 7) {
      EXPECT_EQ(Read({all.substr(0, cut), all.substr(cut, more - cut),
                      all.substr(more)}),
                expected)
          << cut << " " << more;
    }
  }
}

TEST(MessageReaderTest, SaysWhichMessagesAreCompressed) {
  std::string compressed = ServerFrame(Opcode::kText, "on", false) +
                           ServerFrame(Opcode::kPing, "") +
                           ServerFrame(Opcode::kContinuation, "e");
  compressed[0] = static_cast<char>(compressed[0] | 0x40);
  std::string whole = ServerFrame(Opcode::kBinary, "two");
  whole[0] = static_cast<char>(whole[0] | 0x40);
  const std::string bytes = compressed + testing::Text("x") + whole +
                            ServerFrame(Opcode::kText, "y", false) +
                            ServerFrame(Opcode::kContinuation, "z");
  const std::string expected = "ping one! x two! yz ";
  const std::string_view all = bytes;
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    MessageReader reader;
    reader.AllowCompression();
    std::string read;
    for (std::string_view part : {all.substr(0, cut), all.substr(cut)}) {
      MessageReader::Message message;
      while (reader.Next(&part, &message) == MessageReader::Result::kMessage) {
        read += message.opcode == Opcode::kPing ? "ping" : message.data;
        read += message.compressed ? "! " : " ";
      }
    }
    EXPECT_EQ(read, expected) << cut;
    EXPECT_EQ(reader.fault(), FrameFault::kNone);
  }
}

TEST(MessageReaderTest, CopiesNothingThatCameWhole) {
  const std::string bytes = testing::Text("hello");
  std::string_view input = bytes;
  MessageReader reader;
  MessageReader::Message message;
  ASSERT_EQ(reader.Next(&input, &message), MessageReader::Result::kMessage);
  EXPECT_EQ(message.data.data(), bytes.data() + 2);
}

TEST(MessageReaderTest, RefusesFragmentsOutOfOrder) {
  EXPECT_EQ(FaultOf(ServerFrame(Opcode::kContinuation, "x")),
            FrameFault::kUnexpectedContinuation);
  EXPECT_EQ(FaultOf(ServerFrame(Opcode::kText, "x", false) +
                    ServerFrame(Opcode::kText, "y")),
            FrameFault::kMessageInMessage);
  EXPECT_EQ(
      FaultOf(testing::Text("x") + ServerFrame(Opcode::kContinuation, "y")),
      FrameFault::kUnexpectedContinuation);
}

TEST(MessageReaderTest, RefusesAMessageBeyondItsLimit) {
  const std::string half(MessageReader::kMaxMessageBytes / 2, 'x');
  const std::string bytes = ServerFrame(Opcode::kBinary, half, false) +
                            ServerFrame(Opcode::kContinuation, half, false) +
                            ServerFrame(Opcode::kContinuation, "x");
  EXPECT_EQ(FaultOf(bytes), FrameFault::kMessageTooBig);
}

TEST(MessageReaderTest, PassesOnWhatTheParserFinds) {
  EXPECT_EQ(FaultOf("\xc1\x01x"), FrameFault::kReservedBit);
}

TEST(MessageReaderTest, SaysEveryFaultInWords) {
  for (int i = 0; i <= static_cast<int>(FrameFault::kMessageTooBig); ++i) {
    EXPECT_STRNE(Describe(static_cast<FrameFault>(i)), "an unknown fault") << i;
  }
}

}  // namespace
}  // namespace tickerhub::load
