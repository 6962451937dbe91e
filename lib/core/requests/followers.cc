#include "requests/followers.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/notification_messages.h"

namespace tickerhub::internal {
namespace {

constexpr std::chrono::seconds kTryAgain{1};  // to read what could not be read

// Whether a follower of this inbox sees the notification. A connection's is in
// no inbox.
bool Concerns(const LogEntry& entry, const std::string& user) {
  const auto* const notification = std::get_if<Notification>(&entry.record);
  if (notification == nullptr) return false;
  switch (notification->audience.kind) {
    case Audience::Kind::kAll:
      return true;
    case Audience::Kind::kUser:
      return notification->audience.name == user;
    case Audience::Kind::kGroup:
      return std::find(entry.members.begin(), entry.members.end(), user) !=
             entry.members.end();
    case Audience::Kind::kConnection:
      return false;
  }
  return false;
}

template <typename Counts, typename Key>
std::size_t CountOf(const Counts& counts, const Key& key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

template <typename Counts, typename Key>
void TakeOne(Counts& counts, const Key& key) {
  const auto found = counts.find(key);
  if (found != counts.end() && --found->second == 0) counts.erase(found);
}

}  // namespace

class Followers::Handle : public InboxFollower {
 public:
  Handle(std::weak_ptr<Followers> followers, std::uint64_t number)
      : followers_(std::move(followers)), number_(number) {}
  ~Handle() override {
    if (const auto alive = followers_.lock()) alive->Forget(number_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  void Next(Done done) override {
    const auto alive = followers_.lock();
    if (alive) alive->Next(number_, std::move(done));
  }

 private:
  const std::weak_ptr<Followers> followers_;
  const std::uint64_t number_;
};

Notifier::FollowResult Followers::Follow(const Notifier::FollowQuery& query,
                                         const Notifier::Caller& caller) {
  if (auto refusal = Charge(parts_.budgets.readings, caller)) {
    return {nullptr, std::move(refusal)};
  }
  const std::string user = NameKey(query.user);
  const AddressKey address = AddressKey::OfStranger(
      caller.identity == nullptr ? caller.address : RemoteAddress());
  if (IsFull(user, address)) {
    ++parts_.counters.followers_refused;
    return {nullptr, Rejection{ErrorCode::kBusy,
                               "Too many streams are open; try again later."}};
  }
  if (!user.empty()) ++of_users_[user];
  if (!address.is_nobody()) ++of_addresses_[address];
  One& one = ones_[++last_number_];
  one.address = address;
  parts_.counters.followers = ones_.size();
  one.query.user = user;
  // Who claims to have what is yet to come would wait for it for ever.
  const std::uint64_t newest = parts_.log.last_id();
  one.query.after = std::min(query.after.value_or(newest), newest);
  if (!query.epoch.empty() && query.epoch != parts_.log.epoch()) {
    one.query.after = 0;
    one.is_elsewhere = true;
  }
  one.query.limit = std::max<std::size_t>(1, parts_.options.max_resumed);
  one.query.max_bytes = parts_.options.max_resumed_bytes;
  return {std::make_unique<Handle>(weak_from_this(), last_number_),
          std::nullopt};
}

bool Followers::IsFull(const std::string& user,
                       const AddressKey& address) const {
  const Notifier::Options& options = parts_.options;
  return ones_.size() >= options.max_followers ||
         CountOf(of_users_, user) >= options.max_followers_per_user ||
         CountOf(of_addresses_, address) >= options.max_followers_per_address;
}

void Followers::Forget(std::uint64_t number) {
  const auto found = ones_.find(number);
  if (found == ones_.end()) return;
  TakeOne(of_users_, found->second.query.user);
  TakeOne(of_addresses_, found->second.address);
  ones_.erase(found);
  parts_.counters.followers = ones_.size();
}

void Followers::Tell(const LogEntry& entry) {
  std::vector<std::uint64_t> concerned;
  for (auto& [number, one] : ones_) {
    if (!Concerns(entry, one.query.user)) continue;
    one.has_news = true;
    if (one.done && !one.is_reading) concerned.push_back(number);
  }
  // Whoever is called may end followers.
  for (const std::uint64_t number : concerned) ReadOn(number);
}

void Followers::Next(std::uint64_t number, Done done) {
  const auto found = ones_.find(number);
  if (found == ones_.end()) return;
  found->second.done = std::move(done);
  ReadOn(number);
}

void Followers::ReadOn(std::uint64_t number) {
  const auto found = ones_.find(number);
  if (found == ones_.end()) return;
  One& one = found->second;
  if (!one.done || !one.has_news || one.is_reading) return;
  one.is_reading = true;
  one.has_news = false;
  one.query.now = parts_.scheduler.Now();
  const NotificationLog::Query query = one.query;
  parts_.log.Read(query, parts_.home.Bind<NotificationLog::Page>(
                             [followers = weak_from_this(),
                              number](const NotificationLog::Page& read) {
                               const auto alive = followers.lock();
                               if (alive) alive->OnPage(number, read);
                             }));
}

void Followers::TryAgain(std::uint64_t number) {
  ++parts_.counters.readings_refused;
  One& one = ones_.at(number);
  one.has_news = true;
  one.is_reading = true;  // not before its time
  parts_.scheduler.RunAfter(kTryAgain, [followers = weak_from_this(), number] {
    const auto alive = followers.lock();
    if (alive == nullptr) return;
    const auto found = alive->ones_.find(number);
    if (found == alive->ones_.end()) return;
    found->second.is_reading = false;
    alive->ReadOn(number);
  });
}

void Followers::OnPage(std::uint64_t number,
                       const NotificationLog::Page& read) {
  const auto found = ones_.find(number);
  if (found == ones_.end()) return;
  One& one = found->second;
  one.is_reading = false;
  if (read.error == NotificationLog::Error::kBusy) return TryAgain(number);
  InboxFollower::Page page;
  page.epoch = parts_.log.epoch();
  const bool lacks_more = !read.complete && read.kept_after > one.kept_after;
  page.complete = !std::exchange(one.is_elsewhere, false) && !lacks_more;
  one.kept_after = std::max(one.kept_after, read.kept_after);
  for (std::size_t i = 0; i < read.entries.size(); ++i) {
    const LogEntry& entry = read.entries[i];
    const auto* const notification = std::get_if<Notification>(&entry.record);
    if (notification == nullptr) continue;
    page.entries.push_back(
        {entry.id,
         std::string(protocol::EncodeNotification(*notification, read.read[i])
                         .text())});
  }
  // Not the log's last_id: it may be ahead of what can be read.
  for (const LogEntry& entry : read.entries) {
    one.query.after = std::max(one.query.after, entry.id);
  }
  if (read.more && !read.entries.empty()) one.has_news = true;
  if (page.entries.empty() && page.complete) return ReadOn(number);
  parts_.counters.deliveries += page.entries.size();
  if (const Done done = std::exchange(one.done, nullptr)) done(page);
}

}  // namespace tickerhub::internal
