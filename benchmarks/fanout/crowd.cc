#include "fanout/crowd.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <chrono>
#include <cstdio>
#include <cstring>

#include "load/update_scanner.h"

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

load::ClientPool::Target TargetOf(int port, bool compression) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  load::ClientPool::Target target;
  std::memcpy(&target.address, &address, sizeof address);
  target.address_size = sizeof address;
  target.compression = compression;
  target.host = "127.0.0.1:" + std::to_string(port);
  return target;
}

}  // namespace

template <typename Condition>
bool Crowd::PollUntil(std::int64_t deadline, Condition condition) {
  while (!condition()) {
    if (MonotonicNow() > deadline) return false;
    pool_->Poll(std::chrono::milliseconds(1));
  }
  return true;
}

std::string Crowd::Start(const std::vector<std::string>& server,
                         bool compression) {
  compression_ = compression;
  std::string error = server_.Start(server);
  if (!error.empty()) return error;
  pool_ = std::make_unique<load::ClientPool>(
      TargetOf(server_.port(), compression), *this);
  return {};
}

std::string Crowd::Connect(std::uint32_t clients, bool subset) {
  last_seq_.resize(clients);
  std::string error = ConnectAll(clients);
  if (error.empty() && subset) error = FollowAll();
  return error;
}

std::string Crowd::ConnectAll(std::uint32_t clients) {
  empty_rss_ = server_.ResidentBytes();
  const std::int64_t cpu = server_.CpuNanoseconds();
  const std::int64_t began = MonotonicNow();
  std::uint32_t started = 0;
  const bool connected = PollUntil(began + kConnectPatience, [&] {
    while (started < clients && pool_->connecting_count() < kHandshakesAtOnce) {
      pool_->Connect();
      ++started;
    }
    return pool_->open_count() == clients || !trouble_.empty();
  });
  if (!trouble_.empty()) return trouble_;
  if (!connected) return "not all clients could connect in time";
  if (compression_ && pool_->compressed_count() != clients) {
    return "the server does not compress";
  }
  const auto took = static_cast<double>(MonotonicNow() - began);
  const double count = clients;
  handshake_cpu_us_ =
      static_cast<double>(server_.CpuNanoseconds() - cpu) / count / 1e3;
  accepts_per_second_ = count / took * 1e9;
  PollUntil(MonotonicNow() + kRest, [] { return false; });
  rss_per_connection_ = RssPerConnection();
  return {};
}

double Crowd::RssPerConnection() const {
  return static_cast<double>(server_.ResidentBytes() - empty_rss_) /
         static_cast<double>(last_seq_.size());
}

std::string Crowd::FollowAll() {
  followers_.resize(kSymbols);
  for (std::uint32_t client = 0; client < last_seq_.size(); ++client) {
    const std::vector<std::uint32_t> symbols = FollowedBy(client);
    for (const std::uint32_t symbol : symbols) {
      followers_[symbol].push_back(client);
    }
    pool_->Send(client, load::Opcode::kText, FollowText(symbols));
    pool_->Poll(std::chrono::milliseconds(0));
  }
  if (!PollUntil(MonotonicNow() + kConnectPatience,
                 [this] { return following_ == last_seq_.size(); })) {
    return "not all clients could follow their symbols in time";
  }
  return {};
}

bool Crowd::Count() {
  Command command;
  command.kind = Command::Kind::kCount;
  return server_.Ask(command) == "done";
}

bool Crowd::Dump() {
  Command command;
  command.kind = Command::Kind::kDump;
  return server_.Ask(command) == "done";
}

void Crowd::Idle() { pool_->Poll(std::chrono::milliseconds(0)); }

// ---- a round

