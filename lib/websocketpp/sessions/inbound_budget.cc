#include "sessions/inbound_budget.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <system_error>
#include <utility>

namespace tickerhub::internal {
namespace {

constexpr std::chrono::milliseconds kSweepInterval{10};

// Who was stopped is read on in small portions. A whole burst of a client, or
// all clients in one sweep, would hold up the prices of the others.
constexpr double kPortionMessages = 8;
constexpr double kPortionBytes = 4096;

// More of them in one sweep would hold up the others too: what a client has
// sent and nobody has read is freed when its socket closes.
constexpr int kClosesASweep = 8;

// A client that was read for this long without being stopped floods no more.
constexpr std::chrono::seconds kForgiven{1};

// All clients together may send what they may in a quarter of a second at once.
constexpr double kBurstOfAll = 0.25;

// Who owes less than this part of its burst never waits for others.
constexpr double kGoodStanding = 0.125;

}  // namespace

InboundBudget::InboundBudget(LoopContext& loop, SessionWriter& writer,
                             std::function<void(Slot)> read_on)
    : loop_(loop),
      writer_(writer),
      read_on_(std::move(read_on)),
      rate_of_all_(loop.options.max_messages_per_second_total /
                   loop.options.event_loops),
      timer_(loop.io) {}

void InboundBudget::Stop() {
  stopped_ = true;
  timer_.cancel();
}

bool InboundBudget::Charge(Slot slot, std::size_t messages, std::size_t bytes) {
  LoopSession& session = loop_.sessions.at(slot);
  session.owed_messages += static_cast<float>(messages);
  session.owed_bytes += static_cast<float>(bytes);
  owed_by_all_ += static_cast<double>(messages);
  if (session.is_held || session.phase != LoopSession::Phase::kOpen) {
    return session.is_held;
  }
  const InboundLimits& limits = loop_.LimitsOf(slot).inbound;
  if (!MustWait(session, limits)) return false;
  session.is_held = true;
  loop_.counters.readers_slowed.Add();
  if (!session.is_flooder) {
    session.is_flooder = true;
    flooders_.push_back(
        {loop_.sessions.IdOf(slot), session.last_heard, session.last_heard});
  }
  WaitForSweep();
  return true;
}

bool InboundBudget::MustWait(const LoopSession& session,
                             const InboundLimits& limits) {
  const bool has_limit = limits.messages_per_second > 0;
  if (has_limit && session.owed_messages > limits.message_burst) return true;
  if (limits.bytes_per_second > 0 && session.owed_bytes > limits.byte_burst) {
    return true;
  }
  if (IsHubFull()) {
    was_hub_full_ = true;
    return true;
  }
  if (rate_of_all_ <= 0 || owed_by_all_ <= rate_of_all_ * kBurstOfAll) {
    return false;
  }
  PayOffAll(session.last_heard);
  return owed_by_all_ > rate_of_all_ * kBurstOfAll &&
         (!has_limit ||
          session.owed_messages > limits.message_burst * kGoodStanding);
}

bool InboundBudget::IsHubFull() const {
  return loop_.hub.waiting_bytes() > loop_.options.max_unhandled_bytes_total;
}

void InboundBudget::PayOffAll(SteadyTime now) {
  const std::chrono::duration<double> passed = now - paid_off_;
  paid_off_ = now;
  owed_by_all_ = std::max(0.0, owed_by_all_ - passed.count() * rate_of_all_);
}

void InboundBudget::WaitForSweep() {
  if (waiting_ || stopped_) return;
  waiting_ = true;
  timer_.expires_after(kSweepInterval);
  timer_.async_wait([this](const std::error_code& error) {
    waiting_ = false;
    if (error || stopped_) return;
    Sweep();
    if (!flooders_.empty()) WaitForSweep();
  });
}

void InboundBudget::Sweep() {
  const SteadyTime now = std::chrono::steady_clock::now();
  PayOffAll(now);
  GiveBack(now - timer_.expiry());
  const std::size_t count = flooders_.size();
  double room = RoomOfSweep();
  closes_left_ = kClosesASweep;
  if (std::exchange(was_hub_full_, IsHubFull())) ForgiveAll(now);
  std::size_t next = next_;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t place = (next_ + i) % count;
    if (SweepOne(&flooders_[place], now, room >= 1)) {
      room -= kPortionMessages;
      next = place + 1;
    }
  }
  next_ = next;
  flooders_.erase(std::remove_if(flooders_.begin(), flooders_.end(),
                                 [](const Flooder& f) { return f.over; }),
                  flooders_.end());
}

