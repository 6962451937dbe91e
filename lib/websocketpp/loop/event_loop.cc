#include "loop/event_loop.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "frames/deflate_negotiation.h"
#include "http/health_path.h"
#include "http/request_line.h"
#include "hub/health.h"
#include "hub/hub.h"
#include "hub/refusals.h"
#include "sessions/access_log.h"
#include "threads/start_thread.h"

namespace tickerhub::internal {
namespace {

using Clock = std::chrono::steady_clock;

namespace status_code = ::websocketpp::http::status_code;
using Phase = LoopSession::Phase;

// RFC 6455 §9.1, RFC 7692 §5.
bool Negotiate(const ServerOptions& options, LoopSession& session) {
  LoopEndpoint::connection_type& connection = *session.handshake;
  const std::string& offers =
      connection.get_request_header("Sec-WebSocket-Extensions");
  if (offers.empty()) return true;
  const DeflateAgreement agreement = NegotiateDeflate(offers);
  if (agreement.outcome == DeflateAgreement::Outcome::kMalformed) {
    connection.set_status(status_code::bad_request);
    connection.set_body("the field Sec-WebSocket-Extensions is malformed\n");
    return false;
  }
  if (options.compression &&
      agreement.outcome == DeflateAgreement::Outcome::kAgreed) {
    session.server_window_bits =
        static_cast<std::uint8_t>(agreement.server_window_bits);
    connection.append_header("Sec-WebSocket-Extensions", agreement.response);
  }
  return true;
}

// Answers a client that asks for a WebSocket connection (RFC 6455 §4.2.2):
// finds the channel of its path and agrees on compression. Returns false if it
// refuses; the connection then has the status.
bool AcceptUpgrade(LoopContext& loop, LoopSession& session) {
  if (loop.health.draining()) {
    session.handshake->set_status(status_code::service_unavailable);
    session.handshake->append_header("Retry-After",
                                     loop.health.RetryAfter(Clock::now()));
    session.handshake->set_body("the server is about to stop\n");
    return false;
  }
  const std::string_view path = PathOf(session.handshake->get_resource());
  const std::optional<std::uint16_t> channel = loop.site.FindChannel(path);
  if (!channel || loop.ListenerOf(session).admin) {
    session.handshake->set_status(status_code::not_found);
    session.handshake->set_body(NothingAt(loop.site, path));
    return false;
  }
  session.channel = *channel;
  return Negotiate(loop.options, session);
}

// Of a handshake that was answered with this status.
RefusalReason ReasonOf(int status) {
  switch (status) {
    case status_code::not_found:
      return RefusalReason::kNoChannel;
    case status_code::service_unavailable:
      return RefusalReason::kDraining;
    case status_code::request_entity_too_large:
    case status_code::request_header_fields_too_large:
      return RefusalReason::kRequestTooLarge;
    default:
      return RefusalReason::kBadRequest;
  }
}

// websocketpp has done its part.
void ReleaseHandshake(LoopSession* session) {
  if (session->handshake == nullptr) return;
  session->handshake->Drop();
  session->handshake = nullptr;
}

}  // namespace

EventLoop::EventLoop(int index, const ServerContext& server)
    : loop_(index, server),
      work_(loop_.io.get_executor()),
      sockets_(loop_.io,
               [this](const EpollSet::Event& event) { OnReady(event); }) {
  endpoint_.set_user_agent("");
  endpoint_.set_max_http_body_size(loop_.options.max_http_body_bytes);
  // Deadlines has one sweep instead of a timer for each connection.
  endpoint_.set_open_handshake_timeout(0);
  endpoint_.set_close_handshake_timeout(0);
}

void EventLoop::Start() {
  sockets_.Start();
  deadlines_.Start();
  if (loop_.is_on_hub) return;
  thread_ = StartThread([this] {
    if (!RunTasks(&loop_.io, "a handler of an event loop", &loop_.log)) {
      loop_.hub.EndWithoutMemory();
    }
  });
}

void EventLoop::Join() {
  const bool out_of_memory = loop_.hub.out_of_memory();
  if (out_of_memory) loop_.io.stop();
  if (thread_.joinable()) thread_.join();
  if (out_of_memory) loop_.sessions.CloseAll();
}

// ---- the life of a connection

std::atomic<std::uint64_t>& EventLoop::CountOf(std::uint8_t listener) {
  return loop_.listeners[listener].admin ? loop_.counters.admin_connections
                                         : loop_.counters.connections;
}

void EventLoop::Adopt(Arrival&& arrival) {
  CountOf(arrival.listener).fetch_add(1, std::memory_order_relaxed);
  loop_.RunFromHub([this, arrival = std::move(arrival)]() mutable {
    if (TakeSlot(&arrival)) return;
    CountOf(arrival.listener).fetch_sub(1, std::memory_order_relaxed);
  });
}

bool EventLoop::TakeSlot(Arrival* arrival) {
  const std::optional<Slot> slot =
      stopping_ ? std::nullopt : loop_.sessions.Take();
  if (!slot) {
    if (arrival->has_address_place) loop_.addresses.GiveBack(arrival->remote);
    return false;
  }
  const int descriptor = arrival->descriptor.Release();
  loop_.sessions.hot(*slot).stream = Stream(descriptor);
  LoopSession& session = loop_.sessions.at(*slot);
  session.phase = Phase::kProxyHeader;  // taken, if memory runs out below
  session.listener = arrival->listener;
  session.since = session.last_heard = Clock::now();
  session.remote = arrival->remote;
  session.has_address_place = arrival->has_address_place;
  session.refusal = arrival->refusal;
  if (!loop_.ListenerOf(session).proxy_protocol) BeginProtocol(*slot);
  if (!sockets_.Add(descriptor, loop_.sessions.IdOf(*slot).value)) {
    writer_.End(*slot);
  }
  return true;
}

// What the client itself sends comes next.
void EventLoop::BeginProtocol(Slot slot) {
  LoopSession& session = loop_.sessions.at(slot);
  session.phase = Phase::kHandshake;
  if (!loop_.ListenerOf(session).tls) return;
  session.phase = Phase::kTls;
  loop_.sessions.BeginTls(slot);
}

// Not before the first byte: most clients send their request in one piece, so
// hardly ever two of websocketpp's connections exist at the same time.
void EventLoop::BeginHandshake(Slot slot) {
  const ConnectionPtr connection = endpoint_.get_connection();
  loop_.sessions.at(slot).handshake = connection;
  connection->Attach(this, slot, connection->get_request());
  using Handle = ::websocketpp::connection_hdl;
  connection->set_validate_handler([this, slot](Handle) {
    if (loop_.sessions.at(slot).refusal == Refusal::kNone) {
      return AcceptUpgrade(loop_, loop_.sessions.at(slot));
    }
    writer_.RefuseForWantOfPlace(slot);
    return false;
  });
  connection->set_http_handler([this, slot](Handle) { AnswerHttp(slot); });
  connection->set_fail_handler([this, slot](Handle) { OnFailed(slot); });
  connection->start();
}

void EventLoop::AnswerHttp(Slot slot) {
  const LoopSession& session = loop_.sessions.at(slot);
  // A full server is healthy, and says so.
  if (session.refusal == Refusal::kNone ||
      IsHealthPath(PathOf(session.handshake->get_resource()))) {
    http_->Answer(slot);
  } else {
    writer_.RefuseForWantOfPlace(slot);
  }
}

void EventLoop::OnReady(const EpollSet::Event& event) {
  const std::optional<Slot> slot = loop_.sessions.Find({event.token});
  if (!slot) return;  // the descriptor belongs to another connection by now
  if (event.ended || event.urgent) loop_.sessions.at(*slot).read_to_end = true;
  if (event.ended && streams_->EndBroken(*slot)) return;
  if (event.writable) writer_.Flush(*slot);
  if (!event.readable) return;
  LoopSession& session = loop_.sessions.at(*slot);
  if (session.phase == Phase::kProxyHeader) {
    if (event.ended) session.hung_up = true;
    if (!clients_.ReadProxyHeader(*slot)) return;
    BeginProtocol(*slot);
  }
  if (session.phase == Phase::kTls) {
    tls_handshakes_.OnReadable(*slot);
  } else {
    reader_.Read(*slot);
  }
}

void EventLoop::OnIncomplete(std::uint32_t slot) {
  const auto& request = loop_.sessions.at(slot).handshake->get_request();
  if (!request.TakeExpectation()) return;
  writer_.SendBytes(slot, "HTTP/1.1 100 Continue\r\n\r\n");
}

void EventLoop::OnResponse(std::uint32_t slot, std::string_view bytes) {
  const LoopSession& session = loop_.sessions.at(slot);
  if (session.handshake->get_response_code() ==
      status_code::switching_protocols) {
    admissions_->Ask(slot, bytes);
    return;
  }
  const std::optional<Payload> body = session.handshake->shared_body();
  LogAccess(loop_, slot, session.handshake->get_response_code(),
            bytes.size() + (body ? body->text().size() : 0));
  if (session.phase == Phase::kHandshake) TellRefusal(slot, bytes);
  if (body) return writer_.SendWithBody(slot, bytes, *body);
  writer_.SendBytes(slot, bytes);
  if (session.queue != nullptr || session.phase == Phase::kEnding) return;
  session.handshake->OnWritten();
}

// The body of the refusal is the sentence.
void EventLoop::TellRefusal(Slot slot, std::string_view response) {
  // It was refused before anybody asked who it is.
  SeenByClient ignored;
  clients_.ReadFields(slot,
                      loop_.sessions.at(slot).handshake->get_request().fields(),
                      &ignored);
  constexpr std::string_view kHeadEnd = "\r\n\r\n";
  const LoopSession& session = loop_.sessions.at(slot);
  std::string_view sentence = response.substr(
      std::min(response.find(kHeadEnd) + kHeadEnd.size(), response.size()));
  sentence = sentence.substr(0, sentence.find('\n'));
  const int status = session.handshake->get_response_code();
  loop_.log.Write(LogLevel::kDebug, "refused " + session.remote.ToString() +
                                        " with " + std::to_string(status) +
                                        ": " + std::string(sentence));
  loop_.refusals.Note(ReasonOf(status), session.remote, sentence);
}

void EventLoop::OnOpened(std::uint32_t slot) {
  LoopSession& session = loop_.sessions.at(slot);
  // Kept until the handler has its info.
  const ConnectionPtr handshake = session.handshake;
  SessionInfo& info = handshake->info();
  LogAccess(loop_, slot, status_code::switching_protocols, 0);
  ReleaseHandshake(&session);
  if (!info.identity.empty()) {
    session.known_as = std::make_unique<std::string>(info.identity);
  }
  session.phase = Phase::kOpen;
  session.is_session = true;
  session.since = session.last_heard = Clock::now();
  HotSession& hot = loop_.sessions.hot(slot);
  hot.Set(HotSession::kOpen);
  if (session.server_window_bits > 0) hot.Set(HotSession::kDeflate);
  loop_.counters.sessions.Add();
  if (session.remote.family() == RemoteAddress::Family::kIpv6) {
    loop_.counters.sessions_ipv6.Add();
  }
  if (info.expires) expiries_.Set(loop_.sessions.IdOf(slot), *info.expires);
  loop_.TellOpened(slot, std::move(info));
  reader_.Open(slot);
}

void EventLoop::OnOver(std::uint32_t slot) { writer_.Finish(slot); }

void EventLoop::OnFailed(Slot slot) {
  const int status = loop_.sessions.at(slot).handshake->get_response_code();
  if (status == status_code::request_entity_too_large) {
    loop_.counters.http_bodies_refused.Add();
  } else {
    loop_.counters.handshakes_failed.Add();
  }
}

void EventLoop::OnLingering(Slot slot) {
  deadlines_.OnLingering(slot);
  reader_.ReadSoon(slot);
}

void EventLoop::OnEnded(Slot slot) {
  LoopSession& session = loop_.sessions.at(slot);
  ReleaseHandshake(&session);
  tls_handshakes_.Forget(slot);
  streams_->OnEnded(slot);
  // Before the slot is released: the number may be another connection's soon.
  loop_.sessions.hot(slot).stream.Close();
  if (session.is_session) {
    loop_.counters.sessions.Subtract(1);
    if (session.remote.family() == RemoteAddress::Family::kIpv6) {
      loop_.counters.sessions_ipv6.Subtract(1);
    }
    broadcaster_.Forget(slot);
    expiries_.Forget(loop_.sessions.IdOf(slot));
    loop_.TellHandler(slot, &ChannelHandler::OnClose);
  }
  if (session.has_place) --loop_.ChannelOf(session).sessions;
  if (session.queue != nullptr) {
    loop_.counters.queued_bytes.Subtract(session.queue->bytes());
  }
  if (session.has_address_place) loop_.addresses.GiveBack(session.remote);
  if (session.has_user_place) {
    loop_.ChannelOf(session).users.GiveBack(session.identity());
  }
  if (session.refusal != Refusal::kNone) {
    --refused_;
  } else {
    CountOf(session.listener).fetch_sub(1, std::memory_order_relaxed);
  }
  loop_.sessions.Release(slot);
  FinishIfEmpty();
}

// ---- a server that is full

void EventLoop::Refuse(Arrival&& arrival) {
  Arrival refused = std::move(arrival);
  if (refused_ == loop_.max_refused) {
    loop_.counters.refused_unanswered.Add();
    writer_.NoteWantOfPlace(refused.refusal, refused.remote);
    return;
  }
  if (TakeSlot(&refused)) ++refused_;
}

// ---- stopping

void EventLoop::BeginDrain(const DrainPlan& plan) {
  loop_.Post([this, plan] { drain_.Start(plan); });
}

void EventLoop::BeginStop(std::function<void()> on_finished) {
  loop_.Post([this, on_finished = std::move(on_finished)]() mutable {
    drain_.Stop();
    broadcaster_.FinishBroadcast();
    stopping_ = true;
    on_finished_ = std::move(on_finished);
    for (Slot slot = 0; slot < loop_.sessions.end(); ++slot) {
      const Phase phase = loop_.sessions.at(slot).phase;
      if (phase == Phase::kOpen) {
        writer_.Close(slot, CloseCode::kGoingAway, "server is stopping");
      } else if (phase == Phase::kProxyHeader || phase == Phase::kTls ||
                 phase == Phase::kHandshake || phase == Phase::kAdmission) {
        writer_.End(slot);
      } else if (phase == Phase::kStreaming) {
        writer_.Finish(slot);
      }
    }
    FinishIfEmpty();
  });
}

void EventLoop::CutOff() {
  loop_.Post([this] {
    for (Slot slot = 0; slot < loop_.sessions.end(); ++slot) {
      if (loop_.sessions.at(slot).phase != Phase::kFree) {
        writer_.End(slot);
      }
    }
  });
}

void EventLoop::FinishIfEmpty() {
  if (!stopping_ || loop_.sessions.count() != 0 || !on_finished_) return;
  deadlines_.Stop();
  reader_.Stop();
  sockets_.Stop();
  work_.reset();
  std::exchange(on_finished_, nullptr)();
}

}  // namespace tickerhub::internal
