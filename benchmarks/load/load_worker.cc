#include "load/load_worker.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "load/client_pool.h"
#include "load/load_target.h"
#include "load/sequence_check.h"
#include "load/update_reader.h"

namespace tickerhub::load {
namespace {

constexpr std::uint16_t kNormalClose = 1000;

ClientPool::Target TargetOf(const LoadOptions& options, std::size_t index) {
  ClientPool::Target target = options.target;
  if (IsIpv4Loopback(target)) UseSourceOfProcess(index, &target);
  return target;
}

class LoadWorker final : public ClientPool::Listener {
 public:
  LoadWorker(const LoadOptions& options, std::size_t index, LoadState& state)
      : options_(options),
        state_(state),
        figures_(state.workers[index]),
        pool_(TargetOf(options, index), *this),
        first_place_(options.clients * index / options.processes),
        wanted_(options.clients * (index + 1) / options.processes -
                first_place_) {
    members_.reserve(wanted_);
  }

  void Run() {
    while (phase_ != LoadPhase::kQuit) {
      const LoadPhase now = state_.phase.load();
      if (now != phase_) {
        phase_ = now;
        if (phase_ == LoadPhase::kSettle) BeginSettling();
        if (phase_ == LoadPhase::kClose) CloseAll();
      }
      if (phase_ == LoadPhase::kConnect) ConnectMore();
      const bool hurry =
          phase_ == LoadPhase::kConnect && members_.size() < wanted_;
      pool_.Poll(std::chrono::milliseconds(hurry ? 2 : 20));
      figures_.open.Set(pool_.open_count());
      figures_.bytes.Set(pool_.bytes_received());
      figures_.compressed.Set(pool_.compressed_count());
      figures_.connecting_done =
          members_.size() == wanted_ && pool_.connecting_count() == 0;
      figures_.closed_all =
          phase_ == LoadPhase::kClose && pool_.open_count() == 0;
    }
  }

  void OnOpen(ClientPool::Client client, std::int64_t now) override {
    figures_.connected.Add();
    figures_.handshake.Add(now - members_[client].began);
    if (members_[client].slow) pool_.SetPace(client, options_.slow_rate);
    // The phase may have moved on while this one was shaking hands.
    if (phase_ == LoadPhase::kClose) pool_.Close(client, kNormalClose);
  }

  void OnMessage(ClientPool::Client client, Opcode opcode,
                 std::string_view data, std::int64_t now) override {
    figures_.messages.Add();
    figures_.inflated_bytes.Add(data.size());
    const UpdateFields* const fields = reader_.Read(data);
    if (opcode != Opcode::kText || fields == nullptr || fields->type.empty()) {
      NoteError(&figures_.not_understood,
                "a message is not a JSON object with a type");
    } else if (fields->type == "error") {
      NoteError(&figures_.not_understood, data);
    } else {
      Judge(members_[client], *fields, now);
    }
  }

  void OnEnd(ClientPool::Client client, const ClientPool::End& end) override {
    Member& member = members_[client];
    if (!end.was_open) {
      NoteError(&figures_.failed, end.what);
    } else {
      (member.slow ? figures_.slow_closes : figures_.closes)
          .Add(end.close_code);
      if (!member.slow && phase_ != LoadPhase::kClose) {
        NoteError(
            &figures_.unexpected_ends,
            end.what.empty() ? "the server closed a connection" : end.what);
      }
    }
    if (phase_ == LoadPhase::kSettle) Settle(member);
  }

 private:
  struct Member {
    SequenceCheck sequence;
    std::int64_t began = 0;
    bool slow = false;
    // Has proved, since the settling began, that it missed nothing; or ended.
    bool settled = false;
  };

