#include "migration.h"

#include <cstddef>
#include <iterator>
#include <string>

#include "store/schema.h"

namespace tickerhub::internal {
namespace {

using std::chrono::steady_clock;

// The first one makes a file of version 2 out of one of version 1, and so on.
// What was shipped once stays as it is.
constexpr const char* kSteps[] = {
    // Whoever tells many users something with one tag has many notifications
    // with it. The older one of one user must be found among them.
    "DROP INDEX notifications_by_tag;"
    "CREATE INDEX notifications_by_tag ON notifications "
    "(tag, sender, kind, audience) WHERE tag IS NOT NULL;",
};
static_assert(std::size(kSteps) == std::size_t{kSchemaVersion} - 1);

// Fails if a table or a column of it is missing, and reads a page of each.
constexpr const char* kProofs[] = {
    "SELECT epoch, boot, last_id, kept, bytes FROM log",
    "SELECT dropped_to_all, forgotten_up_to FROM log",
    "SELECT id, kind, recipients, bytes FROM notifications LIMIT 1",
    "SELECT number, deliver_at, recipients FROM scheduled LIMIT 1",
    "SELECT user, id, expires FROM inbox LIMIT 1",
    "SELECT number, name, deletions_dropped_up_to FROM users LIMIT 1",
    "SELECT user, since, secret FROM secrets LIMIT 1",
    "SELECT user, id FROM read LIMIT 1",
    "SELECT user, id FROM deleted LIMIT 1",
    "SELECT user, id, time, kind, number, body FROM marks LIMIT 1",
    "SELECT team, user FROM members LIMIT 1",
    "SELECT number, sender, key, time, id, delivered, queued FROM keys LIMIT 1",
};

void Prove(Database& database) {
  for (const char* const proof : kProofs) database.Execute(proof);
}

void TakeSteps(Database& database, std::int64_t version) {
  Transaction transaction(database, Transaction::Kind::kWriting);
  for (; version < kSchemaVersion; ++version) {
    database.Execute(kSteps[version - 1]);
  }
  database.Execute(
      ("PRAGMA user_version = " + std::to_string(kSchemaVersion)).c_str());
  Prove(database);
  transaction.Commit();
}

}  // namespace

std::int64_t SchemaVersionOf(Database& database) {
  static constexpr char kVersion[] = "PRAGMA user_version";
  return database.AskNumber(0, kVersion);
}

std::optional<Migration> UpdateSchema(Database& database,
                                      std::int64_t version) {
  if (version < 1) {
    throw DatabaseFault(
        SQLITE_ERROR, "the number of its schema is " + std::to_string(version));
  }
  if (version == kSchemaVersion) {
    Prove(database);
    return std::nullopt;
  }
  const auto start = steady_clock::now();
  try {
    TakeSteps(database, version);
  } catch (const DatabaseFault& fault) {
    throw DatabaseFault(fault.code(), "it stays at schema " +
                                          std::to_string(version) + ", " +
                                          std::to_string(kSchemaVersion) +
                                          " is needed: " + fault.what());
  }
  Migration migration;
  migration.from = version;
  migration.took = std::chrono::duration_cast<std::chrono::milliseconds>(
      steady_clock::now() - start);
  return migration;
}

}  // namespace tickerhub::internal
