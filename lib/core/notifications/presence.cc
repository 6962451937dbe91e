#include "notifications/presence.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace tickerhub::internal {

Presence::Presence(NotificationRouter& router, Scheduler& scheduler,
                   const Notifier::Options& options,
                   Notifier::Counters& counters)
    : router_(router),
      options_(options),
      counters_(counters),
      timer_(scheduler) {
  router.SetObserver(this);
}

Payload Presence::Users() {
  if (!users_) {
    const std::size_t total = router_.online_count();
    const protocol::EncodedUsers encoded =
        protocol::EncodeUsers(router_.Online(options_.max_listed_users), total,
                              options_.max_users_bytes);
    if (encoded.listed < total) ++counters_.user_lists_cut;
    users_ = encoded.payload;
  }
  return *users_;
}

void Presence::Note(SessionId session, const std::string& old_name) {
  users_.reset();
  const std::string* const found = router_.NameOf(session);
  const std::string name = found == nullptr ? "" : *found;
  if (!old_name.empty() && !router_.IsOnline(old_name)) Toggle(old_name);
  // A name that one connection has is new; nobody had it before.
  if (!name.empty() && router_.CountOf(name) == 1) Toggle(name);
  const auto [entry, is_first] = renamed_.emplace(session, old_name);
  if (entry->second == name) renamed_.erase(entry);  // back where it was
  if (!timer_.pending()) {
    timer_.Start(options_.presence_interval, [this] { Report(); });
  }
}

void Presence::Toggle(const std::string& name) {
  if (!toggled_.insert(name).second) toggled_.erase(name);
}

void Presence::Report() {
  if (renamed_.empty()) return;
  router_.SendToAll(Users());
  const protocol::PresenceChanges changes = TakeChanges();
  const std::size_t longest = std::max(
      {changes.joined.size(), changes.left.size(), changes.renamed.size()});
  if (longest == 0 || !options_.announce_presence) return;
  if (longest > options_.max_named_in_presence) ++counters_.presence_cut;
  router_.SendToAll(
      protocol::EncodePresence(changes, options_.max_named_in_presence));
}

protocol::PresenceChanges Presence::TakeChanges() {
  protocol::PresenceChanges changes;
  std::set<std::pair<std::string, std::string>> renamed;
  std::set<std::string> toggled = std::exchange(toggled_, {});
  for (const auto& [session, old_name] : std::exchange(renamed_, {})) {
    const std::string* const name = router_.NameOf(session);
    // A name that other connections still have was not given up.
    if (name == nullptr || old_name.empty() || router_.IsOnline(old_name)) {
      continue;
    }
    renamed.emplace(old_name, *name);
    toggled.erase(*name);
  }
  for (const auto& [from, to] : renamed) toggled.erase(from);
  for (const std::string& name : toggled) {
    (router_.IsOnline(name) ? changes.joined : changes.left).push_back(name);
  }
  changes.renamed.assign(renamed.begin(), renamed.end());
  return changes;
}

}  // namespace tickerhub::internal
