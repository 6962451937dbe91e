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
#include "load/update_reader.h"

namespace tickerhub::fanout {

/// One peer's server and all of its clients. A round is ticks at a pace; the
/// next one begins when every frame of the one before has arrived.
///
/// Threads: use each on one thread.
class Crowd final : public load::ClientPool::Listener {
 public:
  /// Starts the server; `compression`: its clients will offer it. Returns a
  /// sentence if that fails.
  std::string Start(const std::vector<std::string>& server,
                    bool compression = false);

  /// Connects the clients; `subset`: each follows a few symbols instead of all.
  /// Returns a sentence if that fails, or if the server does not agree to
  /// compression. REQUIRES: started; not called before.
  std::string Connect(std::uint32_t clients, bool subset);

  RoundResult Run(const RoundRequest& request);

  /// For a server under callgrind: counts its instructions anew, or writes down
  /// how many there were. Return whether it did.
  bool Count() { return server_.Ask("count") == "done"; }
  bool Dump() { return server_.Ask("dump") == "done"; }

  /// The server's port, for connections of other kinds. REQUIRES: started.
  int port() const { return server_.port(); }

  /// Answers pings between rounds.
  void Idle() { pool_->Poll(std::chrono::milliseconds(0)); }

  // ClientPool::Listener.
  void OnOpen(load::ClientPool::Client, std::int64_t) override {}
  void OnMessage(load::ClientPool::Client client, load::Opcode opcode,
                 std::string_view data, std::int64_t now) override;
  void OnEnd(load::ClientPool::Client client,
             const load::ClientPool::End& end) override;

 private:
  /// Until so many are open. Returns an error message or "".
  std::string ConnectUpTo(std::uint32_t clients);
  std::string FollowAll();
  double RssPerConnection() const;
  /// Adds what the next tick is to bring to the result.
  void Expect(const RoundRequest& request);
  void RunTick(const RoundRequest& request);
  void Wait(std::int64_t nanoseconds);
  template <typename Condition>
  bool PollUntil(std::int64_t deadline, Condition condition);

  ServerProcess server_;
  std::unique_ptr<load::ClientPool> pool_;
  bool compression_ = false;
  std::vector<std::uint64_t> last_seq_;                // by client
  std::vector<std::vector<std::uint32_t>> followers_;  // by symbol, in kSubset
  // From the order to the last client, in each kind of round.
  std::map<std::pair<Scenario, std::uint32_t>, load::Histogram> last_times_;
  std::string trouble_;  // the first thing that ended a client
  load::UpdateReader reader_;

  std::uint64_t seq_ = 0;
  std::size_t ordered_bytes_ = 0;  // of each message
  std::size_t following_ = 0;
  std::uint64_t received_bytes_ = 0;
  std::int64_t last_arrival_ = 0;
  std::uint32_t random_ = 1;

  RoundResult result_;  // of the round
  std::uint32_t started_ = 0;
  double measured_connections_ = 1;
  double empty_rss_ = 0;
  double rss_per_connection_ = 0;
  double handshake_cpu_us_ = 0;
  double accepts_per_second_ = 0;
};

/// A Crowd in a process of its own. Each peer's ten thousand clients have their
/// own descriptors, so all peers can be connected at the same time, and rounds
/// of different peers can follow each other at once.
class CrowdProcess {
 public:
  /// REQUIRES: this process has no other thread (it forks).
  CrowdProcess(const std::vector<std::string>& server, bool compression,
               std::uint32_t clients, bool subset);
  /// Ends it with its server.
  ~CrowdProcess();
  CrowdProcess(const CrowdProcess&) = delete;
  CrowdProcess& operator=(const CrowdProcess&) = delete;

  /// A sentence if the server or its clients could not be started, else empty.
  const std::string& error() const { return error_; }

  /// Nothing if that process has ended. REQUIRES: error() is empty.
  std::optional<RoundResult> Run(const RoundRequest& request) const;

 private:
  pid_t process_ = -1;
  int socket_ = -1;
  std::string error_;
};

}  // namespace tickerhub::fanout

#endif  // TICKERHUB_BENCHMARKS_FANOUT_CROWD_H_
