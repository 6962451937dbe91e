// PriceInbox: threads push to 10,000 symbols in random order while a hub drains
// it into a book, once in each join window. The bars of the project: 10 million
// updates a second with one pushing thread and with four, at most a tenth of a
// core for the hub.
//
// `hub` is the share of a core that the hub took. `taken` is the number of
// updates a second that it applied; the others were merged. `heap_kB` is what
// the inbox keeps. The time of the first round, which adds the symbols, is not
// in the figures.

#include <benchmark/benchmark.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <ctime>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bench_parts.h"
#include "tickerhub/price_inbox.h"
#include "tickerhub/stock_book.h"

namespace tickerhub {
namespace {

constexpr std::size_t kInboxSymbols = 10'000;

double ThreadSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) / 1e9;
}

/// A hub that does nothing but drain an inbox into a book: a thread that runs
/// what is posted and polls when the inbox says that it should.
class DrainingHub : public Scheduler {
 public:
  DrainingHub() {
    StockBook::Options options;
    options.max_symbols = kInboxSymbols;
    book_ = std::make_unique<StockBook>(options);
  }

  void Start(PriceInbox& inbox) {
    inbox_ = &inbox;
    inbox.SetWake([this] { Poll(); });
    thread_ = std::thread([this] { Run(); });
  }
  void Stop() {
    Post([this] { stopped_ = true; });
    thread_.join();
  }

  // Read them after Stop().
  double seconds() const { return seconds_; }
  std::uint64_t taken() const { return taken_; }

  Timestamp Now() const override { return Timestamp(); }
  SteadyTime SteadyNow() const override {
    return std::chrono::steady_clock::now();
  }
  void Post(Task task) override {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      posted_.push_back(std::move(task));
    }
    changed_.notify_one();
  }
  TimerId RunAfter(std::chrono::milliseconds, Task) override {
    return kNoTimer;
  }
  void Cancel(TimerId) override {}
  bool IsHubThread() const override { return true; }

 private:
  void Run() {
    Poll();
    const double begin = ThreadSeconds();
    while (!stopped_) {
      for (const Task& task : Wait()) task();
      if (due_ && SteadyNow() >= *due_) Poll();
    }
    seconds_ = ThreadSeconds() - begin;
  }

  std::vector<Task> Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    const auto some = [this] { return !posted_.empty(); };
    if (due_) {
      changed_.wait_until(lock, *due_, some);
    } else {
      changed_.wait(lock, some);
    }
    return std::exchange(posted_, {});
  }

  void Poll() {
    updates_.clear();
    const SteadyTime now = SteadyNow();
    const auto wait = inbox_->Poll({Now(), now}, &updates_);
    due_ = wait ? std::optional<SteadyTime>(now + *wait) : std::nullopt;
    taken_ += updates_.size();
    if (book_->Apply(updates_).not_tracked == 0) return;
    for (const PriceUpdate& update : updates_) {
      book_->Add(update.symbol, update.price, update.time);
    }
  }

  PriceInbox* inbox_ = nullptr;
  std::unique_ptr<StockBook> book_;
  std::vector<PriceUpdate> updates_;
  std::optional<SteadyTime> due_;
  std::uint64_t taken_ = 0;
  double seconds_ = 0;
  bool stopped_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Task> posted_;
  std::thread thread_;
};

/// What all threads of a run share. The first of them makes it.
struct InboxScene {
  InboxScene() {
    names.reserve(kInboxSymbols);
    symbols.reserve(kInboxSymbols);
    const double before = HeapBytes();
    inbox = std::make_unique<PriceInbox>(hub);
    for (std::size_t i = 0; i < kInboxSymbols; ++i) {
      names.push_back("S" + std::to_string(i * 7919) + ".T");
      symbols.push_back(*Symbol::Parse(names.back()));
      inbox->Push(names.back(), Price::Of(1, 8));
    }
    heap_kilobytes = (HeapBytes() - before) / 1024;
    hub.Start(*inbox);
  }

  std::vector<std::string> names;
  std::vector<Symbol> symbols;
  DrainingHub hub;
  std::unique_ptr<PriceInbox> inbox;
  double heap_kilobytes = 0;
};

std::unique_ptr<InboxScene> scene;

void SetUp(const benchmark::State&) { scene = std::make_unique<InboxScene>(); }
void TearDown(const benchmark::State&) { scene.reset(); }

// More than one thread pushes each symbol, each in an order of its own.
std::vector<std::uint32_t> RandomOrder(int thread) {
  std::mt19937 random(static_cast<unsigned>(thread) + 1);
  std::vector<std::uint32_t> order(65'536);
  for (std::uint32_t& at : order) {
    at = static_cast<std::uint32_t>(random() % kInboxSymbols);
  }
  return order;
}

template <typename PushOne>
void PushAll(benchmark::State& state, PushOne push_one) {
  const std::vector<std::uint32_t> order = RandomOrder(state.thread_index());
  std::int64_t price = 0;
  SteadyTime begin;
  if (state.thread_index() == 0) begin = std::chrono::steady_clock::now();
  for (auto _ : state) {
    for (const std::uint32_t at : order) push_one(at, Price::Of(++price, 8));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(order.size()) *
                          state.iterations());
  if (state.thread_index() != 0) return;
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
          .count();
  scene->hub.Stop();
  state.counters["hub"] = scene->hub.seconds() / seconds;
  state.counters["taken"] = static_cast<double>(scene->hub.taken()) / seconds;
  state.counters["heap_kB"] = scene->heap_kilobytes;
}

void BM_PriceInboxPushText(benchmark::State& state) {
  PushAll(state, [](std::uint32_t at, Price price) {
    scene->inbox->Push(scene->names[at], price);
  });
}

void BM_PriceInboxPushUpdate(benchmark::State& state) {
  PushAll(state, [](std::uint32_t at, Price price) {
    scene->inbox->Push({scene->symbols[at], price, Timestamp()});
  });
}

void Feeds(benchmark::internal::Benchmark* benchmark) {
  benchmark->Setup(SetUp)->Teardown(TearDown)->UseRealTime()->Threads(1);
  benchmark->Threads(4);
}
BENCHMARK(BM_PriceInboxPushText)->Apply(Feeds);
BENCHMARK(BM_PriceInboxPushUpdate)->Apply(Feeds);

}  // namespace
}  // namespace tickerhub
