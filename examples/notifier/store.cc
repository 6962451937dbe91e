#include "notifier/store.h"

#include <spdlog/spdlog.h>

#include <cstddef>
#include <cstdio>
#include <iterator>
#include <utility>

#include "tickerhub/in_memory_notification_log.h"
#ifdef TICKERHUB_EXAMPLES_WITH_SQLITE
#include "tickerhub/sqlite/sqlite_notification_log.h"
#endif

namespace tickerhub::examples {
namespace {

constexpr std::uint64_t kMostKept = 1'000'000'000;
constexpr std::uint64_t kMostKeptBytes = std::uint64_t{1} << 40;
constexpr std::chrono::hours kLongestAge(24 * 365);

// A number of the options that both logs have, with other defaults.
template <typename Log>
struct KeptNumber {
  std::uint64_t StoreOptions::*given;
  std::size_t Log::*limit;
};

template <typename Log>
constexpr KeptNumber<Log> kKeptNumbers[] = {
    {&StoreOptions::keep_notifications, &Log::max_notifications},
    {&StoreOptions::keep_bytes, &Log::max_bytes},
    {&StoreOptions::keep_per_user, &Log::max_per_user},
    {&StoreOptions::max_users, &Log::max_users},
    {&StoreOptions::max_marks_per_user, &Log::max_marks_per_user},
    {&StoreOptions::max_groups, &Log::max_groups},
    {&StoreOptions::max_members, &Log::max_members},
    {&StoreOptions::max_scheduled, &Log::max_scheduled},
    {&StoreOptions::max_keys, &Log::max_keys},
    {&StoreOptions::max_in_flight, &Log::max_in_flight},
    {&StoreOptions::max_in_flight_bytes, &Log::max_in_flight_bytes},
};

template <typename Log>
void ApplyLimitsOf(const StoreOptions& options, Log* log) {
  for (const KeptNumber<Log>& number : kKeptNumbers<Log>) {
    const std::uint64_t given = options.*number.given;
    if (given > 0) log->*number.limit = given;
  }
  log->max_age = options.keep_age;
  log->key_lifetime = options.key_lifetime;
}

template <typename Log>
OpenedLog WithMetrics(std::unique_ptr<Log> log) {
  const Log& figures = *log;
  return {std::move(log),
          [&figures](ProgramMetrics* metrics) { metrics->Add(figures); }};
}

#ifdef TICKERHUB_EXAMPLES_WITH_SQLITE
using FileLog = SqliteNotificationLog;
constexpr bool kHasStore = true;

OpenedLog OpenFile(const StoreOptions& options, const char* program) {
  FileLog::Options store;
  ApplyLimitsOf(options, &store);
  store.file = options.file;
  store.max_file_bytes = options.max_file_bytes;
  store.max_waiting_readings = options.max_waiting_readings;
  store.durability = options.durability == "full"
                         ? FileLog::Durability::kFull
                         : FileLog::Durability::kNormal;
  store.on_problem = [](const std::string& sentence) {
    spdlog::error("{}", sentence);
  };
  FileLog::Opened opened = FileLog::Open(std::move(store));
  if (!opened.status.ok()) {
    std::fprintf(stderr, "%s: --store: %s\n", program,
                 opened.status.message().c_str());
    return {};
  }
  if (!opened.upgrade.empty()) spdlog::info("{}", opened.upgrade);
  spdlog::info("{} notifications are kept in {}", opened.log->size(),
               options.file);
  return WithMetrics(std::move(opened.log));
}
#else
constexpr bool kHasStore = false;

// CheckStoreOptions() lets no file come here.
OpenedLog OpenFile(const StoreOptions&, const char*) { return {}; }
#endif

#ifdef TICKERHUB_EXAMPLES_WITH_SQLITE
using FileOptions = FileLog::Options;
#else
using FileOptions = InMemoryNotificationLog::Options;
#endif
using MemoryOptions = InMemoryNotificationLog::Options;

// What --help says is the default of the number at `index` of kKeptNumbers.
std::string DefaultOf(std::size_t index) {
  const MemoryOptions memory;
  const FileOptions file;
  const std::size_t in_memory =
      memory.*kKeptNumbers<MemoryOptions>[index].limit;
  const std::size_t in_file = file.*kKeptNumbers<FileOptions>[index].limit;
  std::string text = std::to_string(in_memory);
  if (in_file != in_memory) text += ", in a file " + std::to_string(in_file);
  return text;
}

}  // namespace

void AddStoreOptions(CommandLine* line, StoreOptions* options) {
  line->BeginGroup("What is kept");
  line->AddText("--store", "FILE", &options->file,
                "Keep notifications in this SQLite file, so that they survive "
                "a restart; without it, in memory");
  line->AddText("--durability", "LEVEL", &options->durability,
                "What an accepted notification in the file survives: normal = "
                "the end of the program, full = a power cut too");
  struct Option {
    const char* name;
    std::uint64_t most;
    const char* description;
  };
  // In the order of kKeptNumbers.
  const Option numbers[] = {
      {"--keep-notifications", kMostKept,
       "Notifications to keep; beyond, the oldest are dropped"},
      {"--keep-bytes", kMostKeptBytes, "Likewise bytes of text"},
      {"--keep-per-user", kMostKept,
       "Likewise notifications to one user or its groups"},
      {"--max-users", kMostKept, "Users that are known at a time"},
      {"--max-marks-per-user", kMostKept,
       "Read marks and deletions that are kept apart for one user"},
      {"--max-groups", kMostKept, "Groups"},
      {"--max-members", kMostKept, "Members of one group"},
      {"--max-scheduled", kMostKept, "Notifications that wait for their time"},
      {"--max-keys", kMostKept, "Idempotency keys that are remembered"},
      {"--max-in-flight", kMostKept,
       "Notifications that wait until they are kept"},
      {"--max-in-flight-bytes", kMostKeptBytes, "Likewise bytes of text"},
  };
  static_assert(std::size(numbers) == std::size(kKeptNumbers<MemoryOptions>));
  for (std::size_t i = 0; i < std::size(numbers); ++i) {
    line->AddWholeNumber(numbers[i].name, 1, numbers[i].most,
                         &(options->*kKeptNumbers<MemoryOptions>[i].given),
                         numbers[i].description, DefaultOf(i));
  }
  line->AddDuration("--keep-age", std::chrono::milliseconds(0), kLongestAge,
                    &options->keep_age,
                    "Notifications older than this are dropped; 0 = never");
  line->AddDuration("--key-lifetime", std::chrono::seconds(1), kLongestAge,
                    &options->key_lifetime,
                    "How long idempotency keys are remembered");
  line->AddWholeNumber("--max-store-bytes", 0, kMostKeptBytes,
                       &options->max_file_bytes,
                       "Bytes of the file of --store; beyond, nothing more is "
                       "kept; 0 = as much as the disk has");
  line->AddWholeNumber("--max-waiting-readings", 1, kMostKept,
                       &options->max_waiting_readings,
                       "Readings that wait for the file of --store; beyond, "
                       "who asks is told busy");
}

void CheckStoreOptions(const CommandLine& line, const StoreOptions& options) {
  if (!kHasStore && !options.file.empty()) {
    throw UsageError(
        "--store is not in this build; build it with TICKERHUB_WITH_SQLITE");
  }
  if (line.WasGiven("--store") && options.file.empty()) {
    throw UsageError("--store must name a file");
  }
  if (options.durability != "normal" && options.durability != "full") {
    throw UsageError("--durability must be normal or full, not \"" +
                     options.durability + "\"");
  }
  for (const char* name :
       {"--durability", "--max-store-bytes", "--max-waiting-readings"}) {
    if (line.WasGiven(name) && options.file.empty()) {
      throw UsageError(std::string(name) + " needs --store");
    }
  }
}

OpenedLog OpenLog(const StoreOptions& options, const char* program) {
  if (!options.file.empty()) return OpenFile(options, program);
  InMemoryNotificationLog::Options memory;
  ApplyLimitsOf(options, &memory);
  return WithMetrics(std::make_unique<InMemoryNotificationLog>(memory));
}

}  // namespace tickerhub::examples
