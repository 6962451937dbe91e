#ifndef TICKERHUB_BENCHMARKS_FANOUT_COMMAND_H_
#define TICKERHUB_BENCHMARKS_FANOUT_COMMAND_H_

// What the benchmark tells a server, a line each on the server's standard
// input. The server prints "listening PORT" once it is ready, and ends at the
// end of its input.
//
//   tick FIRST COUNT BYTES     publish COUNT messages to all, numbered from
//                              FIRST, of BYTES bytes each, in one tick
//   changes FIRST COUNT BYTES  publish COUNT messages, each to those who follow
//                              its symbol, in one tick
//   usage                      answer "usage USER SYSTEM", microseconds of CPU
//   count, dump                begin to count instructions anew, and write down
//                              how many there were (under callgrind); answer
//                              "done"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tickerhub::fanout {

struct Command {
  enum class Kind : std::uint8_t { kTick, kChanges, kUsage, kCount, kDump };

  Kind kind = Kind::kUsage;
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  std::size_t bytes = 0;
};

/// With its line feed.
std::string ToLine(const Command& command);

/// Commands out of a stream that comes in any pieces. A line that is none is
/// skipped: both ends are ours.
class CommandStream {
 public:
  std::vector<Command> Push(std::string_view bytes);

 private:
  std::string rest_;
};

/// Symbols of the scenario in which clients follow a few of many.
inline constexpr std::uint32_t kSymbols = 1000;
inline constexpr std::uint32_t kFollowed = 10;

/// The JSON text of message `seq`: an update with as many prices as fit into
/// `bytes` (one at least, a thousand at most), filled up with blanks to that
/// length. Their symbols and prices compress as those of a market do, not as a
/// filling would.
std::string MessageText(std::uint64_t seq, std::size_t bytes);

/// The symbol, below kSymbols, that message `seq` of a "changes" tick is about.
/// Those of a hundred messages in a row are different.
std::uint32_t SymbolOf(std::uint64_t seq);

/// What a client follows: kFollowed different symbols.
std::vector<std::uint32_t> FollowedBy(std::uint32_t client);

/// "follow 3 14 159": what a client says to follow these alone, and what the
/// server answers once that is so.
std::string FollowText(const std::vector<std::uint32_t>& symbols);
std::vector<std::uint32_t> ReadFollowText(std::string_view text);
inline constexpr std::string_view kFollowing = R"({"type":"following"})";

/// "usage 12345 67890\n" of this process.
std::string UsageLine();

}  // namespace tickerhub::fanout

#endif  // TICKERHUB_BENCHMARKS_FANOUT_COMMAND_H_
