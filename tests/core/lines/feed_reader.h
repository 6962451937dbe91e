#ifndef TICKERHUB_TESTS_CORE_LINES_FEED_READER_H_
#define TICKERHUB_TESTS_CORE_LINES_FEED_READER_H_

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fields/feed_time.h"
#include "tickerhub/line_source.h"

namespace tickerhub::testing {

/// Reads a feed at 2026-01-02T14:30:00Z and keeps what becomes of it.
class FeedReader {
 public:
  explicit FeedReader(FeedFormat format = FeedFormat()) {
    LineSource::Options options;
    format.now = [] { return kNow; };
    options.format = std::move(format);
    options.on_bad_line = [this](std::uint64_t number, std::string_view what) {
      results.push_back(std::to_string(number) + " bad: " + std::string(what));
    };
    options.on_notice = [this](std::uint64_t number, std::string_view what) {
      notices.push_back(std::to_string(number) + ": " + std::string(what));
    };
    source_ = std::make_unique<LineSource>(std::move(options));
  }

  /// Returns what becomes of these lines: "SYMBOL PRICE@TIME", or
  /// "SYMBOL PRICE" if they have no time, and "NUMBER bad: REASON".
  std::vector<std::string> Read(std::string_view lines) {
    results.clear();
    while (!lines.empty()) {
      const std::size_t end = std::min(lines.find('\n'), lines.size() - 1);
      source_->Push(lines.substr(0, end + 1));
      lines.remove_prefix(end + 1);
      if (lines.empty()) source_->End();
      Poll();
    }
    return std::exchange(results, {});
  }

  std::vector<std::string> results;
  std::vector<std::string> notices;

 private:
  static constexpr Timestamp kNow{std::chrono::milliseconds(1'767'364'200'000)};

  void Poll() {
    std::vector<PriceUpdate> updates;
    // No time in a feed is like this one.
    const Timestamp at_poll(std::chrono::milliseconds(-1));
    source_->Poll({at_poll, {}}, &updates);
    for (const PriceUpdate& update : updates) {
      results.push_back(
          update.symbol.ToString() + " " + update.price.ToString() +
          (update.time == at_poll ? std::string()
                                  : "@" + internal::TimeText(update.time)));
    }
  }

  std::unique_ptr<LineSource> source_;
};

/// What becomes of a feed that is read by itself.
inline std::vector<std::string> ReadFeed(std::string_view lines,
                                         FeedFormat format = FeedFormat()) {
  return FeedReader(std::move(format)).Read(lines);
}

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_CORE_LINES_FEED_READER_H_
