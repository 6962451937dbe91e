#ifndef TICKERHUB_BENCHMARKS_BENCH_BROADCASTER_H_
#define TICKERHUB_BENCHMARKS_BENCH_BROADCASTER_H_

// Broadcasters without sockets, so that a benchmark measures what stands in
// front of them.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tickerhub/broadcaster.h"

namespace tickerhub {

/// Delivers nothing.
class NullBroadcaster : public Broadcaster {
 public:
  void Send(SessionId, const Payload&, Delivery) override {}
  void Subscribe(SessionId, TopicId) override {}
  void Unsubscribe(SessionId, TopicId) override {}
  void Publish(const std::vector<Publication>& publications,
               Delivery) override {
    published_ += publications.size();
  }
  void Close(SessionId, CloseCode, std::string_view) override {}

  std::size_t published() const { return published_; }

 private:
  std::size_t published_ = 0;
};

/// Counts the messages of each session and keeps a reference to the last one,
/// as a server does that has not written it yet. All sessions follow the one
/// topic that is published; the benchmarks need no more.
class CountingBroadcaster : public Broadcaster {
 public:
  struct Inbox {
    std::uint64_t count;
    Payload last;
  };

  void Send(SessionId session, const Payload& payload, Delivery) override {
    Deliver(&inboxes_[PlaceOf(session)], payload);
  }
  void Subscribe(SessionId session, TopicId) override { PlaceOf(session); }
  void Unsubscribe(SessionId, TopicId) override {}
  void Publish(const std::vector<Publication>& publications,
               Delivery) override {
    for (const Publication& publication : publications) {
      for (Inbox& inbox : inboxes_) Deliver(&inbox, publication.payload);
    }
  }
  void Close(SessionId, CloseCode, std::string_view) override {}

  /// The session is gone. The next new session takes its place.
  void Forget(SessionId session) {
    const auto place = places_.find(session);
    inboxes_[place->second] = {0, nothing_};
    free_.push_back(place->second);
    places_.erase(place);
  }

  const Inbox& InboxOf(SessionId session) { return inboxes_[PlaceOf(session)]; }

 private:
  std::size_t PlaceOf(SessionId session) {
    const auto [entry, is_new] = places_.emplace(session, inboxes_.size());
    if (!is_new) return entry->second;
    if (free_.empty()) {
      inboxes_.push_back({0, nothing_});
    } else {
      entry->second = free_.back();
      free_.pop_back();
    }
    return entry->second;
  }

  static void Deliver(Inbox* inbox, const Payload& payload) {
    ++inbox->count;
    inbox->last = payload;
  }

  const Payload nothing_ = Payload("");
  std::unordered_map<SessionId, std::size_t> places_;
  std::vector<Inbox> inboxes_;
  std::vector<std::size_t> free_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_BENCHMARKS_BENCH_BROADCASTER_H_
