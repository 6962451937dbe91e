#ifndef TICKERHUB_TESTING_RECORDING_BROADCASTER_H_
#define TICKERHUB_TESTING_RECORDING_BROADCASTER_H_

// A Broadcaster for tests of services. It has no connections. It remembers what
// each session was sent, and a test compares that with what it expects.
//
//     tickerhub::testing::RecordingBroadcaster out;
//     MyService service(out);
//     service.OnOpen({1}, {});
//     EXPECT_EQ(out.LastTextTo({1}), R"({"type":"hello"})");
//
// Sessions need not be announced: any SessionId can be sent to until it is
// closed. A session never becomes slow by itself; SetStalled() makes it slow.
//
// Threads: use from one thread.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tickerhub/broadcaster.h"
#include "tickerhub/export.h"

namespace tickerhub::testing {

/// Remembers instead of sending.
class TICKERHUB_EXPORT RecordingBroadcaster : public Broadcaster {
 public:
  /// One message that a session was sent.
  struct Message {
    std::string text;
    Delivery delivery;
    /// True if it came through Publish(), false if through Send().
    bool published;
  };

  /// How a session was closed. `reason` is cut as in a close frame.
  struct Closed {
    CloseCode code;
    std::string reason;
  };

  /// Is remembered, whatever the session. Does nothing if the session is
  /// closed.
  void Send(SessionId session, const Payload& payload,
            Delivery delivery) override;
  void Subscribe(SessionId session, TopicId topic) override;
  void Unsubscribe(SessionId session, TopicId topic) override;
  void SetSubscriptions(SessionId session,
                        std::vector<TopicId> topics) override;
  /// Each subscriber gets each publication, in their order; with kLatest only
  /// if it is not skipped, see SetStalled().
  void Publish(std::vector<Publication> publications, Delivery delivery,
               std::uint64_t since) override;
  /// Ends the subscriptions of the session. The first call counts.
  void Close(SessionId session, CloseCode code,
             std::string_view reason) override;
  void SetExpiry(SessionId session, Timestamp expires) override {
    expiries_[session] = expires;
  }

  /// With `stalled`, the session counts as one that has not drained: Publish()
  /// with kLatest skips it, and Send() still reaches it. A session that was
  /// skipped is skipped until the next Send(kLatest), stalled or not.
  void SetStalled(SessionId session, bool stalled);
  /// Returns true if Publish() has skipped the session since its last
  /// Send(kLatest).
  bool WasSkipped(SessionId session) const;
  /// Returns what ChannelHandler::OnDrained() is to be called with: the `since`
  /// of the first Publish() that skipped the session. 0 if none has.
  std::uint64_t SkippedSince(SessionId session) const;

  /// Returns the messages that the session was sent, oldest first.
  const std::vector<Message>& MessagesTo(SessionId session) const;
  /// Returns the texts of these messages.
  std::vector<std::string> TextsTo(SessionId session) const;
  /// Returns the newest of them; empty if there is none.
  std::string LastTextTo(SessionId session) const;
  /// Forgets the messages of all sessions. Subscriptions stay.
  void ClearMessages();

  /// Returns true if the session subscribes to the topic.
  bool IsSubscribed(SessionId session, TopicId topic) const;
  /// Returns how the session was closed, or null if it was not.
  const Closed* ClosedOf(SessionId session) const;
  /// Returns what SetExpiry() was last called with for the session.
  std::optional<Timestamp> ExpiryOf(SessionId session) const {
    const auto found = expiries_.find(session);
    if (found == expiries_.end()) return std::nullopt;
    return found->second;
  }
  /// Returns how many publications Publish() was given, with or without
  /// subscribers.
  std::size_t publication_count() const { return publication_count_; }

 private:
  struct Session {
    std::vector<Message> messages;
    std::set<TopicId> topics;
    bool stalled = false;
    std::optional<std::uint64_t> skipped_since;  // unless it was not skipped
  };

  std::map<SessionId, Session> sessions_;
  std::map<SessionId, Closed> closed_;
  std::map<SessionId, Timestamp> expiries_;
  std::size_t publication_count_ = 0;
};

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTING_RECORDING_BROADCASTER_H_
