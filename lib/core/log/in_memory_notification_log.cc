#include "tickerhub/in_memory_notification_log.h"

#include <atomic>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>
#include <variant>

#include "limits/log_bytes.h"
#include "log/log_state.h"
#include "text/random_hex.h"

namespace tickerhub {
namespace {

constexpr std::size_t kEpochWords = 2;

InMemoryNotificationLog::Options WithEpoch(
    InMemoryNotificationLog::Options options) {
  if (options.epoch.empty()) options.epoch = internal::RandomHex(kEpochWords);
  return options;
}

}  // namespace

// The state changes at once, under the lock. What callbacks are to hear waits
// in a queue, in the order of the changes. One thread at a time empties it,
// without the lock. So callbacks keep their order, and may call the log again.
class InMemoryNotificationLog::Impl {
 public:
  explicit Impl(Options options)
      : options_(WithEpoch(std::move(options))), state_(options_) {}

  const std::string& epoch() const { return options_.epoch; }

  void SetListener(Listener listener) {
    const std::lock_guard<std::mutex> lock(mutex_);
    listener_ = std::make_shared<const Listener>(std::move(listener));
  }

  void Append(LogRecord record, AckCallback ack) {
    const std::size_t bytes = internal::TextBytes(record);
    std::unique_lock<std::mutex> lock(mutex_);
    if (in_flight_ >= options_.max_in_flight ||
        in_flight_bytes_ + bytes > options_.max_in_flight_bytes) {
      ++state_.counters().refused_busy;
      lock.unlock();
      Ack busy;
      busy.error = Error::kBusy;
      busy.sentence = "Too many appends are in flight.";
      if (ack) ack(busy);
      return;
    }
    ++in_flight_;
    in_flight_bytes_ += bytes;
    auto [result, entry] = state_.Append(std::move(record));
    Told told;
    told.bytes = bytes;
    told.appends = 1;
    if (entry) told.entries.push_back(std::move(*entry));
    if (ack) {
      told.then = [ack = std::move(ack), result = std::move(result)] {
        ack(result);
      };
    }
    told_.push_back(std::move(told));
    Tell(&lock);
  }

  void Release(Timestamp now,
               std::function<void(std::optional<Timestamp>)> done) {
    std::unique_lock<std::mutex> lock(mutex_);
    Told told;
    told.entries = state_.Release(now);
    if (done) {
      told.then = [done = std::move(done), next = state_.next_release()] {
        done(next);
      };
    }
    told_.push_back(std::move(told));
    Tell(&lock);
  }

  // Calls `read` under the lock.
  template <typename Reading>
  auto Locked(const Reading& read) {
    const std::lock_guard<std::mutex> lock(mutex_);
    return read(state_);
  }

 private:
  struct Told {
    std::vector<LogEntry> entries;
    std::function<void()> then;
    std::size_t appends = 0;
    std::size_t bytes = 0;
  };

  void Tell(std::unique_lock<std::mutex>* lock) {
    if (telling_) return;  // whoever tells goes on with it
    telling_ = true;
    while (!told_.empty()) {
      Told told = std::move(told_.front());
      told_.pop_front();
      const std::shared_ptr<const Listener> listener = listener_;
      lock->unlock();
      const bool is_heard = listener != nullptr && *listener != nullptr;
      if (is_heard && !told.entries.empty()) {
        (*listener)(std::move(told.entries));
      }
      if (told.then) told.then();
      lock->lock();
      in_flight_ -= told.appends;
      in_flight_bytes_ -= told.bytes;
    }
    telling_ = false;
  }

  const Options options_;
  std::mutex mutex_;
  internal::LogState state_;
  std::shared_ptr<const Listener> listener_;
  std::deque<Told> told_;
  bool telling_ = false;
  std::size_t in_flight_ = 0;
  std::size_t in_flight_bytes_ = 0;
};

InMemoryNotificationLog::InMemoryNotificationLog(Options options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}

InMemoryNotificationLog::~InMemoryNotificationLog() = default;

const std::string& InMemoryNotificationLog::epoch() const {
  return impl_->epoch();
}

std::uint64_t InMemoryNotificationLog::last_id() const {
  return impl_->Locked([](const auto& state) { return state.last_id(); });
}

void InMemoryNotificationLog::SetListener(Listener listener) {
  impl_->SetListener(std::move(listener));
}

void InMemoryNotificationLog::Append(LogRecord record, AckCallback ack) {
  impl_->Append(std::move(record), std::move(ack));
}

void InMemoryNotificationLog::Read(Query query,
                                   std::function<void(Page)> done) {
  done(impl_->Locked([&](auto& state) { return state.Read(query); }));
}

void InMemoryNotificationLog::FindUser(std::string user,
                                       std::function<void(UserState)> done) {
  done(impl_->Locked([&](const auto& state) { return state.FindUser(user); }));
}

void InMemoryNotificationLog::Members(std::string group,
                                      std::function<void(MemberList)> done) {
  MemberList members;
  members.names =
      impl_->Locked([&](const auto& state) { return state.Members(group); });
  done(std::move(members));
}

void InMemoryNotificationLog::Release(
    Timestamp now, std::function<void(std::optional<Timestamp> next)> done) {
  impl_->Release(now, std::move(done));
}

std::size_t InMemoryNotificationLog::size() const {
  return impl_->Locked([](const auto& state) { return state.size(); });
}

std::size_t InMemoryNotificationLog::bytes() const {
  return impl_->Locked([](const auto& state) { return state.bytes(); });
}

std::size_t InMemoryNotificationLog::users() const {
  return impl_->Locked([](const auto& state) { return state.users(); });
}

std::size_t InMemoryNotificationLog::scheduled() const {
  return impl_->Locked([](const auto& state) { return state.scheduled(); });
}

InMemoryNotificationLog::Counters InMemoryNotificationLog::counters() const {
  return impl_->Locked([](auto& state) { return state.counters(); });
}

}  // namespace tickerhub
