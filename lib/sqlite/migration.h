#ifndef TICKERHUB_LIB_SQLITE_MIGRATION_H_
#define TICKERHUB_LIB_SQLITE_MIGRATION_H_

// Files of older versions. A new version of the schema is a step in
// migration.cc, the same change in schema.cc, and kSchemaVersion.

#include <chrono>
#include <cstdint>
#include <optional>

#include "store/database.h"

namespace tickerhub::internal {

/// PRAGMA user_version of the file. Throws DatabaseFault.
std::int64_t SchemaVersionOf(Database& database);

struct Migration {
  std::int64_t from = 0;
  std::chrono::milliseconds took{0};
};

/// Brings the tables of a file of `version` up to date, in one transaction, and
/// fails unless all tables are there. Empty if the file was up to date. Throws
/// DatabaseFault; then the file is what it was.
/// REQUIRES: `version` <= kSchemaVersion.
std::optional<Migration> UpdateSchema(Database& database, std::int64_t version);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_SQLITE_MIGRATION_H_
