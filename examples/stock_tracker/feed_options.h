#ifndef TICKERHUB_EXAMPLES_STOCK_TRACKER_FEED_OPTIONS_H_
#define TICKERHUB_EXAMPLES_STOCK_TRACKER_FEED_OPTIONS_H_

// The options that say what the lines of a feed mean.

#include <cstdint>

#include "common/command_line.h"
#include "tickerhub/feed_format.h"
#include "tickerhub/line_source.h"

namespace tickerhub::examples {

struct FeedOptions {
  FeedFormat format;
  std::uint64_t max_sort_mib = 256;
  std::uint64_t max_line_bytes = LineSource::Options().max_line_bytes;
  std::uint64_t max_pending = LineSource::Options().max_pending;
};

/// `options` must live until they were read.
void AddFeedOptions(CommandLine* line, FeedOptions* options);

/// Throws UsageError for options that do not go together or do nothing.
void CheckFeedOptions(const CommandLine& line, const FeedOptions& options,
                      bool is_replay, bool reads_lines);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_STOCK_TRACKER_FEED_OPTIONS_H_
