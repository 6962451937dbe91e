#include "store/schema.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <string_view>
#include <system_error>

namespace tickerhub::internal {
namespace {

// PRAGMA application_id: "TkHu".
constexpr std::uint32_t kApplicationId = 0x546b4875;

// https://www.sqlite.org/fileformat.html, "The Database Header".
constexpr std::size_t kHeaderSize = 100;
constexpr std::string_view kMagic("SQLite format 3\0", 16);
constexpr std::size_t kUserVersionAt = 60;
constexpr std::size_t kApplicationIdAt = 68;
constexpr int kByteBits = 8;

// Whoever the notifications are for, nobody else on this machine reads them.
constexpr mode_t kOwnerOnly = 0600;

// One notification, in this order in rows.cc too. `recipients`: the numbers of
// the members of a group when the log took it, 8 bytes each. `audience`: the
// name of a user or a group.
#define TICKERHUB_NOTIFICATION_COLUMNS                                       \
  "kind INTEGER NOT NULL, audience TEXT NOT NULL, sender TEXT NOT NULL, "    \
  "message TEXT NOT NULL, title TEXT NOT NULL, link TEXT NOT NULL, "         \
  "event TEXT NOT NULL, level INTEGER NOT NULL, priority INTEGER NOT NULL, " \
  "time INTEGER NOT NULL, expires INTEGER NOT NULL, "                        \
  "deliver_at INTEGER NOT NULL, tag TEXT, actions BLOB, key TEXT NOT NULL, " \
  "bytes INTEGER NOT NULL, recipients BLOB"

// What the log gives ids for, and how far it is. One row.
constexpr char kTables[] =
    "CREATE TABLE log (one INTEGER PRIMARY KEY CHECK (one = 1), "
    "epoch TEXT NOT NULL, boot TEXT NOT NULL, last_id INTEGER NOT NULL, "
    "kept INTEGER NOT NULL, bytes INTEGER NOT NULL, "
    "dropped_to_all INTEGER NOT NULL, forgotten_up_to INTEGER NOT NULL);"
    "CREATE TABLE notifications (id INTEGER PRIMARY "
    "KEY, " TICKERHUB_NOTIFICATION_COLUMNS
    ");"
    "CREATE INDEX notifications_by_tag ON notifications "
    "(tag, sender, kind, audience) WHERE tag IS NOT NULL;"
    "CREATE INDEX notifications_by_end ON notifications (expires) "
    "WHERE expires <> 0;"
    "CREATE TABLE scheduled (number INTEGER PRIMARY "
    "KEY, " TICKERHUB_NOTIFICATION_COLUMNS
    ");"
    "CREATE INDEX scheduled_by_time ON scheduled (deliver_at);"
    // Who sees a notification. User 0: everybody.
    "CREATE TABLE inbox (user INTEGER NOT NULL, id INTEGER NOT NULL, "
    "expires INTEGER NOT NULL, PRIMARY KEY (user, id)) WITHOUT ROWID;"
    "CREATE TABLE users (number INTEGER PRIMARY KEY, "
    "name TEXT NOT NULL UNIQUE, known INTEGER NOT NULL, "
    "spelling TEXT NOT NULL, came INTEGER NOT NULL, "
    "dropped_up_to INTEGER NOT NULL, read_up_to INTEGER NOT NULL, "
    "marks_dropped_up_to INTEGER NOT NULL, "
    "deletions_dropped_up_to INTEGER NOT NULL);"
    "CREATE TABLE secrets (user INTEGER NOT NULL, since INTEGER NOT NULL, "
    "secret TEXT NOT NULL, PRIMARY KEY (user, since)) WITHOUT ROWID;"
    // Above users.read_up_to.
    "CREATE TABLE read (user INTEGER NOT NULL, id INTEGER NOT NULL, "
    "PRIMARY KEY (user, id)) WITHOUT ROWID;"
    // Of those that others see too.
    "CREATE TABLE deleted (user INTEGER NOT NULL, id INTEGER NOT NULL, "
    "PRIMARY KEY (user, id)) WITHOUT ROWID;"
    // What devices that were away hear: ReadMark (kind 1), Deletion,
    // Membership.
    "CREATE TABLE marks (user INTEGER NOT NULL, id INTEGER NOT NULL, "
    "time INTEGER NOT NULL, kind INTEGER NOT NULL, number INTEGER NOT NULL, "
    "body BLOB NOT NULL, PRIMARY KEY (user, id)) WITHOUT ROWID;"
    "CREATE TABLE members (team TEXT NOT NULL, user INTEGER NOT NULL, "
    "PRIMARY KEY (team, user)) WITHOUT ROWID;"
    "CREATE INDEX members_by_user ON members (user);"
    // `id` 0: it is scheduled. `delivered` is null until there is an outcome.
    "CREATE TABLE keys (number INTEGER PRIMARY KEY, sender TEXT NOT NULL, "
    "key TEXT NOT NULL, time INTEGER NOT NULL, id INTEGER NOT NULL, "
    "delivered INTEGER, queued INTEGER, UNIQUE (sender, key));"
    "CREATE INDEX keys_by_id ON keys (id) WHERE id <> 0;";

#undef TICKERHUB_NOTIFICATION_COLUMNS

std::uint32_t BigEndian(const std::array<unsigned char, kHeaderSize>& header,
                        std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < sizeof number; ++i) {
    number = (number << kByteBits) | header.at(at + i);
  }
  return number;
}

// Returns how many bytes it has read, or -1.
ssize_t ReadHeader(const std::string& file,
                   std::array<unsigned char, kHeaderSize>* header) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return -1;
  std::size_t size = 0;
  while (size < kHeaderSize) {
    const ssize_t more =
        read(descriptor, header->data() + size, kHeaderSize - size);
    if (more <= 0) break;
    size += static_cast<std::size_t>(more);
  }
  close(descriptor);
  return static_cast<ssize_t>(size);
}

