// When a log calls back, and in which order.

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "testing/log_check.h"

namespace tickerhub::testing::internal {
namespace {

using LogAck = NotificationLog::Ack;
using LogError = NotificationLog::Error;

// Counts down on any thread; one waits until all have come.
class CountDown {
 public:
  explicit CountDown(int count) : count_(count) {}

  void Come() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (--count_ <= 0) all_came_.notify_all();
  }
  bool Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    return all_came_.wait_for(lock, kLogDeadline,
                              [this] { return count_ <= 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable all_came_;
  int count_;
};

void GivesIdsThatGrow(LogCheck& check) {
  const auto first = Append(check.log(), ToAll("a"));
  const auto second = Append(check.log(), To("ann", "b"));
  const auto third = Append(check.log(), Visit{"ann", "Ann", ""});
  check.IsTrue(first > 0, "an id is not 0");
  check.IsTrue(first < second && second < third, "ids grow");
  check.AreEqual(check.log().last_id(), third, "last_id()");
}

void TakesANullCallback(LogCheck& check) {
  check.log().Append(ToAll("a"), nullptr);
  const auto next = Append(check.log(), ToAll("b"));
  check.AreEqual(Read(check.log(), After(0)).entries.size(), 2u, "entries");
  check.AreEqual(check.log().last_id(), next, "last_id()");
}

void TellsTheListenerBeforeTheAck(LogCheck& check) {
  auto heard = std::make_shared<std::atomic<std::uint64_t>>(0);
  check.log().SetListener([heard](const std::vector<LogEntry>& entries) {
    for (const LogEntry& entry : entries) heard->store(entry.id);
  });
  for (int i = 0; i < 20; ++i) {
    const std::uint64_t id = Append(check.log(), ToAll("x"));
    check.IsTrue(heard->load() >= id, "the listener has had it");
  }
  check.log().SetListener(nullptr);
  const std::uint64_t before = heard->load();
  Append(check.log(), ToAll("x"));
  check.AreEqual(heard->load(), before, "the last id that nobody hears");
}

void TellsEveryKindOfRecord(LogCheck& check) {
  auto kinds = std::make_shared<std::vector<std::uint64_t>>();
  auto mutex = std::make_shared<std::mutex>();
  check.log().SetListener([=](const std::vector<LogEntry>& entries) {
    const std::lock_guard<std::mutex> lock(*mutex);
    for (const LogEntry& entry : entries)
      kinds->push_back(entry.record.index());
  });
  const auto id = Append(check.log(), ToAll("x"));
  Append(check.log(), ReadMark{"ann", {id}, 0});
  Append(check.log(), Deletion{"ann", id});
  Append(check.log(), Membership{"ops", "ann", true});
  Append(check.log(), Visit{"ann", "Ann", "s"});
  Append(check.log(), Outcome{id, 1, 2});
  check.log().SetListener(nullptr);
  const std::lock_guard<std::mutex> lock(*mutex);
  check.AreIds(*kinds, {0, 1, 2, 3, 4, 5}, "kinds of records");
}

// Ids as they come to callbacks that must not come two at a time.
class OrderedIds {
 public:
  void Add(std::uint64_t id) {
    if (callers_.fetch_add(1) != 0) ++overlaps_;
    if (id <= last_) ++disorders_;
    last_ = id;
    ++count_;
    callers_.fetch_sub(1);
  }
  int count() const { return count_; }
  int overlaps() const { return overlaps_; }
  int disorders() const { return disorders_; }

 private:
  std::atomic<int> callers_{0};
  std::atomic<int> overlaps_{0};
  std::atomic<int> disorders_{0};
  std::atomic<int> count_{0};
  std::atomic<std::uint64_t> last_{0};
};

void TellsEachEntryOnceInTheOrderOfIds(LogCheck& check) {
  constexpr int kThreads = 4;
  constexpr int kEach = 500;
  NotificationLog& log = check.log();
  OrderedIds heard;
  OrderedIds acked;
  CountDown all(kThreads * kEach);
  std::atomic<int> errors{0};
  std::atomic<int> disorders{0};
  log.SetListener([&](const std::vector<LogEntry>& entries) {
    for (const LogEntry& entry : entries) heard.Add(entry.id);
  });
  std::vector<std::thread> threads;
  std::vector<std::uint64_t> newest(kThreads, 0);
  threads.reserve(newest.size());
  for (std::uint64_t& mine : newest) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        log.Append(ToAll("x"), [&](const LogAck& ack) {
          if (ack.error) ++errors;
          if (ack.id <= std::exchange(mine, ack.id)) ++disorders;
          acked.Add(ack.id);
          all.Come();
        });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  check.IsTrue(all.Wait(), "each append is called back");
  log.SetListener(nullptr);
  check.AreEqual(errors.load(), 0, "errors");
  check.AreEqual(heard.count(), kThreads * kEach, "entries");
  check.AreEqual(heard.overlaps(), 0, "calls of the listener at one time");
  check.AreEqual(heard.disorders(), 0, "entries out of order");
  check.AreEqual(acked.disorders(), 0, "acks out of order");
  check.AreEqual(disorders.load(), 0, "appends of one thread out of order");
}

void MayBeCalledFromItsCallbacks(LogCheck& check) {
  NotificationLog& log = check.log();
  std::promise<LogIds> done;
  LogIds seen;
  std::size_t entries = 0;
  log.Append(ToAll("first"), [&](const LogAck& first) {
    seen.push_back(first.id);
    log.Append(ToAll("second"), [&](const LogAck& second) {
      seen.push_back(second.id);
      log.Read(After(0), [&](const NotificationLog::Page& page) {
        entries = page.entries.size();
        log.FindUser("ann", [&](const NotificationLog::UserState&) {
          log.Release(At(1),
                      [&](std::optional<Timestamp>) { done.set_value(seen); });
        });
      });
    });
  });
  std::future<LogIds> result = done.get_future();
  if (result.wait_for(kLogDeadline) != std::future_status::ready) {
    check.Fail("calls from callbacks are not called back");
    return;
  }
  const LogIds ids = result.get();
  check.AreEqual(ids.size(), 2u, "acks");
  check.AreEqual(entries, 2u, "entries");
  if (ids.size() == 2) check.IsTrue(ids[0] < ids[1], "their order");
}

// While one reading does not return, a log that reads elsewhere makes the
// others wait, or refuses them.
void AnswersEachReadingOnce(LogCheck& check) {
  constexpr int kEach = 1'000;
  NotificationLog& log = check.log();
  Append(log, Membership{"ops", "ann", true});
  Append(log, ToAll("x"));
  std::atomic<int> answers{0};
  std::atomic<int> wrong{0};
  CountDown all(3 * kEach);
  const auto note = [&](std::optional<LogError> error, bool is_whole) {
    const bool is_right = error ? *error == LogError::kBusy : is_whole;
    if (!is_right) ++wrong;
    ++answers;
    all.Come();
  };
  log.Read(After(0), [&](const NotificationLog::Page&) {
    for (int i = 0; i < kEach; ++i) {
      log.Read(After(0), [&](const NotificationLog::Page& page) {
        note(page.error, page.entries.size() == 1 && page.complete);
      });
      log.FindUser("ann", [&](const NotificationLog::UserState& state) {
        note(state.error, state.groups.size() == 1);
      });
      log.Members("ops", [&](const NotificationLog::MemberList& members) {
        note(members.error, members.names.size() == 1);
      });
    }
  });
  check.IsTrue(all.Wait(), "each reading is called back");
  // Reads once more, behind all of these: none of them comes twice.
  check.AreEqual(Read(log, After(0)).entries.size(), 1u, "entries");
  check.AreEqual(answers.load(), 3 * kEach, "answers");
  check.AreEqual(wrong.load(), 0, "answers that are neither whole nor kBusy");
}

// While one ack does not return, the others cannot come.
void RefusesAppendsThatAreTooManyInFlight(LogCheck& check) {
  constexpr int kMost = 1'000'000;
  NotificationLog& log = check.log();
  struct Flight {
    std::atomic<int> kept{0};
    std::atomic<int> refused{0};
    std::atomic<int> others{0};
  };
  auto flight = std::make_shared<Flight>();
  const int given = AwaitLog<int>("Append()", [&](auto done) {
    log.Append(ToAll("first"), [&log, flight, done](const LogAck&) {
      int appends = 0;
      while (flight->refused == 0 && appends < kMost) {
        ++appends;
        log.Append(ToAll("x"), [flight](const LogAck& ack) {
          if (!ack.error) ++flight->kept;
          if (ack.error == LogError::kBusy) ++flight->refused;
          if (ack.error && ack.error != LogError::kBusy) ++flight->others;
        });
      }
      done(appends);
    });
  });
  check.AreEqual(flight->refused.load(), 1, "appends refused at once as busy");
  const auto deadline = std::chrono::steady_clock::now() + kLogDeadline;
  LogAck last = AckOf(log, ToAll("last"));
  while (last.error && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
    last = AckOf(log, ToAll("last"));
  }
  check.IsTrue(!last.error, "later there is room again");
  check.AreEqual(flight->kept.load(), given - 1, "appends that are kept");
  check.AreEqual(flight->others.load(), 0, "other errors");
}

}  // namespace

std::vector<LogPromise> CallbackPromises() {
  return {
      {"GivesIdsThatGrow", GivesIdsThatGrow},
      {"TakesANullCallback", TakesANullCallback},
      {"TellsTheListenerBeforeTheAck", TellsTheListenerBeforeTheAck},
      {"TellsEveryKindOfRecord", TellsEveryKindOfRecord},
      {"TellsEachEntryOnceInTheOrderOfIds", TellsEachEntryOnceInTheOrderOfIds},
      {"MayBeCalledFromItsCallbacks", MayBeCalledFromItsCallbacks},
      {"AnswersEachReadingOnce", AnswersEachReadingOnce},
      {"RefusesAppendsThatAreTooManyInFlight",
       RefusesAppendsThatAreTooManyInFlight},
  };
}

}  // namespace tickerhub::testing::internal
