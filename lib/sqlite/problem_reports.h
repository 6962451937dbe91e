#ifndef TICKERHUB_LIB_SQLITE_PROBLEM_REPORTS_H_
#define TICKERHUB_LIB_SQLITE_PROBLEM_REPORTS_H_

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <utility>

namespace tickerhub::internal {

/// What the operator hears of a log that fails: the first problem of each kind
/// in a minute. A disk that is full at night would fill the log of the program
/// otherwise, a line for each attempt.
///
/// Threads: any thread may call it.
class ProblemReports {
 public:
  enum Kind { kWriting, kReading, kRetention, kCheckpoint };

  /// `tell` may be null.
  explicit ProblemReports(std::function<void(const std::string&)> tell)
      : tell_(std::move(tell)) {}

  void Tell(Kind kind, const std::string& sentence) {
    constexpr std::chrono::minutes kTellAgain{1};
    if (!tell_) return;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      const auto now = std::chrono::steady_clock::now();
      if (now < tell_again_[kind]) return;
      tell_again_[kind] = now + kTellAgain;
    }
    tell_(sentence);
  }

 private:
  const std::function<void(const std::string&)> tell_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point tell_again_[kCheckpoint + 1] = {};
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_SQLITE_PROBLEM_REPORTS_H_
