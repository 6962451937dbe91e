#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "frames/deflate_negotiation.h"
#include "handshake/http_exchange.h"
#include "loop/event_loop_impl.h"

namespace tickerhub::internal {
namespace {

// Answers to pings that may wait for a client that doesn't read.
constexpr std::uint8_t kMaxUnsentPongs = 16;

}  // namespace

// ---- a connection's life

void EventLoop::Impl::Adopt(int descriptor) {
  const std::optional<Slot> slot = stopping_ ? std::nullopt : sessions_.Take();
  const ConnectionPtr connection =
      slot ? endpoint_.get_connection() : ConnectionPtr();
  if (!connection) {
    if (slot) sessions_.Release(*slot);
    ::close(descriptor);
    counters_.connections.fetch_sub(1, std::memory_order_relaxed);
    return;
  }
  LoopSession& session = sessions_.at(*slot);
  session.connection = connection;
  session.phase = Phase::kHandshake;
  session.since = std::chrono::steady_clock::now();
  sessions_.hot(*slot).descriptor = descriptor;
  connection->Attach(this, *slot, descriptor);
  SetHandlers(*slot);
  connection->start();
  if (!sockets_.Add(descriptor, sessions_.IdOf(*slot).value)) {
    Terminate(*slot, ::websocketpp::error::general);
  }
}

void EventLoop::Impl::SetHandlers(Slot slot) {
  using Handle = ::websocketpp::connection_hdl;
  LoopEndpoint::connection_type& c = *sessions_.at(slot).connection;
  c.set_validate_handler([this, slot](Handle) { return OnValidate(slot); });
  c.set_open_handler([this, slot](Handle) { OnOpen(slot); });
  c.set_http_handler([this, slot](Handle) { OnHttp(slot); });
  c.set_fail_handler([this, slot](Handle) { OnFailed(slot); });
  c.set_termination_handler(
      [this, slot](const ConnectionPtr&) { OnEnded(slot); });
}

bool EventLoop::Impl::OnValidate(Slot slot) {
  LoopSession& session = sessions_.at(slot);
  LoopEndpoint::connection_type& connection = *session.connection;
  if (stopping_) {
    connection.set_status(
        ::websocketpp::http::status_code::service_unavailable);
    return false;
  }
  const std::string& resource = connection.get_resource();
  const std::optional<std::uint16_t> channel =
      site_.FindChannel(std::string_view(resource).substr(
          0, std::min(resource.find('?'), resource.size())));
  if (!channel) {
    connection.set_status(::websocketpp::http::status_code::not_found);
    return false;
  }
  session.channel = *channel;
  return Negotiate(slot);
}

// RFC 6455 §9.1, RFC 7692 §5.
bool EventLoop::Impl::Negotiate(Slot slot) {
  LoopSession& session = sessions_.at(slot);
  const std::string& offers =
      session.connection->get_request_header("Sec-WebSocket-Extensions");
  if (offers.empty()) return true;
  const DeflateAgreement agreement = NegotiateDeflate(offers);
  if (agreement.outcome == DeflateAgreement::Outcome::kMalformed) {
    session.connection->set_status(
        ::websocketpp::http::status_code::bad_request);
    return false;
  }
  if (options_.compression &&
      agreement.outcome == DeflateAgreement::Outcome::kAgreed) {
    session.server_window_bits =
        static_cast<std::uint8_t>(agreement.server_window_bits);
    session.connection->append_header("Sec-WebSocket-Extensions",
                                      agreement.response);
  }
  return true;
}

void EventLoop::Impl::OnOpen(Slot slot) {
  LoopSession& session = sessions_.at(slot);
  session.phase = Phase::kOpen;
  session.since = session.last_heard = session.last_ping =
      std::chrono::steady_clock::now();
  FrameReader::Options reader;
  reader.max_message_bytes = options_.max_message_bytes;
  if (session.server_window_bits > 0) reader.inflater = &inflater_;
  session.reader.emplace(reader);
  session.connection->TakeOverReading();
  // It is the connection's own, which is not const; there is no other way to it
  // and nobody reads it any more.
  const_cast<StrictRequest&>(session.connection->get_request()).Release();
  sessions_.hot(slot).Set(HotSession::kOpen);
  if (session.server_window_bits > 0) {
    sessions_.hot(slot).Set(HotSession::kDeflate);
  }
  sessions_.gate(slot).held.store(false);
  counters_.sessions.Add();
  hub_.Enqueue([handler = site_.channels[session.channel].handler,
             id = sessions_.IdOf(slot)] {
    if (handler != nullptr) handler->OnOpen(id);
  });
  if (stopping_) {
    CloseSlot(slot, CloseCode::kGoingAway, "server is stopping");
  }
}

void EventLoop::Impl::OnFailed(Slot slot) {
  const int status = sessions_.at(slot).connection->get_response_code();
  if (status == ::websocketpp::http::status_code::request_entity_too_large) {
    counters_.http_bodies_refused.Add();
  } else {
    counters_.handshakes_failed.Add();
  }
}

void EventLoop::Impl::OnEnded(Slot slot) {
  const LoopSession& session = sessions_.at(slot);
  const ConnectionPtr connection = session.connection;
  connection->Detach();
  if (session.phase == Phase::kOpen || session.phase == Phase::kClosing) {
    counters_.sessions.Subtract(1);
    topics_[session.channel].Remove(slot);
    hub_.Enqueue([handler = site_.channels[session.channel].handler,
               id = sessions_.IdOf(slot)] {
      if (handler != nullptr) handler->OnClose(id);
    });
  }
  batch_.Drop(slot);  // whoever has the slot next has no share in it
  counters_.queued_bytes.Subtract(session.queued_bytes);
  counters_.connections.fetch_sub(1, std::memory_order_relaxed);
  sessions_.Release(slot);
  FinishIfEmpty();
}

// ---- receiving

class EventLoop::Impl::FrameSink final : public FrameReader::Sink {
 public:
  FrameSink(Impl* loop, Slot slot) : loop_(*loop), slot_(slot) {}

