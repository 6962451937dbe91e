// The half of LogState that reads.

#include <algorithm>
#include <variant>

#include "limits/log_bytes.h"
#include "log/log_state.h"

namespace tickerhub::internal {
namespace {

// Two growing lists of ids as one.
class MergedIds {
 public:
  MergedIds(const Ids& one, const Ids* other, std::uint64_t after,
            std::uint64_t other_after)
      : at_(std::upper_bound(one.begin(), one.end(), after)), end_(one.end()) {
    if (other == nullptr) return;
    other_at_ = std::upper_bound(other->begin(), other->end(), other_after);
    other_end_ = other->end();
    has_other_ = true;
  }

  // 0: there are no more.
  std::uint64_t Next() {
    const bool has_one = at_ != end_;
    const bool has_other = has_other_ && other_at_ != other_end_;
    if (!has_one && !has_other) return 0;
    if (has_one && (!has_other || *at_ < *other_at_)) return *at_++;
    return *other_at_++;
  }

 private:
  Ids::const_iterator at_;
  Ids::const_iterator end_;
  Ids::const_iterator other_at_;
  Ids::const_iterator other_end_;
  bool has_other_ = false;
};

// The same from the newest on.
class MergedBackward {
 public:
  MergedBackward(const Ids& one, const Ids* other, std::uint64_t before)
      : one_(one), other_(other) {
    at_ = Below(one, before);
    if (other != nullptr) other_at_ = Below(*other, before);
  }

  std::uint64_t Next() {
    const std::uint64_t mine = at_ > 0 ? one_[at_ - 1] : 0;
    const std::uint64_t its = other_at_ > 0 ? (*other_)[other_at_ - 1] : 0;
    if (mine == 0 && its == 0) return 0;
    --(mine > its ? at_ : other_at_);
    return std::max(mine, its);
  }

 private:
  static std::size_t Below(const Ids& ids, std::uint64_t before) {
    return static_cast<std::size_t>(
        std::lower_bound(ids.begin(), ids.end(), before) - ids.begin());
  }

