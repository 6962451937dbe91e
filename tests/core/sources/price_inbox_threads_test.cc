// A PriceInbox that several threads push to while the hub drains it. The hub is
// the test's thread, in virtual time: it polls only when it was woken or when a
// timer is due, so a wake that is lost is a price that never comes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "support/deadline.h"
#include "tickerhub/price_inbox.h"
#include "tickerhub/testing/manual_scheduler.h"

namespace tickerhub {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kThreads = 4;
constexpr std::size_t kSymbols = 40;

class WakesCounted : public testing::ManualScheduler {
 public:
  void Post(Task task) override {
    if (!IsHubThread()) ++wakes;
    ManualScheduler::Post(std::move(task));
  }
  std::atomic<int> wakes{0};
};

/// Polls the inbox as a tracker does, and hands on what it brings.
class Follower {
 public:
  Follower(Scheduler& scheduler, PriceInbox& inbox,
           std::function<void(const PriceUpdate&)> take)
      : scheduler_(scheduler),
        inbox_(inbox),
        take_(std::move(take)),
        timer_(scheduler) {
    inbox_.SetWake([this] { Poll(); });
    Poll();
  }

 private:
  void Poll() {
    updates_.clear();
    const auto wait =
        inbox_.Poll({scheduler_.Now(), scheduler_.SteadyNow()}, &updates_);
    timer_.Cancel();
    if (wait) timer_.Start(*wait, [this] { Poll(); });
    for (const PriceUpdate& update : updates_) take_(update);
  }

  Scheduler& scheduler_;
  PriceInbox& inbox_;
  const std::function<void(const PriceUpdate&)> take_;
  Timer timer_;
  std::vector<PriceUpdate> updates_;
};

std::vector<Symbol> Symbols(const std::string& prefix, std::size_t count) {
  std::vector<Symbol> symbols;
  for (std::size_t i = 0; i < count; ++i) {
    symbols.push_back(*Symbol::Parse(prefix + std::to_string(i)));
  }
  return symbols;
}

// Advances the clocks while the threads run, and some windows longer.
void Drain(testing::ManualScheduler& scheduler,
           std::vector<std::thread>& threads, const std::atomic<int>& running) {
  while (running > 0) scheduler.Advance(milliseconds(1));
  for (std::thread& thread : threads) thread.join();
  scheduler.Advance(milliseconds(20));
}

TEST(PriceInboxThreadsTest, EndsWithTheLastPriceOfEachSymbol) {
  WakesCounted scheduler;
  PriceInbox inbox(scheduler);
  std::map<Symbol, std::int64_t> book;
  std::size_t taken = 0;
  bool in_order = true;
  Follower follower(scheduler, inbox, [&](const PriceUpdate& update) {
    std::int64_t& units = book[update.symbol];
    // Each symbol that only one thread pushes goes up.
    if (update.symbol.view()[0] == 'T') {
      in_order = in_order && update.price.mantissa() > units;
    }
    units = update.price.mantissa();
    ++taken;
  });

  constexpr std::int64_t kPushes = 20'000;
  const std::vector<Symbol> shared = Symbols("S", kSymbols);
  const Timestamp begin = scheduler.Now();
  std::atomic<int> running{kThreads};
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      const auto own = Symbols("T" + std::to_string(t) + ".", kSymbols);
      for (std::int64_t i = 1; i <= kPushes; ++i) {
        const std::size_t at = static_cast<std::size_t>(i) % kSymbols;
        const auto thread = static_cast<std::int64_t>(t);
        inbox.Push(own[at].view(), Price::Of(i, 8));
        // From the price one sees whose it is.
        inbox.Push({shared[at], Price::Of(i * 10 + thread, 8), Timestamp()});
      }
      --running;
    });
  }
  Drain(scheduler, threads, running);

  EXPECT_TRUE(in_order);
  EXPECT_EQ(book.size(), (kThreads + 1) * kSymbols);
  for (const auto& [symbol, units] : book) {
    // The last round has one price of each symbol.
    const std::int64_t round = symbol.view()[0] == 'S' ? units / 10 : units;
    EXPECT_GT(round, kPushes - static_cast<std::int64_t>(kSymbols))
        << symbol.view();
  }
  const PriceInbox::Counters counters = inbox.counters();
  EXPECT_EQ(counters.pushed, kThreads * kPushes * 2);
  EXPECT_EQ(counters.pushed - counters.merged, taken);
  const auto windows = (scheduler.Now() - begin) / milliseconds(5);
  EXPECT_LE(scheduler.wakes, windows + 1);
}