  void ConnectMore() {
    const double seconds = static_cast<double>(MonotonicNow() - began_) / 1e9;
    const double rate = static_cast<double>(options_.ramp) /
                        static_cast<double>(options_.processes);
    const auto due =
        std::min(wanted_, 1 + static_cast<std::size_t>(seconds * rate));
    while (members_.size() < due) {
      Member& member = members_.emplace_back();
      member.slow = IsSlow(first_place_ + members_.size() - 1);
      member.began = MonotonicNow();
      figures_.started.Add();
      if (member.slow) figures_.slow_clients.Add();
      pool_.Connect();
    }
  }

  // Spread evenly over all clients: those at which a running share passes a
  // whole number.
  bool IsSlow(std::size_t place) const {
    const double share = options_.slow_readers / 100;
    return std::floor(static_cast<double>(place + 1) * share + 1e-9) >
           std::floor(static_cast<double>(place) * share + 1e-9);
  }

  void Judge(Member& member, const UpdateFields& fields, std::int64_t now) {
    const SequenceVerdict verdict = member.sequence.Check(fields);
    if (verdict == SequenceVerdict::kNothing) return;
    if (fields.since || fields.snapshot) figures_.updates.Add();
    if (fields.snapshot) figures_.snapshots.Add();
    if (verdict == SequenceVerdict::kGap) {
      NoteError(&figures_.gaps,
                "an update is missing: one continues from " +
                    std::to_string(fields.since.value_or(*fields.seq)) +
                    ", which its client has not seen");
    } else if (verdict == SequenceVerdict::kBackwards) {
      NoteError(&figures_.backwards, "a sequence number goes back");
    } else if (verdict == SequenceVerdict::kMerged && !member.slow) {
      figures_.merged.Add();
    } else if (verdict == SequenceVerdict::kFirst && !member.slow) {
      figures_.first_snapshot.Add(now - member.began);
    }
    if (!member.slow && fields.since) NoteArrival(fields, now);
    if (phase_ == LoadPhase::kSettle) Settle(member);
  }

  void NoteArrival(const UpdateFields& fields, std::int64_t now) {
    const auto behind = state_.first_arrivals.Note(
        FirstArrivals::KeyOf(*fields.seq, fields.time.value_or(0)), now);
    if (behind) figures_.spread.Add(*behind);
    if (!fields.time) return;
    const std::chrono::nanoseconds wall =
        std::chrono::system_clock::now().time_since_epoch();
    figures_.age.Add((wall - std::chrono::milliseconds(*fields.time)).count());
  }

  void NoteError(Count* count, std::string_view what) {
    count->Add();
    if (figures_.has_error) return;
    what = what.substr(0, figures_.first_error.size() - 1);
    std::copy(what.begin(), what.end(), figures_.first_error.begin());
    figures_.has_error = true;
  }

  void BeginSettling() {
    std::uint64_t waiting = 0;
    for (ClientPool::Client i = 0; i < members_.size(); ++i) {
      members_[i].settled = members_[i].slow || !pool_.is_open(i);
      if (!members_[i].settled) ++waiting;
    }
    figures_.waiting.Set(waiting);
    figures_.settling = true;
  }

  void Settle(Member& member) {
    if (member.settled) return;
    member.settled = true;
    figures_.waiting.Set(figures_.waiting.Get() - 1);
  }

  void CloseAll() {
    // A worker that is late may never have seen the phase before.
    if (!figures_.settling) BeginSettling();
    figures_.incomplete.Set(figures_.waiting.Get());
    for (ClientPool::Client i = 0; i < members_.size(); ++i) {
      pool_.Close(i, kNormalClose);
    }
  }

  const LoadOptions& options_;
  LoadState& state_;
  LoadFigures& figures_;
  ClientPool pool_;
  UpdateReader reader_;
  std::vector<Member> members_;
  std::size_t first_place_;  // of this worker's clients among all
  std::size_t wanted_;
  std::int64_t began_ = MonotonicNow();
  LoadPhase phase_ = LoadPhase::kConnect;
};

}  // namespace

void RunLoadWorker(const LoadOptions& options, std::size_t index,
                   LoadState& state) {
  LoadWorker(options, index, state).Run();
}

}  // namespace tickerhub::load
