// RFC 6455 §5.2 to §5.5: frames, their lengths, masks, reserved bits, opcodes,
// and control frames.

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conversation.h"
#include "echo_test.h"

namespace tickerhub::testing {
namespace {

constexpr int kAllOpcodes = 16;

bool IsControl(int opcode) { return (opcode & 8) != 0; }

bool IsKnown(int opcode) {
  return opcode <= kBinary || (opcode >= kCloseOpcode && opcode <= kPong);
}

std::string Bytes(std::initializer_list<int> values) {
  std::string bytes;
  for (const int value : values) bytes += static_cast<char>(value);
  return bytes;
}

std::string Hex(int value) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "0x%X", value);
  return text.data();
}

// A frame whose length says `length` in `length_bytes` bytes (2 or 8), with a
// mask of zeros and `payload`.
std::string LongForm(int first_byte, int length_bytes, std::uint64_t length,
                     std::string_view payload) {
  std::string frame =
      Bytes({first_byte, 0x80 | (length_bytes == 2 ? 126 : 127)});
  for (int i = length_bytes - 1; i >= 0; --i) {
    frame += static_cast<char>(length >> (8 * i) & 0xFF);
  }
  return frame.append(4, '\0').append(payload);
}

class FramingTest : public EchoTest {};

TEST_F(FramingTest, EchoesTextAndBinaryOfEveryLengthAtTheBordersOfTheForms) {
  std::vector<Case> cases;
  for (const std::size_t size :
       {0U,    1U,    2U,    3U,     4U,     5U,     7U,     8U,
        9U,    124U,  125U,  126U,   127U,   128U,   255U,   256U,
        1023U, 1024U, 1025U, 65534U, 65535U, 65536U, 65537U, 131072U}) {
    const std::string text(size, '*');
    std::string binary;
    for (std::size_t i = 0; i < size; ++i) binary += static_cast<char>(i * 37);
    const std::string name = std::to_string(size) + " bytes";
    cases.push_back(
        Echoed("text of " + name, ClientFrame(kText, text), {Text(text)}));
    cases.push_back(Echoed("binary of " + name, ClientFrame(kBinary, binary),
                           {Binary(binary)}));
  }
  Run(cases);
}

TEST_F(FramingTest, EchoesMessagesInTheirOrder) {
  std::string sent;
  std::vector<std::string> answers;
  for (int i = 0; i < 200; ++i) {
    const std::string payload = std::to_string(i);
    sent += ClientFrame(i % 3 == 0 ? kBinary : kText, payload);
    answers.push_back(i % 3 == 0 ? Binary(payload) : Text(payload));
  }
  Run({Echoed("200 messages at once", sent, answers)});
}

TEST_F(FramingTest, UnmasksWithEveryMask) {
  std::vector<Case> cases;
  for (const std::string& mask :
       {Bytes({0, 0, 0, 0}), Bytes({0xFF, 0xFF, 0xFF, 0xFF}),
        Bytes({1, 2, 3, 4}), Bytes({0x80, 0, 0, 0x7F})}) {
    const std::string text = "unmasked by eights, and a rest";
    std::string frame = Bytes({0x81, 0x80 | static_cast<int>(text.size())});
    frame += mask;
    for (std::size_t i = 0; i < text.size(); ++i) {
      frame += static_cast<char>(text[i] ^ mask[i % 4]);
    }
    cases.push_back(Echoed("a mask", frame, {Text(text)}));
  }
  Run(cases);
}

TEST_F(FramingTest, RefusesFramesWithoutAMask) {
  std::vector<Case> cases;
  for (int opcode = 0; opcode < kAllOpcodes; ++opcode) {
    cases.push_back(Refused("opcode " + Hex(opcode) + " unmasked, empty",
                            Bytes({0x80 | opcode, 0}), 1002));
    cases.push_back(Refused("opcode " + Hex(opcode) + " unmasked",
                            Bytes({0x80 | opcode, 1, 'x'}), 1002));
  }
  cases.push_back(Refused(
      "an unmasked continuation",
      ClientFrame(kText, "a", /*fin=*/false) + Bytes({0x80, 1, 'b'}), 1002));
  Run(cases);
}

TEST_F(FramingTest, RefusesLengthsThatAreNotInTheShortestForm) {
  std::vector<Case> cases;
  for (const int opcode : {kText, kBinary}) {
    for (const std::size_t length : {0U, 1U, 125U}) {
      const std::string payload(length, 'x');
      cases.push_back(Refused(std::to_string(length) + " in two bytes",
                              LongForm(0x80 | opcode, 2, length, payload),
                              1002));
    }
    for (const std::size_t length : {0U, 125U, 126U, 65535U}) {
      const std::string payload(length, 'x');
      cases.push_back(Refused(std::to_string(length) + " in eight bytes",
                              LongForm(0x80 | opcode, 8, length, payload),
                              1002));
    }
  }
  cases.push_back(Refused(
      "a continuation of 1 in two bytes",
      ClientFrame(kText, "a", /*fin=*/false) + LongForm(0x80, 2, 1, "b"),
      1002));
  Run(cases);
}

TEST_F(FramingTest, RefusesLengthsWithTheHighestBitSet) {
  std::vector<Case> cases;
  for (const std::uint64_t length : {std::uint64_t{1} << 63, ~std::uint64_t{0},
                                     (std::uint64_t{1} << 63) + 1}) {
    cases.push_back(Refused("text", LongForm(0x81, 8, length, "x"), 1002));
    cases.push_back(Refused("binary", LongForm(0x82, 8, length, ""), 1002));
  }
  Run(cases);
}

