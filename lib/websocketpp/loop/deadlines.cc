#include "loop/deadlines.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "frames/control_frame.h"
#include "sessions/inbound_budget.h"

namespace tickerhub::internal {
namespace {

// How long a client may take to read what it was sent last and to hang up. All
// have the same time, so the first to linger is the first to be cut off.
constexpr std::chrono::seconds kLinger{1};

// How long a client that is refused may take to send its request.
constexpr std::chrono::seconds kRefused{1};

std::chrono::milliseconds SweepInterval(const ServerOptions& options) {
  constexpr std::chrono::milliseconds kLongest{500};
  constexpr std::chrono::milliseconds kShortest{10};
  std::chrono::milliseconds interval = kLongest;
  for (const auto deadline :
       {options.handshake_timeout, options.ping_interval, options.write_timeout,
        options.response_timeout, options.idle_timeout}) {
    if (deadline.count() > 0) interval = std::min(interval, deadline / 4);
  }
  return std::max(interval, kShortest);
}

// How long a session may be silent before anything is due.
SteadyTime::duration MayBeSilent(const ServerOptions& options) {
  auto silence = SteadyTime::duration::max();
  for (const auto deadline : {options.ping_interval, options.idle_timeout}) {
    if (deadline.count() > 0) {
      silence = std::min<SteadyTime::duration>(silence, deadline);
    }
  }
  return silence;
}

}  // namespace

Deadlines::Deadlines(LoopContext& loop, SessionWriter& writer,
                     SessionExpiries& expiries)
    : loop_(loop),
      writer_(writer),
      expiries_(expiries),
      interval_(SweepInterval(loop.options)),
      may_be_silent_(MayBeSilent(loop.options)),
      sweep_timer_(loop.io),
      linger_timer_(loop.io) {}

// A timer may have fallen due before it is cancelled. Then its handler still
// runs, and `stopped_` keeps it from waiting again.
void Deadlines::Stop() {
  stopped_ = true;
  sweep_timer_.cancel();
  linger_timer_.cancel();
}

void Deadlines::OnLingering(Slot slot) {
  lingering_.push_back(
      {loop_.sessions.IdOf(slot), std::chrono::steady_clock::now() + kLinger});
  if (lingering_.size() == 1) EndLingering();
}

void Deadlines::EndLingering() {
  const SteadyTime now = std::chrono::steady_clock::now();
  while (!lingering_.empty()) {
    const Lingering& first = lingering_.front();
    const std::optional<Slot> slot = loop_.sessions.Find(first.session);
    if (slot && first.deadline > now) break;
    if (slot) writer_.End(*slot);
    lingering_.pop_front();
  }
  if (lingering_.empty()) return;
  linger_timer_.expires_at(lingering_.front().deadline);
  linger_timer_.async_wait([this](const std::error_code& error) {
    if (!error && !stopped_) EndLingering();
  });
}

void Deadlines::Sweep() {
  const SteadyTime now = std::chrono::steady_clock::now();
  if (sweep_timer_.expiry() != SteadyTime()) {  // not the first one
    const SteadyTime::duration lag =
        std::max(now - sweep_timer_.expiry(), SteadyTime::duration::zero());
    CountLag(lag);
    if (lag > interval_) GiveBack(lag, now);
  }
  if (loop_.is_on_hub) {
    loop_.health.Beat(now);
    loop_.refusals.TellLeftOut(now);
  }
  expiries_.Sweep();
  for (Slot slot = 0; slot < loop_.sessions.end(); ++slot) {
    // Nearly all sessions are like this, so it must cost little.
    const LoopSession& session = loop_.sessions.at(slot);
    const bool is_in_order = session.phase == LoopSession::Phase::kOpen &&
                             now - session.last_heard < may_be_silent_ &&
                             !loop_.sessions.hot(slot).Has(HotSession::kBusy);
    if (!is_in_order) SweepSlot(slot, now);
  }
  last_sweep_ = now;
  sweep_timer_.expires_after(interval_);
  sweep_timer_.async_wait([this](const std::error_code& error) {
    if (!error && !stopped_) Sweep();
  });
}

// The sweep is a timer like those of the services, so they are as late.
void Deadlines::CountLag(SteadyTime::duration lag) {
  const auto rounded =
      std::chrono::duration_cast<std::chrono::microseconds>(lag);
  const auto us = static_cast<std::uint64_t>(rounded.count());
  loop_.counters.lag.Add(rounded);
  if (!loop_.is_on_hub) return;
  loop_.counters.hub_lag_us.Set(us);
  loop_.counters.hub_lag_max_us.Set(
      std::max(us, loop_.counters.hub_lag_max_us.Get()));
}

// While a handler keeps the loop, the process is stopped or its machine sleeps,
// nothing is read and nothing is sent. So that time is nobody's silence.
void Deadlines::GiveBack(SteadyTime::duration lag, SteadyTime now) {
  last_sweep_ += lag;
  for (Slot slot = 0; slot < loop_.sessions.end(); ++slot) {
    LoopSession& session = loop_.sessions.at(slot);
    if (session.phase == LoopSession::Phase::kFree) continue;
    session.last_heard = std::min(session.last_heard + lag, now);
    if (session.phase == LoopSession::Phase::kOpen) continue;
    session.since = std::min(session.since + lag, now);
  }
}

void Deadlines::SweepSlot(Slot slot, SteadyTime now) {
  // The kernel reports when it takes more, unless it was out of memory.
  if (loop_.sessions.hot(slot).Has(HotSession::kBusy)) writer_.Flush(slot);
  const LoopSession& session = loop_.sessions.at(slot);
  switch (session.phase) {
    case LoopSession::Phase::kOpen:
      SweepOpen(slot, now);
      return;
    case LoopSession::Phase::kTls:
      SweepTls(slot, now);
      return;
    case LoopSession::Phase::kStreaming:
      if (session.queue != nullptr &&
          now - session.since > loop_.options.write_timeout) {
        loop_.counters.responses_cut.Add();
        writer_.End(slot);
      }
      return;
    case LoopSession::Phase::kProxyHeader:
    case LoopSession::Phase::kHandshake:
      if (session.refusal != Refusal::kNone) {
        // It has asked for nothing, so it is told unasked.
        if (now - session.since > kRefused) writer_.RefuseForWantOfPlace(slot);
        return;
      }
      [[fallthrough]];
    case LoopSession::Phase::kAdmission:
    case LoopSession::Phase::kHttp:
    case LoopSession::Phase::kClosing:
      if (!session.is_session && session.queue != nullptr) {
        SweepResponse(slot, now);
        return;
      }
      if (now - session.since <= loop_.options.handshake_timeout) return;
      if (session.phase != LoopSession::Phase::kClosing) {
        loop_.counters.handshakes_failed.Add();
        loop_.refusals.Note(RefusalReason::kTooSlow, session.remote,
                            "no whole request or no answer in time");
      }
      writer_.End(slot);
      return;
    default:  // free, or with a deadline of its own
      return;
  }
}

// It may take a minute, as long as the client makes progress.
void Deadlines::SweepResponse(Slot slot, SteadyTime now) {
  const LoopSession& session = loop_.sessions.at(slot);
  if (now - session.since <= loop_.options.write_timeout &&
      now - session.last_heard <= loop_.options.response_timeout) {
    return;
  }
  loop_.counters.responses_cut.Add();
  writer_.End(slot);
}

// Whoever is refused can hear why only when this is complete.
void Deadlines::SweepTls(Slot slot, SteadyTime now) {
  const LoopSession& session = loop_.sessions.at(slot);
  const bool is_refused = session.refusal != Refusal::kNone;
  const SteadyTime::duration most =
      is_refused ? SteadyTime::duration(kRefused)
                 : SteadyTime::duration(loop_.options.handshake_timeout);
  if (now - session.since <= most) return;
  loop_.counters.tls_handshakes_failed.Add();
  loop_.counters.handshakes_failed.Add();
  loop_.refusals.Note(RefusalReason::kTooSlow, session.remote,
                      "no whole TLS handshake in time");
  writer_.End(slot);
}

void Deadlines::SweepOpen(Slot slot, SteadyTime now) {
  const ServerOptions& options = loop_.options;
  LoopSession& session = loop_.sessions.at(slot);
  // The client may be sending a lot, but it is not read.
  if (loop_.sessions.gate(slot).held() || session.is_held) {
    NoteHeard(loop_.LimitsOf(slot).inbound, now, &session);
  }
  const auto silent = now - session.last_heard;
  if (options.idle_timeout.count() > 0 && silent > options.idle_timeout) {
    loop_.counters.closed_idle.Add();
    writer_.Close(slot, CloseCode::kIdle,
                  "nothing was heard from you; come back");
    return;
  }
  if (options.ping_interval.count() == 0) return;
  // One at each multiple of the interval: at a sweep that passes one.
  const auto before = silent - (now - last_sweep_);
  if (silent / options.ping_interval > before / options.ping_interval) {
    writer_.SendBytes(slot, ControlFrame(ControlOpcode::kPing, {}));
  }
}

}  // namespace tickerhub::internal
