#ifndef TICKERHUB_BENCHMARKS_LOAD_LOAD_WORKER_H_
#define TICKERHUB_BENCHMARKS_LOAD_LOAD_WORKER_H_

// One process of a load: its share of the clients, each of which follows all
// stocks and checks the sequence of what it gets.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "load/client_pool.h"
#include "load/load_figures.h"
#include "load/load_options.h"
#include "load/sequence_check.h"

namespace tickerhub::load {

class LoadWorker final : public ClientPool::Listener {
 public:
  /// `index` counts the processes. Both referents must outlive this.
  LoadWorker(const LoadOptions& options, std::size_t index, LoadState& state);

  /// Returns when the phase is kQuit.
  void Run();

  // ClientPool::Listener.
  void OnOpen(ClientPool::Client client, std::int64_t took) override;
  void OnMessage(ClientPool::Client client, Opcode opcode,
                 std::string_view data, std::int64_t now) override;
  void OnEnd(ClientPool::Client client, const ClientPool::End& end) override;

 private:
  struct Member {
    SequenceCheck sequence;
    std::int64_t began = 0;
    bool slow = false;
    bool settled = false;  // has shown, since the settling began, that it is
                           // complete; or has ended
  };

  void ConnectMore(std::int64_t now);
  void BeginSettling();
  void CloseAll();
  void Settle(Member& member);
  void Judge(Member& member, const UpdateFields& fields, std::int64_t now);
  void NoteArrival(const UpdateFields& fields, std::int64_t now);
  void NoteError(std::string_view what);
  bool IsSlow(std::size_t place) const;

  const LoadOptions& options_;
  LoadState& state_;
  LoadFigures& figures_;
  ClientPool pool_;
  std::vector<Member> members_;
  std::size_t first_place_;  // of this worker's clients among all
  std::size_t wanted_;
  std::int64_t began_;
  LoadPhase phase_ = LoadPhase::kConnect;
};

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_LOAD_WORKER_H_
