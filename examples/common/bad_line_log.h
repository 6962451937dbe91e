#ifndef TICKERHUB_EXAMPLES_COMMON_BAD_LINE_LOG_H_
#define TICKERHUB_EXAMPLES_COMMON_BAD_LINE_LOG_H_

// Tells of the bad lines of an input without flooding the log: each of the
// first few, then every thousandth, and the total at the end.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tickerhub::examples {

class BadLineLog {
 public:
  static constexpr std::uint64_t kToldEach = 20;
  static constexpr std::uint64_t kThenEvery = 1'000;

  explicit BadLineLog(std::string input) : input_(std::move(input)) {}

  void Report(std::uint64_t line_number, std::string_view reason);
  /// At the end of the input.
  void ReportTotal() const;

  std::uint64_t count() const { return count_; }
  std::uint64_t told() const { return told_; }

 private:
  std::string input_;  // "standard input"
  std::uint64_t count_ = 0;
  std::uint64_t told_ = 0;
};

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_BAD_LINE_LOG_H_
