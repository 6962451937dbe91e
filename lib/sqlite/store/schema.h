#ifndef TICKERHUB_LIB_SQLITE_STORE_SCHEMA_H_
#define TICKERHUB_LIB_SQLITE_STORE_SCHEMA_H_

// The tables of the file, and how to know that a file is one of this log.
// docs/notification-store.md describes them.

#include <cstdint>
#include <string>

#include "store/database.h"
#include "tickerhub/status.h"

namespace tickerhub::internal {

/// PRAGMA user_version of a new file. A newer one is refused, an older one is
/// brought up to date, see ../migration.h.
constexpr std::int64_t kSchemaVersion = 2;

/// Looks at the first bytes of a file without SQLite, which would change it.
/// `*is_empty`: nothing is there yet. `file` is for the sentence.
Status CheckHeader(const std::string& file, bool* is_empty);

/// Refuses a version that this one does not know.
Status CheckVersion(const std::string& file, std::int64_t version);

/// Makes a complete file beside `file`, and puts it into its place.
/// Throws DatabaseFault.
void CreateStore(const std::string& file, const std::string& epoch,
                 const std::string& vfs);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_SQLITE_STORE_SCHEMA_H_
