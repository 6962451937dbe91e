#ifndef TICKERHUB_LIB_WEBSOCKETPP_HTTP_NOTIFICATION_STREAMS_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HTTP_NOTIFICATION_STREAMS_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "tickerhub/inbox_follower.h"
#include "tickerhub/scheduler.h"
#include "tickerhub/timestamp.h"
#include "tickerhub/websocketpp/http.h"
#include "tickerhub/websocketpp/http_stream.h"

namespace tickerhub::internal {

/// The value of Last-Event-ID or of an `id:` line: "EPOCH-ID".
struct EventId {
  std::string epoch;
  std::uint64_t id = 0;
};
std::string EventIdText(const EventId& id);
/// Nothing if it is none.
std::optional<EventId> ReadEventId(std::string_view text);

/// Notifications as server-sent events (WHATWG HTML §9.2): one page after the
/// other, each when the reader has taken the one before, and a comment when
/// nothing comes for a while.
///
/// Threads: belongs to the hub's thread.
class NotificationStreams
    : public std::enable_shared_from_this<NotificationStreams> {
 public:
  /// `scheduler` must outlive its use.
  NotificationStreams(Scheduler& scheduler, std::chrono::milliseconds heartbeat)
      : scheduler_(scheduler), heartbeat_(heartbeat) {}

  /// The response with what `follower` reads, until `expires` if that is set.
  HttpResponse Respond(std::unique_ptr<InboxFollower> follower,
                       std::optional<Timestamp> expires);

 private:
  struct Open {
    std::shared_ptr<HttpStream> body;
    std::shared_ptr<InboxFollower> follower;
    std::optional<Timestamp> expires;
    bool is_writing = false;
    SteadyTime written{};  // when the last Write() began
    bool wants_page = true;
    std::string next;  // a page that came while a heartbeat was written
  };

  void Begin(std::shared_ptr<InboxFollower> follower,
             std::optional<Timestamp> expires,
             std::shared_ptr<HttpStream> body);
  void AskForPage(std::uint64_t number);
  void OnPage(std::uint64_t number, const InboxFollower::Page& page);
  void Write(std::uint64_t number, std::string text);
  void OnWritten(std::uint64_t number, bool is_taken);
  void WaitForBeat(std::chrono::milliseconds wait);
  void Beat();
  void EndExpired();

  Scheduler& scheduler_;
  const std::chrono::milliseconds heartbeat_;
  std::unordered_map<std::uint64_t, Open> open_;
  std::uint64_t last_number_ = 0;
  bool waits_ = false;
  // Of the stream that ends first. The server's routes may outlive its
  // scheduler, so the end of this does not cancel it.
  Scheduler::TimerId expiry_ = Scheduler::kNoTimer;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HTTP_NOTIFICATION_STREAMS_H_
