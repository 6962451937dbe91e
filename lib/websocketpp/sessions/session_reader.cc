#include "sessions/session_reader.h"

#include <chrono>
#include <optional>
#include <utility>

namespace tickerhub::internal {

using Phase = LoopSession::Phase;

void SessionReader::Open(Slot slot) {
  LoopSession& session = loop_.sessions.at(slot);
  FrameReader::Options options;
  options.max_message_bytes = loop_.options.max_message_bytes;
  if (session.server_window_bits > 0) options.inflater = &inflater_;
  session.reader.emplace(options);
  session.connection->TakeOverReading();
  loop_.sessions.gate(slot).Resume();
}

// ---- sockets

bool SessionReader::OnBytes(std::uint32_t slot, char* data, std::size_t size) {
  LoopSession& session = loop_.sessions.at(slot);
  session.last_heard = std::chrono::steady_clock::now();
  slot_ = slot;
  const std::size_t taken = session.reader->Take(data, size, this);
  if (taken < size) {
    session.connection->KeepUnread(data + taken, size - taken);
  }
  return !session.reader->stopped();
}

void SessionReader::OnReadError(std::uint32_t slot,
                                const std::error_code& error) {
  // A copy, because the slot's own pointer is released meanwhile.
  const ConnectionPtr connection = loop_.sessions.at(slot).connection;
  connection->terminate(error);
}

void SessionReader::OnMoreToRead(std::uint32_t slot) {
  if (unread_.empty()) loop_.Post([this] { ReadFromUnread(); });
  unread_.push_back(loop_.sessions.IdOf(slot));
}

void SessionReader::ReadFromUnread() {
  unread_now_.swap(unread_);
  for (const SessionId id : unread_now_) {
    const std::optional<Slot> slot = loop_.sessions.Find(id);
    if (!slot) continue;
    const ConnectionPtr connection = loop_.sessions.at(*slot).connection;
    Read(connection);
  }
  unread_now_.clear();
}

// ---- messages

void SessionReader::OnMessage(std::string data, bool binary) {
  LoopSession& session = loop_.sessions.at(slot_);
  if (session.phase != Phase::kOpen) return;
  loop_.counters.messages_received.Add();

  const SessionId id = loop_.sessions.IdOf(slot_);
  InboundGate* const gate = &loop_.sessions.gate(slot_);
  if (gate->Enter(limit())) {
    session.connection->HoldReading();
    session.reader->Pause();
    loop_.counters.readers_paused.Add();
  }
  ChannelHandler* const handler = loop_.HandlerOf(session);
  loop_.hub.Enqueue([this, gate, id, binary, handler, data = std::move(data)] {
    struct AtTheEnd {
      ~AtTheEnd() {
        if (gate->Leave(reader->limit())) reader->PostResume(id);
      }
      SessionReader* reader;
      InboundGate* gate;
      SessionId id;
    } const at_the_end{this, gate, id};  // even if the handler throws
    if (handler != nullptr) handler->OnMessage(id, {data, binary});
  });
  if (gate->MayResume(limit())) PostResume(id);
}

void SessionReader::PostResume(SessionId session) {
  loop_.PostTo(session, [this](Slot slot) {
    loop_.sessions.gate(slot).Resume();
    loop_.sessions.at(slot).connection->ResumeReading();
  });
}

// ---- the end of a session

// RFC 6455 §5.5.1: the answer to a close frame has the same code. Then the
// server ends the connection.
void SessionReader::OnClose(std::uint16_t code, std::string_view) {
  LoopSession& session = loop_.sessions.at(slot_);
  session.client_closes = true;
  if (session.phase == Phase::kClosing) {
    writer_.TerminateSoon(slot_);
  } else {
    CloseBehindAnswers(static_cast<CloseCode>(code), "");
  }
}

void SessionReader::OnError(CloseCode code, std::string_view reason) {
  loop_.counters.messages_refused.Add();
  if (loop_.sessions.at(slot_).phase == Phase::kClosing) {
    writer_.TerminateSoon(slot_);
  } else {
    // The client's answer to the close is not waited for.
    loop_.sessions.at(slot_).client_closes = true;
    CloseBehindAnswers(code, std::string(reason));
  }
}

// The hub may still answer what the client sent before. Both ways between loop
// and hub keep their order, so when this task has gone there and back, the
// answers are sent.
void SessionReader::CloseBehindAnswers(CloseCode code, std::string reason) {
  loop_.hub.Enqueue([this, id = loop_.sessions.IdOf(slot_), code,
                     reason = std::move(reason)] {
    loop_.PostTo(id, [this, code, reason](Slot slot) {
      if (loop_.sessions.at(slot).phase == Phase::kOpen) {
        writer_.Close(slot, code, reason);
      }
    });
  });
}

}  // namespace tickerhub::internal
