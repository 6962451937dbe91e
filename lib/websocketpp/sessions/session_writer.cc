#include "sessions/session_writer.h"

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <utility>

namespace tickerhub::internal {
namespace {

// The kernel hardly ever takes a larger frame in one call. The rest would have
// to be copied, while websocketpp's queue shares the whole.
constexpr std::size_t kMaxDirectBytes = 64 * 1024;
constexpr std::size_t kMaxFramesACall = 64;
constexpr int kSendFlags = MSG_DONTWAIT | MSG_NOSIGNAL;
// Answers to pings that may wait for a client that does not read.
constexpr std::uint8_t kMaxUnsentPongs = 16;

// What one system call has written.
struct DirectWrite {
  std::size_t bytes = 0;           // everything that it took
  std::size_t whole_payloads = 0;  // frames that it took as a whole
  std::size_t bytes_of_next = 0;   // bytes of the frame after these
  bool failed = false;             // the socket is broken
};

ssize_t SendFrames(int descriptor, const Payload* const* payloads,
                   std::size_t count) {
  if (count == 1) {
    const std::string_view frame = payloads[0]->frame();
    return ::send(descriptor, frame.data(), frame.size(), kSendFlags);
  }
  iovec pieces[kMaxFramesACall];
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view frame = payloads[i]->frame();
    // sendmsg() only reads, but recvmsg() has the same structure.
    pieces[i].iov_base = const_cast<char*>(frame.data());
    pieces[i].iov_len = frame.size();
  }
  msghdr message = {};
  message.msg_iov = pieces;
  message.msg_iovlen = count;
  return ::sendmsg(descriptor, &message, kSendFlags);
}

// Writes with one call that does not wait.
DirectWrite WriteDirectly(int descriptor, const Payload* const* payloads,
                          std::size_t count) {
  count = std::min(count, kMaxFramesACall);
  DirectWrite result;
  ssize_t written = 0;
  do {
    written = SendFrames(descriptor, payloads, count);
  } while (written < 0 && errno == EINTR);
  if (written < 0) {
    result.failed = errno != EAGAIN && errno != EWOULDBLOCK && errno != ENOBUFS;
    return result;
  }
  result.bytes = static_cast<std::size_t>(written);
  std::size_t rest = result.bytes;
  while (result.whole_payloads < count &&
         rest >= payloads[result.whole_payloads]->frame().size()) {
    rest -= payloads[result.whole_payloads]->frame().size();
    ++result.whole_payloads;
  }
  result.bytes_of_next = rest;
  return result;
}

}  // namespace

// ---- to the socket

void SessionWriter::Send(Slot slot, const Payload& payload, Delivery delivery) {
  deflated_.Forget();
  if (delivery == Delivery::kLatest) {
    loop_.sessions.hot(slot).Clear(HotSession::kBehind |
                                   HotSession::kToldDrained);
  }
  const Payload* const one = &payload;
  Write(slot, &one, 1);
}

void SessionWriter::Write(Slot slot, const Payload* const* payloads,
                          std::size_t count) {
  HotSession& hot = loop_.sessions.hot(slot);
  loop_.counters.messages_sent.Add(count);
  if (hot.Has(HotSession::kDeflate)) payloads = Deflate(slot, payloads, count);
  std::size_t done = 0;  // payloads that are written or queued
  while (done < count && !hot.Has(HotSession::kBusy) &&
         payloads[done]->frame().size() <= kMaxDirectBytes) {
    const DirectWrite result =
        WriteDirectly(hot.descriptor, payloads + done, count - done);
    loop_.counters.bytes_sent.Add(result.bytes);
    done += result.whole_payloads;
    if (result.failed) {
      hot.Clear(HotSession::kOpen);
      // Not at once: the caller is writing to other sessions.
      loop_.PostTo(loop_.sessions.IdOf(slot),
                   [this](Slot broken) { Terminate(broken); });
      return;
    }
    if (result.bytes_of_next > 0) {
      QueueRest(slot, payloads[done]->frame().substr(result.bytes_of_next));
      ++done;
    } else if (result.whole_payloads == 0) {
      loop_.sessions.at(slot).connection->WaitUntilWritable();
      break;
    }
  }
  for (; done < count; ++done) Queue(slot, *payloads[done]);
}

const Payload* const* SessionWriter::Deflate(Slot slot,
                                             const Payload* const* payloads,
                                             std::size_t count) {
  const int window_bits = loop_.sessions.at(slot).server_window_bits;
  deflated_of_slot_.clear();
  for (std::size_t i = 0; i < count; ++i) {
    deflated_of_slot_.push_back(&deflated_.For(*payloads[i], window_bits));
  }
  return deflated_of_slot_.data();
}

// ---- to the queue

