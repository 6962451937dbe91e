// The part of StoreWriter that takes notifications out again.

#include <algorithm>

#include "store/rows.h"
#include "store/writer.h"

namespace tickerhub::internal {

std::optional<StoreWriter::KeptRow> StoreWriter::Find(std::uint64_t id) {
  static constexpr char kSelect[] =
      "SELECT kind, audience, bytes, recipients FROM notifications "
      "WHERE id = ?1";
  enum Column : std::uint8_t { kKind, kAudience, kBytes, kRecipients };
  if (id == 0 || id > last_id_) return std::nullopt;
  Rows rows = database_.Ask(kSelect, id);
  if (!rows.Next()) return std::nullopt;
  KeptRow row;
  row.id = id;
  row.audience.kind = static_cast<Audience::Kind>(rows.Integer(kKind));
  row.audience.name = rows.Text(kAudience);
  row.bytes = rows.Id(kBytes);
  row.recipients = UnpackNumbers(rows.Text(kRecipients));
  return row;
}

StoreWriter::KeptRow StoreWriter::Get(std::uint64_t id) {
  auto row = Find(id);
  if (!row) throw DatabaseFault(SQLITE_CORRUPT, "a row is not in its place");
  return *std::move(row);
}

void StoreWriter::Remove(const KeptRow& row) {
  static constexpr char kDelete[] = "DELETE FROM notifications WHERE id = ?1";
  static constexpr char kDeleteToAll[] =
      "DELETE FROM inbox WHERE user = 0 AND id = ?1";
  if (row.audience.kind == Audience::Kind::kAll) {
    database_.Run(kDeleteToAll, row.id);
  } else if (row.audience.kind == Audience::Kind::kUser) {
    StoredUser* const user = users_.Find(row.audience.name);
    if (user != nullptr) users_.Remove(user, row.id);
  }
  for (const std::uint64_t number : row.recipients) {
    StoredUser* const user = users_.Find(number);
    if (user != nullptr) users_.Remove(user, row.id);
  }
  database_.Run(kDelete, row.id);
  --kept_;
  bytes_ -= std::min(bytes_, row.bytes);
  oldest_time_.reset();
}

void StoreWriter::Drop(const KeptRow& row) {
  if (row.audience.kind == Audience::Kind::kAll) dropped_to_all_ = row.id;
  if (row.audience.kind == Audience::Kind::kUser) {
    StoredUser* const user = users_.Find(row.audience.name);
    if (user != nullptr) users_.Drop(user, row.id);
  }
  for (const std::uint64_t number : row.recipients) {
    StoredUser* const user = users_.Find(number);
    if (user != nullptr) users_.Drop(user, row.id);
  }
  Remove(row);
}

std::optional<Timestamp> StoreWriter::OldestTime() {
  static constexpr char kOldest[] =
      "SELECT time FROM notifications ORDER BY id LIMIT 1";
  if (kept_ == 0) return std::nullopt;
  if (!oldest_time_) {
    oldest_time_ =
        Timestamp(std::chrono::milliseconds(database_.AskNumber(0, kOldest)));
  }
  return oldest_time_;
}

std::uint64_t* StoreWriter::PassedLimit() {
  if (kept_ > options_.max_notifications) return &counters_.dropped_by_number;
  if (bytes_ > options_.max_bytes) return &counters_.dropped_by_bytes;
  if (options_.max_age.count() == 0) return nullptr;
  const std::optional<Timestamp> oldest = OldestTime();
  const bool is_old = oldest && now_ - *oldest > options_.max_age;
  return is_old ? &counters_.dropped_by_age : nullptr;
}

bool StoreWriter::IsOver() {
  const bool has_ended =
      first_end_ != 0 && first_end_ <= now_.time_since_epoch().count();
  return has_ended || !over_.empty() || PassedLimit() != nullptr;
}

void StoreWriter::Prune(std::size_t most) {
  for (std::size_t i = 0; i < most; ++i) {
    if (!DropExpired() && !DropOldestOfUser() && !DropOldest()) return;
  }
}

bool StoreWriter::DropExpired() {
  static constexpr char kFirst[] =
      "SELECT id, expires FROM notifications WHERE expires <> 0 "
      "ORDER BY expires LIMIT 1";
  const std::int64_t now = now_.time_since_epoch().count();
  if (first_end_ == 0 || first_end_ > now) return false;
  std::uint64_t id = 0;
  {
    Rows rows = database_.Ask(kFirst);
    first_end_ = 0;
    if (rows.Next()) {
      id = rows.Id(0);
      first_end_ = rows.Integer(1);
    }
  }
  if (first_end_ == 0 || first_end_ > now) return false;
  const KeptRow row = Get(id);
  ++counters_.expired;
  Remove(row);
  return true;
}

bool StoreWriter::DropOldestOfUser() {
  static constexpr char kOldest[] =
      "SELECT id FROM inbox WHERE user = ?1 ORDER BY id LIMIT 1";
  while (!over_.empty()) {
    StoredUser* const user = users_.Find(*over_.begin());
    if (user == nullptr || user->waiting <= options_.max_per_user) {
      over_.erase(over_.begin());
      continue;
    }
    const auto id = static_cast<std::uint64_t>(
        database_.AskNumber(0, kOldest, user->number));
    const KeptRow row = Get(id);
    ++counters_.dropped_by_user;
    users_.Drop(user, id);
    if (row.audience.kind == Audience::Kind::kUser) Remove(row);
    return true;
  }
  return false;
}

bool StoreWriter::DropOldest() {
  static constexpr char kOldest[] =
      "SELECT id FROM notifications ORDER BY id LIMIT 1";
  std::uint64_t* const counter = PassedLimit();
  if (counter == nullptr || kept_ == 0) return false;
  const KeptRow row =
      Get(static_cast<std::uint64_t>(database_.AskNumber(0, kOldest)));
  ++*counter;
  Drop(row);
  return true;
}

}  // namespace tickerhub::internal
