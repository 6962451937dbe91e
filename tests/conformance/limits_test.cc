// How much tickerhub-echo takes: messages of 16 MiB, and 32 MiB at most.

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "conversation.h"
#include "echo_test.h"

namespace tickerhub::testing {
namespace {

constexpr std::size_t kLimit = 32 * kMiB;

// The header of a client's frame of `length` bytes, without any of them.
std::string HeaderOnly(int first_byte, std::uint64_t length) {
  std::string header{static_cast<char>(first_byte), static_cast<char>(0xFF)};
  for (int i = 7; i >= 0; --i) {
    header += static_cast<char>(length >> (8 * i) & 0xFF);
  }
  return header.append(4, '\0');
}

class EchoLimitsTest : public EchoTest {};

TEST_F(EchoLimitsTest, EchoesMessagesOfMegabytes) {
  std::vector<Case> cases;
  for (const std::size_t size :
       {kMiB / 4, kMiB, 4 * kMiB, 8 * kMiB, 16 * kMiB}) {
    const std::string payload(size, '*');
    cases.push_back(Echoed("text of " + std::to_string(size),
                           ClientFrame(kText, payload), {Text(payload)}));
    cases.push_back(Echoed("binary of " + std::to_string(size),
                           ClientFrame(kBinary, payload), {Binary(payload)}));
  }
  RunOnce(cases);
}

TEST_F(EchoLimitsTest, EchoesAMessageAtTheLimit) {
  const std::string payload(kLimit, 'x');
  RunOnce(
      {Echoed("in one frame", ClientFrame(kBinary, payload), {Binary(payload)}),
       Echoed("in two frames", InFragments(kBinary, payload, {kLimit / 2}),
              {Binary(payload)})});
}

TEST_F(EchoLimitsTest, RefusesMoreByTheHeaderAlready) {
  RunOnce(
      {Refused("one byte more", HeaderOnly(0x82, kLimit + 1), 1009),
       Refused("text", HeaderOnly(0x81, kLimit + 1), 1009),
       Refused("2^32 bytes", HeaderOnly(0x82, std::uint64_t{1} << 32), 1009),
       Refused("2^62 bytes", HeaderOnly(0x82, std::uint64_t{1} << 62), 1009),
       Refused("2^63 - 1 bytes", HeaderOnly(0x82, ~std::uint64_t{0} >> 1),
               1009),
       Refused(
           "in the second frame",
           ClientFrame(kBinary, "x", /*fin=*/false) + HeaderOnly(0x80, kLimit),
           1009),
       Refused("so much that the sum overflows",
               ClientFrame(kBinary, "xy", /*fin=*/false) +
                   HeaderOnly(0x80, ~std::uint64_t{0} >> 1),
               1009)});
}

TEST_F(EchoLimitsTest, HasNoRateLimit) {
  std::string sent;
  std::vector<std::string> answers;
  for (int i = 0; i < 20'000; ++i) {
    sent += ClientFrame(kText, "x");
    answers.push_back(Text("x"));
  }
  RunOnce({Echoed("20,000 messages at once", sent, answers)});
}

TEST_F(EchoLimitsTest, WaitsForAClientThatReadsLate) {
  const std::string payload(kMiB, 'x');
  RawSocket socket(echo_.port(), /*receive_buffer_bytes=*/4096);
  ASSERT_TRUE(socket.Upgrade("/"));
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(socket.Send(ClientFrame(kText, payload)));
  }
  for (int i = 0; i < 40; ++i) {
    const auto frame = socket.ReadFrame();
    ASSERT_TRUE(frame.has_value());
    ASSERT_TRUE(frame->payload == payload);
  }
}

}  // namespace
}  // namespace tickerhub::testing
