#include "notifications/presence.h"

#include <utility>

namespace tickerhub::internal {

using IdentifyResult = NotificationRouter::IdentifyResult;

Presence::Presence(NotificationRouter& router, Scheduler& scheduler,
                   std::chrono::milliseconds interval,
                   std::function<void(const Report&)> report)
    : router_(router),
      interval_(interval),
      report_(std::move(report)),
      timer_(scheduler) {}

void Presence::Connect(SessionId session, std::string_view client_id) {
  router_.Connect(session, client_id);
  Note(session, Standing());
}

IdentifyResult Presence::Identify(SessionId session,
                                  std::string_view identifier) {
  const Standing before = StandingOf(session);
  const bool was_online = router_.CountOf(identifier) > 0;
  const IdentifyResult result = router_.Identify(session, identifier);
  if (result == IdentifyResult::kIdentified) {
    names_.emplace(identifier, was_online);
    Note(session, before);
  }
  return result;
}

void Presence::Disconnect(SessionId session) {
  const Standing before = StandingOf(session);
  if (!before.online()) return;
  router_.Disconnect(session);
  Note(session, before);
  // Came and went within the interval: as if it had never been.
  const auto noted = sessions_.find(session);
  if (!noted->second.online()) sessions_.erase(noted);
}

Presence::Standing Presence::StandingOf(SessionId session) const {
  const std::string* client_id = router_.ClientIdOf(session);
  if (client_id == nullptr) return {};
  return {*client_id, std::string(router_.IdentifierOf(session))};
}

void Presence::Note(SessionId session, const Standing& before) {
  // What is noted already is older, and stays.
  sessions_.emplace(session, before);
  if (before.user()) names_.emplace(before.identifier, true);
  if (!timer_.pending()) timer_.Start(interval_, [this] { Fire(); });
}

void Presence::Fire() {
  const auto sessions = std::exchange(sessions_, {});
  Names names;
  for (const auto& [identifier, was_online] : std::exchange(names_, {})) {
    const bool is_online = router_.CountOf(identifier) > 0;
    if (is_online && !was_online) names.joined.insert(identifier);
    if (was_online && !is_online) names.left.insert(identifier);
  }
  Report report;
  bool changed = false;
  for (const auto& [session, before] : sessions) {
    const Standing now = StandingOf(session);
    if (now.client_id == before.client_id &&
        now.identifier == before.identifier) {
      continue;
    }
    changed = true;
    Tell(before, now, &names, &report);
  }
  for (const std::string& name : names.joined) {
    report.joined.push_back({name, name + " joined"});
  }
  for (const std::string& name : names.left) {
    report.left.push_back({name, name + " left"});
  }
  if (changed) report_(report);
}

// Tells of guests and of those who changed their name; users who came or went
// are told of by name afterwards.
void Presence::Tell(const Standing& before, const Standing& now, Names* names,
                    Report* report) {
  const Standing& known = before.online() ? before : now;
  const std::string old_name =
      known.guest() ? "Guest " + known.client_id : known.identifier;
  if (now.guest()) {
    report->joined.push_back({now.client_id, old_name + " joined"});
    return;
  }
  if (!now.online()) {
    if (before.guest()) {
      report->left.push_back({before.client_id, old_name + " left"});
    }
    return;
  }
  if (!before.online()) return;
  // A name that other connections still have is not gone.
  if (before.user() && names->left.erase(before.identifier) == 0) return;
  const std::string sentence = old_name + " is now " + now.identifier;
  if (names->joined.erase(now.identifier) > 0) {
    report->renamed.push_back({now.identifier, sentence});
  } else {
    // Somebody of that name was here before: one fewer than there were.
    report->left.push_back(
        {before.guest() ? before.client_id : before.identifier, sentence});
  }
}

}  // namespace tickerhub::internal
