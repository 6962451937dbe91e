// The notification log in a file: acknowledged appends a second beside SQLite
// alone, how long an ack takes, and what 1,000,000 notifications for 10,000
// users cost. The files are in the folder that TMPDIR names.

#include <benchmark/benchmark.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tickerhub/sqlite/sqlite_notification_log.h"

namespace tickerhub {
namespace {

using std::chrono::steady_clock;
using Log = SqliteNotificationLog;

constexpr std::uint64_t kUsers = 10'000;
constexpr std::size_t kMessageBytes = 500;
constexpr std::uint64_t kAppends = 100'000;  // of one iteration
constexpr std::uint64_t kLarge = 1'000'000;

std::string UserName(std::uint64_t i) {
  constexpr std::uint64_t kStep = 7'919;  // not one user after the other
  return "user" + std::to_string(i * kStep % kUsers);
}

class BenchFolder {
 public:
  BenchFolder() {
    std::string name =
        std::filesystem::temp_directory_path() / "store_bench-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~BenchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  BenchFolder(const BenchFolder&) = delete;
  BenchFolder& operator=(const BenchFolder&) = delete;
  std::string File() const { return path_ / "log.db"; }

 private:
  std::filesystem::path path_;
};

std::unique_ptr<Log> OpenLog(const std::string& file,
                             Log::Durability durability) {
  Log::Options options;
  options.file = file;
  options.durability = durability;
  Log::Opened opened = Log::Open(options);
  if (opened.log == nullptr) {
    std::fprintf(stderr, "%s\n", opened.status.message().c_str());
    std::abort();
  }
  return std::move(opened.log);
}

Notification MessageTo(const std::string& user) {
  Notification notification;
  notification.audience = Audience::User(user);
  notification.from = "bench";
  notification.message = std::string(kMessageBytes, 'x');
  notification.time = ToTimestamp(std::chrono::system_clock::now());
  return notification;
}

// The newest of its kind for this user.
Notification NewestTo(const std::string& user) {
  Notification notification = MessageTo(user);
  notification.tag = "progress";
  return notification;
}

// Appends as fast as acks come, and waits for the last one.
void AppendMany(Log& log, std::uint64_t count,
                Notification (*make)(const std::string&) = MessageTo) {
  constexpr std::uint64_t kInFlight = 8'000;
  constexpr std::uint64_t kWake = 1'000;
  std::mutex mutex;
  std::condition_variable changed;
  std::atomic<std::uint64_t> acked{0};
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i - acked >= kInFlight) {
      std::unique_lock<std::mutex> lock(mutex);
      changed.wait(lock, [&] { return i - acked < kInFlight / 2; });
    }
    log.Append(make(UserName(i)), [&, count](const auto& ack) {
      if (ack.error) std::abort();
      const std::uint64_t now = ++acked;
      if (now % kWake != 0 && now != count) return;
      const std::lock_guard<std::mutex> lock(mutex);
      changed.notify_one();
    });
  }
  std::unique_lock<std::mutex> lock(mutex);
  changed.wait(lock, [&] { return acked == count; });
}

// The size of the batches that the log had, for SQLite alone.
std::uint64_t batch_size = 1'000;

void BM_AcknowledgedAppends(benchmark::State& state) {
  const auto durability = static_cast<Log::Durability>(state.range(0));
  const BenchFolder folder;
  const auto log = OpenLog(folder.File(), durability);
  AppendMany(*log, kUsers);  // the users are known
  const std::uint64_t before = log->counters().transactions;
  for (auto _ : state) AppendMany(*log, kAppends);
  const auto appends =
      static_cast<std::uint64_t>(state.iterations()) * kAppends;
  batch_size = std::max<std::uint64_t>(
      1, appends / (log->counters().transactions - before));
  state.SetItemsProcessed(static_cast<std::int64_t>(appends));
  state.counters["batch"] = static_cast<double>(batch_size);
}

void Do(sqlite3* database, const char* sql) {
  if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    std::fprintf(stderr, "%s\n", sqlite3_errmsg(database));
    std::abort();
  }
}

// The least that can answer "what came for this user after that id": one table
// and one index, by one prepared statement, in batches as large as those that
// the log had just before.
void BM_SqliteAlone(benchmark::State& state) {
  const bool is_full =
      static_cast<Log::Durability>(state.range(0)) == Log::Durability::kFull;
  const BenchFolder folder;
  sqlite3* database = nullptr;
  sqlite3_open(folder.File().c_str(), &database);
  Do(database,
     "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 4000;"
     "PRAGMA cache_size = -16384");
  Do(database,
     is_full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  Do(database,
     "CREATE TABLE log (id INTEGER PRIMARY KEY, user TEXT, sender TEXT, "
     "message TEXT, time INTEGER);"
     "CREATE INDEX by_user ON log (user, id)");
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(database,
                     "INSERT INTO log (user, sender, message, time) "
                     "VALUES (?1, 'bench', ?2, ?3)",
                     -1, &insert, nullptr);
  for (auto _ : state) {
    for (std::uint64_t i = 0; i < kAppends; ++i) {
      if (i % batch_size == 0) Do(database, "BEGIN IMMEDIATE");
      const Notification one = MessageTo(UserName(i));
      const std::string& user = one.audience.name;
      sqlite3_bind_text(insert, 1, user.data(), static_cast<int>(user.size()),
                        SQLITE_STATIC);
      sqlite3_bind_text(insert, 2, one.message.data(),
                        static_cast<int>(one.message.size()), SQLITE_STATIC);
      sqlite3_bind_int64(insert, 3, one.time.time_since_epoch().count());
      if (sqlite3_step(insert) != SQLITE_DONE) std::abort();
      sqlite3_reset(insert);
      if ((i + 1) % batch_size == 0 || i + 1 == kAppends) {
        Do(database, "COMMIT");
      }
    }
  }
  sqlite3_finalize(insert);
  sqlite3_close(database);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(kAppends));
  state.counters["batch"] = static_cast<double>(batch_size);
}

