#include "frames/deflated_payloads.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "tickerhub/payload.h"

namespace tickerhub {
namespace {

constexpr int kWindowBits = 15;

// Text that deflates to about half of its size.
Payload Text(std::size_t bytes, unsigned seed) {
  std::string text;
  for (unsigned x = seed; text.size() < bytes; x = x * 1664525U + 1013904223U) {
    text += std::to_string(x >> 8);
  }
  text.resize(bytes);
  return Payload(text);
}

// Whether `payload` is deflated anew for the next session.
bool IsMadeAnew(internal::DeflatedPayloads* payloads, const Payload& payload,
                const std::string_view before) {
  return payloads->For(payload, kWindowBits).frame().data() != before.data();
}

TEST(DeflatedPayloadsTest, AreMadeOnceForASessionAndTheNext) {
  internal::DeflatedPayloads payloads;
  const Payload text = Text(1000, 1);
  const Payload made = payloads.For(text, kWindowBits);
  EXPECT_LT(made.frame().size(), text.frame().size());
  EXPECT_FALSE(IsMadeAnew(&payloads, text, made.frame()));
  payloads.Forget();
  EXPECT_FALSE(IsMadeAnew(&payloads, text, made.frame()));
}

// A tick in which two large payloads were deflated.
struct LargeTick {
  const Payload first = Text(300'000, 1);
  const Payload second = Text(2'000'000, 2);
  internal::DeflatedPayloads payloads;
  const Payload made_first = payloads.For(first, kWindowBits);
  const Payload made_second = payloads.For(second, kWindowBits);

  bool IsFirstMadeAnew() {
    return IsMadeAnew(&payloads, first, made_first.frame());
  }
  bool IsSecondMadeAnew() {
    return IsMadeAnew(&payloads, second, made_second.frame());
  }
};

TEST(DeflatedPayloadsTest, AreKeptForTheWholeTickHoweverLarge) {
  LargeTick tick;
  EXPECT_FALSE(tick.IsFirstMadeAnew());
  EXPECT_FALSE(tick.IsSecondMadeAnew());
}

TEST(DeflatedPayloadsTest, AreForgottenBetweenTicksButForTheNewest) {
  LargeTick tick;
  tick.payloads.Forget();
  // A snapshot is sent to one session after the other.
  EXPECT_FALSE(tick.IsSecondMadeAnew());
  EXPECT_TRUE(tick.IsFirstMadeAnew());
}

TEST(DeflatedPayloadsTest, HoldOnToLittleOnceATickIsOver) {
  internal::DeflatedPayloads payloads;
  const Payload early = Text(4096, 0);
  const Payload made = payloads.For(early, kWindowBits);
  for (unsigned tick = 1; tick <= 30; ++tick) {
    payloads.Forget();
    payloads.For(Text(4096, tick), kWindowBits);
  }
  EXPECT_TRUE(IsMadeAnew(&payloads, early, made.frame()));
}

}  // namespace
}  // namespace tickerhub
