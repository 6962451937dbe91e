#include "tickerhub/price_inbox.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <ctime>
#include <utility>

#include "sources/newest_prices.h"

namespace tickerhub {
namespace {

// What some of the threads have counted. One sum for all of them would cost
// more than all else: its cache line would go from thread to thread.
struct alignas(64) Tally {
  std::atomic<std::uint64_t> put{0};
  std::atomic<std::uint64_t> replaced{0};
  std::atomic<std::uint64_t> full{0};
  std::atomic<std::uint64_t> invalid{0};
};

constexpr std::size_t kTallies = 16;

// Threads take turns. Past kTallies of them, some share one.
std::size_t TallyOfThisThread() {
  static std::atomic<std::size_t> next{0};
  thread_local const std::size_t mine = next++ % kTallies;
  return mine;
}

// The clock of the kernel's last tick. It is a few milliseconds late at most,
// and costs a tenth of the exact one, which would cost as much as all else.
Timestamp Now() {
  timespec time{};
  clock_gettime(CLOCK_REALTIME_COARSE, &time);
  return Timestamp(std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::seconds(time.tv_sec) +
      std::chrono::nanoseconds(time.tv_nsec)));
}

void Count(std::atomic<std::uint64_t>& figure) {
  figure.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

struct PriceInbox::Impl {
  Impl(Scheduler& scheduler_in, const Options& given)
      : join_window(std::clamp(given.join_window, std::chrono::milliseconds(0),
                               Scheduler::kMaxDelay)),
        scheduler(scheduler_in),
        newest(given.max_symbols) {}

  Tally& MyTally() { return tallies[TallyOfThisThread()]; }
  PushResult Tell(internal::NewestPrices::PutResult result);
  void WakeHub();
  bool Take(std::vector<PriceUpdate>* updates);
  std::chrono::milliseconds WaitAt(SteadyTime now) const;

  // Outlived by no task that was posted: those have a weak pointer.
  struct Follower {
    std::function<void()> wake;  // on the hub's thread
  };

  const std::chrono::milliseconds join_window;
  Scheduler& scheduler;
  internal::NewestPrices newest;
  // A poll is to come: a task that asks for it was posted, or the follower has
  // a timer for it. Only then need nobody wake the hub.
  std::atomic<bool> poll_is_due{false};
  SteadyTime window_ends{};  // the follower's
  std::atomic<std::uint64_t> stretched{0};
  const std::shared_ptr<Follower> follower = std::make_shared<Follower>();
  std::array<Tally, kTallies> tallies;
};

// Counts the push, and tells the hub.
PriceInbox::PushResult PriceInbox::Impl::Tell(
    internal::NewestPrices::PutResult result) {
  using PutResult = internal::NewestPrices::PutResult;
  Tally& tally = MyTally();
  if (result == PutResult::kFull) {
    Count(tally.full);
    return PushResult::kFull;
  }
  Count(result == PutResult::kReplaced ? tally.replaced : tally.put);
  WakeHub();
  return PushResult::kAccepted;
}

void PriceInbox::Impl::WakeHub() {
  if (poll_is_due.load() || poll_is_due.exchange(true)) return;
  scheduler.Post([weak = std::weak_ptr<Follower>(follower)] {
    const std::shared_ptr<Follower> alive = weak.lock();
    if (alive && alive->wake) alive->wake();
  });
}

bool PriceInbox::Impl::Take(std::vector<PriceUpdate>* updates) {
  const SteadyTime begin = scheduler.SteadyNow();
  if (!newest.Take(updates)) return false;
  const SteadyTime end = scheduler.SteadyNow();
  const auto rest = (end - begin) * kRestFactor;
  if (rest > join_window) Count(stretched);
  window_ends = end + std::max<SteadyTime::duration>(join_window, rest);
  return true;
}

std::chrono::milliseconds PriceInbox::Impl::WaitAt(SteadyTime now) const {
  return std::chrono::ceil<std::chrono::milliseconds>(window_ends - now);
}

PriceInbox::PriceInbox(Scheduler& scheduler, const Options& options)
    : impl_(std::make_unique<Impl>(scheduler, options)) {}

PriceInbox::~PriceInbox() = default;

PriceInbox::PushResult PriceInbox::Push(std::string_view symbol, Price price) {
  const Timestamp now = Now();
  if (const auto result = impl_->newest.PutKnown(symbol, price, now)) {
    return impl_->Tell(*result);
  }
  const std::optional<Symbol> parsed = Symbol::Parse(symbol);
  if (!parsed) {
    Count(impl_->MyTally().invalid);
    return PushResult::kInvalidSymbol;
  }
  return Push({*parsed, price, now});
}

PriceInbox::PushResult PriceInbox::Push(const PriceUpdate& update) {
  return impl_->Tell(impl_->newest.Put(update));
}

PriceInbox::Counters PriceInbox::counters() const {
  Counters sum;
  for (const Tally& tally : impl_->tallies) {
    const std::uint64_t merged = tally.replaced.load(std::memory_order_relaxed);
    sum.pushed += tally.put.load(std::memory_order_relaxed) + merged;
    sum.merged += merged;
    sum.refused_full += tally.full.load(std::memory_order_relaxed);
    sum.refused_invalid += tally.invalid.load(std::memory_order_relaxed);
  }
  sum.stretched_windows = impl_->stretched.load(std::memory_order_relaxed);
  return sum;
}

std::optional<Price> PriceInbox::PriceOf(const Symbol& symbol) {
  return impl_->newest.LastTaken(symbol);
}

std::optional<std::chrono::milliseconds> PriceInbox::Poll(
    const PollTime& now, std::vector<PriceUpdate>* updates) {
  impl_->poll_is_due = true;
  if (impl_->Take(updates)) return impl_->WaitAt(now.steady);
  // The tracker also polls when it has added a symbol.
  if (now.steady < impl_->window_ends) return impl_->WaitAt(now.steady);
  // Before the hub rests it looks once more. Whoever puts a price after this
  // look sees `false` and wakes the hub: all of this is sequentially
  // consistent.
  impl_->poll_is_due = false;
  if (!impl_->Take(updates)) return std::nullopt;
  impl_->poll_is_due = true;
  return impl_->WaitAt(now.steady);
}

void PriceInbox::SetWake(std::function<void()> wake) {
  impl_->follower->wake = std::move(wake);
}

}  // namespace tickerhub
