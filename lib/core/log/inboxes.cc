#include "log/inboxes.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

namespace tickerhub::internal {

void RemoveId(Ids* ids, std::uint64_t id) {
  const auto found = std::lower_bound(ids->begin(), ids->end(), id);
  if (found != ids->end() && *found == id) ids->erase(found);
}

Inbox* Inboxes::Find(const std::string& user) {
  const auto found = inboxes_.find(user);
  return found == inboxes_.end() ? nullptr : &found->second;
}

const Inbox* Inboxes::Find(const std::string& user) const {
  const auto found = inboxes_.find(user);
  return found == inboxes_.end() ? nullptr : &found->second;
}

Inbox& Inboxes::Get(const std::string& user, std::uint64_t id) {
  const auto [found, is_new] = inboxes_.try_emplace(user);
  Inbox& inbox = found->second;
  if (!is_new) return inbox;
  inbox.came = id;
  inbox.dropped_up_to = forgotten_up_to_;
  turns_.emplace(ByAge{false, id}, user);
  if (inboxes_.size() > options_.max_users) ForgetOne(user);
  return inbox;
}

template <typename Change>
void Inboxes::ChangeTurn(const std::string& user, Inbox* inbox,
                         const Change& change) {
  const ByAge before{!inbox->ids.empty(), inbox->came};
  change();
  const ByAge after{!inbox->ids.empty(), inbox->came};
  if (before == after) return;
  turns_.erase(before);
  turns_.emplace(after, user);
}

void Inboxes::ForgetOne(const std::string& but) {
  auto turn = turns_.begin();
  if (turn->second == but && std::next(turn) != turns_.end()) ++turn;
  const std::string user = turn->second;
  const auto found = inboxes_.find(user);
  const Inbox& inbox = found->second;
  ++counters_.users_forgotten;
  if (!inbox.ids.empty()) {
    forgotten_up_to_ = std::max(forgotten_up_to_, inbox.ids.back());
  }
  for (const std::string& group : inbox.groups) {
    const auto members = groups_.find(group);
    members->second.erase(user);
    if (members->second.empty()) groups_.erase(members);
  }
  if (inbox.known) --known_;
  // First, because the notifications that nobody can read any more take
  // themselves out of the inbox, and that would change its turn.
  turns_.erase(turn);
  const Inbox forgotten = std::move(found->second);
  inboxes_.erase(found);
  forgotten_(forgotten);
}

void Inboxes::Deliver(const std::string& user, std::uint64_t id) {
  Inbox& inbox = Get(user, id);
  ChangeTurn(user, &inbox, [&] { inbox.ids.push_back(id); });
}

void Inboxes::Remove(const std::string& user, std::uint64_t id) {
  Inbox* const inbox = Find(user);
  if (inbox == nullptr) return;
  ChangeTurn(user, inbox, [&] { RemoveId(&inbox->ids, id); });
}

void Inboxes::Apply(const Visit& visit, std::uint64_t id) {
  Inbox& inbox = Get(visit.user, id);
  if (!inbox.known) ++known_;
  inbox.known = true;
  inbox.spelling = visit.spelling;
  ChangeTurn(visit.user, &inbox, [&] { inbox.came = id; });
  if (visit.secret.empty()) return;
  inbox.secrets.push_back({visit.secret, id});
  if (inbox.secrets.size() > NotificationLog::kMaxSecrets) {
    inbox.secrets.erase(std::next(inbox.secrets.begin()));
  }
}

void Inboxes::Apply(const ReadMark& mark, const LogEntry& entry,
                    const std::function<bool(std::uint64_t)>& is_kept) {
  Inbox& inbox = Get(mark.user, entry.id);
  // What comes later is not read, whatever a client says.
  const std::uint64_t up_to = std::min(mark.up_to, entry.id);
  inbox.read_up_to = std::max(inbox.read_up_to, up_to);
  inbox.read.erase(inbox.read.begin(),
                   inbox.read.upper_bound(inbox.read_up_to));
  for (const std::uint64_t id : mark.ids) {
    if (id > inbox.read_up_to && is_kept(id)) inbox.read.insert(id);
  }
  JoinMarks(&inbox);
  Keep(&inbox, entry);
}

void Inboxes::JoinMarks(Inbox* inbox) {
  while (inbox->read.size() > options_.max_marks_per_user) {
    inbox->read_up_to = *inbox->read.begin();
    inbox->read.erase(inbox->read.begin());
    ++counters_.marks_joined;
  }
}

void Inboxes::Keep(Inbox* inbox, const LogEntry& entry) {
  inbox->marks.push_back(entry);
  inbox->marks.back().members.clear();
  while (inbox->marks.size() > options_.max_marks_per_user) {
    const LogEntry& oldest = inbox->marks.front();
    inbox->marks_dropped_up_to = oldest.id;
    if (std::holds_alternative<Deletion>(oldest.record)) {
      inbox->deletions_dropped_up_to = oldest.id;
    }
    inbox->marks.pop_front();
    ++counters_.marks_joined;
  }
}

bool Inboxes::HasRoom(const Membership& membership) const {
  if (!membership.joined) return true;
  const auto found = groups_.find(membership.group);
  if (found == groups_.end()) return groups_.size() < options_.max_groups;
  return found->second.count(membership.user) > 0 ||
         found->second.size() < options_.max_members;
}

bool Inboxes::Apply(const Membership& membership, const LogEntry& entry) {
  if (!HasRoom(membership)) return false;
  Inbox& inbox = Get(membership.user, entry.id);
  if (membership.joined) {
    groups_[membership.group].insert(membership.user);
    inbox.groups.insert(membership.group);
  } else if (const auto found = groups_.find(membership.group);
             found != groups_.end()) {
    found->second.erase(membership.user);
    if (found->second.empty()) groups_.erase(found);
    inbox.groups.erase(membership.group);
  }
  Keep(&inbox, entry);
  return true;
}

const std::set<std::string>& Inboxes::MembersOf(
    const std::string& group) const {
  static const auto* const kNobody = new std::set<std::string>;
  const auto found = groups_.find(group);
  return found == groups_.end() ? *kNobody : found->second;
}

}  // namespace tickerhub::internal
