#include <algorithm>
#include <chrono>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "loop/direct_write.h"
#include "loop/event_loop_impl.h"

namespace tickerhub::internal {
namespace {

// Larger frames are hardly ever taken in one call; the rest would have to be
// copied, while websocketpp's queue shares the whole.
constexpr std::size_t kMaxDirectBytes = 64 * 1024;

}  // namespace

// ---- sending

std::optional<EventLoop::Impl::Slot> EventLoop::Impl::FindOpen(SessionId id) {
  const std::optional<Slot> slot = sessions_.Find(id);
  if (!slot || sessions_.hot(*slot).Has(HotSession::kOpen)) return slot;
  return std::nullopt;
}

std::optional<EventLoop::Impl::Slot> EventLoop::Impl::FindCaughtUp(
    SessionId id) {
  const std::optional<Slot> slot = FindOpen(id);
  if (!slot || !batch_.Has(*slot)) return slot;
  WriteShareOf(*slot);
  return FindOpen(id);
}

void EventLoop::Impl::Send(SessionId id, const Payload& payload,
                           Delivery delivery) {
  const std::optional<Slot> slot = FindCaughtUp(id);
  if (!slot) return;
  deflated_.Forget();
  if (delivery == Delivery::kLatest) {
    sessions_.hot(*slot).Clear(HotSession::kBehind | HotSession::kToldDrained);
  }
  WriteOne(*slot, payload);
}

// ---- a broadcast

// Who gets what is settled at once. The rest is as if it were written at once,
// too: to whom the hub has more to say before its turn, FindCaughtUp() writes
// its share first.
void EventLoop::Impl::Publish(
    std::uint16_t channel,
    std::shared_ptr<const std::vector<Publication>> publications,
    Delivery delivery) {
  FinishBroadcast();
  deflated_.Forget();
  published_ = std::move(publications);
  delivery_ = delivery;
  batch_.Fit(sessions_.end());
  for (const Publication& publication : *published_) {
    batch_.Begin(&publication.payload);
    topics_[channel].ForEachFollower(publication.topic,
                                     [this](Slot slot) { batch_.Add(slot); });
  }
  TakeTurnOfBroadcast();
}

inline void EventLoop::Impl::WriteShareOf(Slot slot) {
  const WriteBatch::Share share = batch_.Take(slot);
  HotSession& hot = sessions_.hot(slot);
  if (!hot.Has(HotSession::kOpen)) return;
  if (delivery_ == Delivery::kLatest &&
      hot.Has(HotSession::kBusy | HotSession::kBehind)) {
    hot.Set(HotSession::kBehind);
    counters_.messages_skipped.Add(share.count);
    return;
  }
  Write(slot, share.payloads, share.count);
}

void EventLoop::Impl::TakeTurnOfBroadcast() {
  WriteShares(kSessionsPerTurn);
  if (batch_.empty() || std::exchange(turn_is_posted_, true)) return;
  Post([this] {
    turn_is_posted_ = false;
    TakeTurnOfBroadcast();
  });
}

void EventLoop::Impl::FinishBroadcast() {
  WriteShares(std::numeric_limits<std::size_t>::max());
}

void EventLoop::Impl::WriteShares(std::size_t most) {
  for (; most > 0 && !batch_.empty(); --most) WriteShareOf(batch_.first());
  if (batch_.empty()) published_ = nullptr;
}

// ---- writing

void EventLoop::Impl::Write(Slot slot, const Payload* const* payloads,
                            std::size_t count) {
  const HotSession& hot = sessions_.hot(slot);
  counters_.messages_sent.Add(count);
  if (hot.Has(HotSession::kDeflate)) {
    deflated_of_slot_.clear();
    for (std::size_t i = 0; i < count; ++i) {
      deflated_of_slot_.push_back(
          &deflated_.For(*payloads[i], sessions_.at(slot).server_window_bits));
    }
    payloads = deflated_of_slot_.data();
  }
  std::size_t done = 0;  // payloads that need no more thought
  while (done < count && !hot.Has(HotSession::kBusy) &&
         payloads[done]->frame().size() <= kMaxDirectBytes) {
    const DirectWrite result =
        WriteDirectly(hot.descriptor, payloads + done, count - done);
    counters_.bytes_sent.Add(result.bytes);
    done += result.whole_payloads;
    if (result.failed) {
      sessions_.hot(slot).Clear(HotSession::kOpen);
      PostFailed(slot);
      return;
    }
    if (result.bytes_of_next > 0) {
      QueueRest(slot, payloads[done]->frame().substr(result.bytes_of_next));
      ++done;
    } else if (result.whole_payloads == 0) {
      sessions_.at(slot).connection->WaitUntilWritable();
      break;
    }
  }
  for (; done < count; ++done) Queue(slot, *payloads[done]);
}

void EventLoop::Impl::QueueRest(Slot slot, std::string_view bytes) {
  const auto message = std::make_shared<LoopMessage>(bytes.size());
  message->append_payload(bytes.data(), bytes.size());
  sessions_.at(slot).connection->WaitUntilWritable();
  SendQueued(slot, message, bytes.size());
}

void EventLoop::Impl::SendQueued(Slot slot, const MessagePtr& message,
                                 std::size_t bytes) {
  LoopSession& session = sessions_.at(slot);
  // First, because OnWritten() may come before send() returns.
  session.queued_bytes += bytes;
  counters_.queued_bytes.Add(bytes);
  counters_.bytes_sent.Add(bytes);
  if (session.connection->send(message)) {  // it is closing
    session.queued_bytes -= bytes;
    counters_.queued_bytes.Subtract(bytes);
    counters_.bytes_sent.Subtract(bytes);
  }
}

void EventLoop::Impl::Queue(Slot slot, const Payload& payload) {
  LoopSession& session = sessions_.at(slot);
  if (!sessions_.hot(slot).Has(HotSession::kOpen)) return;
  // What is over the limit already is judged, so that one message of any size
  // can always be sent to a reader that keeps up.
  if (session.queued_bytes > options_.max_queued_bytes) {
    counters_.closed_slow.Add();
    CloseSlot(slot, CloseCode::kSlow, "did not read fast enough; come back");
    return;
  }
  SendQueued(slot, SharedMessage(payload), payload.frame().size());
}

EventLoop::Impl::MessagePtr EventLoop::Impl::SharedMessage(
    const Payload& payload) {
  if (!shared_payload_ ||
      shared_payload_->frame().data() != payload.frame().data()) {
    shared_message_ = std::make_shared<LoopMessage>(payload.text().size());
    shared_message_->set_header(
        std::string(payload.frame().substr(0, payload.header_size())));
    shared_message_->append_payload(payload.text().data(),
                                    payload.text().size());
    shared_payload_ = payload;
  }
  return shared_message_;
}

void EventLoop::Impl::OnBusy(std::uint32_t slot) {
  sessions_.hot(slot).Set(HotSession::kBusy);
}

void EventLoop::Impl::OnWritten(std::uint32_t slot, std::size_t bytes) {
  // Control frames were not counted when they were queued.
  LoopSession& session = sessions_.at(slot);
  const std::size_t counted = std::min(bytes, session.queued_bytes);
  session.queued_bytes -= counted;
  counters_.queued_bytes.Subtract(counted);
}

void EventLoop::Impl::OnIdle(std::uint32_t slot) {
  LoopSession& session = sessions_.at(slot);
  HotSession& hot = sessions_.hot(slot);
  hot.Clear(HotSession::kBusy);
  counters_.queued_bytes.Subtract(session.queued_bytes);
  session.queued_bytes = 0;
  if (session.phase == Phase::kClosing && session.client_closes) {
    PostTerminate(slot);
  }
  if (session.phase != Phase::kOpen) return;
  session.unsent_pongs = 0;
  if (session.newest_ping != nullptr) {
    const auto payload = std::exchange(session.newest_ping, nullptr);
    ::websocketpp::lib::error_code ignored;  // it is closing
    session.connection->pong(*payload, ignored);
    return;  // OnIdle() comes again
  }
  if (hot.Has(HotSession::kBehind) && !hot.Has(HotSession::kToldDrained)) {
    hot.Set(HotSession::kToldDrained);
    hub_.Enqueue([handler = site_.channels[session.channel].handler,
               id = sessions_.IdOf(slot)] {
      if (handler != nullptr) handler->OnDrained(id);
    });
  }
}

// ---- closing

void EventLoop::Impl::Close(SessionId id, CloseCode code,
                            const std::string& reason) {
  const std::optional<Slot> slot = FindCaughtUp(id);
  if (slot) CloseSlot(*slot, code, reason);
}

void EventLoop::Impl::CloseSlot(Slot slot, CloseCode code,
                                const std::string& reason) {
  BeginClosing(slot);
  ::websocketpp::lib::error_code ignored;  // it is closing already
  sessions_.at(slot).connection->close(
      static_cast<::websocketpp::close::status::value>(code),
      std::string(FittingReason(reason)), ignored);
}

void EventLoop::Impl::BeginClosing(Slot slot) {
  sessions_.hot(slot).Clear(HotSession::kOpen);
  LoopSession& session = sessions_.at(slot);
  session.phase = Phase::kClosing;
  session.since = std::chrono::steady_clock::now();
}

void EventLoop::Impl::Terminate(Slot slot, ::websocketpp::error::value why) {
  // By value: OnEnded() lets go of the slot's.
  const ConnectionPtr connection = sessions_.at(slot).connection;
  connection->DontLinger();
  connection->terminate(::websocketpp::error::make_error_code(why));
}

}  // namespace tickerhub::internal
