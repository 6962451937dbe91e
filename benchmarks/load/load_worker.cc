#include "load/load_worker.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <ctime>

#include "load/load_target.h"

namespace tickerhub::load {
namespace {

constexpr std::uint16_t kNormalClose = 1000;
constexpr std::uint64_t kNanosecondsInMillisecond = 1'000'000;

ClientPool::Target TargetOf(const LoadOptions& options, std::size_t index) {
  ClientPool::Target target = options.target;
  if (options.source_for_each_process) UseSourceOfProcess(index, &target);
  return target;
}

std::int64_t WallNow() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

LoadWorker::LoadWorker(const LoadOptions& options, std::size_t index,
                       LoadState& state)
    : options_(options),
      state_(state),
      figures_(state.workers[index]),
      pool_(TargetOf(options, index), *this),
      first_place_(options.clients * index / options.processes),
      wanted_(options.clients * (index + 1) / options.processes - first_place_),
      began_(MonotonicNow()) {
  members_.reserve(wanted_);
}

void LoadWorker::Run() {
  while (phase_ != LoadPhase::kQuit) {
    const LoadPhase now = state_.phase.load();
    if (now != phase_) {
      phase_ = now;
      if (phase_ == LoadPhase::kSettle) BeginSettling();
      if (phase_ == LoadPhase::kClose) CloseAll();
    }
    if (phase_ == LoadPhase::kConnect) ConnectMore(MonotonicNow());
    pool_.Poll(std::chrono::milliseconds(
        phase_ == LoadPhase::kConnect && members_.size() < wanted_ ? 2 : 20));
    figures_.open.Set(pool_.open_count());
    figures_.bytes.Set(pool_.bytes_received());
    figures_.compressed.Set(pool_.compressed_count());
    figures_.connecting_done =
        members_.size() == wanted_ && pool_.connecting_count() == 0;
    figures_.closed_all =
        phase_ == LoadPhase::kClose && pool_.open_count() == 0;
  }
}

void LoadWorker::ConnectMore(std::int64_t now) {
  const double seconds = static_cast<double>(now - began_) / 1e9;
  const double rate = static_cast<double>(options_.ramp) /
                      static_cast<double>(options_.processes);
  const auto due = std::min(
      wanted_, 1 + static_cast<std::size_t>(std::floor(seconds * rate)));
  while (members_.size() < due) {
    Member& member = members_.emplace_back();
    member.slow = IsSlow(first_place_ + members_.size() - 1);
    member.began = MonotonicNow();
    figures_.started.Add();
    if (member.slow) figures_.slow_clients.Add();
    pool_.Connect();
  }
}

// Spread evenly over all clients: those at which a running share passes a whole
// number.
bool LoadWorker::IsSlow(std::size_t place) const {
  const double share = options_.slow_readers / 100;
  return std::floor(static_cast<double>(place + 1) * share + 1e-9) >
         std::floor(static_cast<double>(place) * share + 1e-9);
}

// ---- what the clients hear

void LoadWorker::OnOpen(ClientPool::Client client, std::int64_t took) {
  figures_.connected.Add();
  figures_.handshake.Add(took);
  if (members_[client].slow) pool_.SetPace(client, options_.slow_rate);
  // The phase may have moved on while this one was shaking hands.
  if (phase_ == LoadPhase::kClose) pool_.Close(client, kNormalClose);
}

void LoadWorker::OnMessage(ClientPool::Client client, Opcode opcode,
                           std::string_view data, std::int64_t now) {
  Member& member = members_[client];
  figures_.messages.Add();
  figures_.inflated_bytes.Add(data.size());
  UpdateFields fields;
  if (opcode != Opcode::kText || !ScanUpdate(data, &fields) ||
      fields.type.empty()) {
    figures_.not_understood.Add();
    NoteError("a message is not a JSON object with a type");
    return;
  }
  if (fields.type == "error") {
    figures_.not_understood.Add();
    NoteError(data);
    return;
  }
  Judge(member, fields, now);
}

void LoadWorker::Judge(Member& member, const UpdateFields& fields,
                       std::int64_t now) {
  const SequenceVerdict verdict = member.sequence.Check(fields);
  if (verdict == SequenceVerdict::kNothing) return;
  if (fields.since || fields.snapshot) figures_.updates.Add();
  if (fields.snapshot) figures_.snapshots.Add();
  switch (verdict) {
    case SequenceVerdict::kFirst:
      // A slow reader looks at it when it likes.
      if (!member.slow) figures_.first_snapshot.Add(now - member.began);
      break;
    case SequenceVerdict::kMerged:
      if (!member.slow) figures_.merged.Add();
      break;
    case SequenceVerdict::kGap:
      figures_.gaps.Add();
      NoteError("an update is missing: one continues from " +
                std::to_string(fields.since.value_or(*fields.seq)) +
                ", which its client has not seen");
      break;
    case SequenceVerdict::kBackwards:
      figures_.backwards.Add();
      NoteError("a sequence number goes back");
      break;
    default:
      break;
  }
  if (!member.slow && fields.since) NoteArrival(fields, now);
  if (phase_ == LoadPhase::kSettle) Settle(member);
}

void LoadWorker::NoteArrival(const UpdateFields& fields, std::int64_t now) {
  const auto behind = state_.first_arrivals.Note(
      FirstArrivals::KeyOf(*fields.seq, fields.time.value_or(0)), now);
  if (behind) figures_.spread.Add(*behind);
  if (fields.time) {
    figures_.age.Add(WallNow() - static_cast<std::int64_t>(
                                     *fields.time * kNanosecondsInMillisecond));
  }
}

void LoadWorker::OnEnd(ClientPool::Client client, const ClientPool::End& end) {
  Member& member = members_[client];
  if (!end.was_open) {
    figures_.failed.Add();
    NoteError(end.what);
  } else {
    (member.slow ? figures_.slow_closes : figures_.closes).Add(end.close_code);
    if (!member.slow && phase_ != LoadPhase::kClose) {
      figures_.unexpected_ends.Add();
      NoteError(end.what.empty() ? "the server closed a connection" : end.what);
    }
  }
  if (phase_ == LoadPhase::kSettle) Settle(member);
}

void LoadWorker::NoteError(std::string_view what) {
  if (figures_.first_error.set) return;
  const std::size_t size = std::min(what.size(), FirstError::kBytes - 1);
  std::memcpy(figures_.first_error.text, what.data(), size);
  figures_.first_error.set = true;
}

// ---- the end

void LoadWorker::BeginSettling() {
  std::uint64_t waiting = 0;
  for (ClientPool::Client i = 0; i < members_.size(); ++i) {
    members_[i].settled = members_[i].slow || !pool_.is_open(i);
    if (!members_[i].settled) ++waiting;
  }
  figures_.waiting.Set(waiting);
  figures_.settling = true;
}

void LoadWorker::Settle(Member& member) {
  if (member.settled) return;
  member.settled = true;
  figures_.waiting.Set(figures_.waiting.Get() - 1);
}

void LoadWorker::CloseAll() {
  // A worker that is late may never have seen the phase before.
  if (!figures_.settling) BeginSettling();
  figures_.incomplete.Set(figures_.waiting.Get());
  for (ClientPool::Client i = 0; i < members_.size(); ++i) {
    pool_.Close(i, kNormalClose);
  }
}

}  // namespace tickerhub::load
