#include "sessions/tls_handshakes.h"

#include <array>
#include <optional>
#include <string>

#include "handshake/refusal_response.h"

namespace tickerhub::internal {
namespace {

// Of a record (RFC 8446 §5.1): its type, a version, the length of what follows.
constexpr std::size_t kHeaderBytes = 5;
constexpr char kHandshakeRecord = 22;

// For a client that speaks HTTP where TLS is spoken.
constexpr std::string_view kSpeaksTls =
    "this port speaks TLS; use https:// or wss:// here.\n";

bool IsLetter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

}  // namespace

void TlsHandshakes::OnReadable(Slot slot) {
  LoopSession& session = loop_.sessions.at(slot);
  if (session.read_was_held) return;  // has a turn already
  if (loop_.sessions.tls(slot).exists()) {
    Queue(slot, &steps_);
    return;
  }
  switch (LookAtHello(slot)) {
    case Hello::kWhole:
      if (IsFull()) loop_.counters.tls_handshakes_held.Add();
      Queue(slot, &hellos_);
      return;
    case Hello::kNotYet:
      if (session.read_to_end)
        Fail(slot, "the client hung up in its TLS handshake");
      return;
    case Hello::kBroken:
      Fail(slot, "the client hung up in its TLS handshake");
      return;
    case Hello::kNone:
      RefusePlain(slot);
      return;
  }
}

TlsHandshakes::Hello TlsHandshakes::LookAtHello(Slot slot) {
  const Stream stream = loop_.sessions.hot(slot).stream;
  std::array<char, kHeaderBytes> header = {};
  const Stream::Result result = stream.Peek(header.data(), header.size());
  if (result.outcome == Stream::Outcome::kBroken) return Hello::kBroken;
  if (result.outcome != Stream::Outcome::kDone) return Hello::kNotYet;
  if (header[0] != kHandshakeRecord) return Hello::kNone;
  if (result.bytes < header.size()) return Hello::kNotYet;
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(header[i]));
  };
  const std::size_t size = byte(3) * 256 + byte(4);
  // OpenSSL refuses a larger one, so it need not be there.
  const bool whole =
      size > kMaxRecordBytes || stream.Available() >= kHeaderBytes + size;
  return whole ? Hello::kWhole : Hello::kNotYet;
}

void TlsHandshakes::RefusePlain(Slot slot) {
  std::array<char, 1> first = {};
  loop_.sessions.hot(slot).stream.Peek(first.data(), first.size());
  if (!IsLetter(first[0])) {
    Fail(slot, "the client does not speak TLS");
    return;
  }
  Count(slot, "the client speaks HTTP without TLS");
  loop_.sessions.EndTls(slot);
  constexpr int kBadRequest = 400;
  writer_.SendBytes(slot, RefusalResponse(kBadRequest, kSpeaksTls));
  writer_.Finish(slot);
}

void TlsHandshakes::Forget(Slot slot) {
  if (under_way_.erase(slot) > 0) PostTurn();
}

bool TlsHandshakes::IsFull() const {
  return under_way_.size() >= loop_.options.max_tls_handshakes;
}

// ---- turns

void TlsHandshakes::Queue(Slot slot, std::deque<SessionId>* queue) {
  loop_.sessions.at(slot).read_was_held = true;
  queue->push_back(loop_.sessions.IdOf(slot));
  PostTurn();
}

void TlsHandshakes::PostTurn() {
  const bool is_idle = steps_.empty() && (hellos_.empty() || IsFull());
  if (is_idle || std::exchange(turn_is_posted_, true)) return;
  loop_.Post([this] {
    turn_is_posted_ = false;
    TakeTurn();
    PostTurn();
  });
}

// Those that are under way come first, because they hold memory.
void TlsHandshakes::TakeTurn() {
  if (const std::optional<Slot> slot = Next(&steps_)) {
    Step(*slot);
  } else if (!IsFull()) {
    if (const std::optional<Slot> fresh = Next(&hellos_)) Begin(*fresh);
  }
}

std::optional<TlsHandshakes::Slot> TlsHandshakes::Next(
    std::deque<SessionId>* queue) {
  while (!queue->empty()) {
    const std::optional<Slot> slot = loop_.sessions.Find(queue->front());
    queue->pop_front();
    if (!slot || loop_.sessions.at(*slot).phase != Phase::kTls) continue;
    loop_.sessions.at(*slot).read_was_held = false;
    return slot;
  }
  return std::nullopt;
}

// ---- a handshake

void TlsHandshakes::Begin(Slot slot) {
  TlsStream& tls = loop_.sessions.tls(slot);
  tls = loop_.tls.NewStream(&loop_.wire);
  if (!tls.exists()) {
    Fail(slot, "out of memory");
    return;
  }
  under_way_.insert(slot);
  Step(slot);
}

void TlsHandshakes::Step(Slot slot) {
  const HotSession& hot = loop_.sessions.hot(slot);
  TlsStream& tls = loop_.sessions.tls(slot);
  loop_.wire.Begin(hot.stream, hot.Has(HotSession::kBusy));
  const Stream::Outcome outcome = tls.Handshake();
  switch (outcome) {
    case Stream::Outcome::kNotReady:
      writer_.KeepRecords(slot);
      return;
    case Stream::Outcome::kDone:
      writer_.KeepRecords(slot);
      under_way_.erase(slot);
      loop_.counters.tls_handshakes.Add();
      if (tls.was_resumed()) loop_.counters.tls_resumed.Add();
      loop_.sessions.at(slot).phase = Phase::kHandshake;
      on_done_(slot);
      return;
    case Stream::Outcome::kEnded:
    case Stream::Outcome::kBroken:
      FailStep(slot);
      return;
  }
}

// The client may have been told why, by an alert, so the connection does not
// end at once.
void TlsHandshakes::FailStep(Slot slot) {
  const std::string why = TakeTlsFailure();
  Count(slot, why.empty() ? "the client hung up in its TLS handshake" : why);
  under_way_.erase(slot);
  loop_.sessions.EndTls(slot);
  writer_.KeepRecords(slot);
  writer_.Finish(slot);
}

void TlsHandshakes::Fail(Slot slot, std::string_view why) {
  Count(slot, why);
  writer_.End(slot);
}

void TlsHandshakes::Count(Slot slot, std::string_view why) {
  loop_.counters.handshakes_failed.Add();
  loop_.counters.tls_handshakes_failed.Add();
  loop_.refusals.Note(RefusalReason::kTlsHandshake,
                      loop_.sessions.at(slot).remote, why);
}

}  // namespace tickerhub::internal
