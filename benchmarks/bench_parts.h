#ifndef TICKERHUB_BENCHMARKS_BENCH_PARTS_H_
#define TICKERHUB_BENCHMARKS_BENCH_PARTS_H_

// What the benchmarks of core share. Their broadcasters have no sockets, so
// that a benchmark measures what stands in front of them.

#include <malloc.h>

#include <cstddef>
#include <cstdint>
#include <future>
#include <string_view>
#include <thread>
#include <vector>

#include "tickerhub/broadcaster.h"

namespace tickerhub {

/// In use, as malloc counts them.
inline double HeapBytes() {
  const struct mallinfo2 info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

/// Delivers nothing.
class NullBroadcaster : public Broadcaster {
 public:
  void Send(SessionId, const Payload&, Delivery) override {}
  void Subscribe(SessionId, TopicId) override {}
  void Unsubscribe(SessionId, TopicId) override {}
  void SetSubscriptions(SessionId, std::vector<TopicId>) override {}
  void Publish(std::vector<Publication> publications, Delivery,
               std::uint64_t) override {
    published_ += publications.size();
  }
  void Close(SessionId, CloseCode, std::string_view) override {}

  std::size_t published() const { return published_; }

 private:
  std::size_t published_ = 0;
};

/// Counts the messages of each session and keeps a reference to the last one,
/// as a server does that has not written it yet. Sessions are numbered from 0,
/// and all of them follow all topics.
class CountingBroadcaster : public NullBroadcaster {
 public:
  struct Inbox {
    std::uint64_t count;
    Payload last;
  };

  void Subscribe(SessionId, TopicId) override {
    inboxes_.push_back({0, nothing_});
  }
  void Publish(std::vector<Publication> publications, Delivery,
               std::uint64_t) override {
    for (const Publication& publication : publications) {
      for (Inbox& inbox : inboxes_) {
        ++inbox.count;
        inbox.last = publication.payload;
      }
    }
  }

  const std::vector<Inbox>& inboxes() const { return inboxes_; }

 private:
  const Payload nothing_ = Payload("");
  std::vector<Inbox> inboxes_;
};

/// Another thread, which does nothing. The standard library counts references
/// without atomic operations in a process that has one thread only, which no
/// server is.
class IdleThread {
 public:
  ~IdleThread() {
    end_.set_value();
    thread_.join();
  }

 private:
  std::promise<void> end_;
  std::thread thread_{[end = end_.get_future()] { end.wait(); }};
};

}  // namespace tickerhub

#endif  // TICKERHUB_BENCHMARKS_BENCH_PARTS_H_
