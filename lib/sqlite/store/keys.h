#ifndef TICKERHUB_LIB_SQLITE_STORE_KEYS_H_
#define TICKERHUB_LIB_SQLITE_STORE_KEYS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "store/database.h"
#include "tickerhub/log_record.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

/// The idempotency keys in the file: the newest, for some time. Throws
/// DatabaseFault.
class StoredKeys {
 public:
  struct First {
    std::uint64_t id = 0;  // 0: it is scheduled
    std::optional<Outcome> outcome;
  };

  StoredKeys(Database& database, std::size_t max_keys,
             std::chrono::milliseconds lifetime)
      : database_(database), max_keys_(max_keys), lifetime_(lifetime) {}

  void Load();
  /// The first one with this key; empty if there is none.
  std::optional<First> Find(const std::string& sender, const std::string& key,
                            Timestamp now);
  /// Returns how many were forgotten because there are too many.
  std::size_t Add(const std::string& sender, const std::string& key,
                  std::uint64_t id, Timestamp now);
  void SetOutcome(const Outcome& outcome);

 private:
  void ForgetOldest();
  void FindOldest();

  Database& database_;
  const std::size_t max_keys_;
  const std::chrono::milliseconds lifetime_;
  std::size_t count_ = 0;
  std::int64_t oldest_ = 0;  // its number
  Timestamp oldest_time_{};
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_SQLITE_STORE_KEYS_H_