TEST_F(FramingTest, RefusesReservedBitsOnEveryFrame) {
  std::vector<Case> cases;
  for (int bits = 1; bits < 8; ++bits) {
    const int reserved = bits << 4;
    for (const int opcode : {kText, kBinary, kCloseOpcode, kPing, kPong}) {
      const std::string name =
          "bits " + Hex(reserved) + " on opcode " + Hex(opcode);
      cases.push_back(
          Refused(name + ", empty", ClientFrame(opcode | reserved, ""), 1002));
      cases.push_back(
          Refused(name, ClientFrame(opcode | reserved, "some bytes"), 1002));
    }
    cases.push_back(Refused("bits " + Hex(reserved) + " on a continuation",
                            ClientFrame(kText, "a", /*fin=*/false) +
                                ClientFrame(kContinuation | reserved, "b"),
                            1002));
    cases.push_back(Refused(
        "bits " + Hex(reserved) + ", then a ping",
        ClientFrame(kText | reserved, "x") + ClientFrame(kPing, "unanswered"),
        1002));
  }
  Run(cases);
}

TEST_F(FramingTest, RefusesOpcodesThatAreNotKnown) {
  std::vector<Case> cases;
  for (int opcode = 0; opcode < kAllOpcodes; ++opcode) {
    if (IsKnown(opcode)) continue;
    const std::string name = "opcode " + Hex(opcode);
    cases.push_back(Refused(name + ", empty", ClientFrame(opcode, ""), 1002));
    cases.push_back(Refused(name, ClientFrame(opcode, "some bytes"), 1002));
    cases.push_back(
        Refused(name + ", not final", ClientFrame(opcode, "x", false), 1002));
    cases.push_back(Refused(
        name + " inside a message",
        ClientFrame(kText, "a", false) + ClientFrame(opcode, "x"), 1002));
    cases.push_back(Refused(name + ", then a ping",
                            ClientFrame(opcode, "") + ClientFrame(kPing, ""),
                            1002));
  }
  Run(cases);
}

TEST_F(FramingTest, AnswersPingsOfEveryLength) {
  std::vector<Case> cases;
  for (std::size_t size = 0; size <= 125; ++size) {
    const std::string payload(size, static_cast<char>(0xFF - size));
    cases.push_back(Echoed("a ping of " + std::to_string(size) + " bytes",
                           ClientFrame(kPing, payload), {Pong(payload)}));
  }
  Run(cases);
}

TEST_F(FramingTest, AnswersTenPingsInTheirOrder) {
  std::string sent;
  std::vector<std::string> answers;
  for (int i = 0; i < 10; ++i) {
    sent += ClientFrame(kPing, "ping " + std::to_string(i));
    answers.push_back(Pong("ping " + std::to_string(i)));
  }
  Run({Echoed("ten pings", sent, answers)});
}

TEST_F(FramingTest, SaysNothingToPongs) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += ClientFrame(kPong, "unasked");
  Run({Echoed("a pong", ClientFrame(kPong, ""), {}),
       Echoed("a pong with a payload", ClientFrame(kPong, "unasked"), {}),
       Echoed("a pong of 125 bytes", ClientFrame(kPong, std::string(125, 'x')),
              {}),
       Echoed("a pong, then a ping",
              ClientFrame(kPong, "unasked") + ClientFrame(kPing, "asked"),
              {Pong("asked")}),
       Echoed("a hundred pongs", many, {})});
}

TEST_F(FramingTest, RefusesControlFramesThatAreTooLong) {
  std::vector<Case> cases;
  for (const int opcode : {kCloseOpcode, kPing, kPong}) {
    for (const std::size_t size : {126U, 127U, 128U, 65536U}) {
      cases.push_back(Refused(
          "opcode " + Hex(opcode) + " of " + std::to_string(size) + " bytes",
          ClientFrame(opcode, std::string(size, 'x')), 1002));
    }
    cases.push_back(Refused("opcode " + Hex(opcode) + ", 1 in two bytes",
                            LongForm(0x80 | opcode, 2, 1, "x"), 1002));
    cases.push_back(Refused("opcode " + Hex(opcode) + ", 1 in eight bytes",
                            LongForm(0x80 | opcode, 8, 1, "x"), 1002));
  }
  Run(cases);
}

TEST_F(FramingTest, RefusesControlFramesThatAreFragmented) {
  std::vector<Case> cases;
  for (int opcode = 8; opcode < kAllOpcodes; ++opcode) {
    ASSERT_TRUE(IsControl(opcode));
    const std::string begun = ClientFrame(opcode, "x", /*fin=*/false);
    const std::string name = "opcode " + Hex(opcode);
    cases.push_back(Refused(name, begun, 1002));
    cases.push_back(Refused(name + " and its continuation",
                            begun + ClientFrame(kContinuation, "y"), 1002));
    cases.push_back(Refused(name + " inside a message",
                            ClientFrame(kText, "a", false) + begun, 1002));
  }
  Run(cases);
}

TEST_F(FramingTest, AnswersAFloodOfPingsAtLeastTheNewest) {
  // RFC 6455 §5.5.3 leaves it open which of the others are answered.
  RawSocket socket(echo_.port());
  ASSERT_TRUE(socket.Upgrade("/"));
  std::string pings;
  for (int i = 0; i < 5000; ++i) pings += ClientFrame(kPing, std::to_string(i));
  ASSERT_TRUE(socket.Send(pings));
  int last = -1;
  while (last < 4999) {
    const auto frame = socket.ReadFrame();
    ASSERT_TRUE(frame.has_value());
    ASSERT_EQ(frame->opcode, kPong);
    ASSERT_GT(std::stoi(frame->payload), last);
    last = std::stoi(frame->payload);
  }
}

}  // namespace
}  // namespace tickerhub::testing