template <Log::Durability Wanted>
void With(benchmark::internal::Benchmark* bench) {
  bench->ArgName("normal")->Arg(static_cast<int>(Wanted));
  bench->UseRealTime()->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);
}
// One after the other, so that both have the same machine.
BENCHMARK(BM_AcknowledgedAppends)->Apply(With<Log::Durability::kNormal>);
BENCHMARK(BM_SqliteAlone)->Apply(With<Log::Durability::kNormal>);
BENCHMARK(BM_AcknowledgedAppends)->Apply(With<Log::Durability::kFull>);
BENCHMARK(BM_SqliteAlone)->Apply(With<Log::Durability::kFull>);

// A program tells each user something with one tag, again and again: each takes
// the place of the one before of the same user, among one of each user.
void BM_AppendsThatReplace(benchmark::State& state) {
  const BenchFolder folder;
  const auto log = OpenLog(folder.File(), Log::Durability::kNormal);
  AppendMany(*log, kUsers, NewestTo);
  for (auto _ : state) AppendMany(*log, kUsers, NewestTo);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(kUsers));
  state.counters["kept"] = static_cast<double>(log->size());
}
BENCHMARK(BM_AppendsThatReplace)->UseRealTime()->Unit(benchmark::kMillisecond);

// 5,000 appends a second, evenly. Each iteration takes a second.
void BM_AckAtFiveThousandASecond(benchmark::State& state) {
  constexpr int kRate = 5'000;
  constexpr std::chrono::microseconds kPause{1'000'000 / kRate};
  constexpr double kPercent99 = 0.99;
  constexpr double kMicrosInMilli = 1'000;
  const BenchFolder folder;
  const auto log = OpenLog(folder.File(), Log::Durability::kNormal);
  AppendMany(*log, kUsers);
  std::vector<double> milliseconds;
  for (auto _ : state) {
    std::vector<double> some(kRate);
    std::atomic<int> acked{0};
    std::promise<void> all;
    const auto start = steady_clock::now();
    for (int i = 0; i < kRate; ++i) {
      const auto due = start + i * kPause;
      std::this_thread::sleep_until(due);
      log->Append(MessageTo(UserName(static_cast<std::uint64_t>(i))),
                  [&, i, due](const auto&) {
                    const std::chrono::duration<double, std::micro> took =
                        steady_clock::now() - due;
                    some[static_cast<std::size_t>(i)] =
                        took.count() / kMicrosInMilli;
                    if (++acked == kRate) all.set_value();
                  });
    }
    all.get_future().wait();
    milliseconds.insert(milliseconds.end(), some.begin(), some.end());
  }
  std::sort(milliseconds.begin(), milliseconds.end());
  const auto at = static_cast<double>(milliseconds.size() - 1) * kPercent99;
  state.counters["p99_ms"] = milliseconds[static_cast<std::size_t>(at)];
  state.counters["worst_ms"] = milliseconds.back();
}
BENCHMARK(BM_AckAtFiveThousandASecond)
    ->UseRealTime()
    ->Iterations(10)
    ->Unit(benchmark::kMillisecond);

// A million -------------------------------------------------------------------

const std::string& LargeFile() {
  static const auto* const folder = new BenchFolder;
  static const std::string file = [] {
    AppendMany(*OpenLog(folder->File(), Log::Durability::kNormal), kLarge);
    std::atexit([] { delete folder; });
    return folder->File();
  }();
  return file;
}

double MegabytesInMemory() {
  constexpr double kMegabyte = 1 << 20;
  std::ifstream file("/proc/self/statm");
  double all = 0;
  double resident = 0;
  file >> all >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / kMegabyte;
}

void BM_StartWithAMillion(benchmark::State& state) {
  const std::string& file = LargeFile();
  for (auto _ : state) OpenLog(file, Log::Durability::kNormal);
  state.counters["MB"] = MegabytesInMemory();
}
BENCHMARK(BM_StartWithAMillion)->UseRealTime()->Unit(benchmark::kMillisecond);

void BM_ResumeOfOneAmongAMillion(benchmark::State& state) {
  const auto log = OpenLog(LargeFile(), Log::Durability::kNormal);
  std::uint64_t user = 0;
  std::size_t entries = 0;
  for (auto _ : state) {
    NotificationLog::Query query;
    query.user = UserName(user++);
    std::promise<NotificationLog::Page> page;
    log->Read(query, [&](NotificationLog::Page read) {
      page.set_value(std::move(read));
    });
    entries = page.get_future().get().entries.size();
  }
  state.counters["entries"] = static_cast<double>(entries);
  state.counters["MB"] = MegabytesInMemory();
}
BENCHMARK(BM_ResumeOfOneAmongAMillion)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tickerhub