// While the loop does not run (see Deadlines) nobody floods.
void InboundBudget::GiveBack(SteadyTime::duration lag) {
  if (lag < kForgiven) return;
  for (Flooder& flooder : flooders_) {
    flooder.since += lag;
    flooder.last_held += lag;
  }
}

// The hub was full since the sweep before: that was nobody's fault, however
// late this sweep is.
void InboundBudget::ForgiveAll(SteadyTime now) {
  for (Flooder& flooder : flooders_) flooder.since = now;
}

// How many messages those may send that are read on in this sweep.
double InboundBudget::RoomOfSweep() const {
  if (rate_of_all_ <= 0) return std::numeric_limits<double>::infinity();
  const std::chrono::duration<double> interval = kSweepInterval;
  return std::min(std::max(1.0, rate_of_all_ * interval.count()),
                  rate_of_all_ * kBurstOfAll - owed_by_all_);
}

bool InboundBudget::SweepOne(Flooder* flooder, SteadyTime now, bool has_room) {
  const std::optional<Slot> slot = loop_.sessions.Find(flooder->session);
  if (!slot) {
    flooder->over = true;
    return false;
  }
  LoopSession& session = loop_.sessions.at(*slot);
  if (session.phase != LoopSession::Phase::kOpen) {
    flooder->over = true;
    Resume(*slot);
    return false;
  }
  const InboundLimits& limits = loop_.LimitsOf(*slot).inbound;
  if (!session.is_held) {
    flooder->over = now - flooder->last_held > kForgiven;
    session.is_flooder = !flooder->over;
    return false;
  }
  NoteHeard(limits, now, &session);
  flooder->last_held = now;
  if (IsHubFull()) {  // that is not its fault
    flooder->since = now;
    return false;
  }
  const auto timeout = loop_.options.flood_timeout;
  if (timeout.count() > 0 && now - flooder->since > timeout) {
    if (closes_left_ == 0) return false;
    --closes_left_;
    flooder->over = true;
    CloseFlooder(*slot);
    return false;
  }
  const auto has_paid = [](float owed, double rate, double burst,
                           double portion) {
    return rate <= 0 || owed <= burst - std::min(portion, burst / 2);
  };
  if (!has_room ||
      !has_paid(session.owed_messages, limits.messages_per_second,
                limits.message_burst, kPortionMessages) ||
      !has_paid(session.owed_bytes, limits.bytes_per_second, limits.byte_burst,
                kPortionBytes)) {
    return false;
  }
  Resume(*slot);
  return true;
}

void InboundBudget::Resume(Slot slot) {
  LoopSession& session = loop_.sessions.at(slot);
  session.is_held = false;
  if (session.read_was_held) read_on_(slot);
}

// It is not waited for the client's answer: it may be behind what is not read.
void InboundBudget::CloseFlooder(Slot slot) {
  loop_.refusals.Note(RefusalReason::kFlood, loop_.sessions.at(slot).remote,
                      "sent too much for too long");
  loop_.sessions.at(slot).client_closes = true;
  loop_.RunBehindAnswers(slot, [this](Slot s) {
    if (loop_.sessions.at(s).phase != LoopSession::Phase::kOpen) return;
    writer_.Close(s, CloseCode::kPolicy, "sent too much for too long");
  });
}

}  // namespace tickerhub::internal
