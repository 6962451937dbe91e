#ifndef TICKERHUB_BENCHMARKS_FANOUT_CROWD_H_
#define TICKERHUB_BENCHMARKS_FANOUT_CROWD_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fanout/round.h"
#include "fanout/server_process.h"
#include "load/client_pool.h"
#include "load/histogram.h"

namespace tickerhub::fanout {

/// One peer's server and all of its clients. A round is ticks at a pace; the
/// next one begins when every frame of the one before has arrived.
///
/// Threads: none of its own; use each on one thread.
class Crowd final : public load::ClientPool::Listener {
 public:
  Crowd() = default;

  /// Starts the server; `compression`: its clients will offer it. Returns a
  /// sentence if that fails.
  std::string Start(const std::vector<std::string>& server,
                    bool compression = false);

  /// Connects the clients; `subset`: each follows a few symbols instead of all.
  /// The same return; a server that does not agree to compression fails.
  /// REQUIRES: started; not called before.
  std::string Connect(std::uint32_t clients, bool subset);

  RoundResult Run(const RoundRequest& request);

  /// For a server under callgrind: begins to count its instructions anew, and
  /// has it write down how many there were. Return whether it did.
  bool Count();
  bool Dump();

  /// Answers pings between rounds.
  void Idle();

  // ClientPool::Listener.
  void OnOpen(load::ClientPool::Client client, std::int64_t took) override;
  void OnMessage(load::ClientPool::Client client, load::Opcode opcode,
                 std::string_view data, std::int64_t now) override;
  void OnEnd(load::ClientPool::Client client,
             const load::ClientPool::End& end) override;

 private:
  struct Tick {
    std::uint64_t expected = 0;
    std::uint64_t served = 0;
  };

  std::string ConnectAll(std::uint32_t clients);
  double RssPerConnection() const;
  std::string FollowAll();
  Tick Expect(const RoundRequest& request);
  void RunTick(const RoundRequest& request, bool measured,
               load::Histogram* last_times);
  std::optional<std::uint64_t> SeqOf(std::string_view data);
  template <typename Condition>
  bool PollUntil(std::int64_t deadline, Condition condition);

  ServerProcess server_;
  std::unique_ptr<load::ClientPool> pool_;
  bool compression_ = false;
  std::vector<std::uint64_t> last_seq_;                // by client
  std::vector<std::vector<std::uint32_t>> followers_;  // by symbol, in kSubset
  std::map<std::pair<Scenario, std::uint32_t>, load::Histogram> last_times_;
  std::string trouble_;  // the first thing that ended a client

  std::uint64_t seq_ = 0;
  std::size_t ordered_bytes_ = 0;  // of each message
  std::string newest_text_;        // of what came last, whoever got it
  std::optional<std::uint64_t> newest_seq_;  // … what it says
  std::size_t following_ = 0;
  std::uint64_t arrived_ = 0;  // of this tick
  std::uint64_t received_bytes_ = 0;
  std::int64_t last_arrival_ = 0;
  std::uint32_t random_ = 1;

  // Of the round.
  RoundResult result_;
  std::int64_t empty_rss_ = 0;
  double rss_per_connection_ = 0;
  double handshake_cpu_us_ = 0;
  double accepts_per_second_ = 0;
};

}  // namespace tickerhub::fanout

#endif  // TICKERHUB_BENCHMARKS_FANOUT_CROWD_H_
