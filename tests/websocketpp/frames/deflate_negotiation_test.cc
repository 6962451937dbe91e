// The answer to offers of compression. tests/conformance/negotiation_test.cc
// has each offer; here are lists at random, too.

#include "frames/deflate_negotiation.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace tickerhub {
namespace {

using internal::DeflateAgreement;
using internal::NegotiateDeflate;
using Outcome = DeflateAgreement::Outcome;

constexpr char kResponse[] =
    "permessage-deflate; server_no_context_takeover; "
    "client_no_context_takeover";

TEST(DeflateNegotiationTest, AgreesWithoutContextTakeover) {
  const DeflateAgreement agreement = NegotiateDeflate("permessage-deflate");
  EXPECT_EQ(agreement.outcome, Outcome::kAgreed);
  EXPECT_EQ(agreement.server_window_bits, 15);
  EXPECT_EQ(agreement.response,
            "permessage-deflate; server_no_context_takeover; "
            "client_no_context_takeover");
}

TEST(DeflateNegotiationTest, TakesTheWindowThatTheClientAsksFor) {
  for (const char* bits : {"9", "10", "15", "\"12\""}) {
    const DeflateAgreement agreement = NegotiateDeflate(
        "permessage-deflate; client_max_window_bits; server_max_window_bits=" +
        std::string(bits));
    EXPECT_EQ(agreement.outcome, Outcome::kAgreed) << bits;
    EXPECT_NE(agreement.response.find("server_max_window_bits="),
              std::string::npos);
  }
  EXPECT_EQ(NegotiateDeflate("permessage-deflate; server_max_window_bits=9")
                .server_window_bits,
            9);
}

TEST(DeflateNegotiationTest, TakesTheFirstOfferThatItCanMeet) {
  const DeflateAgreement agreement = NegotiateDeflate(
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
    EXPECT_EQ(NegotiateDeflate(offer).outcome, Outcome::kNone) << offer;
  }
}

TEST(DeflateNegotiationTest, RefusesWhatIsNotAList) {
  for (const char* header :
       {"permessage-deflate;", "permessage-deflate; =", ";",
        "permessage-deflate; server_max_window_bits=",
        "permessage-deflate; server_max_window_bits=\"9", "permessage deflate",
        "permessage-deflate; a=b c", "\"quoted\""}) {
    EXPECT_EQ(NegotiateDeflate(header).outcome, Outcome::kMalformed) << header;
  }
}

class Offers {
 public:
  explicit Offers(unsigned seed) : random_(seed) {}

  std::size_t Below(std::size_t limit) { return random_() % limit; }
  const std::string& OneOf(const std::vector<std::string>& texts) {
    return texts[Below(texts.size())];
  }
  std::string Blanks() { return OneOf({"", "", " ", "\t", "  "}); }

  // An offer that RFC 6455 §9.1 allows.
  std::string Next() {
    std::string offer = OneOf({"permessage-deflate", "permessage-deflate",
                               "x-other", "permessage-deflat"});
    for (std::size_t left = Below(4); left > 0; --left) {
      offer +=
          Blanks() + ";" + Blanks() +
          OneOf({"server_no_context_takeover", "client_max_window_bits",
                 "client_no_context_takeover", "server_max_window_bits", "x"});
      if (Below(3) == 0) {
        offer += Blanks() + "=" + Blanks() +
                 OneOf({"8", "9", "15", "16", "\"10\"", "x", "08"});
      }
    }
    return offer;
  }

 private:
  std::mt19937 random_;
};

TEST(DeflateNegotiationTest, TakesTheFirstOfferThatCanBeMet) {
  Offers offers(1);
  std::size_t agreed = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string list;
    DeflateAgreement first;
    for (std::size_t left = offers.Below(4); left > 0; --left) {
      const std::string offer = offers.Next();
      const DeflateAgreement alone = NegotiateDeflate(offer);
      ASSERT_NE(alone.outcome, Outcome::kMalformed) << offer;
      if (first.outcome == Outcome::kNone) first = alone;
      // With empty elements, RFC 9110 §5.6.1.2.
      list += offers.OneOf({"", ",", " , ,"}) + offers.Blanks() + offer +
              offers.Blanks() + offers.OneOf({",", ",,", ", "});
    }
    const DeflateAgreement agreement = NegotiateDeflate(list);
    ASSERT_EQ(agreement.outcome, first.outcome) << list;
    ASSERT_EQ(agreement.response, first.response) << list;
    ASSERT_EQ(agreement.server_window_bits, first.server_window_bits) << list;
    if (agreement.outcome != Outcome::kAgreed) continue;
    ++agreed;
    const int bits = agreement.server_window_bits;
    ASSERT_TRUE(bits >= 9 && bits <= 15) << list;
    const std::string window =
        "; server_max_window_bits=" + std::to_string(bits);
    ASSERT_TRUE(agreement.response == kResponse ||
                agreement.response == kResponse + window)
        << list;
  }
  EXPECT_GT(agreed, 5000U);
}

TEST(DeflateNegotiationTest, ReadsAnyBytes) {
  Offers offers(2);
  std::size_t malformed = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string list = offers.Next() + ", " + offers.Next();
    for (std::size_t left = 1 + offers.Below(4); left > 0; --left) {
      const std::size_t place = offers.Below(list.size());
      if (offers.Below(2) == 0) {
        list[place] = static_cast<char>(offers.Below(256));
      } else {
        list.insert(place, offers.OneOf({";", ",", "=", "\"", " ", "\\"}));
      }
    }
    const DeflateAgreement agreement = NegotiateDeflate(list);
    malformed += agreement.outcome == Outcome::kMalformed;
    ASSERT_EQ(agreement.outcome == Outcome::kAgreed,
              !agreement.response.empty());
  }
  EXPECT_GT(malformed, 10'000U);
}

TEST(DeflateNegotiationTest, TakesATokenInQuotesAndNothingElse) {
  const auto outcome = [](const std::string& value) {
    return NegotiateDeflate("permessage-deflate; server_max_window_bits=" +
                            value)
        .outcome;
  };
  EXPECT_EQ(outcome("\"10\""), Outcome::kAgreed);
  for (const char* value :
       {"\"\"", "\"10", "10\"", "\" 10\"", "\"10 \"", "\"1\\0\"", "\"1\" 0"}) {
    EXPECT_EQ(outcome(value), Outcome::kMalformed) << value;
  }
}

}  // namespace
}  // namespace tickerhub