Status NotOurs(const std::string& file, const std::string& what) {
  return {StatusCode::kInvalidArgument,
          "\"" + file + "\" " + what + "; it was left as it is"};
}

[[noreturn]] void ThrowSystemFault(const std::string& what) {
  throw DatabaseFault(SQLITE_CANTOPEN,
                      what + ": " + std::generic_category().message(errno));
}

// A name is safe on the disk once its folder is.
void SyncFolder(const std::string& file) {
  const std::string folder = file.substr(0, file.rfind('/') + 1);
  const int descriptor =
      open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) ThrowSystemFault("cannot open the folder");
  const int result = fsync(descriptor);
  close(descriptor);
  if (result != 0) ThrowSystemFault("cannot sync the folder");
}

}  // namespace

Status CheckHeader(const std::string& file, bool* is_empty) {
  struct stat status {};
  *is_empty = stat(file.c_str(), &status) != 0 && errno == ENOENT;
  if (*is_empty) return {};
  if (S_ISDIR(status.st_mode)) return NotOurs(file, "is a folder");
  if (!S_ISREG(status.st_mode)) return NotOurs(file, "is not a regular file");
  *is_empty = status.st_size == 0;
  if (*is_empty) return {};
  std::array<unsigned char, kHeaderSize> header{};
  const ssize_t size = ReadHeader(file, &header);
  if (size < 0 || access(file.c_str(), W_OK) != 0) {
    return {StatusCode::kPermissionDenied,
            "cannot read and write \"" + file +
                "\": " + std::generic_category().message(errno)};
  }
  const std::string_view bytes(reinterpret_cast<const char*>(header.data()),
                               kMagic.size());
  if (static_cast<std::size_t>(size) < kHeaderSize || bytes != kMagic) {
    return NotOurs(file, "is not an SQLite database");
  }
  if (BigEndian(header, kApplicationIdAt) != kApplicationId) {
    return NotOurs(file, "is an SQLite database of another program");
  }
  return CheckVersion(file, BigEndian(header, kUserVersionAt));
}

Status CheckVersion(const std::string& file, std::int64_t version) {
  if (version <= kSchemaVersion) return {};
  return NotOurs(file, "was written by a newer version of Tickerhub (schema " +
                           std::to_string(version) + ", this one knows " +
                           std::to_string(kSchemaVersion) + ")");
}

// A file that is being made has another name, so that one with the right name
// is always complete.
void CreateStore(const std::string& file, const std::string& epoch,
                 const std::string& vfs) {
  const std::string unfinished = file + "-new";
  for (const char* rest : {"", "-journal", "-wal", "-shm"}) {
    unlink((unfinished + rest).c_str());
  }
  const int descriptor = open(
      unfinished.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
  if (descriptor < 0) ThrowSystemFault("cannot make \"" + unfinished + "\"");
  close(descriptor);
  {
    Database database(unfinished, vfs);
    database.Execute("PRAGMA synchronous = FULL");
    Transaction transaction(database, Transaction::Kind::kWriting);
    database.Execute(kTables);
    database.Execute(
        ("PRAGMA application_id = " + std::to_string(kApplicationId)).c_str());
    database.Execute(
        ("PRAGMA user_version = " + std::to_string(kSchemaVersion)).c_str());
    static constexpr char kFirstRow[] =
        "INSERT INTO log VALUES (1, ?1, '', 0, 0, 0, 0, 0)";
    database.Run(kFirstRow, epoch);
    transaction.Commit();
  }
  if (std::rename(unfinished.c_str(), file.c_str()) != 0) {
    ThrowSystemFault("cannot make \"" + file + "\"");
  }
  SyncFolder(file);
}

}  // namespace tickerhub::internal
