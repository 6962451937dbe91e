#ifndef TICKERHUB_TESTING_RECORDING_BROADCASTER_H_
#define TICKERHUB_TESTING_RECORDING_BROADCASTER_H_

// A Broadcaster that moves nothing and remembers everything: for tests of
// services, yours and ours.
//
//   tickerhub::testing::RecordingBroadcaster out;
//   MyService service(out);
//   service.OnOpen({1});
//   EXPECT_EQ(out.TextsTo({1}).back(), R"({"type":"hello"})");
//
// Threads: use from one thread.

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tickerhub/broadcaster.h"

namespace tickerhub::testing {

class RecordingBroadcaster : public Broadcaster {
 public:
  struct Message {
    std::string text;
    Delivery delivery;
    /// It came through Publish(), not Send().
    bool published;
  };

  struct Closed {
    CloseCode code;
    std::string reason;
  };

  void Send(SessionId session, const Payload& payload,
            Delivery delivery) override;
  void Subscribe(SessionId session, TopicId topic) override;
  void Unsubscribe(SessionId session, TopicId topic) override;
  void Publish(const std::vector<Publication>& publications,
               Delivery delivery) override;
  void Close(SessionId session, CloseCode code,
             std::string_view reason) override;

  /// From now on the session is one that has not drained: kLatest publications
  /// skip it. Sends reach it. A Send(kLatest) ends the skipping only once
  /// SetStalled(session, false) has been called.
  void SetStalled(SessionId session, bool stalled);
  /// It was skipped since its last Send(kLatest).
  bool WasSkipped(SessionId session) const;

  /// What a session got, oldest first.
  const std::vector<Message>& MessagesTo(SessionId session) const;
  std::vector<std::string> TextsTo(SessionId session) const;
  /// Forgets messages, not subscriptions.
  void ClearMessages();

  bool IsSubscribed(SessionId session, TopicId topic) const;
  /// Null if it was not closed.
  const Closed* ClosedOf(SessionId session) const;
  /// Publications given to Publish(), whether anybody followed them or not.
  std::size_t publication_count() const { return publication_count_; }

 private:
  struct Session {
    std::vector<Message> messages;
    std::set<TopicId> topics;
    bool stalled = false;
    bool skipped = false;
  };

  std::map<SessionId, Session> sessions_;
  std::map<SessionId, Closed> closed_;
  std::size_t publication_count_ = 0;
};

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTING_RECORDING_BROADCASTER_H_
