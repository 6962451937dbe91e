#ifndef TICKERHUB_INBOX_FOLLOWER_H_
#define TICKERHUB_INBOX_FOLLOWER_H_

// An InboxFollower reads an inbox as it grows: what is kept above an id first,
// then what comes, in the order of the ids and each once. It is for readers
// that are no sessions of the Notifier's channel: a stream of HTTP, a bridge to
// mail. Notifier::Follow() makes one.
//
//     auto follower = notifier.Follow({"ann"}, {}).follower;
//     follower->Next([](const tickerhub::InboxFollower::Page& page) {
//       for (const auto& entry : page.entries) {
//         std::cout << entry.json << std::endl;
//       }
//     });  // call Next() again when you can take more
//
// Threads: call from the hub's thread only. Callbacks run there too.
// Promises: nothing is read ahead. A reader that does not call Next() costs
// nothing but its place.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tickerhub/export.h"

namespace tickerhub {

class TICKERHUB_EXPORT InboxFollower {
 public:
  struct Entry {
    std::uint64_t id = 0;
    std::string json;  ///< a `notification` message
  };
  struct Page {
    std::string epoch;
    /// At least one, unless `complete` is false. At most
    /// Notifier::Options::max_resumed and max_resumed_bytes.
    std::vector<Entry> entries;
    /// False if some before these are not kept any more, or are of another
    /// epoch.
    bool complete = true;
  };

  virtual ~InboxFollower() = default;

  /// Calls `done` once, as soon as there is something: now or later. Not if
  /// the follower or the notifier is destroyed before. REQUIRES: the call
  /// before is done.
  virtual void Next(std::function<void(const Page&)> done) = 0;
};

}  // namespace tickerhub

#endif  // TICKERHUB_INBOX_FOLLOWER_H_
