#include "sessions/drain.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

namespace tickerhub::internal {
namespace {

constexpr std::chrono::milliseconds kSlice{50};

}  // namespace

Drain::Drain(LoopContext& loop, SessionWriter& writer,
             std::function<void()> finish_broadcast)
    : loop_(loop),
      writer_(writer),
      finish_broadcast_(std::move(finish_broadcast)),
      timer_(loop.io) {}

void Drain::Start(const DrainPlan& plan) {
  plan_ = plan;
  started_ = true;
  CloseSlice();
}

void Drain::Stop() {
  stopped_ = true;
  timer_.cancel();
  const SteadyTime now = std::chrono::steady_clock::now();
  if (!started_ || now + kSlice < plan_.end) return;
  finish_broadcast_();
  for (Slot slot = 0; slot < loop_.sessions.end(); ++slot) {
    if (loop_.sessions.hot(slot).Has(HotSession::kOpen)) Close(slot, now);
  }
}

void Drain::CloseSlice() {
  finish_broadcast_();
  const SteadyTime now = std::chrono::steady_clock::now();
  std::size_t open = 0;
  for (Slot slot = next_; slot < loop_.sessions.end(); ++slot) {
    if (loop_.sessions.hot(slot).Has(HotSession::kOpen)) ++open;
  }
  // Slices of the same size, rounded up: the last one is never larger.
  const auto left = std::max<SteadyTime::duration>(plan_.end - now, kSlice);
  const auto slices = static_cast<std::size_t>(left / kSlice);
  std::size_t share = (open + slices - 1) / slices;
  for (; share > 0 && next_ < loop_.sessions.end(); ++next_) {
    if (!loop_.sessions.hot(next_).Has(HotSession::kOpen)) continue;
    Close(next_, now);
    --share;
  }
  if (now + kSlice > plan_.end) return;
  timer_.expires_after(kSlice);
  timer_.async_wait([this](const std::error_code& error) {
    if (!error && !stopped_) CloseSlice();
  });
}

void Drain::Close(Slot slot, SteadyTime now) {
  using std::chrono::milliseconds;
  std::uniform_int_distribution<milliseconds::rep> lot(0, plan_.window.count());
  const auto away = std::chrono::duration_cast<milliseconds>(plan_.back - now) +
                    milliseconds(lot(random_));
  writer_.Close(
      slot, CloseCode::kRestarting,
      "the server restarts; come back in " +
          std::to_string(std::max<milliseconds::rep>(away.count(), 0)) + " ms");
}

}  // namespace tickerhub::internal
