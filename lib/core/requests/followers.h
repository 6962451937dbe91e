#ifndef TICKERHUB_LIB_CORE_REQUESTS_FOLLOWERS_H_
#define TICKERHUB_LIB_CORE_REQUESTS_FOLLOWERS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "limits/address_key.h"
#include "requests/parts.h"
#include "tickerhub/inbox_follower.h"
#include "tickerhub/log_record.h"

namespace tickerhub::internal {

/// Those who follow inboxes. Each reads the log from where it stands, as soon
/// as something has come for it and it can take it. So what is kept and what
/// comes are one, and nothing waits here for a slow reader.
class Followers : public std::enable_shared_from_this<Followers> {
 public:
  explicit Followers(const NotifierParts& parts) : parts_(parts) {}

  /// See Notifier::Follow().
  Notifier::FollowResult Follow(const Notifier::FollowQuery& query,
                                const Notifier::Caller& caller);

  /// The log has an entry.
  void Tell(const LogEntry& entry);

 private:
  using Done = std::function<void(const InboxFollower::Page&)>;
  class Handle;
  struct One {
    NotificationLog::Query query;
    bool has_news = true;  // above query.after, perhaps
    bool is_reading = false;
    bool is_elsewhere = false;     // it comes from another epoch
    std::uint64_t kept_after = 0;  // up to here its reader knows of a gap
    AddressKey address{
        RemoteAddress()};  // of a stranger who asked; or nobody's
    Done done;
  };

  bool IsFull(const std::string& user, const AddressKey& address) const;
  void Forget(std::uint64_t number);
  void Next(std::uint64_t number, Done done);
  void ReadOn(std::uint64_t number);
  void TryAgain(std::uint64_t number);
  void OnPage(std::uint64_t number, const NotificationLog::Page& read);

  const NotifierParts parts_;
  std::unordered_map<std::uint64_t, One> ones_;
  // How many, of whoever has one.
  std::unordered_map<std::string, std::size_t> of_users_;
  std::unordered_map<AddressKey, std::size_t, AddressKey::Hash> of_addresses_;
  std::uint64_t last_number_ = 0;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_REQUESTS_FOLLOWERS_H_
