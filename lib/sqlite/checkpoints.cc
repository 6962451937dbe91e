#include "checkpoints.h"

#include <string>

#include "threads/start_thread.h"

namespace tickerhub::internal {
namespace {

using std::chrono::steady_clock;

// Pages of 4 KiB.
constexpr int kStep = 4'000;
constexpr int kMostPages = 16'000;

// A reader that stays in an old state keeps FILE-wal from beginning anew. That
// must not make each commit wait for the disk.
constexpr std::chrono::seconds kBetween{1};

}  // namespace

Checkpoints::Checkpoints(Database& own, Database& to_write,
                         ProblemReports& problems)
    : own_(own),
      to_write_(to_write),
      problems_(problems),
      next_pages_(kStep),
      thread_(StartThread([this] { Run(); })) {}

void Checkpoints::AfterCommit(int pages) {
  if (pages < next_pages_ - kStep) next_pages_ = kStep;  // it began anew
  if (pages < next_pages_) return;
  if (pages >= kMostPages && steady_clock::now() >= not_before_) {
    not_before_ = steady_clock::now() + kBetween;
    Checkpoint(&to_write_);
    return;
  }
  next_pages_ = pages + kStep;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_called_ = true;
  }
  called_.notify_one();
}

void Checkpoints::Close() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_closing_ = true;
  }
  called_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Checkpoints::Run() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    called_.wait(lock, [this] { return is_called_ || is_closing_; });
    if (is_closing_) return;
    is_called_ = false;
    lock.unlock();
    Checkpoint(&own_);
    lock.lock();
  }
}

void Checkpoints::Checkpoint(Database* database) {
  try {
    database->Checkpoint();
  } catch (const DatabaseFault& fault) {
    problems_.Tell(
        ProblemReports::kCheckpoint,
        std::string("A checkpoint of the notification log has failed: ") +
            fault.what() + ".");
  }
}

}  // namespace tickerhub::internal
