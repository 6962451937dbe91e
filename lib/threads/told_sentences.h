#ifndef TICKERHUB_LIB_THREADS_TOLD_SENTENCES_H_
#define TICKERHUB_LIB_THREADS_TOLD_SENTENCES_H_

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace tickerhub::internal {

/// Remembers what was told, so that a mistake in a loop does not flood a log.
/// Any thread may call.
class ToldSentences {
 public:
  /// Returns whether nobody has asked for this sentence before.
  bool IsNew(std::string_view sentence) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (told_.find(sentence) != told_.end()) return false;
    told_.emplace(sentence);
    return true;
  }

 private:
  std::mutex mutex_;
  std::set<std::string, std::less<>> told_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_THREADS_TOLD_SENTENCES_H_
