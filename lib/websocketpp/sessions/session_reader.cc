#include "sessions/session_reader.h"

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

namespace tickerhub::internal {
namespace {

using Phase = LoopSession::Phase;

// How often a socket is read before other sockets have their turn.
constexpr int kReadsATurn = 4;
// How many bytes a client may send while its connection lingers.
constexpr std::uint32_t kMaxDrainedBytes = 16 * 1024 * 1024;
// The first byte of a TLS connection (RFC 8446 §5.1); of HTTP it is none.
constexpr char kTlsHandshake = 0x16;

}  // namespace

void SessionReader::Open(Slot slot) {
  LoopSession& session = loop_.sessions.at(slot);
  FrameReader::Options options;
  options.max_message_bytes = loop_.LimitsOf(slot).max_message_bytes;
  if (session.server_window_bits > 0) options.inflater = &inflater_;
  session.reader.emplace(options);
  loop_.sessions.gate(slot).Resume();
  if (session.read_was_held) ReadSoon(slot);
}

// ---- bytes

bool SessionReader::MayRead(Slot slot) {
  const LoopSession& session = loop_.sessions.at(slot);
  switch (session.phase) {
    case Phase::kHandshake:
      return session.handshake == nullptr || session.handshake->WantsMore();
    case Phase::kOpen:
    case Phase::kClosing:
      return session.reader && !session.reader->stopped() && !session.is_held &&
             !loop_.sessions.gate(slot).held();
    case Phase::kStreaming:
      return true;  // to see the end of it
    case Phase::kLingering:
      // A flooder would go on at the speed of the network.
      return !session.is_flooder;
    default:
      return false;
  }
}

void SessionReader::Read(Slot slot) {
  LoopSession& session = loop_.sessions.at(slot);
  if (session.unread != nullptr && MayRead(slot)) {
    const auto unread = std::exchange(session.unread, nullptr);
    if (!Take(slot, unread->data(), unread->size())) return;
  }
  for (int i = 0; i < kReadsATurn; ++i) {
    if (!MayRead(slot)) {
      session.read_was_held = true;
      return;
    }
    bool more = session.read_to_end;
    const Stream::Result result = ReadStream(slot, &more);
    switch (result.outcome) {
      case Stream::Outcome::kDone:
        loop_.counters.bytes_received.Add(result.bytes);
        if (!Take(slot, buffer_.data(), result.bytes)) return;
        if (!more) return;  // epoll reports further bytes
        break;
      case Stream::Outcome::kNotReady:
        return;
      case Stream::Outcome::kEnded:
        OnHungUp(slot);
        return;
      case Stream::Outcome::kBroken:
        OnBroken(slot);
        return;
    }
  }
  ReadSoon(slot);
}

// Sets `*more` if there may be more. If the buffer is not full, there was none.
Stream::Result SessionReader::ReadStream(Slot slot, bool* more) {
  const HotSession& hot = loop_.sessions.hot(slot);
  if (!hot.Has(HotSession::kTls)) {
    const Stream::Result result =
        hot.stream.Read(buffer_.data(), buffer_.size());
    if (result.bytes == buffer_.size()) *more = true;
    return result;
  }
  TlsStream& tls = loop_.sessions.tls(slot);
  loop_.wire.Begin(hot.stream, hot.Has(HotSession::kBusy));
  const Stream::Result result = tls.Read(buffer_.data(), buffer_.size());
  writer_.KeepRecords(slot);
  if (tls.may_have_more(loop_.wire)) *more = true;
  return result;
}

// Returns whether to read on.
bool SessionReader::Take(Slot slot, char* data, std::size_t size) {
  LoopSession& session = loop_.sessions.at(slot);
  if (session.phase == Phase::kHandshake) {
    if (session.handshake == nullptr) {
      if (data[0] == kTlsHandshake) {
        RefuseTls(slot);
        return false;
      }
      begin_handshake_(slot);
    }
    // A copy, because the loop releases the slot's own when it opens.
    const ConnectionPtr handshake = session.handshake;
    const std::size_t taken = handshake->Feed(data, size);
    data += taken;
    size -= taken;
    if (size == 0) return true;
  }
  switch (session.phase) {
    case Phase::kOpen:
    case Phase::kClosing:
      return TakeFrames(slot, data, size);
    case Phase::kStreaming:
    case Phase::kLingering:
      return Ignore(slot, size);
    case Phase::kHandshake:
    case Phase::kAdmission:
    case Phase::kHttp:  // until the response is written
      session.unread = std::make_unique<std::string>(data, size);
      session.read_was_held = true;
      return false;
    default:
      return false;
  }
}

// Such a client would wait for an answer until its deadline.
void SessionReader::RefuseTls(Slot slot) {
  loop_.counters.handshakes_failed.Add();
  loop_.log.Write(LogLevel::kDebug,
                  "refused " + loop_.sessions.at(slot).remote.ToString() +
                      ": it speaks TLS to a port without TLS");
  writer_.Finish(slot);
}

bool SessionReader::TakeFrames(Slot slot, char* data, std::size_t size) {
  LoopSession& session = loop_.sessions.at(slot);
  if (!session.reader) return Ignore(slot, size);
  NoteHeard(loop_.LimitsOf(slot).inbound, std::chrono::steady_clock::now(),
            &session);
  slot_ = slot;
  const std::size_t taken = session.reader->Take(data, size, this);
  budget_.Charge(slot, 0, taken);
  if (taken < size && session.phase != Phase::kLingering) {
    session.unread = std::make_unique<std::string>(data + taken, size - taken);
  }
  if (MayRead(slot)) return true;
  session.read_was_held = true;
  return false;
}

bool SessionReader::Ignore(Slot slot, std::size_t size) {
  LoopSession& session = loop_.sessions.at(slot);
  session.drained_bytes += static_cast<std::uint32_t>(size);
  if (session.drained_bytes <= kMaxDrainedBytes) return true;
  writer_.End(slot);
  return false;
}

// A client that has shut down its sending half may still read. So it gets what
// it has asked for.
void SessionReader::OnHungUp(Slot slot) {
  LoopSession& session = loop_.sessions.at(slot);
  session.hung_up = true;
  switch (session.phase) {
    case Phase::kHandshake:
      loop_.counters.handshakes_failed.Add();
      writer_.End(slot);
      return;
    case Phase::kOpen:
      session.reader->Stop();
      loop_.RunBehindAnswers(slot, [this](Slot s) { writer_.Finish(s); });
      return;
    case Phase::kLingering:
      writer_.End(slot);
      return;
    default:
      writer_.Finish(slot);
  }
}

void SessionReader::OnBroken(Slot slot) {
  if (loop_.sessions.at(slot).phase == Phase::kHandshake) {
    loop_.counters.handshakes_failed.Add();
  }
  writer_.End(slot);
}

void SessionReader::ReadSoon(Slot slot) {
  loop_.sessions.at(slot).read_was_held = false;
  if (unread_.empty()) loop_.Post([this] { ReadFromUnread(); });
  unread_.push_back(loop_.sessions.IdOf(slot));
}

void SessionReader::ReadFromUnread() {
  unread_now_.swap(unread_);
  for (const SessionId id : unread_now_) {
    if (const std::optional<Slot> slot = loop_.sessions.Find(id)) Read(*slot);
  }
  unread_now_.clear();
}

// ---- messages

void SessionReader::OnMessage(std::string data, bool binary) {
  LoopSession& session = loop_.sessions.at(slot_);
  if (session.phase != Phase::kOpen) return;
  loop_.counters.messages_received.Add();
  // What it was inflated to costs as if it had been sent.
  Charge(1, session.reader->compressed() ? data.size() : 0);
  if (!loop_.is_on_hub) {
    HandToHub(std::move(data), binary);
  } else {
    loop_.hub.Call([&, id = loop_.sessions.IdOf(slot_)] {
      loop_.HandlerOf(session)->OnMessage(id, {data, binary});
    });
  }
}

void SessionReader::OnPing(std::string_view data) {
  writer_.Pong(slot_, data);
  Charge(1, 0);
}

void SessionReader::Charge(std::size_t messages, std::size_t bytes) {
  if (budget_.Charge(slot_, messages, bytes)) {
    loop_.sessions.at(slot_).reader->Pause();
  }
}

void SessionReader::HandToHub(std::string data, bool binary) {
  LoopSession& session = loop_.sessions.at(slot_);
  const SessionId id = loop_.sessions.IdOf(slot_);
  InboundGate* const gate = &loop_.sessions.gate(slot_);
  const std::uint32_t limit = loop_.LimitsOf(slot_).max_unhandled_messages;
  if (gate->Enter(limit)) {
    session.reader->Pause();
    loop_.counters.readers_paused.Add();
  }
  ChannelHandler* const handler = loop_.HandlerOf(session);
  loop_.hub.AddWaitingBytes(data.size());
  loop_.hub.Enqueue(
      [this, gate, limit, id, binary, handler, data = std::move(data)] {
        loop_.hub.Call([&] { handler->OnMessage(id, {data, binary}); });
        loop_.hub.SubtractWaitingBytes(data.size());
        if (gate->Leave(limit)) PostResume(id);
      });
  if (gate->MayResume(limit)) PostResume(id);
}

void SessionReader::PostResume(SessionId session) {
  loop_.PostTo(session, [this](Slot slot) {
    loop_.sessions.gate(slot).Resume();
    if (loop_.sessions.at(slot).read_was_held) ReadSoon(slot);
  });
}

// ---- the end of a session

// RFC 6455 §5.5.1: the answer to a close frame has the same code. Then the
// server ends the connection.
void SessionReader::OnClose(std::uint16_t code, std::string_view) {
  LoopSession& session = loop_.sessions.at(slot_);
  if (session.phase == Phase::kClosing) {
    writer_.Finish(slot_);
  } else {
    CloseBehindAnswers(code, "");
  }
}

// The client's answer to the close is not waited for.
void SessionReader::OnError(CloseCode code, std::string_view reason) {
  loop_.counters.messages_refused.Add();
  if (loop_.sessions.at(slot_).phase == Phase::kClosing) {
    writer_.Finish(slot_);
  } else {
    CloseBehindAnswers(static_cast<std::uint16_t>(code), std::string(reason));
  }
}

// The hub may still answer what the client sent before.
void SessionReader::CloseBehindAnswers(std::uint16_t code, std::string reason) {
  loop_.sessions.at(slot_).client_closes = true;
  loop_.RunBehindAnswers(slot_,
                         [this, code, reason = std::move(reason)](Slot slot) {
                           if (loop_.sessions.at(slot).phase == Phase::kOpen) {
                             writer_.Close(slot, code, reason);
                           }
                         });
}

}  // namespace tickerhub::internal
