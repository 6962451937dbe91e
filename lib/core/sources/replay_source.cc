#include "tickerhub/replay_source.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <istream>
#include <unordered_map>
#include <utility>

#include "sources/recording.h"
#include "sources/stream_bytes.h"
#include "tickerhub/scheduler.h"

namespace tickerhub {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kBytesInOnePoll = std::size_t{256} << 10;
constexpr std::size_t kPricesInOnePoll = 32'768;
constexpr milliseconds kSoon{1};
constexpr milliseconds kPauseBetweenPasses{1'000};  // of recorded time

// How long `recorded` takes at `speed`: a hundred years at most.
milliseconds Shortened(milliseconds recorded, double speed) {
  constexpr auto kLongest = static_cast<double>(Scheduler::kMaxDelay.count());
  const double wait = static_cast<double>(recorded.count()) / speed;
  return milliseconds(
      static_cast<std::int64_t>(std::clamp(wait, -kLongest, kLongest)));
}

}  // namespace

struct ReplaySource::Impl {
  Impl(std::unique_ptr<ByteSource> bytes, Options given)
      : options(std::move(given)),
        recording(std::move(bytes), options, &counters) {
    assert(options.speed > 0);
  }

  // The newest price of a symbol that was played.
  struct Played {
    Price price;
    Timestamp time;  // the recorded one
  };

  std::optional<milliseconds> Play(const PollTime& now,
                                   std::vector<PriceUpdate>* prices,
                                   std::vector<QuoteUpdate>* quotes);
  bool Remember(const internal::RecordedPrice& line);
  bool StartAgain(SteadyTime now);
  void End();

  const Options options;
  Counters counters;
  internal::Recording recording;
  std::unordered_map<Symbol, Played> played;
  std::optional<SteadyTime> pass_start;  // when its first price is due
  std::optional<Timestamp> first_time;   // that price's recorded time
  bool ended = false;
};

ReplaySource::ReplaySource(std::unique_ptr<ByteSource> recording,
                           Options options)
    : impl_(std::make_unique<Impl>(std::move(recording), std::move(options))) {}

ReplaySource::ReplaySource(std::unique_ptr<std::istream> recording,
                           Options options)
    : ReplaySource(
          std::make_unique<internal::StreamBytes>(std::move(recording)),
          std::move(options)) {}

ReplaySource::~ReplaySource() = default;

std::optional<Price> ReplaySource::PriceOf(const Symbol& symbol) {
  const auto found = impl_->played.find(symbol);
  if (found == impl_->played.end()) return std::nullopt;
  return found->second.price;
}

std::optional<milliseconds> ReplaySource::Poll(
    const PollTime& now, std::vector<PriceUpdate>* updates) {
  std::vector<QuoteUpdate> quotes;
  const auto wait = PollQuotes(now, updates, &quotes);
  internal::AppendPrices(quotes, updates);
  return wait;
}

std::optional<milliseconds> ReplaySource::PollQuotes(
    const PollTime& now, std::vector<PriceUpdate>* prices,
    std::vector<QuoteUpdate>* quotes) {
  if (impl_->ended) return std::nullopt;
  return impl_->Play(now, prices, quotes);
}

void ReplaySource::SetWake(std::function<void()> wake) {
  impl_->recording.bytes().SetWake(std::move(wake));
}

ReplaySource::Counters ReplaySource::counters() const {
  return impl_->counters;
}

bool ReplaySource::ended() const { return impl_->ended; }

std::string ReplaySource::fault() const { return impl_->recording.fault(); }

std::optional<milliseconds> ReplaySource::Impl::Play(
    const PollTime& now, std::vector<PriceUpdate>* prices,
    std::vector<QuoteUpdate>* quotes) {
  using Progress = internal::Recording::Progress;
  std::size_t budget = kBytesInOnePoll;
  for (std::size_t count = 0; count < kPricesInOnePoll; ++count) {
    Progress progress = recording.Fill(&budget);
    if (progress == Progress::kEnd && StartAgain(now.steady)) {
      progress = recording.Fill(&budget);
    }
    if (progress == Progress::kMore) return kSoon;
    if (progress == Progress::kIdle) return std::nullopt;
    if (progress == Progress::kEnd) {
      End();
      return std::nullopt;
    }
    const internal::RecordedPrice& next = recording.front();
    if (!pass_start) pass_start = now.steady;
    if (!first_time) first_time = next.time;
    const SteadyTime due =
        *pass_start + Shortened(next.time - *first_time, options.speed);
    if (due > now.steady) {
      return std::chrono::ceil<milliseconds>(due - now.steady);
    }
    if (Remember(next)) next.quote.AppendTo(now.wall, prices, quotes);
    recording.Pop();
  }
  return kSoon;
}

// Returns false if a newer one of its symbol was played in this pass.
bool ReplaySource::Impl::Remember(const internal::RecordedPrice& line) {
  const auto known = played.find(line.quote.symbol);
  if (known != played.end() && line.time < known->second.time) {
    ++counters.late_prices;
    return false;
  }
  if (!line.quote.price) return true;
  if (known != played.end()) {
    known->second = {*line.quote.price, line.time};
  } else if (played.size() < options.max_symbols) {
    played.emplace(line.quote.symbol, Played{*line.quote.price, line.time});
  } else {
    ++counters.forgotten_prices;
  }
  return true;
}

void ReplaySource::Impl::End() {
  ended = true;
  if (!recording.fault().empty() && options.on_fault) {
    options.on_fault(recording.fault());
  }
  if (options.on_end) options.on_end();
}

// Goes back to the top for another pass, whose first price is due after a
// pause. Returns false if there is to be none, or nothing to play in it.
bool ReplaySource::Impl::StartAgain(SteadyTime now) {
  if (!options.loop || !first_time || !recording.Rewind()) return false;
  pass_start =
      now + std::max(Shortened(kPauseBetweenPasses, options.speed), kSoon);
  first_time.reset();
  for (auto& [symbol, newest] : played) newest.time = Timestamp();
  return true;
}

}  // namespace tickerhub
