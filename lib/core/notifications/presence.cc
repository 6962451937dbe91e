#include "notifications/presence.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

namespace tickerhub::internal {
namespace {

// More names than this in one report make a message longer than the list.
constexpr std::size_t kMostTouched = 5'000;

}  // namespace

Presence::Presence(const NotifierParts& parts)
    : parts_(parts), timer_(parts.scheduler) {
  parts_.router.SetObserver(this);
}

Payload Presence::Users() {
  if (!users_) {
    const std::size_t total = parts_.router.online_count();
    const protocol::EncodedUsers encoded = protocol::EncodeUsers(
        parts_.router.Online(parts_.options.max_listed_users), total,
        parts_.options.max_users_bytes);
    if (encoded.listed < total) ++parts_.counters.user_lists_cut;
    users_ = encoded.payload;
  }
  return *users_;
}

void Presence::BringUpToDate(SessionId session) {
  parts_.broadcaster.Send(session, Users(), Delivery::kLatest);
}

void Presence::Note(SessionId session, const std::string& old_name) {
  // A long list is made once for all clients that come until the next report.
  if (users_ && !IsLong(*users_)) users_.reset();
  const std::string* const found = parts_.router.NameOf(session);
  const std::string name = found == nullptr ? "" : *found;
  if (!old_name.empty() && !parts_.router.IsOnline(old_name)) Toggle(old_name);
  // A name that one connection has is new; nobody had it before.
  if (!name.empty() && parts_.router.CountOf(name) == 1) Toggle(name);
  for (const std::string& touched : {old_name, name}) {
    if (!touched.empty()) touched_.insert(touched);
  }
  if (touched_.size() > kMostTouched) {
    touched_.clear();
    touched_too_many_ = true;
  }
  const auto [entry, is_first] = renamed_.emplace(session, old_name);
  if (entry->second == name) renamed_.erase(entry);  // back where it was
  if (!timer_.pending()) Wait();
}

void Presence::Wait() {
  const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(
      not_before_ - parts_.scheduler.SteadyNow());
  if (rest > parts_.options.presence_interval)
    ++parts_.counters.presence_delayed;
  timer_.Start(std::max(rest, parts_.options.presence_interval),
               [this] { Report(); });
}

void Presence::Toggle(const std::string& name) {
  if (!toggled_.insert(name).second) toggled_.erase(name);
}

void Presence::Report() {
  if (renamed_.empty()) {
    // The list that some have got meanwhile may be another one.
    if (!users_) touched_.clear();
    return;
  }
  std::vector<Payload> payloads = {ListChanges()};
  const protocol::PresenceChanges changes = TakeChanges();
  const std::size_t longest = std::max(
      {changes.joined.size(), changes.left.size(), changes.renamed.size()});
  if (longest > 0 && parts_.options.announce_presence) {
    if (longest > parts_.options.max_named_in_presence)
      ++parts_.counters.presence_cut;
    payloads.push_back(protocol::EncodePresence(
        changes, parts_.options.max_named_in_presence));
  }
  std::size_t bytes = 0;
  for (const Payload& payload : payloads) bytes += payload.frame().size();
  parts_.router.PublishState(std::move(payloads));
  NoteCost(bytes);
}

Payload Presence::ListChanges() {
  std::set<std::string> touched = std::exchange(touched_, {});
  users_.reset();
  Payload whole = Users();
  if (std::exchange(touched_too_many_, false) || !IsLong(whole)) return whole;
  std::vector<NotificationRouter::User> users;
  std::vector<std::string> gone;
  for (const std::string& name : touched) {
    auto user = parts_.router.Find(name);
    // It may be spelled in another way now.
    if (!user || user->identifier != name) gone.push_back(name);
    if (user) users.push_back(std::move(*user));
  }
  return protocol::EncodeUsersChanged(users, gone, parts_.router.online_count(),
                                      whole.text().size())
      .value_or(whole);
}

void Presence::NoteCost(std::size_t bytes) {
  constexpr double kLongest = 10;  // seconds
  const double all =
      static_cast<double>(bytes * parts_.router.connection_count());
  const double rate = static_cast<double>(
      std::max<std::size_t>(1, parts_.options.max_presence_bytes_per_second));
  const std::chrono::duration<double> wait(std::min(kLongest, all / rate));
  not_before_ = parts_.scheduler.SteadyNow() +
                std::chrono::duration_cast<SteadyTime::duration>(wait);
}

protocol::PresenceChanges Presence::TakeChanges() {
  protocol::PresenceChanges changes;
  std::set<std::pair<std::string, std::string>> renamed;
  std::set<std::string> toggled = std::exchange(toggled_, {});
  for (const auto& [session, old_name] : std::exchange(renamed_, {})) {
    const std::string* const name = parts_.router.NameOf(session);
    // A name that other connections still have was not given up.
    if (name == nullptr || old_name.empty() ||
        parts_.router.IsOnline(old_name)) {
      continue;
    }
    renamed.emplace(old_name, *name);
    toggled.erase(*name);
  }
  for (const auto& [from, to] : renamed) toggled.erase(from);
  for (const std::string& name : toggled) {
    (parts_.router.IsOnline(name) ? changes.joined : changes.left)
        .push_back(name);
  }
  changes.renamed.assign(renamed.begin(), renamed.end());
  return changes;
}

}  // namespace tickerhub::internal