// Each thread waits until its price has come before it pushes the next, so each
// price may depend on a wake.
void ExpectNoWakeLost(std::size_t max_symbols, unsigned most_pauses,
                      std::int64_t rounds) {
  testing::ManualScheduler scheduler;
  PriceInbox::Options options;
  options.max_symbols = max_symbols;
  PriceInbox inbox(scheduler, options);
  std::array<std::atomic<std::int64_t>, kThreads> seen{};
  Follower follower(scheduler, inbox, [&](const PriceUpdate& update) {
    const auto of = static_cast<std::size_t>(update.symbol.view()[1] - '0');
    seen[of] = update.price.mantissa();
  });
  std::atomic<int> running{kThreads};
  std::atomic<int> lost{0};
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      const Symbol symbol = *Symbol::Parse("T" + std::to_string(t));
      std::minstd_rand random(static_cast<unsigned>(t) + 1);
      for (std::int64_t i = 1; i <= rounds && lost == 0; ++i) {
        // The hub goes to rest meanwhile, or is about to, or does not.
        for (auto n = random() % most_pauses; n > 0; --n)
          std::this_thread::yield();
        inbox.Push({symbol, Price::Of(i, 8), {}});
        const auto deadline =
            std::chrono::steady_clock::now() + testing::kDeadline;
        while (seen[t] != i && lost == 0) {
          if (std::chrono::steady_clock::now() > deadline) ++lost;
          std::this_thread::yield();
        }
      }
      --running;
    });
  }
  Drain(scheduler, threads, running);
  EXPECT_EQ(lost, 0);
}

TEST(PriceInboxThreadsTest, NeverLosesAWakeWhenALookIsShort) {
  ExpectNoWakeLost(kThreads, 1, 1'500);
}

// Prices come while the hub looks.
TEST(PriceInboxThreadsTest, NeverLosesAWakeWhenALookIsLong) {
  ExpectNoWakeLost(200'000, 16, 300);
}

// The first push of a symbol by several threads at the same moment.
TEST(PriceInboxThreadsTest, AddsASymbolOnceWhoeverIsFirst) {
  for (int round = 0; round < 200; ++round) {
    testing::ManualScheduler scheduler;
    PriceInbox::Options options;
    options.max_symbols = kSymbols;
    PriceInbox inbox(scheduler, options);
    std::map<Symbol, int> book;
    Follower follower(scheduler, inbox, [&](const PriceUpdate& update) {
      ++book[update.symbol];
    });
    const std::vector<Symbol> symbols = Symbols("S", kSymbols - 1);
    std::atomic<int> running{kThreads};
    std::atomic<int> ready{0};
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        ++ready;
        while (ready < static_cast<int>(kThreads)) std::this_thread::yield();
        for (const Symbol& symbol : symbols) {
          inbox.Push(symbol.view(), Price::Of(1, 8));
        }
        --running;
      });
    }
    Drain(scheduler, threads, running);
    EXPECT_EQ(book.size(), symbols.size());
    EXPECT_EQ(inbox.counters().refused_full, 0u);
    // None of the room was lost.
    EXPECT_EQ(inbox.Push("X", Price::Of(1, 8)),
              PriceInbox::PushResult::kAccepted);
    EXPECT_EQ(inbox.Push("Y", Price::Of(1, 8)), PriceInbox::PushResult::kFull);
  }
}

}  // namespace
}  // namespace tickerhub
