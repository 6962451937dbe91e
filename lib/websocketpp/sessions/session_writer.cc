#include "sessions/session_writer.h"

#include <sys/uio.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "handshake/refusal_response.h"
#include "sessions/access_log.h"
#include "streams/gather_record.h"

namespace tickerhub::internal {
namespace {

// Answers to pings that may wait for a client that does not read.
constexpr std::uint8_t kMaxUnsentPongs = 16;

std::size_t BytesOf(const Payload* const* payloads, std::size_t count) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < count; ++i) bytes += payloads[i]->frame().size();
  return bytes;
}

// REQUIRES: count <= kMaxPieces.
Stream::Result WriteFrames(Stream stream, const Payload* const* payloads,
                           std::size_t count) {
  iovec pieces[kMaxPieces];
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view frame = payloads[i]->frame();
    // Write() only reads, but readv() has the same structure.
    pieces[i] = {const_cast<char*>(frame.data()), frame.size()};
  }
  return stream.Write(pieces, count);
}

}  // namespace

// ---- messages

void SessionWriter::Send(Slot slot, const Payload& payload, Delivery delivery) {
  deflated_.Forget();
  if (delivery == Delivery::kLatest) {
    loop_.sessions.hot(slot).Clear(HotSession::kBehind |
                                   HotSession::kToldDrained);
  }
  const Payload* const one = &payload;
  Write(slot, &one, 1);
}

void SessionWriter::Skip(Slot slot, std::size_t count, std::uint64_t since) {
  HotSession& hot = loop_.sessions.hot(slot);
  if (!hot.Has(HotSession::kBehind)) {
    hot.Set(HotSession::kBehind);
    loop_.sessions.at(slot).behind_since = since;
  }
  loop_.counters.messages_skipped.Add(count);
}

void SessionWriter::Write(Slot slot, const Payload* const* payloads,
                          std::size_t count) {
  const HotSession& hot = loop_.sessions.hot(slot);
  if (!hot.Has(HotSession::kBusy) && TryWrite(slot, payloads, count)) return;
  loop_.counters.messages_sent.Add(count);
  if (hot.Has(HotSession::kDeflate)) payloads = Deflate(slot, payloads, count);
  for (std::size_t i = 0; i < count; ++i) Queue(slot, *payloads[i], 0);
}

bool SessionWriter::TryWrite(Slot slot, const Payload* const* payloads,
                             std::size_t count) {
  const HotSession& hot = loop_.sessions.hot(slot);
  if (hot.Has(HotSession::kDeflate | HotSession::kTls)) {
    if (hot.Has(HotSession::kDeflate)) {
      payloads = Deflate(slot, payloads, count);
    }
    if (hot.Has(HotSession::kTls)) {
      return WriteEncrypted(slot, payloads, count);
    }
  }
  if (count == 1) {
    const std::string_view frame = payloads[0]->frame();
    const Stream::Result result = hot.stream.Write(frame.data(), frame.size());
    loop_.counters.bytes_sent.Add(result.bytes);
    if (result.bytes != frame.size()) {
      return KeepRest(slot, payloads, 0, count, result);
    }
    loop_.counters.messages_sent.Add(1);
    return true;
  }
  std::size_t done = 0;  // payloads that are written
  while (done < count) {
    const std::size_t some = std::min(count - done, kMaxPieces);
    const std::size_t bytes = BytesOf(payloads + done, some);
    const Stream::Result result =
        WriteFrames(hot.stream, payloads + done, some);
    loop_.counters.bytes_sent.Add(result.bytes);
    if (result.bytes != bytes) {
      return KeepRest(slot, payloads, done, count, result);
    }
    done += some;
  }
  loop_.counters.messages_sent.Add(count);
  return true;
}

