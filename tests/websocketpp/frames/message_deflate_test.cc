#include "frames/message_deflate.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

namespace tickerhub {
namespace {

using Result = internal::MessageInflater::Result;
using namespace std::string_literals;  // NOLINT: strings with zeros in them

constexpr std::size_t kPlenty = 100 * 1024 * 1024;

std::string Inflated(std::string_view compressed) {
  internal::ZlibMessageInflater inflater;
  std::string out;
  EXPECT_EQ(inflater.Inflate(compressed, kPlenty, &out), Result::kDone);
  return out;
}

// The examples of RFC 7692 §7.2.3.
TEST(MessageInflaterTest, ReadsTheExamplesOfTheSpecification) {
  EXPECT_EQ(Inflated("\xf2\x48\xcd\xc9\xc9\x07\x00"s), "Hello");
  // No compression.
  EXPECT_EQ(Inflated("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"s), "Hello");
  // A last block in the middle.
  EXPECT_EQ(Inflated("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s), "Hello");
  // Two blocks.
  EXPECT_EQ(Inflated("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"s),
            "Hello");
  EXPECT_EQ(Inflated("\x00"s), "");
}

TEST(MessageInflaterTest, RefusesCorruptAndCutOffData) {
  internal::ZlibMessageInflater inflater;
  const std::string good = internal::MessageDeflater(15).Deflate(
      std::string(1000, 'a') + "some text that is not all the same");
  for (const std::string& bad :
       {"\xFF\xFF\xFF\xFF"s, "\x07"s, good.substr(0, good.size() / 2),
        good.substr(0, good.size() - 3), good.substr(1)}) {
    std::string out;
    EXPECT_EQ(inflater.Inflate(bad, kPlenty, &out), Result::kCorrupt);
  }
  // And reads the next message all the same.
  std::string out;
  EXPECT_EQ(inflater.Inflate(good, kPlenty, &out), Result::kDone);
  EXPECT_EQ(out.size(), 1034U);
}

TEST(MessageInflaterTest, StopsAtTheLimitWhateverTheDataWouldInflateTo) {
  const std::string bomb = internal::MessageDeflater(15).Deflate(
      std::string(std::size_t{80} * 1024 * 1024, 'x'));
  ASSERT_LT(bomb.size(), 100'000U);
  internal::ZlibMessageInflater inflater;
  std::string out;
  EXPECT_EQ(inflater.Inflate(bomb, 1000, &out), Result::kTooBig);
  EXPECT_LE(out.size(), 1000U);
  EXPECT_LE(out.capacity(), 100'000U);

  const std::string exact =
      internal::MessageDeflater(15).Deflate(std::string(1000, 'x'));
  out.clear();
  EXPECT_EQ(inflater.Inflate(exact, 1000, &out), Result::kDone);
  out.clear();
  EXPECT_EQ(inflater.Inflate(exact, 999, &out), Result::kTooBig);
}

TEST(MessageInflaterTest, InflatesBeginningsOfEveryLength) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += std::to_string(i * 37 % 1000);
  const std::string whole = internal::MessageDeflater(15).Deflate(text);
  internal::ZlibMessageInflater inflater;
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    std::string out;
    EXPECT_EQ(inflater.InflateBeginning(whole.substr(0, size), kPlenty, &out),
              Result::kDone)
        << size;
    EXPECT_EQ(out, text.substr(0, out.size()));
  }
  std::string out;
  EXPECT_EQ(inflater.InflateBeginning(whole, text.size() - 1, &out),
            Result::kTooBig);
  EXPECT_EQ(inflater.InflateBeginning("\xFF\xFF", kPlenty, &out),
            Result::kCorrupt);
}

TEST(MessageDeflaterTest, IsUndoneByTheInflaterForEveryWindow) {
  std::mt19937 random(1);
  for (int bits = 9; bits <= 15; ++bits) {
    internal::MessageDeflater deflater(bits);
    for (const std::size_t size : {0U, 1U, 10U, 500U, 5000U, 100'000U}) {
      std::string text(size, ' ');
      for (char& c : text) c = static_cast<char>("abcdefgh"[random() % 8]);
      EXPECT_EQ(Inflated(deflater.Deflate(text)), text) << bits << " " << size;
    }
    std::string noise(70'000, ' ');
    for (char& c : noise) c = static_cast<char>(random());
    EXPECT_EQ(Inflated(deflater.Deflate(noise)), noise);
  }
}

TEST(MessageDeflaterTest, KeepsNothingFromTheMessageBefore) {
  internal::MessageDeflater deflater(15);
  const std::string text(400, 'q');
  const std::string first = deflater.Deflate(text);
  EXPECT_EQ(deflater.Deflate(text), first);
  EXPECT_EQ(internal::MessageDeflater(15).Deflate(text), first);
}

}  // namespace
}  // namespace tickerhub
