#ifndef TICKERHUB_LIB_WEBSOCKETPP_CONNECTIONS_USER_PLACES_H_
#define TICKERHUB_LIB_WEBSOCKETPP_CONNECTIONS_USER_PLACES_H_

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tickerhub::internal {

/// Bounds the sessions of each user of a channel. A user is an identity that an
/// admission has given.
///
/// Threads: any thread may call.
class UserPlaces {
 public:
  /// Returns false if the user has `limit` sessions already.
  bool TryTake(std::string_view user, std::size_t limit) {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::size_t& sessions = sessions_[std::string(user)];
    if (sessions >= limit) return false;
    ++sessions;
    return true;
  }

  void GiveBack(std::string_view user) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = sessions_.find(std::string(user));
    if (found != sessions_.end() && --found->second == 0) {
      sessions_.erase(found);
    }
  }

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::size_t> sessions_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_CONNECTIONS_USER_PLACES_H_
