#ifndef TICKERHUB_LIB_TESTING_LOG_CHECK_H_
#define TICKERHUB_LIB_TESTING_LOG_CHECK_H_

#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "testing/log_steps.h"
#include "tickerhub/notification_log.h"
#include "tickerhub/testing/notification_log_suite.h"

namespace tickerhub::testing::internal {

/// One promise under check: a log, and what it did otherwise.
class LogCheck {
 public:
  explicit LogCheck(const MakeNotificationLog& make_log)
      : make_log_(make_log), log_(MakeAnother()) {}

  NotificationLog& log() { return *log_; }
  std::unique_ptr<NotificationLog> MakeAnother() const {
    auto log = make_log_();
    if (!log) throw std::invalid_argument("make_log returned no log");
    return log;
  }

  void IsTrue(bool is_true, const std::string& what) {
    if (!is_true) broken_.push_back(what);
  }

  template <typename One, typename Other>
  void AreEqual(const One& actual, const Other& expected,
                const std::string& what) {
    if (actual == expected) return;
    broken_.push_back(what + ": " + Text(actual) + ", not " + Text(expected));
  }

  void AreIds(const LogIds& actual, const LogIds& expected,
              const std::string& what) {
    AreEqual(actual, expected, what);
  }

  void Fail(std::string sentence) { broken_.push_back(std::move(sentence)); }
  std::vector<std::string>& broken() { return broken_; }

 private:
  template <typename Value>
  static std::string Text(const Value& value) {
    std::ostringstream out;
    out << value;
    return out.str();
  }
  template <typename Value>
  static std::string Text(const std::vector<Value>& values) {
    std::ostringstream out;
    out << "[";
    for (const Value& value : values) out << " " << value;
    out << " ]";
    return out.str();
  }

  const MakeNotificationLog& make_log_;
  std::unique_ptr<NotificationLog> log_;
  std::vector<std::string> broken_;
};

struct LogPromise {
  const char* name;
  void (*check)(LogCheck& check);
};

// The promises by what they are about.
std::vector<LogPromise> PagePromises();
std::vector<LogPromise> InboxPromises();
std::vector<LogPromise> TimePromises();
std::vector<LogPromise> CallbackPromises();

}  // namespace tickerhub::testing::internal

#endif  // TICKERHUB_LIB_TESTING_LOG_CHECK_H_