  void OnMessage(std::string data, bool binary) override {
    loop_.OnMessage(slot_, std::move(data), binary);
  }
  void OnPing(std::string_view data) override { loop_.OnPing(slot_, data); }
  void OnPong(std::string_view) override {}
  void OnClose(std::uint16_t code, std::string_view) override {
    loop_.OnClientCloses(slot_, code);
  }
  void OnError(CloseCode code, std::string_view reason) override {
    loop_.OnBadFrame(slot_, code, reason);
  }

 private:
  Impl& loop_;
  Slot slot_;
};

bool EventLoop::Impl::OnBytes(std::uint32_t slot, char* data,
                              std::size_t size) {
  LoopSession& session = sessions_.at(slot);
  session.last_heard = std::chrono::steady_clock::now();
  FrameSink sink(this, slot);
  const std::size_t taken = session.reader->Take(data, size, &sink);
  if (taken < size) {
    session.connection->KeepUnread(data + taken, size - taken);
  }
  return !session.reader->stopped();
}

void EventLoop::Impl::OnReadError(std::uint32_t slot,
                                  const std::error_code& error) {
  const ConnectionPtr connection = sessions_.at(slot).connection;
  connection->terminate(error);
}

// A client that pings and doesn't read would fill memory with the answers; RFC
// 6455 §5.5.3 asks for one to the newest only.
void EventLoop::Impl::OnPing(Slot slot, std::string_view data) {
  LoopSession& session = sessions_.at(slot);
  if (session.unsent_pongs == kMaxUnsentPongs) {
    session.newest_ping = std::make_unique<std::string>(data);
    return;
  }
  ++session.unsent_pongs;
  ::websocketpp::lib::error_code ignored;  // it is closing
  session.connection->pong(std::string(data), ignored);
}

// RFC 6455 §5.5.1: the answer to a close frame is one with its code; then the
// server ends the connection.
void EventLoop::Impl::OnClientCloses(Slot slot, std::uint16_t code) {
  LoopSession& session = sessions_.at(slot);
  session.client_closes = true;
  if (session.phase == Phase::kClosing) {
    PostTerminate(slot);
  } else {
    CloseBehindAnswers(slot, static_cast<CloseCode>(code), "");
  }
}

void EventLoop::Impl::OnBadFrame(Slot slot, CloseCode code,
                                 std::string_view reason) {
  counters_.messages_refused.Add();
  if (sessions_.at(slot).phase == Phase::kClosing) {
    PostTerminate(slot);
  } else {
    sessions_.at(slot).client_closes = true;  // no answer is to be expected
    CloseBehindAnswers(slot, code, std::string(reason));
  }
}

// What the client sent before is still to be answered: both ways between loop
// and hub keep their order, so that after going there and back the answers have
// been sent.
void EventLoop::Impl::CloseBehindAnswers(Slot slot, CloseCode code,
                                         std::string reason) {
  hub_.Enqueue(
      [this, id = sessions_.IdOf(slot), code, reason = std::move(reason)] {
        Post([this, id, code, reason] {
          const std::optional<Slot> found = sessions_.Find(id);
          if (found && sessions_.at(*found).phase == Phase::kOpen) {
            CloseSlot(*found, code, reason);
          }
        });
      });
}

// Not at once: the connection is in the middle of reading.
void EventLoop::Impl::PostTerminate(Slot slot) {
  Post([this, id = sessions_.IdOf(slot)] {
    const std::optional<Slot> found = sessions_.Find(id);
    if (!found) return;
    const ConnectionPtr connection = sessions_.at(*found).connection;
    connection->terminate(::websocketpp::lib::error_code());
  });
}

// Not at once: others are being written to.
void EventLoop::Impl::PostFailed(Slot slot) {
  Post([this, id = sessions_.IdOf(slot)] {
    const std::optional<Slot> found = sessions_.Find(id);
    if (found) Terminate(*found, ::websocketpp::error::general);
  });
}

void EventLoop::Impl::OnMessage(Slot slot, std::string data, bool binary) {
  LoopSession& session = sessions_.at(slot);
  if (session.phase != Phase::kOpen) return;
  counters_.messages_received.Add();

  const SessionId id = sessions_.IdOf(slot);
  InboundGate* const gate = &sessions_.gate(slot);
  const std::uint32_t limit =
      static_cast<std::uint32_t>(options_.max_unhandled_messages);
  if (gate->unhandled.fetch_add(1) + 1 >= limit && !gate->held.exchange(true)) {
    session.connection->HoldReading();
    session.reader->Pause();
    counters_.readers_paused.Add();
  }
  hub_.Enqueue([this, gate, id, binary,
             handler = site_.channels[session.channel].handler,
             data = std::move(data)] {
    struct AtTheEnd {
      ~AtTheEnd() { loop->OnHandled(gate, id); }
      Impl* loop;
      InboundGate* gate;
      SessionId id;
    } const at_the_end{this, gate, id};  // even if the handler throws
    if (handler != nullptr) handler->OnMessage(id, {data, binary});
  });
  if (gate->held.load() && gate->unhandled.load() <= limit / 2) {
    Post([this, id] { ResumeReading(id); });
  }
}

// On the hub's thread. Whoever of the two threads sees both conditions asks for
// the reading to go on; asking twice does no harm.
void EventLoop::Impl::OnHandled(InboundGate* gate, SessionId id) {
  const std::uint32_t left = gate->unhandled.fetch_sub(1) - 1;
  if (left <= options_.max_unhandled_messages / 2 && gate->held.load()) {
    Post([this, id] { ResumeReading(id); });
  }
}

void EventLoop::Impl::ResumeReading(SessionId id) {
  const std::optional<Slot> slot = sessions_.Find(id);
  if (!slot) return;
  sessions_.gate(*slot).held.store(false);
  sessions_.at(*slot).connection->ResumeReading();
}

// ---- HTTP

void EventLoop::Impl::OnHttp(Slot slot) {
  LoopSession& session = sessions_.at(slot);
  session.phase = Phase::kHttp;
  session.since = std::chrono::steady_clock::now();
  counters_.http_requests.Add();
  HttpRequest request = ReadRequest(session.connection);
  session.head_only = request.method == "HEAD";
  if (session.head_only) request.method = "GET";

  std::optional<HttpResponse> response;
  if (stopping_) {
    response = HttpResponse{
        503, "text/plain; charset=utf-8", "the server is stopping\n", {}};
  } else {
    response = AnswerFromSite(site_, request);
  }
  if (response) {
    WriteResponse(session.connection, *response, session.head_only,
                  /*deferred=*/false);
  } else {
    session.connection->defer_http_response();
    AskRoute(slot, std::move(request));
  }
}

void EventLoop::Impl::AskRoute(Slot slot, HttpRequest request) {
  const SessionId id = sessions_.IdOf(slot);
  // Weak, because nobody knows how long a route keeps its reply.
  HttpReply reply =
      MakeReply([loop = weak_from_this(), id](HttpResponse response) {
        const std::shared_ptr<Impl> alive = loop.lock();
        if (!alive) return;
        alive->Post([self = alive.get(), id, response = std::move(response)] {
          self->Respond(id, response);
        });
      });
  hub_.Enqueue([this, request = std::move(request), reply = std::move(reply)] {
    const Site::Methods& methods = site_.routes.find(request.path)->second;
    methods.find(request.method)->second(request, reply);
  });
}

void EventLoop::Impl::Respond(SessionId id, const HttpResponse& response) {
  const std::optional<Slot> slot = sessions_.Find(id);
  if (!slot) return;
  const LoopSession& session = sessions_.at(*slot);
  if (session.phase != Phase::kHttp) return;
  WriteResponse(session.connection, response, session.head_only,
                /*deferred=*/true);
}

}  // namespace tickerhub::internal