  const Ids& one_;
  const Ids* other_;
  std::size_t at_ = 0;
  std::size_t other_at_ = 0;
};

}  // namespace

LogState::Page LogState::Read(const Query& query) {
  DropOld(query.now);
  Inbox* const inbox = query.user.empty() ? nullptr : inboxes_.Find(query.user);
  if (inbox != nullptr) TidyUp(inbox);
  Page page;
  page.last_id = last_id_;
  page.kept_after = KeptAfter(query, inbox);
  page.complete = query.after >= page.kept_after;
  if (inbox != nullptr) {
    page.complete =
        page.complete && query.after >= inbox->deletions_dropped_up_to;
    page.unread = CountUnread(*inbox, query.personal_after);
  } else if (!query.user.empty()) {
    page.unread = to_all_.size();
  }
  if (query.before == 0) {
    ReadForward(query, inbox, &page);
  } else {
    ReadBackward(query, inbox, &page);
  }
  return page;
}

bool LogState::AddTo(Page* page, const Query& query, const Inbox* inbox,
                     const LogEntry& entry, std::size_t* bytes) const {
  *bytes += PageBytes(entry);
  const bool is_first = page->entries.empty() && query.limit > 0;
  if (page->entries.size() >= query.limit ||
      (!is_first && *bytes > query.max_bytes)) {
    page->more = true;
    return false;
  }
  page->entries.push_back(entry);
  page->read.push_back(inbox != nullptr && inbox->IsRead(entry.id) &&
                       std::holds_alternative<Notification>(entry.record));
  return true;
}

void LogState::ReadForward(const Query& query, const Inbox* inbox,
                           Page* page) const {
  std::size_t bytes = 0;
  MergedIds ids(to_all_, inbox == nullptr ? nullptr : &inbox->ids, query.after,
                std::max(query.after, query.personal_after));
  std::deque<LogEntry> marks;
  if (inbox != nullptr) {
    const auto first = std::upper_bound(
        inbox->marks.begin(), inbox->marks.end(), query.after,
        [](std::uint64_t id, const LogEntry& entry) { return id < entry.id; });
    marks.assign(first, inbox->marks.end());
    if (query.after < inbox->marks_dropped_up_to) {
      LogEntry all;
      all.id = inbox->marks_dropped_up_to;
      all.record = ReadMark{query.user,
                            {inbox->read.begin(), inbox->read.end()},
                            inbox->read_up_to};
      marks.push_front(std::move(all));
    }
  }
  auto mark = marks.begin();
  for (std::uint64_t id = ids.Next(); id != 0 || mark != marks.end();) {
    if (mark != marks.end() && (id == 0 || mark->id < id)) {
      if (!AddTo(page, query, inbox, *mark++, &bytes)) return;
      continue;
    }
    if (IsVisible(id, inbox) &&
        !AddTo(page, query, inbox, kept_.at(id), &bytes)) {
      return;
    }
    id = ids.Next();
  }
}

void LogState::ReadBackward(const Query& query, const Inbox* inbox,
                            Page* page) const {
  std::size_t bytes = 0;
  MergedBackward ids(to_all_, inbox == nullptr ? nullptr : &inbox->ids,
                     query.before);
  for (std::uint64_t id = ids.Next(); id > query.after; id = ids.Next()) {
    if (!IsVisible(id, inbox)) continue;
    const LogEntry& entry = kept_.at(id);
    const bool is_personal = std::get<Notification>(entry.record).is_personal();
    if (is_personal && id <= query.personal_after) continue;
    if (!AddTo(page, query, inbox, entry, &bytes)) return;
  }
}

void LogState::TidyUp(Inbox* inbox) const {
  const std::uint64_t first =
      kept_.empty() ? last_id_ + 1 : kept_.begin()->first;
  // One that is left keeps the user's turn to be forgotten as it is.
  while (inbox->ids.size() > 1 && inbox->ids.front() < first) {
    inbox->dropped_up_to = inbox->ids.front();
    inbox->ids.pop_front();
  }
  if (!inbox->ids.empty() && inbox->ids.front() < first) {
    inbox->dropped_up_to = inbox->ids.front();
  }
}

std::uint64_t LogState::KeptAfter(const Query& query,
                                  const Inbox* inbox) const {
  if (query.user.empty()) return dropped_to_all_;
  const std::uint64_t dropped =
      inbox != nullptr ? inbox->dropped_up_to : inboxes_.forgotten_up_to();
  return std::max(dropped_to_all_,
                  dropped > query.personal_after ? dropped : 0);
}

std::uint64_t LogState::CountUnread(const Inbox& inbox,
                                    std::uint64_t personal_after) const {
  std::uint64_t count = 0;
  MergedIds ids(to_all_, &inbox.ids, inbox.read_up_to,
                std::max(inbox.read_up_to, personal_after));
  for (std::uint64_t id = ids.Next(); id != 0; id = ids.Next()) {
    if (IsVisible(id, &inbox) && inbox.read.count(id) == 0) ++count;
  }
  return count;
}

NotificationLog::UserState LogState::FindUser(const std::string& user) const {
  NotificationLog::UserState state;
  const Inbox* const inbox = inboxes_.Find(user);
  if (inbox == nullptr) return state;
  state.known = inbox->known;
  state.spelling = inbox->spelling;
  state.unread = CountUnread(*inbox, 0);
  state.read_up_to = inbox->read_up_to;
  state.groups.assign(inbox->groups.begin(), inbox->groups.end());
  state.secrets.assign(inbox->secrets.begin(), inbox->secrets.end());
  return state;
}

std::vector<std::string> LogState::Members(const std::string& group) const {
  const std::set<std::string>& members = inboxes_.MembersOf(group);
  return {members.begin(), members.end()};
}

}  // namespace tickerhub::internal
