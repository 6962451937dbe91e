#ifndef TICKERHUB_EXAMPLES_COMMON_UNBLOCKED_SINK_H_
#define TICKERHUB_EXAMPLES_COMMON_UNBLOCKED_SINK_H_

#include <spdlog/sinks/base_sink.h>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>

namespace tickerhub::examples {

/// Writes the log to a descriptor, and never waits for who reads it: the lines
/// that a full pipe or socket does not take are lost, and counted in a line
/// that comes once it takes some again. Else a log collector that stands still
/// would hold up everything that the program does.
///
/// Threads: any thread may log.
class UnblockedSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  /// `descriptor` must outlive this.
  explicit UnblockedSink(int descriptor) : descriptor_(descriptor) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override {}

 private:
  bool Write(const spdlog::details::log_msg& message);
  // Returns how many bytes were taken.
  std::size_t Write(std::string_view text) const;

  const int descriptor_;
  std::uint64_t lost_ = 0;
  bool is_torn_ = false;  // the last line has no end
};

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_UNBLOCKED_SINK_H_
