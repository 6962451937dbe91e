#include "event_loop.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <cerrno>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include "direct_write.h"
#include "http_exchange.h"
#include "loop_counters.h"
#include "loop_sessions.h"
#include "topic_index.h"
#include "write_batch.h"

namespace tickerhub {
namespace {

namespace close_status = ::websocketpp::close::status;

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

// Answers to pings that may wait for a client that doesn't read.
constexpr std::uint8_t kMaxUnsentPongs = 16;

// Larger frames are hardly ever taken in one call; the rest would have to be
// copied, while websocketpp's queue shares the whole.
constexpr std::size_t kMaxDirectBytes = 64 * 1024;

std::error_code LibraryError(::websocketpp::error::value value) {
  return ::websocketpp::error::make_error_code(value);
}

}  // namespace

class EventLoop::Impl final : public TransportListener,
                              public std::enable_shared_from_this<Impl> {
 public:
  Impl(int index, const Surroundings& surroundings)
      : options_(surroundings.options),
        site_(surroundings.site),
        hub_(surroundings.hub),
        log_(surroundings.log),
        sweep_interval_(SweepInterval(options_)),
        work_(context_.get_executor()),
        sweep_timer_(context_),
        sessions_(index),
        topics_(site_.channels.size()) {
    endpoint_.init_asio(&context_);
    endpoint_.set_user_agent("");
    endpoint_.set_max_message_size(options_.max_message_bytes);
    endpoint_.set_max_http_body_size(options_.max_http_body_bytes);
    // One sweep looks after every deadline instead of a timer for each.
    endpoint_.set_open_handshake_timeout(0);
    endpoint_.set_close_handshake_timeout(0);
  }

  asio::io_context& context() { return context_; }
  LoopCounters& counters() { return counters_; }
  const LoopCounters& counters() const { return counters_; }

  void Start() {
    Sweep();
    thread_ = std::thread([this] { RunThread(); });
  }

  void Join() {
    if (thread_.joinable()) thread_.join();
  }

  template <typename Task>
  void Post(Task&& task) {
    asio::post(context_, std::forward<Task>(task));
  }

  // The rest runs on the loop's thread.

  void Adopt(int descriptor);
  void Send(SessionId session, const Payload& payload, Delivery delivery);
  void Publish(std::uint16_t channel,
               const std::vector<Publication>& publications, Delivery delivery);
  void Close(SessionId session, CloseCode code, const std::string& reason);
  void BeginStop(std::function<void()> on_finished);
  void CutOff();

  void Subscribe(SessionId session, TopicId topic) {
    const std::optional<Slot> slot = FindOpen(session);
    if (slot) topics_[sessions_.at(*slot).channel].Subscribe(*slot, topic);
  }
  void Unsubscribe(SessionId session, TopicId topic) {
    const std::optional<Slot> slot = FindOpen(session);
    if (slot) topics_[sessions_.at(*slot).channel].Unsubscribe(*slot, topic);
  }

  // TransportListener.
  void OnBusy(std::uint32_t slot) override;
  void OnWritten(std::uint32_t slot, std::size_t bytes) override;
  void OnIdle(std::uint32_t slot) override;

 private:
  using Slot = LoopSessions::Slot;
  using Phase = LoopSession::Phase;
  using MessagePtr = LoopEndpoint::message_ptr;

  void RunThread();
  std::optional<Slot> FindOpen(SessionId session);

  // Handlers of websocketpp, for the connection in a slot.
  void SetHandlers(Slot slot);
  bool OnValidate(Slot slot);
  void OnOpen(Slot slot);
  void OnMessage(Slot slot, const MessagePtr& message);
  bool OnPing(Slot slot, const std::string& payload);
  void OnHttp(Slot slot);
  void OnFailed(Slot slot);
  void OnEnded(Slot slot);

  void AskRoute(Slot slot, HttpRequest request);
  void Respond(SessionId session, const HttpResponse& response);

  // Writing.
  void Write(Slot slot, const Payload* const* payloads, std::size_t count);
  void WriteOne(Slot slot, const Payload& payload) {
    const Payload* const one = &payload;
    Write(slot, &one, 1);
  }
  bool MaySend(Slot slot, Delivery delivery);
  void QueueRest(Slot slot, std::string_view bytes);
  void Queue(Slot slot, const Payload& payload);
  MessagePtr SharedMessage(const Payload& payload);
  void CloseSlot(Slot slot, CloseCode code, const std::string& reason);
  void Terminate(Slot slot, ::websocketpp::error::value why);

  void Sweep();
  void SweepSlot(Slot slot, SteadyTime now);
  bool WasRefused(const LoopSession& session) const;
  void BeginClosing(Slot slot);
  void OnHandled(InboundGate* gate, SessionId session);
  void ResumeReading(SessionId session);
  void FinishIfEmpty();

  const Server::Options& options_;
  const Site& site_;
  Hub& hub_;
  LogSink& log_;
  const std::chrono::milliseconds sweep_interval_;
  LoopCounters counters_;

  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::steady_timer sweep_timer_;
  LoopEndpoint endpoint_;
  LoopSessions sessions_;
  std::vector<TopicIndex> topics_;  // by channel
  WriteBatch batch_;
  std::vector<const Payload*> collected_;  // of one slot of the batch

  // The payload that was turned into a message last, and the message.
  std::optional<Payload> shared_payload_;
  MessagePtr shared_message_;

  std::function<void()> on_finished_;
  bool stopping_ = false;
  std::thread thread_;
};

// ---- the thread

void EventLoop::Impl::RunThread() {
  for (;;) {
    try {
      context_.run();
      return;
    } catch (const std::exception& error) {
      log_.Write(
          LogLevel::kError,
          std::string("a handler of an event loop failed: ") + error.what());
    } catch (...) {
      log_.Write(LogLevel::kError, "a handler of an event loop failed");
    }
  }
}

void EventLoop::Impl::BeginStop(std::function<void()> on_finished) {
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
  sweep_timer_.cancel();
  work_.reset();
  std::exchange(on_finished_, nullptr)();
}

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
  // The protocol matters to Asio only for what opens a socket anew.
  asio::error_code error;
  connection->get_raw_socket().assign(asio::ip::tcp::v4(), descriptor, error);
  if (error) ::close(descriptor);  // its first read will fail
  connection->Attach(this, *slot);
  SetHandlers(*slot);
  connection->start();
}

