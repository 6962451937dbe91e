#ifndef TICKERHUB_BENCHMARKS_FANOUT_SUMMARY_H_
#define TICKERHUB_BENCHMARKS_FANOUT_SUMMARY_H_

#include <string>
#include <utility>
#include <vector>

#include "fanout/plan.h"
#include "fanout/round.h"

namespace tickerhub::fanout {

/// What came of a turn.
struct Record {
  Turn turn;
  RoundResult result;
};

/// Every round of one peer in one cell. Microseconds, unless named otherwise.
struct SummaryRow {
  Turn turn;
  std::size_t rounds = 0;
  double cpu = 0;          ///< of the server for each frame: the median
  double user = 0;         ///< … of it, over all rounds together
  double system = 0;       ///< …
  double cpu_served = 0;   ///< for each client that a tick had something for
  double user_served = 0;  ///< …
  double ratio = 0;        ///< cpu to the floor's: the median of the rounds'
  double ratio_plain = 0;  ///< of a compressed peer, to plain tickerhub's
  double frames_a_second = 0;  ///< median; from each order to its last frame
  double last_p50 = 0;         ///< order to last client, ticks of all rounds
  double last_p99 = 0;
  double last_p999 = 0;
  double bytes_a_frame = 0;
  double wire_bytes_a_frame = 0;
  /// For each connection, after the round that left the most behind.
  double rss_after_bytes = 0;
  // Medians, of as many crowds as there were: each round has a new one in
  // kConnect, all rounds have the same one otherwise.
  double rss_bytes = 0;  ///< for each idle connection
  double handshake = 0;  ///< CPU for each connection
  double accepts_a_second = 0;
  std::uint64_t dropped = 0;
  std::uint64_t out_of_order = 0;
};

std::vector<SummaryRow> Summarise(const std::vector<Record>& records);

/// For people.
std::string SummaryTable(const std::vector<SummaryRow>& rows);

using Context = std::vector<std::pair<std::string, std::string>>;

/// For the report: {"context":{…},"rows":[{…},…]}.
std::string SummaryJson(const std::vector<SummaryRow>& rows,
                        const Context& context);

/// The machine, the system and the build.
Context DescribeContext(const std::string& commit, std::uint32_t rounds);

}  // namespace tickerhub::fanout

#endif  // TICKERHUB_BENCHMARKS_FANOUT_SUMMARY_H_
