#include "loop/event_loop.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <websocketpp/common/network.hpp>

#include "loop/event_loop_impl.h"

namespace tickerhub::internal {
namespace {

// How often deadlines are looked at: they are late by as much, which is a
// fraction of the shortest.
std::chrono::milliseconds SweepInterval(const Server::Options& options) {
  constexpr std::chrono::milliseconds kLongest{500};
  constexpr std::chrono::milliseconds kShortest{10};
  std::chrono::milliseconds interval = kLongest;
  for (const auto deadline : {options.handshake_timeout, options.ping_interval,
                              options.idle_timeout}) {
    if (deadline.count() > 0) interval = std::min(interval, deadline / 4);
  }
  return std::max(interval, kShortest);
}

// For a client to read what it was sent last and to hang up.
constexpr std::chrono::seconds kLinger{1};

// websocketpp finds out the machine's byte order at the first use and notes it
// in a variable that all threads share, without a lock. After this it is only
// read.
void FindOutByteOrder() {
  [[maybe_unused]] static const std::uint64_t once =
      ::websocketpp::lib::net::_htonll(1);
}

}  // namespace

EventLoop::Impl::Impl(int index, const Surroundings& surroundings)
    : options_(surroundings.options),
      site_(surroundings.site),
      hub_(surroundings.hub),
      log_(surroundings.log),
      sweep_interval_(SweepInterval(options_)),
      work_(context_.get_executor()),
      sweep_timer_(context_),
      linger_timer_(context_),
      sockets_(context_,
               [this](const EpollSet::Event& event) { OnReady(event); }),
      sessions_(index),
      topics_(site_.channels.size()) {
  FindOutByteOrder();
  endpoint_.set_user_agent("");
  endpoint_.set_max_http_body_size(options_.max_http_body_bytes);
  // One sweep looks after every deadline instead of a timer for each.
  endpoint_.set_open_handshake_timeout(0);
  endpoint_.set_close_handshake_timeout(0);
}

// ---- stopping

void EventLoop::Impl::BeginStop(std::function<void()> on_finished) {
  FinishBroadcast();
  stopping_ = true;
  on_finished_ = std::move(on_finished);
  for (Slot slot = 0; slot < sessions_.end(); ++slot) {
    const Phase phase = sessions_.at(slot).phase;
    if (phase == Phase::kOpen) {
      CloseSlot(slot, CloseCode::kGoingAway, "server is stopping");
    } else if (phase == Phase::kHandshake) {
      Terminate(slot, ::websocketpp::error::open_handshake_timeout);
    }
  }
  FinishIfEmpty();
}

void EventLoop::Impl::CutOff() {
  for (Slot slot = 0; slot < sessions_.end(); ++slot) {
    if (sessions_.at(slot).phase != Phase::kFree) {
      Terminate(slot, ::websocketpp::error::close_handshake_timeout);
    }
  }
}

void EventLoop::Impl::FinishIfEmpty() {
  if (!stopping_ || sessions_.count() != 0 || !on_finished_) return;
  finished_ = true;
  sweep_timer_.cancel();
  linger_timer_.cancel();
  sockets_.Stop();
  work_.reset();
  std::exchange(on_finished_, nullptr)();
}

// ---- sockets

void EventLoop::Impl::OnReady(const EpollSet::Event& event) {
  const std::optional<Slot> slot = sessions_.Find({event.token});
  if (!slot) return;  // its descriptor is another's by now
  const ConnectionPtr connection = sessions_.at(*slot).connection;
  if (event.ended) connection->ExpectEnd();
  if (event.writable) connection->WriteSome();
  if (event.readable) {
    connection->ReadSome(read_buffer_.data(), read_buffer_.size());
  }
}

void EventLoop::Impl::OnMoreToRead(std::uint32_t slot) {
  if (unread_.empty()) Post([this] { ReadFromUnread(); });
  unread_.push_back(sessions_.IdOf(slot));
}

void EventLoop::Impl::ReadFromUnread() {
  unread_now_.swap(unread_);
  for (const SessionId session : unread_now_) {
    const std::optional<Slot> slot = sessions_.Find(session);
    if (!slot) continue;
    const ConnectionPtr connection = sessions_.at(*slot).connection;
    connection->ReadSome(read_buffer_.data(), read_buffer_.size());
  }
  unread_now_.clear();
}

void EventLoop::Impl::OnEnding(std::uint32_t slot) {
  sessions_.hot(slot).Clear(HotSession::kOpen);
}

void EventLoop::Impl::OnLingering(std::uint32_t slot) {
  lingering_.push_back(
      {sessions_.IdOf(slot), std::chrono::steady_clock::now() + kLinger});
  if (lingering_.size() == 1) StopLingering();
}

// The first of the queue has the first deadline, since all linger equally long.
void EventLoop::Impl::StopLingering() {
  const SteadyTime now = std::chrono::steady_clock::now();
  while (!lingering_.empty()) {
    const Lingering& first = lingering_.front();
    const std::optional<Slot> slot = sessions_.Find(first.session);
    if (slot && first.deadline > now) break;
    if (slot) sessions_.at(*slot).connection->DontLinger();
    lingering_.pop_front();
  }
  if (lingering_.empty()) return;
  linger_timer_.expires_at(lingering_.front().deadline);
  linger_timer_.async_wait([this](const std::error_code& error) {
    if (!error && !finished_) StopLingering();
  });
}

// ---- deadlines

void EventLoop::Impl::Sweep() {
  const SteadyTime now = std::chrono::steady_clock::now();
  for (Slot slot = 0; slot < sessions_.end(); ++slot) SweepSlot(slot, now);
  sweep_timer_.expires_after(sweep_interval_);
  sweep_timer_.async_wait([this](const std::error_code& error) {
    // It may have fallen due before it was cancelled: a loop that has finished
    // must not wait for it again.
    if (!error && !finished_) Sweep();
  });
}

void EventLoop::Impl::SweepSlot(Slot slot, SteadyTime now) {
  LoopSession& session = sessions_.at(slot);
  switch (session.phase) {
    case Phase::kFree:
      return;
    case Phase::kHandshake:
    case Phase::kHttp:
      if (now - session.since > options_.handshake_timeout) {
        Terminate(slot, ::websocketpp::error::open_handshake_timeout);
      }
      return;
    case Phase::kClosing:
      if (now - session.since > options_.handshake_timeout) {
        Terminate(slot, ::websocketpp::error::close_handshake_timeout);
      }
      return;
    case Phase::kOpen:
      break;
  }
  // It may be saying a lot, which is not being read.
  if (sessions_.gate(slot).held.load()) session.last_heard = now;
  const auto silent = now - session.last_heard;
  if (options_.idle_timeout.count() > 0 && silent > options_.idle_timeout) {
    counters_.closed_idle.Add();
    CloseSlot(slot, CloseCode::kIdle, "nothing was heard from you; come back");
    return;
  }
  if (options_.ping_interval.count() > 0 && silent > options_.ping_interval &&
      now - session.last_ping > options_.ping_interval) {
    session.last_ping = now;
    ::websocketpp::lib::error_code ignored;  // it is closing
    session.connection->ping("", ignored);
  }
}

// ---- the interface: hand everything over to the loop's thread

EventLoop::EventLoop(int index, const Surroundings& surroundings)
    : impl_(std::make_shared<Impl>(index, surroundings)) {}
EventLoop::~EventLoop() { Join(); }

void EventLoop::Start() { impl_->Start(); }
void EventLoop::Join() { impl_->Join(); }
asio::io_context& EventLoop::context() { return impl_->context(); }

void EventLoop::Adopt(int descriptor) {
  impl_->counters().connections.fetch_add(1, std::memory_order_relaxed);
  impl_->Post([this, descriptor] { impl_->Adopt(descriptor); });
}

void EventLoop::Send(SessionId session, Payload payload, Delivery delivery) {
  impl_->Post([this, session, payload = std::move(payload), delivery] {
    impl_->Send(session, payload, delivery);
  });
}

void EventLoop::Subscribe(SessionId session, TopicId topic) {
  impl_->Post([this, session, topic] { impl_->Subscribe(session, topic); });
}

void EventLoop::Unsubscribe(SessionId session, TopicId topic) {
  impl_->Post([this, session, topic] { impl_->Unsubscribe(session, topic); });
}

void EventLoop::Publish(
    std::uint16_t channel,
    std::shared_ptr<const std::vector<Publication>> publications,
    Delivery delivery) {
  impl_->Post([this, channel, publications = std::move(publications),
               delivery] { impl_->Publish(channel, publications, delivery); });
}

void EventLoop::Close(SessionId session, CloseCode code, std::string reason) {
  impl_->Post([this, session, code, reason = std::move(reason)] {
    impl_->Close(session, code, reason);
  });
}

void EventLoop::BeginStop(std::function<void()> on_finished) {
  impl_->Post([this, on_finished = std::move(on_finished)]() mutable {
    impl_->BeginStop(std::move(on_finished));
  });
}

void EventLoop::CutOff() {
  impl_->Post([this] { impl_->CutOff(); });
}

std::size_t EventLoop::connection_count() const {
  return impl_->counters().connections.load(std::memory_order_relaxed);
}

void EventLoop::AddTo(Server::Counters* counters) const {
  const LoopCounters& mine = impl_->counters();
  counters->connections += mine.connections.load(std::memory_order_relaxed);
  counters->sessions += mine.sessions.Get();
  counters->queued_bytes += mine.queued_bytes.Get();
  counters->handshakes_failed += mine.handshakes_failed.Get();
  counters->http_requests += mine.http_requests.Get();
  counters->http_bodies_refused += mine.http_bodies_refused.Get();
  counters->messages_received += mine.messages_received.Get();
  counters->messages_refused += mine.messages_refused.Get();
  counters->readers_paused += mine.readers_paused.Get();
  counters->messages_sent += mine.messages_sent.Get();
  counters->bytes_sent += mine.bytes_sent.Get();
  counters->messages_skipped += mine.messages_skipped.Get();
  counters->closed_slow += mine.closed_slow.Get();
  counters->closed_idle += mine.closed_idle.Get();
}

}  // namespace tickerhub::internal