// Queues what the kernel has not taken. Returns false if that is all.
bool SessionWriter::KeepRest(Slot slot, const Payload* const* payloads,
                             std::size_t done, std::size_t count,
                             Stream::Result result) {
  if (result.outcome == Stream::Outcome::kBroken) {
    End(slot);
    return true;
  }
  if (done == 0 && result.bytes == 0) {
    QueueOf(slot);
    return false;
  }
  loop_.counters.messages_sent.Add(count);
  std::size_t written = result.bytes;  // of the frame that comes next
  while (written >= payloads[done]->frame().size()) {
    written -= payloads[done++]->frame().size();
  }
  for (; done < count; ++done) {
    Queue(slot, *payloads[done], std::exchange(written, 0));
  }
  return true;
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

// ---- TLS

bool SessionWriter::WriteEncrypted(Slot slot, const Payload* const* payloads,
                                   std::size_t count) {
  std::size_t done = 0;
  while (done < count) {
    std::size_t taken = 0;
    const std::string_view record = GatherRecord(payloads + done, count - done,
                                                 &taken, &loop_.wire.gathered);
    const Stream::Result result = Encrypt(slot, record);
    loop_.counters.bytes_sent.Add(result.bytes);
    if (result.bytes != record.size() ||
        (done + taken < count &&
         loop_.sessions.hot(slot).Has(HotSession::kBusy))) {
      return KeepRest(slot, payloads, done, count, result);
    }
    done += taken;
  }
  loop_.counters.messages_sent.Add(count);
  return true;
}

// Like Stream::Write(), but takes one byte at least if nothing is broken.
Stream::Result SessionWriter::Encrypt(Slot slot, std::string_view bytes) {
  loop_.wire.Begin(loop_.sessions.hot(slot).stream, /*waits=*/false);
  const Stream::Result result =
      loop_.sessions.tls(slot).Write(loop_.wire, bytes);
  KeepRecords(slot);
  return result;
}

Stream::Result SessionWriter::WriteBytes(Slot slot, std::string_view bytes) {
  const HotSession& hot = loop_.sessions.hot(slot);
  if (hot.Has(HotSession::kTls)) return Encrypt(slot, bytes);
  return hot.stream.Write(bytes.data(), bytes.size());
}

void SessionWriter::QueueRecords(Slot slot) {
  QueueOf(slot).AddRecords(loop_.wire.unsent);
  loop_.counters.queued_bytes.Add(loop_.wire.unsent.size());
  loop_.wire.unsent.clear();
}

// ---- the queue

SendQueue& SessionWriter::QueueOf(Slot slot) {
  LoopSession& session = loop_.sessions.at(slot);
  if (session.queue == nullptr) {
    session.queue = std::make_unique<SendQueue>();
    loop_.sessions.hot(slot).Set(HotSession::kBusy);
  }
  return *session.queue;
}

// The message that is being sent does not count, and the limit is checked
// before another one is added. So a reader that keeps up gets messages of any
// size, and answers to what it asks while it gets a large one.
void SessionWriter::Queue(Slot slot, const Payload& payload,
                          std::size_t begin) {
  if (!loop_.sessions.hot(slot).Has(HotSession::kOpen)) return;
  SendQueue& queue = QueueOf(slot);
  if (queue.bytes_behind_first() > loop_.LimitsOf(slot).max_queued_bytes) {
    loop_.counters.closed_slow.Add();
    Close(slot, CloseCode::kSlow, "did not read fast enough; come back");
    return;
  }
  const std::size_t bytes = payload.frame().size() - begin;
  queue.Add(payload, begin);
  loop_.counters.queued_bytes.Add(bytes);
  loop_.counters.bytes_sent.Add(bytes);
}

void SessionWriter::SendBytes(Slot slot, std::string_view bytes) {
  if (!loop_.sessions.hot(slot).Has(HotSession::kBusy)) {
    const Stream::Result result = WriteBytes(slot, bytes);
    if (result.outcome == Stream::Outcome::kBroken) {
      End(slot);
      return;
    }
    bytes.remove_prefix(result.bytes);
    if (bytes.empty()) return;
  }
  QueueOf(slot).Add(std::string(bytes));
  loop_.counters.queued_bytes.Add(bytes.size());
}

void SessionWriter::Flush(Slot slot) {
  LoopSession& session = loop_.sessions.at(slot);
  if (session.queue == nullptr || session.phase == Phase::kEnding) return;
  const std::size_t before = session.queue->bytes();
  const HotSession& hot = loop_.sessions.hot(slot);
  const Stream::Outcome outcome =
      hot.Has(HotSession::kTls)
          ? session.queue->WriteTo(hot.stream, &loop_.sessions.tls(slot),
                                   &loop_.wire)
          : session.queue->WriteTo(hot.stream);
  loop_.counters.queued_bytes.Subtract(before - session.queue->bytes());
  if (!session.is_session && session.phase != Phase::kTls &&
      session.queue->bytes() < before) {
    session.since = std::chrono::steady_clock::now();
  }
  if (outcome == Stream::Outcome::kBroken) {
    End(slot);
  } else if (session.queue->empty()) {
    session.queue = nullptr;
    loop_.sessions.hot(slot).Clear(HotSession::kBusy);
    OnQueueEmpty(slot);
  }
}

void SessionWriter::OnQueueEmpty(Slot slot) {
  LoopSession& session = loop_.sessions.at(slot);
  switch (session.phase) {
    case Phase::kHandshake:
    case Phase::kHttp: {
      // A copy, because the loop releases the slot's own meanwhile.
      const ConnectionPtr handshake = session.handshake;
      // Before the first byte of a request there is none: these were the last
      // records of the TLS handshake.
      if (handshake != nullptr) handshake->OnWritten();
      return;
    }
    case Phase::kOpen:
      OnDrained(slot);
      return;
    case Phase::kStreaming:
      ends_.OnTaken(slot);
      return;
    case Phase::kClosing:
      if (session.client_closes) Linger(slot);
      return;
    default:
      return;
  }
}

void SessionWriter::OnDrained(Slot slot) {
  LoopSession& session = loop_.sessions.at(slot);
  HotSession& hot = loop_.sessions.hot(slot);
  session.unsent_pongs = 0;
  if (session.newest_ping != nullptr) {
    const auto ping = std::exchange(session.newest_ping, nullptr);
    Pong(slot, *ping);
    if (hot.Has(HotSession::kBusy)) return;  // this is called again
  }
  if (hot.Has(HotSession::kBehind) && !hot.Has(HotSession::kToldDrained)) {
    hot.Set(HotSession::kToldDrained);
    loop_.TellHandler(slot, &ChannelHandler::OnDrained, session.behind_since);
  }
}

// ---- control frames and the end

void SessionWriter::Pong(Slot slot, std::string_view data) {
  LoopSession& session = loop_.sessions.at(slot);
  const HotSession& hot = loop_.sessions.hot(slot);
  if (!hot.Has(HotSession::kOpen)) return;
  if (hot.Has(HotSession::kBusy)) {
    if (session.unsent_pongs == kMaxUnsentPongs) {
      session.newest_ping = std::make_unique<std::string>(data);
      return;
    }
    ++session.unsent_pongs;
  }
  SendBytes(slot, ControlFrame(ControlOpcode::kPong, data));
}

void SessionWriter::Close(Slot slot, std::uint16_t code,
                          std::string_view reason) {
  LoopSession& session = loop_.sessions.at(slot);
  loop_.counters.closes.Add(code);
  loop_.sessions.hot(slot).Clear(HotSession::kOpen);
  session.phase = Phase::kClosing;
  session.since = std::chrono::steady_clock::now();
  SendBytes(slot, CloseFrame(code, reason));
  if (session.client_closes) Finish(slot);
}

void SessionWriter::Finish(Slot slot) {
  LoopSession& session = loop_.sessions.at(slot);
  if (session.phase == Phase::kEnding || session.phase == Phase::kLingering) {
    return;
  }
  if (session.phase == Phase::kOpen) {
    loop_.counters.closes.Add(CloseCounts::kNoFrame);
  }
  loop_.sessions.hot(slot).Clear(HotSession::kOpen);
  session.client_closes = true;
  if (session.phase != Phase::kClosing) {
    session.phase = Phase::kClosing;
    session.since = std::chrono::steady_clock::now();
  }
  if (session.queue == nullptr) Linger(slot);
}

void SessionWriter::Refuse(Slot slot, int status, std::string_view body) {
  LoopSession& session = loop_.sessions.at(slot);
  const std::string response = RefusalResponse(status, body);
  if (session.handshake != nullptr) {
    LogAccess(loop_, slot, status, response.size());
    session.handshake->Drop();
  }
  session.handshake = nullptr;
  SendBytes(slot, response);
  Finish(slot);
}

void SessionWriter::RefuseForWantOfPlace(Slot slot) {
  constexpr int kServiceUnavailable = 503;
  const LoopSession& session = loop_.sessions.at(slot);
  NoteWantOfPlace(session.refusal, session.remote);
  Refuse(slot, kServiceUnavailable, SentenceOf(session.refusal));
}

void SessionWriter::NoteWantOfPlace(Refusal refusal,
                                    const RemoteAddress& remote) {
  const RefusalReason reason =
      refusal == Refusal::kFull          ? RefusalReason::kServerFull
      : refusal == Refusal::kAdminFull   ? RefusalReason::kAdminFull
      : refusal == Refusal::kAddressFull ? RefusalReason::kAddressFull
                                         : RefusalReason::kAcceptRate;
  std::string_view sentence = SentenceOf(refusal);
  sentence.remove_suffix(1);  // the line feed
  loop_.refusals.Note(reason, remote, sentence);
}

// With TLS, the client first hears that nothing more comes (RFC 8446 §6.1).
// What it still says is not decrypted.
void SessionWriter::Linger(Slot slot) {
  LoopSession& session = loop_.sessions.at(slot);
  if (loop_.sessions.hot(slot).Has(HotSession::kTls)) {
    loop_.wire.Begin(loop_.sessions.hot(slot).stream, /*waits=*/false);
    loop_.sessions.tls(slot).Finish();
    loop_.sessions.EndTls(slot);
    KeepRecords(slot);
    if (session.queue != nullptr) return;  // this is called again
  }
  if (session.hung_up) {
    End(slot);
    return;
  }
  session.phase = Phase::kLingering;
  session.unread = nullptr;
  loop_.sessions.hot(slot).stream.ShutdownWriting();
  ends_.OnLingering(slot);
}

void SessionWriter::End(Slot slot) {
  LoopSession& session = loop_.sessions.at(slot);
  if (session.phase == Phase::kEnding || session.phase == Phase::kFree) return;
  if (session.phase == Phase::kOpen) {
    loop_.counters.closes.Add(CloseCounts::kNoFrame);
  }
  session.phase = Phase::kEnding;
  loop_.sessions.hot(slot).Clear(HotSession::kOpen);
  loop_.PostTo(loop_.sessions.IdOf(slot),
               [this](Slot ending) { ends_.OnEnded(ending); });
}

}  // namespace tickerhub::internal
