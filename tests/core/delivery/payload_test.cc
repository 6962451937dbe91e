#include "tickerhub/payload.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace tickerhub {
namespace {

using namespace std::string_literals;

void ExpectFrame(std::size_t text_size, const std::string& header) {
  const std::string text(text_size, 'x');
  const Payload payload(text);
  EXPECT_EQ(payload.header_size(), header.size());
  EXPECT_EQ(payload.text(), text);
  EXPECT_TRUE(payload.frame() == header + text) << text_size;
  const Payload in_place =
      Payload::InPlace(std::string(Payload::kHeaderRoom, '?') + text);
  EXPECT_EQ(in_place.header_size(), header.size());
  EXPECT_EQ(in_place.text(), text);
  EXPECT_TRUE(in_place.frame() == header + text) << text_size;
}

// RFC 6455 §5.2: 0x81 is FIN and opcode 1, the length follows, no mask bit.
TEST(PayloadTest, WritesALengthOfSevenBitsUpTo125) {
  ExpectFrame(0, "\x81\x00"s);
  ExpectFrame(1, "\x81\x01"s);
  ExpectFrame(125, "\x81\x7d"s);
}

TEST(PayloadTest, WritesALengthOfSixteenBitsUpTo65535) {
  ExpectFrame(126, "\x81\x7e\x00\x7e"s);
  ExpectFrame(256, "\x81\x7e\x01\x00"s);
  ExpectFrame(65'535, "\x81\x7e\xff\xff"s);
}

TEST(PayloadTest, WritesALengthOf64BitsBeyond) {
  ExpectFrame(65'536, "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"s);
  ExpectFrame(0x123456, "\x81\x7f\x00\x00\x00\x00\x00\x12\x34\x56"s);
}

TEST(PayloadTest, HasTheFrameInTheExampleOfTheStandard) {
  // RFC 6455 §5.7, "a single-frame unmasked text message".
  EXPECT_EQ(Payload("Hello").frame(), "\x81\x05Hello");
}

TEST(PayloadTest, SharesItsBytesWithItsCopies) {
  Payload copy("");
  {
    const Payload original("shared by many connections");
    copy = original;
    EXPECT_EQ(copy.frame().data(), original.frame().data());
  }
  EXPECT_EQ(copy.text(), "shared by many connections");
}

TEST(PayloadTest, TakesATextThatWasMadeInPlaceWithoutACopy) {
  std::string message(Payload::kHeaderRoom, '\0');
  message += "longer than what a string keeps inside itself";
  const char* const text = message.data() + Payload::kHeaderRoom;
  const Payload payload =
      Payload::InPlace(std::move(message), Payload::Kind::kBinary);
  EXPECT_EQ(payload.text().data(), text);
  EXPECT_EQ(payload.frame().data(), text - 2);
  EXPECT_EQ(payload.kind(), Payload::Kind::kBinary);
}

TEST(PayloadTest, KeepsBytesOfItsOwn) {
  std::string text = "before";
  const Payload payload(text);
  text = "after!";
  EXPECT_EQ(payload.text(), "before");
}

}  // namespace
}  // namespace tickerhub
