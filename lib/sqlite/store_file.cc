#include "store_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <fstream>

#include "migration.h"
#include "store/schema.h"
#include "text/random_hex.h"

namespace tickerhub::internal {
namespace {

using StoreOptions = SqliteNotificationLog::Options;

// FILE-wal is cut to 64 MiB after a burst.
constexpr char kSettings[] =
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA cache_size = -16384;"
    "PRAGMA journal_size_limit = 67108864;";

constexpr std::size_t kWordsOfEpoch = 2;

// Differs after each start of the machine.
std::string BootOfMachine() {
  std::ifstream in("/proc/sys/kernel/random/boot_id");
  std::string boot;
  if (!std::getline(in, boot) || boot.empty()) return RandomHex(kWordsOfEpoch);
  return boot;
}

// The same for all names of a file, so that they have one lock.
Status RealPath(const std::string& file, std::string* path) {
  if (file.empty()) {
    return {StatusCode::kInvalidArgument, "the file of the log has no name"};
  }
  char* real = realpath(file.c_str(), nullptr);
  std::string last;
  if (real == nullptr) {
    const std::size_t slash = file.rfind('/');
    last = file.substr(slash == std::string::npos ? 0 : slash + 1);
    const std::string folder =
        slash == std::string::npos ? "." : file.substr(0, slash + 1);
    real = realpath(folder.c_str(), nullptr);
    if (real == nullptr || last.empty()) {
      std::free(real);
      return {StatusCode::kNotFound,
              "the folder of \"" + file + "\" does not exist"};
    }
  }
  *path = real;
  std::free(real);
  if (!last.empty()) *path += "/" + last;
  return {};
}

Status CheckNothingIsLeft(const std::string& path) {
  struct stat status {};
  const std::string wal = path + "-wal";
  if (stat(wal.c_str(), &status) != 0 || status.st_size == 0) return {};
  return {StatusCode::kInvalidArgument,
          "\"" + wal + "\" belongs to a file \"" + path +
              "\" that is gone; put that back, or move both away"};
}

Status StatusOf(const std::string& path, const DatabaseFault& fault) {
  const std::string why = std::string(": ") + fault.what();
  switch (fault.code()) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:
      return {StatusCode::kInvalidArgument,
              "\"" + path + "\" is damaged; it was left as it is" + why};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return {StatusCode::kPermissionDenied,
              "cannot open \"" + path + "\"" + why};
    case SQLITE_BUSY:
      return {StatusCode::kUnavailable,
              "another program has locked \"" + path + "\"" + why};
    default:
      return {StatusCode::kUnavailable, "cannot use \"" + path + "\"" + why};
  }
}

std::string SentenceOf(const std::string& path, const Migration& migration) {
  return "brought \"" + path + "\" from schema " +
         std::to_string(migration.from) + " to " +
         std::to_string(kSchemaVersion) + " in " +
         std::to_string(migration.took.count()) + " ms";
}

void SetDurability(const StoreOptions& options, Database* database) {
  database->Execute(options.durability ==
                            SqliteNotificationLog::Durability::kFull
                        ? "PRAGMA synchronous = FULL"
                        : "PRAGMA synchronous = NORMAL");
}

void SetUpWriting(const StoreOptions& options, Database* database) {
  database->Execute(kSettings);
  static constexpr char kJournal[] = "PRAGMA journal_mode = WAL";
  {
    Rows rows = database->Ask(kJournal);
    if (!rows.Next() || rows.Text(0) != "wal") {
      throw DatabaseFault(SQLITE_CANTOPEN,
                          "this file system cannot share memory (WAL)");
    }
  }
  SetDurability(options, database);
  if (options.max_file_bytes == 0) return;
  static constexpr char kPageSize[] = "PRAGMA page_size";
  const auto page = static_cast<std::size_t>(database->AskNumber(1, kPageSize));
  const std::size_t pages =
      std::max<std::size_t>(1, options.max_file_bytes / page);
  database->Execute(
      ("PRAGMA max_page_count = " + std::to_string(pages)).c_str());
}

// A power cut may have taken entries that clients have seen. Their ids must not
// be given again.
void NoteBoot(StoreFile* file) {
  static constexpr char kSelect[] = "SELECT boot FROM log";
  static constexpr char kUpdate[] = "UPDATE log SET boot = ?1";
  std::string before;
  {
    Rows rows = file->to_write->Ask(kSelect);
    if (rows.Next()) before = rows.Text(0);
  }
  const std::string now = BootOfMachine();
  if (before == now) return;
  if (!before.empty()) file->writer->SkipIds();
  Transaction transaction(*file->to_write, Transaction::Kind::kWriting);
  file->to_write->Run(kUpdate, now);
  file->writer->Flush();
  transaction.Commit();
}

Status OpenConnections(const StoreOptions& options, const std::string& path,
                       StoreFile* file) {
  file->to_write = std::make_unique<Database>(path, options.vfs);
  // FILE-wal may have another version than the header.
  file->to_write->CheckpointAtEnd(false);
  const std::int64_t version = SchemaVersionOf(*file->to_write);
  if (Status status = CheckVersion(path, version); !status.ok()) return status;
  file->to_write->CheckpointAtEnd(true);
  if (const auto migration = UpdateSchema(*file->to_write, version)) {
    file->upgrade = SentenceOf(path, *migration);
  }
  SetUpWriting(options, file->to_write.get());
  static constexpr char kEpoch[] = "SELECT epoch FROM log";
  {
    Rows rows = file->to_write->Ask(kEpoch);
    if (!rows.Next()) throw DatabaseFault(SQLITE_CORRUPT, "a row is missing");
    file->epoch = rows.Text(0);
  }
  file->writer = std::make_unique<StoreWriter>(
      *file->to_write, options, SqliteNotificationLog::Counters());
  NoteBoot(file);
  file->to_write->CountWalPages(&file->wal_pages);
  file->to_checkpoint = std::make_unique<Database>(path, options.vfs);
  SetDurability(options, file->to_checkpoint.get());
  const std::size_t readers = std::max<std::size_t>(1, options.reader_threads);
  for (std::size_t i = 0; i < readers; ++i) {
    file->to_read.push_back(std::make_unique<Database>(path, options.vfs));
    file->to_read.back()->Execute("PRAGMA query_only = 1");
  }
  return {};
}

Status OpenLocked(const StoreOptions& options, const std::string& path,
                  StoreFile* file) {
  bool is_empty = false;
  if (Status status = CheckHeader(path, &is_empty); !status.ok()) return status;
  if (is_empty) {
    if (Status status = CheckNothingIsLeft(path); !status.ok()) return status;
  }
  try {
    if (is_empty) {
      CreateStore(
          path,
          options.epoch.empty() ? RandomHex(kWordsOfEpoch) : options.epoch,
          options.vfs);
    }
    return OpenConnections(options, path, file);
  } catch (const DatabaseFault& fault) {
    return StatusOf(path, fault);
  }
}

}  // namespace

Status OpenStoreFile(const SqliteNotificationLog::Options& options,
                     StoreFile* file) {
  std::string path;
  if (Status status = RealPath(options.file, &path); !status.ok()) {
    return status;
  }
  if (Status status = file->lock.Take(path); !status.ok()) return status;
  Status status = OpenLocked(options, path, file);
  if (status.ok()) return status;
  file->to_read.clear();
  file->to_checkpoint.reset();
  file->writer.reset();
  file->to_write.reset();
  file->lock.Undo();
  return status;
}

}  // namespace tickerhub::internal
