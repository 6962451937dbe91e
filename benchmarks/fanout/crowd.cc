#include "fanout/crowd.h"

#include <chrono>
#include <cstdio>

#include "load/load_target.h"

namespace tickerhub::fanout {
namespace {

using load::MonotonicNow;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kConnectPatience = 60 * kSecond;
// A frame that takes longer is counted as dropped.
constexpr std::int64_t kTickPatience = 10 * kSecond;
// Handshakes under way at a time: fewer than any peer's backlog.
constexpr std::size_t kHandshakesAtOnce = 200;
// For a server to come to rest before its memory is read.
constexpr std::int64_t kRest = kSecond / 2;

}  // namespace

template <typename Condition>
bool Crowd::PollUntil(std::int64_t deadline, Condition condition) {
  while (!condition()) {
    if (MonotonicNow() > deadline) return false;
    pool_->Poll(std::chrono::milliseconds(1));
  }
  return true;
}

void Crowd::Wait(std::int64_t nanoseconds) {
  PollUntil(MonotonicNow() + nanoseconds, [] { return false; });
}

std::string Crowd::Start(const std::vector<std::string>& server,
                         bool compression) {
  compression_ = compression;
  std::string error = server_.Start(server);
  if (!error.empty()) return error;
  load::ClientPool::Target target;
  target.compression = compression;
  error = load::ResolveTarget(
      "ws://127.0.0.1:" + std::to_string(server_.port()), &target);
  pool_ = std::make_unique<load::ClientPool>(target, *this);
  return error;
}

std::string Crowd::Connect(std::uint32_t clients, bool subset) {
  last_seq_.resize(clients);
  // The first connection brings the program's own code into memory, so it is
  // not counted where there are others.
  const std::uint32_t first = clients > 1 ? 1 : 0;
  std::string error = ConnectUpTo(first);
  if (!error.empty()) return error;
  Wait(kRest);
  measured_connections_ = clients - first;
  empty_rss_ = server_.ResidentBytes();
  const double cpu = server_.CpuNanoseconds();
  const std::int64_t began = MonotonicNow();
  error = ConnectUpTo(clients);
  if (!error.empty()) return error;
  const auto took = static_cast<double>(MonotonicNow() - began);
  handshake_cpu_us_ =
      (server_.CpuNanoseconds() - cpu) / measured_connections_ / 1e3;
  accepts_per_second_ = measured_connections_ / took * 1e9;
  Wait(kRest);
  rss_per_connection_ = RssPerConnection();
  return subset ? FollowAll() : std::string();
}

std::string Crowd::ConnectUpTo(std::uint32_t clients) {
  const bool connected = PollUntil(MonotonicNow() + kConnectPatience, [&] {
    while (started_ < clients &&
           pool_->connecting_count() < kHandshakesAtOnce) {
      pool_->Connect();
      ++started_;
    }
    return pool_->open_count() == clients || !trouble_.empty();
  });
  if (!trouble_.empty()) return trouble_;
  if (!connected) return "not all clients could connect in time";
  if (compression_ && pool_->compressed_count() != clients) {
    return "the server does not compress";
  }
  return {};
}

double Crowd::RssPerConnection() const {
  return (server_.ResidentBytes() - empty_rss_) / measured_connections_;
}

std::string Crowd::FollowAll() {
  followers_.resize(kSymbols);
  for (std::uint32_t client = 0; client < last_seq_.size(); ++client) {
    for (const std::uint32_t symbol : FollowedBy(client)) {
      followers_[symbol].push_back(client);
    }
    pool_->Send(client, load::Opcode::kText,
                std::string(kFollow) + std::to_string(client));
    Idle();
  }
  return PollUntil(MonotonicNow() + kConnectPatience,
                   [this] { return following_ == last_seq_.size(); })
             ? ""
             : "not all clients could follow their symbols in time";
}

// ---- a round

RoundResult Crowd::Run(const RoundRequest& request) {
  load::Histogram& last_times = last_times_[{request.scenario, request.bytes}];
  for (std::uint32_t i = 0; i < request.warm_up; ++i) RunTick(request);
  result_ = RoundResult();
  const std::uint64_t bytes = received_bytes_;
  const std::uint64_t wire_bytes = pool_->bytes_received();
  const double user = server_.AskUserTime();
  const double cpu = server_.CpuNanoseconds();
  for (std::uint32_t i = 0; i < request.ticks; ++i) {
    const double before = result_.wall_ns;
    RunTick(request);
    last_times.Add(static_cast<std::int64_t>(result_.wall_ns - before));
  }
  // What a server does after its last write belongs to the round.
  Wait(kSecond / 200);
  result_.cpu_ns = server_.CpuNanoseconds() - cpu;
  result_.user_us = server_.AskUserTime() - user;
  if (result_.arrived < result_.expected && !trouble_.empty()) {
    std::fprintf(stderr, "frames were lost; the first client to end: %s\n",
                 trouble_.c_str());
  }
  result_.bytes = received_bytes_ - bytes;
  result_.wire_bytes = pool_->bytes_received() - wire_bytes;
  result_.rss_after_per_connection = RssPerConnection();
  result_.last_p50_ns = static_cast<double>(last_times.Percentile(0.5));
  result_.last_p99_ns = static_cast<double>(last_times.Percentile(0.99));
  result_.rss_per_connection = rss_per_connection_;
  result_.handshake_cpu_us = handshake_cpu_us_;
  result_.accepts_per_second = accepts_per_second_;
  return result_;
}

void Crowd::RunTick(const RoundRequest& request) {
  const std::uint64_t lost_before = result_.expected - result_.arrived;
  Expect(request);
  Command command;
  command.name = request.scenario == Scenario::kSubset ? "changes" : "tick";
  command.first = seq_ + 1;
  command.count = MessagesPerTick(request.scenario);
  command.bytes = request.bytes;
  seq_ += command.count;
  ordered_bytes_ = request.bytes;

  const std::int64_t began = MonotonicNow();
  last_arrival_ = began;
  server_.Send(command);
  PollUntil(began + kTickPatience,
            [&] { return result_.arrived + lost_before >= result_.expected; });
  result_.wall_ns += static_cast<double>(last_arrival_ - began);
  // A pace that is a multiple of the kernel's clock tick would let its sampling
  // of user time look at the same moment again and again.
  random_ = random_ * 1664525 + 1013904223;
  const std::int64_t pace = std::int64_t{request.pace_microseconds} * 1000;
  const std::int64_t jitter = pace / 5 * ((random_ >> 16) % 100) / 100;
  PollUntil(began + pace - pace / 10 + jitter, [] { return false; });
}

void Crowd::Expect(const RoundRequest& request) {
  const std::uint32_t count = MessagesPerTick(request.scenario);
  if (request.scenario != Scenario::kSubset) {
    result_.expected += std::uint64_t{count} * last_seq_.size();
    result_.served += last_seq_.size();
    return;
  }
  std::vector<bool> served(last_seq_.size());
  for (std::uint32_t i = 0; i < count; ++i) {
    for (const std::uint32_t client : followers_[SymbolOf(seq_ + 1 + i)]) {
      ++result_.expected;
      if (!served[client]) ++result_.served;
      served[client] = true;
    }
  }
}

// ---- what the clients hear

void Crowd::OnMessage(load::ClientPool::Client client, load::Opcode /*opcode*/,
                      std::string_view data, std::int64_t now) {
  if (data == kFollowing) {
    ++following_;
    return;
  }
  const load::UpdateFields* const fields = reader_.Read(data);
  if (fields == nullptr || !fields->seq || *fields->seq <= last_seq_[client]) {
    ++result_.out_of_order;
    return;
  }
  // Peers that do not send the same cannot be compared.
  if (client == 0 && data != MessageText(*fields->seq, ordered_bytes_)) {
    ++result_.out_of_order;
  }
  last_seq_[client] = *fields->seq;
  received_bytes_ += data.size();
  ++result_.arrived;
  last_arrival_ = now;
}

void Crowd::OnEnd(load::ClientPool::Client /*client*/,
                  const load::ClientPool::End& end) {
  if (!trouble_.empty()) return;
  trouble_ = end.what.empty() ? "closed with " + std::to_string(end.close_code)
                              : end.what;
}

}  // namespace tickerhub::fanout