void EventLoop::Impl::SetHandlers(Slot slot) {
  using Handle = ::websocketpp::connection_hdl;
  LoopEndpoint::connection_type& c = *sessions_.at(slot).connection;
  c.set_validate_handler([this, slot](Handle) { return OnValidate(slot); });
  c.set_open_handler([this, slot](Handle) { OnOpen(slot); });
  c.set_http_handler([this, slot](Handle) { OnHttp(slot); });
  c.set_fail_handler([this, slot](Handle) { OnFailed(slot); });
  c.set_message_handler([this, slot](Handle, const MessagePtr& message) {
    OnMessage(slot, message);
  });
  c.set_ping_handler([this, slot](Handle, const std::string& payload) {
    return OnPing(slot, payload);
  });
  c.set_pong_handler([this, slot](Handle, const std::string&) {
    sessions_.at(slot).last_heard = std::chrono::steady_clock::now();
  });
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
  return true;
}

void EventLoop::Impl::OnOpen(Slot slot) {
  LoopSession& session = sessions_.at(slot);
  session.phase = Phase::kOpen;
  session.since = session.last_heard = session.last_ping =
      std::chrono::steady_clock::now();
  sessions_.hot(slot).Set(HotSession::kOpen);
  sessions_.gate(slot).held.store(false);
  counters_.sessions.Add();
  hub_.Post([handler = site_.channels[session.channel].handler,
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
  connection->Attach(nullptr, 0);
  connection->DropHeldRead();
  if (session.phase == Phase::kOpen || session.phase == Phase::kClosing) {
    if (WasRefused(session)) counters_.messages_refused.Add();
    counters_.sessions.Subtract(1);
    topics_[session.channel].Remove(slot);
    hub_.Post([handler = site_.channels[session.channel].handler,
               id = sessions_.IdOf(slot)] {
      if (handler != nullptr) handler->OnClose(id);
    });
  }
  counters_.queued_bytes.Subtract(session.queued_bytes);
  counters_.connections.fetch_sub(1, std::memory_order_relaxed);
  sessions_.Release(slot);
  FinishIfEmpty();
}

// Whether websocketpp has closed it for what the client sent.
bool EventLoop::Impl::WasRefused(const LoopSession& session) const {
  if (session.closed_by_us) return false;
  const LoopEndpoint::connection_type& c = *session.connection;
  const close_status::value code = c.get_local_close_code();
  // The answer to a client's close says the same as that did.
  const bool answer = code == c.get_remote_close_code() &&
                      c.get_local_close_reason() == c.get_remote_close_reason();
  return !answer && (code == close_status::protocol_error ||
                     code == close_status::invalid_payload ||
                     code == close_status::message_too_big ||
                     // What websocketpp has for errors of the rarer kinds.
                     code == close_status::internal_endpoint_error);
}

void EventLoop::Impl::Terminate(Slot slot, ::websocketpp::error::value why) {
  // By value: OnEnded() lets go of the slot's.
  const ConnectionPtr connection = sessions_.at(slot).connection;
  connection->DontLinger();
  connection->terminate(LibraryError(why));
}

// ---- receiving

void EventLoop::Impl::OnMessage(Slot slot, const MessagePtr& message) {
  LoopSession& session = sessions_.at(slot);
  session.last_heard = std::chrono::steady_clock::now();
  counters_.messages_received.Add();

  const SessionId id = sessions_.IdOf(slot);
  InboundGate* const gate = &sessions_.gate(slot);
  const std::uint32_t limit =
      static_cast<std::uint32_t>(options_.max_unhandled_messages);
  // What was read together with the message that pauses still comes.
  if (gate->unhandled.fetch_add(1) + 1 >= limit && !gate->held.exchange(true)) {
    session.connection->HoldReading();
    counters_.readers_paused.Add();
  }
  const bool binary =
      message->get_opcode() == ::websocketpp::frame::opcode::binary;
  hub_.Post([this, gate, id, binary,
             handler = site_.channels[session.channel].handler,
             data = std::move(message->get_raw_payload())] {
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

// Whether websocketpp is to answer. A client that pings and doesn't read would
// fill memory with the answers; RFC 6455 §5.5.3 asks for one to the newest
// only.
bool EventLoop::Impl::OnPing(Slot slot, const std::string& payload) {
  LoopSession& session = sessions_.at(slot);
  session.last_heard = std::chrono::steady_clock::now();
  if (session.unsent_pongs < kMaxUnsentPongs) {
    ++session.unsent_pongs;
    return true;
  }
  session.newest_ping = std::make_unique<std::string>(payload);
  return false;
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
  hub_.Post([this, request = std::move(request), reply = std::move(reply)] {
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

// ---- sending

std::optional<EventLoop::Impl::Slot> EventLoop::Impl::FindOpen(SessionId id) {
  const std::optional<Slot> slot = sessions_.Find(id);
  if (!slot || sessions_.hot(*slot).Has(HotSession::kOpen)) return slot;
  return std::nullopt;
}

void EventLoop::Impl::Send(SessionId id, const Payload& payload,
                           Delivery delivery) {
  const std::optional<Slot> slot = FindOpen(id);
  if (!slot) return;
  if (delivery == Delivery::kLatest) {
    sessions_.hot(*slot).Clear(HotSession::kBehind | HotSession::kToldDrained);
  }
  WriteOne(*slot, payload);
}

bool EventLoop::Impl::MaySend(Slot slot, Delivery delivery) {
  HotSession& hot = sessions_.hot(slot);
  if (!hot.Has(HotSession::kOpen)) return false;
  if (delivery == Delivery::kLatest &&
      hot.Has(HotSession::kBusy | HotSession::kBehind)) {
    hot.Set(HotSession::kBehind);
    counters_.messages_skipped.Add();
    return false;
  }
  return true;
}

void EventLoop::Impl::Publish(std::uint16_t channel,
                              const std::vector<Publication>& publications,
                              Delivery delivery) {
  const TopicIndex& topics = topics_[channel];
  if (publications.size() == 1) {
    const Publication& only = publications.front();
    topics.ForEachFollower(only.topic, [&](Slot slot) {
      if (MaySend(slot, delivery)) WriteOne(slot, only.payload);
    });
    return;
  }
  for (const Publication& publication : publications) {
    topics.ForEachFollower(publication.topic, [&](Slot slot) {
      if (MaySend(slot, delivery)) batch_.Add(slot, &publication.payload);
    });
  }
  for (const Slot slot : batch_.slots()) {
    batch_.CollectFor(slot, &collected_);
    Write(slot, collected_.data(), collected_.size());
  }
  batch_.Clear();
}

void EventLoop::Impl::Write(Slot slot, const Payload* const* payloads,
                            std::size_t count) {
  const HotSession& hot = sessions_.hot(slot);
  counters_.messages_sent.Add(count);
  std::size_t done = 0;  // payloads that need no more thought
  while (done < count && !hot.Has(HotSession::kBusy) &&
         payloads[done]->frame().size() <= kMaxDirectBytes) {
    const DirectWrite result =
        WriteDirectly(hot.descriptor, payloads + done, count - done);
    counters_.bytes_sent.Add(result.bytes);
    done += result.whole_payloads;
    if (result.failed) {
      // The reading side hears of it too and ends the connection from there;
      // until then nothing more is worth sending.
      sessions_.hot(slot).Clear(HotSession::kOpen);
      return;
    }
    if (result.bytes_of_next > 0) {
      QueueRest(slot, payloads[done]->frame().substr(result.bytes_of_next));
      ++done;
    } else if (result.whole_payloads == 0) {
      break;  // the kernel takes nothing now
    }
  }
  for (; done < count; ++done) Queue(slot, *payloads[done]);
}

void EventLoop::Impl::QueueRest(Slot slot, std::string_view bytes) {
  const auto message = std::make_shared<LoopConfig::message_type>(
      LoopConfig::message_type::con_msg_man_ptr(),
      ::websocketpp::frame::opcode::text, bytes.size());
  message->set_prepared(true);
  message->append_payload(bytes.data(), bytes.size());
  LoopSession& session = sessions_.at(slot);
  if (session.connection->send(message)) return;
  session.queued_bytes += bytes.size();
  counters_.queued_bytes.Add(bytes.size());
  counters_.bytes_sent.Add(bytes.size());
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
  if (session.connection->send(SharedMessage(payload))) return;
  session.queued_bytes += payload.frame().size();
  counters_.queued_bytes.Add(payload.frame().size());
  counters_.bytes_sent.Add(payload.frame().size());
}

EventLoop::Impl::MessagePtr EventLoop::Impl::SharedMessage(
    const Payload& payload) {
  if (!shared_payload_ ||
      shared_payload_->frame().data() != payload.frame().data()) {
    shared_message_ = std::make_shared<LoopConfig::message_type>(
        LoopConfig::message_type::con_msg_man_ptr(),
        ::websocketpp::frame::opcode::text, payload.text().size());
    shared_message_->set_prepared(true);
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
  if (session.phase != Phase::kOpen) return;
  if (session.connection->get_state() != ::websocketpp::session::state::open) {
    BeginClosing(slot);  // websocketpp has, by itself
    return;
  }
  session.unsent_pongs = 0;
  if (session.newest_ping != nullptr) {
    const auto payload = std::exchange(session.newest_ping, nullptr);
    ::websocketpp::lib::error_code ignored;  // it is closing
    session.connection->pong(*payload, ignored);
    return;  // OnIdle() comes again
  }
  if (hot.Has(HotSession::kBehind) && !hot.Has(HotSession::kToldDrained)) {
    hot.Set(HotSession::kToldDrained);
    hub_.Post([handler = site_.channels[session.channel].handler,
               id = sessions_.IdOf(slot)] {
      if (handler != nullptr) handler->OnDrained(id);
    });
  }
}

// ---- closing and deadlines

void EventLoop::Impl::Close(SessionId id, CloseCode code,
                            const std::string& reason) {
  const std::optional<Slot> slot = FindOpen(id);
  if (slot) CloseSlot(*slot, code, reason);
}

void EventLoop::Impl::CloseSlot(Slot slot, CloseCode code,
                                const std::string& reason) {
  BeginClosing(slot);
  LoopSession& session = sessions_.at(slot);
  ::websocketpp::lib::error_code error;  // it is closing already
  session.connection->close(static_cast<close_status::value>(code),
                            std::string(FittingReason(reason)), error);
  if (!error) session.closed_by_us = true;
}

void EventLoop::Impl::BeginClosing(Slot slot) {
  sessions_.hot(slot).Clear(HotSession::kOpen);
  LoopSession& session = sessions_.at(slot);
  session.phase = Phase::kClosing;
  session.since = std::chrono::steady_clock::now();
}

void EventLoop::Impl::Sweep() {
  const SteadyTime now = std::chrono::steady_clock::now();
  for (Slot slot = 0; slot < sessions_.end(); ++slot) SweepSlot(slot, now);
  sweep_timer_.expires_after(sweep_interval_);
  sweep_timer_.async_wait([this](const std::error_code& error) {
    if (!error) Sweep();
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
  // websocketpp closes by itself after an error of the client's, but its close
  // frame may have to wait for a client that doesn't read.
  if (sessions_.hot(slot).Has(HotSession::kBusy) &&
      session.connection->get_state() != ::websocketpp::session::state::open) {
    BeginClosing(slot);
    return;
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
               delivery] { impl_->Publish(channel, *publications, delivery); });
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

}  // namespace tickerhub
