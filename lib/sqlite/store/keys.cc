#include "store/keys.h"

namespace tickerhub::internal {

void StoredKeys::Load() {
  static constexpr char kCount[] = "SELECT COUNT(*) FROM keys";
  count_ = static_cast<std::size_t>(database_.AskNumber(0, kCount));
  FindOldest();
}

void StoredKeys::FindOldest() {
  static constexpr char kOldest[] =
      "SELECT number, time FROM keys ORDER BY number LIMIT 1";
  Rows rows = database_.Ask(kOldest);
  if (!rows.Next()) return;
  oldest_ = rows.Integer(0);
  oldest_time_ = Timestamp(std::chrono::milliseconds(rows.Integer(1)));
}

void StoredKeys::ForgetOldest() {
  static constexpr char kDelete[] = "DELETE FROM keys WHERE number = ?1";
  database_.Run(kDelete, oldest_);
  --count_;
  FindOldest();
}

std::optional<StoredKeys::First> StoredKeys::Find(const std::string& sender,
                                                  const std::string& key,
                                                  Timestamp now) {
  static constexpr char kSelect[] =
      "SELECT id, delivered, queued FROM keys WHERE sender = ?1 AND key = ?2";
  while (count_ > 0 && now - oldest_time_ >= lifetime_) ForgetOldest();
  Rows rows = database_.Ask(kSelect, sender, key);
  if (!rows.Next()) return std::nullopt;
  First first;
  first.id = rows.Id(0);
  if (!rows.IsNull(1)) {
    first.outcome = Outcome{first.id, rows.Id(1), rows.Id(2)};
  }
  return first;
}

std::size_t StoredKeys::Add(const std::string& sender, const std::string& key,
                            std::uint64_t id, Timestamp now) {
  static constexpr char kInsert[] =
      "INSERT INTO keys VALUES (NULL, ?1, ?2, ?3, ?4, NULL, NULL)";
  database_.Run(kInsert, sender, key,
                std::int64_t{now.time_since_epoch().count()}, id);
  if (count_++ == 0) FindOldest();
  std::size_t forgotten = 0;
  for (; count_ > max_keys_; ++forgotten) ForgetOldest();
  return forgotten;
}

void StoredKeys::SetOutcome(const Outcome& outcome) {
  static constexpr char kUpdate[] =
      "UPDATE keys SET delivered = ?2, queued = ?3 "
      "WHERE id = ?1 AND id <> 0";
  database_.Run(kUpdate, outcome.id, outcome.delivered, outcome.queued);
}

}  // namespace tickerhub::internal
