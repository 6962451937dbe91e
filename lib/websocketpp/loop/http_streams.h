#ifndef TICKERHUB_LIB_WEBSOCKETPP_LOOP_HTTP_STREAMS_H_
#define TICKERHUB_LIB_WEBSOCKETPP_LOOP_HTTP_STREAMS_H_

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "sessions/access_log.h"
#include "sessions/loop_context.h"
#include "sessions/session_writer.h"
#include "threads/hub_thread.h"
#include "tickerhub/websocketpp/http_stream.h"

namespace tickerhub::internal {

/// The responses of a loop that go on. websocketpp has done its part when one
/// begins: from then on the loop writes to the connection by itself, and what
/// the client sends is ignored.
///
/// Threads: belongs to the loop's thread. The handles that it gives out belong
/// to the hub's thread. They may outlive it; then they do nothing.
class HttpStreams : public std::enable_shared_from_this<HttpStreams> {
 public:
  using Slot = LoopSessions::Slot;
  using Done = std::function<void(bool)>;
  using Take = std::function<void(std::shared_ptr<HttpStream>)>;

  /// `on_begin(slot)`: its input is read again.
  HttpStreams(LoopContext& loop, SessionWriter& writer,
              std::function<void(Slot)> on_begin)
      : loop_(loop), writer_(writer), on_begin_(std::move(on_begin)) {}

  /// Sends the head of a response and gives its body to `take`, on the hub's
  /// thread. REQUIRES: the slot waits for the response to its HTTP request.
  void Begin(Slot slot, int status, const std::string& head, Take take) {
    LoopSession& session = loop_.sessions.at(slot);
    LogAccess(loop_, slot, status, head.size());
    session.handshake->Drop();
    session.handshake = nullptr;
    session.phase = LoopSession::Phase::kStreaming;
    session.since = std::chrono::steady_clock::now();
    open_[slot] = {};
    GiveUpOnVanished(loop_.sessions.hot(slot).stream.descriptor());
    writer_.SendBytes(slot, head);
    on_begin_(slot);
    loop_.hub.Enqueue(
        [take = std::move(take),
         body = std::make_shared<Body>(
             weak_from_this(), loop_.sessions.IdOf(slot))] { take(body); });
  }

  /// Ends a stream whose connection is broken; returns whether it is. If its
  /// reader took or acknowledged nothing for too long, it counts as cut off:
  /// the kernel may find out before the sweep of the deadlines does. REQUIRES:
  /// nothing was read from the connection or written to it since.
  bool EndBroken(Slot slot) {
    if (loop_.sessions.at(slot).phase != LoopSession::Phase::kStreaming) {
      return false;
    }
    const int error = loop_.sessions.hot(slot).stream.TakeError();
    if (error == 0) return false;
    if (error == ETIMEDOUT) loop_.counters.responses_cut.Add();
    writer_.End(slot);
    return true;
  }

  /// The kernel has taken everything that was written.
  void OnTaken(Slot slot) {
    const auto found = open_.find(slot);
    if (found != open_.end()) {
      Tell(std::exchange(found->second.written, nullptr), true);
    }
  }

  /// The connection has ended.
  void OnEnded(Slot slot) {
    const auto found = open_.find(slot);
    if (found == open_.end()) return;
    Tell(std::move(found->second.written), false);
    if (found->second.ended) loop_.hub.Enqueue(found->second.ended);
    open_.erase(found);
  }

 private:
  class Body : public HttpStream {
   public:
    Body(std::weak_ptr<HttpStreams> streams, SessionId id)
        : streams_(std::move(streams)), id_(id) {}
    Body(const Body&) = delete;
    Body& operator=(const Body&) = delete;
    ~Body() override {
      const auto alive = streams_.lock();
      if (!alive) return;
      alive->loop_.Post([self = alive.get(), id = id_] { self->Finish(id); });
    }

    void WhenEnded(std::function<void()> ended) override {
      const auto alive = streams_.lock();
      if (!alive) return;
      ExpectHubThread(alive->loop_.hub, "HttpStream::WhenEnded()");
      auto told = [self = std::weak_ptr(self_), ended = std::move(ended)] {
        if (!self.expired()) ended();
      };
      alive->loop_.Post(
          [streams = alive.get(), id = id_, told = std::move(told)]() mutable {
            streams->WhenEnded(id, std::move(told));
          });
    }

    void Write(std::string bytes, Done done) override {
      const auto alive = streams_.lock();
      if (!alive) return;
      ExpectHubThread(alive->loop_.hub, "HttpStream::Write()");
      if (*is_writing_) {
        TellMisuse(alive->loop_.hub,
                   "HttpStream::Write() was called before the Write() before "
                   "was done; wait for its callback");
      }
      *is_writing_ = true;
      Done told = [is_writing = is_writing_,
                   done = std::move(done)](bool is_taken) {
        *is_writing = false;
        if (done) done(is_taken);
      };
      alive->loop_.Post([self = alive.get(), id = id_, bytes = std::move(bytes),
                         told = std::move(told)]() mutable {
        self->Write(id, bytes, std::move(told));
      });
    }

   private:
    const std::weak_ptr<HttpStreams> streams_;
    const SessionId id_;
    // Belongs to the hub's thread. The last callback may come after the end.
    const std::shared_ptr<bool> is_writing_ = std::make_shared<bool>(false);
    // Tells those that may outlive it.
    const std::shared_ptr<bool> self_ = std::make_shared<bool>(true);
  };

  // A reader that has vanished acknowledges nothing, but the kernel would take
  // an hour's heartbeats for it. What nobody acknowledges is not taken.
  void GiveUpOnVanished(int descriptor) const {
    const auto ms =
        static_cast<unsigned int>(loop_.options.write_timeout.count());
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof ms);
  }

  std::optional<Slot> FindStreaming(SessionId id) const {
    const std::optional<Slot> slot = loop_.sessions.Find(id);
    if (slot &&
        loop_.sessions.at(*slot).phase == LoopSession::Phase::kStreaming) {
      return slot;
    }
    return std::nullopt;
  }

  void WhenEnded(SessionId id, std::function<void()> ended) {
    if (const auto slot = FindStreaming(id)) {
      open_[*slot].ended = std::move(ended);
    } else {
      loop_.hub.Enqueue(std::move(ended));
    }
  }

  void Write(SessionId id, const std::string& bytes, Done done) {
    const std::optional<Slot> slot = FindStreaming(id);
    if (!slot) return Tell(std::move(done), false);
    LoopSession& session = loop_.sessions.at(*slot);
    open_[*slot].written = std::move(done);
    // The deadline of a write begins when something has to wait.
    if (session.queue == nullptr) {
      session.since = std::chrono::steady_clock::now();
    }
    writer_.SendBytes(*slot, bytes);
    const bool is_taken = session.queue == nullptr &&
                          session.phase == LoopSession::Phase::kStreaming;
    if (is_taken) OnTaken(*slot);
  }

  void Finish(SessionId id) {
    if (const auto slot = FindStreaming(id)) writer_.Finish(*slot);
  }

  void Tell(Done done, bool is_taken) const {
    if (!done) return;
    loop_.hub.Enqueue([done = std::move(done), is_taken] { done(is_taken); });
  }

  LoopContext& loop_;
  SessionWriter& writer_;
  const std::function<void(Slot)> on_begin_;
  struct Open {
    Done written;  // hears of the Write() under way, if one is
    std::function<void()> ended;
  };
  std::unordered_map<Slot, Open> open_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_LOOP_HTTP_STREAMS_H_