// The limit is checked before the message is added. So one message of any size
// can be sent to a reader that keeps up.
void SessionWriter::Queue(Slot slot, const Payload& payload) {
  if (!loop_.sessions.hot(slot).Has(HotSession::kOpen)) return;
  if (loop_.sessions.at(slot).queued_bytes > loop_.options.max_queued_bytes) {
    loop_.counters.closed_slow.Add();
    Close(slot, CloseCode::kSlow, "did not read fast enough; come back");
    return;
  }
  QueueMessage(slot, SharedMessage(payload), payload.frame().size());
}

void SessionWriter::QueueRest(Slot slot, std::string_view bytes) {
  const auto message = std::make_shared<LoopMessage>(bytes.size());
  message->append_payload(bytes.data(), bytes.size());
  loop_.sessions.at(slot).connection->WaitUntilWritable();
  QueueMessage(slot, message, bytes.size());
}

void SessionWriter::QueueMessage(Slot slot, const MessagePtr& message,
                                 std::size_t bytes) {
  LoopSession& session = loop_.sessions.at(slot);
  // Counted first, because OnWritten() may come before send() returns.
  session.queued_bytes += bytes;
  loop_.counters.queued_bytes.Add(bytes);
  loop_.counters.bytes_sent.Add(bytes);
  if (session.connection->send(message)) {  // it is closing
    session.queued_bytes -= bytes;
    loop_.counters.queued_bytes.Subtract(bytes);
    loop_.counters.bytes_sent.Subtract(bytes);
  }
}

SessionWriter::MessagePtr SessionWriter::SharedMessage(const Payload& payload) {
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

// ---- what the transport reports

void SessionWriter::OnBusy(std::uint32_t slot) {
  loop_.sessions.hot(slot).Set(HotSession::kBusy);
}

// Control frames were not counted when they were queued.
void SessionWriter::OnWritten(std::uint32_t slot, std::size_t bytes) {
  LoopSession& session = loop_.sessions.at(slot);
  const std::size_t counted = std::min(bytes, session.queued_bytes);
  session.queued_bytes -= counted;
  loop_.counters.queued_bytes.Subtract(counted);
}

void SessionWriter::OnIdle(std::uint32_t slot) {
  LoopSession& session = loop_.sessions.at(slot);
  HotSession& hot = loop_.sessions.hot(slot);
  hot.Clear(HotSession::kBusy);
  loop_.counters.queued_bytes.Subtract(session.queued_bytes);
  session.queued_bytes = 0;
  if (session.phase == LoopSession::Phase::kClosing && session.client_closes) {
    TerminateSoon(slot);
  }
  if (session.phase != LoopSession::Phase::kOpen) return;
  session.unsent_pongs = 0;
  if (session.newest_ping != nullptr) {
    const auto ping = std::exchange(session.newest_ping, nullptr);
    ::websocketpp::lib::error_code ignored;  // it is closing
    session.connection->pong(*ping, ignored);
    return;  // OnIdle() comes again
  }
  if (hot.Has(HotSession::kBehind) && !hot.Has(HotSession::kToldDrained)) {
    hot.Set(HotSession::kToldDrained);
    loop_.TellHandler(slot, &ChannelHandler::OnDrained);
  }
}

void SessionWriter::OnEnding(std::uint32_t slot) {
  loop_.sessions.hot(slot).Clear(HotSession::kOpen);
}

// ---- control frames and closing

void SessionWriter::Pong(Slot slot, std::string_view data) {
  LoopSession& session = loop_.sessions.at(slot);
  if (session.unsent_pongs == kMaxUnsentPongs) {
    session.newest_ping = std::make_unique<std::string>(data);
    return;
  }
  ++session.unsent_pongs;
  ::websocketpp::lib::error_code ignored;  // it is closing
  session.connection->pong(std::string(data), ignored);
}

void SessionWriter::Ping(Slot slot) {
  ::websocketpp::lib::error_code ignored;  // it is closing
  loop_.sessions.at(slot).connection->ping("", ignored);
}

void SessionWriter::Close(Slot slot, CloseCode code,
                          const std::string& reason) {
  loop_.sessions.hot(slot).Clear(HotSession::kOpen);
  LoopSession& session = loop_.sessions.at(slot);
  session.phase = LoopSession::Phase::kClosing;
  session.since = std::chrono::steady_clock::now();
  ::websocketpp::lib::error_code ignored;  // it is closing already
  session.connection->close(
      static_cast<::websocketpp::close::status::value>(code),
      std::string(FittingReason(reason)), ignored);
}

void SessionWriter::Terminate(Slot slot) {
  // A copy, because the slot's own pointer is released meanwhile.
  const ConnectionPtr connection = loop_.sessions.at(slot).connection;
  connection->DontLinger();
  connection->terminate(
      ::websocketpp::error::make_error_code(::websocketpp::error::general));
}

void SessionWriter::TerminateSoon(Slot slot) {
  loop_.PostTo(loop_.sessions.IdOf(slot), [this](Slot found) {
    const ConnectionPtr connection = loop_.sessions.at(found).connection;
    connection->terminate(::websocketpp::lib::error_code());
  });
}

}  // namespace tickerhub::internal
