#include "frames/message_deflate.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "frames/deflate_negotiation.h"

namespace tickerhub {
namespace {

using Outcome = internal::DeflateAgreement::Outcome;
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

TEST(DeflateNegotiationTest, AgreesWithoutContextTakeover) {
  const internal::DeflateAgreement agreement =
      internal::NegotiateDeflate("permessage-deflate");
  EXPECT_EQ(agreement.outcome, Outcome::kAgreed);
  EXPECT_EQ(agreement.server_window_bits, 15);
  EXPECT_EQ(agreement.response,
            "permessage-deflate; server_no_context_takeover; "
            "client_no_context_takeover");
}

TEST(DeflateNegotiationTest, TakesTheWindowThatTheClientAsksFor) {
  for (const char* bits : {"9", "10", "15", "\"12\""}) {
    const internal::DeflateAgreement agreement = internal::NegotiateDeflate(
        "permessage-deflate; client_max_window_bits; server_max_window_bits=" +
        std::string(bits));
    EXPECT_EQ(agreement.outcome, Outcome::kAgreed) << bits;
    EXPECT_NE(agreement.response.find("server_max_window_bits="),
              std::string::npos);
  }
  EXPECT_EQ(
      internal::NegotiateDeflate("permessage-deflate; server_max_window_bits=9")
          .server_window_bits,
      9);
}

TEST(DeflateNegotiationTest, TakesTheFirstOfferThatItCanMeet) {
  const internal::DeflateAgreement agreement = internal::NegotiateDeflate(
      "x-unknown; a=b, permessage-deflate; server_max_window_bits=8,"
      " permessage-deflate; server_max_window_bits=10, permessage-deflate");
  EXPECT_EQ(agreement.outcome, Outcome::kAgreed);
  EXPECT_EQ(agreement.server_window_bits, 10);
}

TEST(DeflateNegotiationTest, DeclinesOffersThatAreNotValid) {
  for (const char* offer :
       {"", ",", "x-webkit-deflate-frame",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=8",
        "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=09",
        "permessage-deflate; server_max_window_bits=x",
        "permessage-deflate; client_max_window_bits=16",
        "permessage-deflate; client_max_window_bits=08",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; client_no_context_takeover=true",
        "permessage-deflate; server_no_context_takeover; "
        "server_no_context_takeover",
        "permessage-deflate; client_max_window_bits; client_max_window_bits=9",
        "permessage-deflate; surprise"}) {
    EXPECT_EQ(internal::NegotiateDeflate(offer).outcome, Outcome::kNone)
        << offer;
  }
}

TEST(DeflateNegotiationTest, RefusesWhatIsNotAList) {
  for (const char* header :
       {"permessage-deflate;", "permessage-deflate; =", ";",
        "permessage-deflate; server_max_window_bits=",
        "permessage-deflate; server_max_window_bits=\"9", "permessage deflate",
        "permessage-deflate; a=b c", "\"quoted\""}) {
    EXPECT_EQ(internal::NegotiateDeflate(header).outcome, Outcome::kMalformed)
        << header;
  }
}

}  // namespace
}  // namespace tickerhub