RoundResult Crowd::Run(const RoundRequest& request) {
  load::Histogram* const last_times =
      &last_times_[{request.scenario, request.bytes}];
  for (std::uint32_t i = 0; i < request.warm_up; ++i) {
    RunTick(request, /*measured=*/false, last_times);
  }
  result_ = RoundResult();
  const std::uint64_t bytes = received_bytes_;
  const std::uint64_t wire_bytes = pool_->bytes_received();
  const ServerProcess::Usage usage = server_.AskUsage();
  const std::int64_t cpu = server_.CpuNanoseconds();
  for (std::uint32_t i = 0; i < request.ticks; ++i) {
    RunTick(request, /*measured=*/true, last_times);
  }
  // What a server does after its last write belongs to the round.
  PollUntil(MonotonicNow() + kSecond / 200, [] { return false; });
  result_.cpu_ns = static_cast<double>(server_.CpuNanoseconds() - cpu);
  const ServerProcess::Usage usage_after = server_.AskUsage();
  result_.user_us = usage_after.user - usage.user;
  result_.system_us = usage_after.system - usage.system;
  if (result_.arrived < result_.expected && !trouble_.empty()) {
    std::fprintf(stderr, "frames were lost; the first client to end: %s\n",
                 trouble_.c_str());
  }
  result_.bytes = received_bytes_ - bytes;
  result_.wire_bytes = pool_->bytes_received() - wire_bytes;
  result_.rss_after_per_connection = RssPerConnection();
  result_.last_p50_ns = static_cast<double>(last_times->Percentile(0.5));
  result_.last_p99_ns = static_cast<double>(last_times->Percentile(0.99));
  result_.last_p999_ns = static_cast<double>(last_times->Percentile(0.999));
  result_.last_max_ns = static_cast<double>(last_times->max());
  result_.rss_per_connection = rss_per_connection_;
  result_.handshake_cpu_us = handshake_cpu_us_;
  result_.accepts_per_second = accepts_per_second_;
  return result_;
}

void Crowd::RunTick(const RoundRequest& request, bool measured,
                    load::Histogram* last_times) {
  const Tick tick = Expect(request);
  Command command;
  command.kind = request.scenario == Scenario::kSubset ? Command::Kind::kChanges
                                                       : Command::Kind::kTick;
  command.first = seq_ + 1;
  command.count = MessagesPerTick(request.scenario);
  command.bytes = request.bytes;
  seq_ += command.count;
  ordered_bytes_ = request.bytes;
  arrived_ = 0;

  const std::int64_t began = MonotonicNow();
  last_arrival_ = began;
  server_.Send(command);
  PollUntil(began + kTickPatience, [&] { return arrived_ >= tick.expected; });
  if (measured) {
    result_.expected += tick.expected;
    result_.arrived += arrived_;
    result_.served += tick.served;
    result_.wall_ns += static_cast<double>(last_arrival_ - began);
    last_times->Add(last_arrival_ - began);
  }
  // A pace that is a multiple of the kernel's clock tick would let its sampling
  // of user and system time look at the same moment again and again.
  random_ = random_ * 1664525 + 1013904223;
  const std::int64_t pace = std::int64_t{request.pace_microseconds} * 1000;
  const std::int64_t jitter = pace / 5 * ((random_ >> 16) % 100) / 100;
  PollUntil(began + pace - pace / 10 + jitter, [] { return false; });
}

Crowd::Tick Crowd::Expect(const RoundRequest& request) {
  const std::uint32_t count = MessagesPerTick(request.scenario);
  if (request.scenario != Scenario::kSubset) {
    return {std::uint64_t{count} * last_seq_.size(), last_seq_.size()};
  }
  Tick tick;
  std::vector<bool> served(last_seq_.size());
  for (std::uint32_t i = 0; i < count; ++i) {
    for (const std::uint32_t client : followers_[SymbolOf(seq_ + 1 + i)]) {
      ++tick.expected;
      if (!served[client]) ++tick.served;
      served[client] = true;
    }
  }
  return tick;
}

// ---- what the clients hear

void Crowd::OnOpen(load::ClientPool::Client /*client*/, std::int64_t /*took*/) {
}

void Crowd::OnMessage(load::ClientPool::Client client, load::Opcode /*opcode*/,
                      std::string_view data, std::int64_t now) {
  if (data == kFollowing) {
    ++following_;
    return;
  }
  const std::optional<std::uint64_t> seq = SeqOf(data);
  if (!seq || *seq <= last_seq_[client]) {
    ++result_.out_of_order;
    return;
  }
  // Peers that don't send the same can't be compared.
  if (client == 0 && data != MessageText(*seq, ordered_bytes_)) {
    ++result_.out_of_order;
  }
  last_seq_[client] = *seq;
  received_bytes_ += data.size();
  ++arrived_;
  last_arrival_ = now;
}

// Most get what somebody got just before, and comparing costs a tenth of
// reading: what the clients do takes processors from the server.
std::optional<std::uint64_t> Crowd::SeqOf(std::string_view data) {
  if (data != newest_text_) {
    load::UpdateFields fields;
    newest_seq_ = load::ScanUpdate(data, &fields) ? fields.seq : std::nullopt;
    newest_text_ = data;
  }
  return newest_seq_;
}

void Crowd::OnEnd(load::ClientPool::Client /*client*/,
                  const load::ClientPool::End& end) {
  if (!trouble_.empty()) return;
  trouble_ = end.what.empty() ? "closed with " + std::to_string(end.close_code)
                              : end.what;
}

}  // namespace tickerhub::fanout
