#include "server_impl.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "descriptors.h"
#include "streams/stream.h"
#include "threads/hub_thread.h"

namespace tickerhub {
namespace {

// Connections that may be refused at the same time.
constexpr std::size_t kMostRefused = 128;
// What a process has open before its first connection, with some to spare for
// the program; what each loop has open.
constexpr std::size_t kOwnDescriptors = 24;
constexpr std::size_t kDescriptorsOfALoop = 5;

// A server that has room for as many need not worry.
constexpr std::size_t kMany = 1'000;

// How long after the end of a drain the first client may come back: a program
// takes this long to start.
constexpr std::chrono::milliseconds kStartTime{500};
constexpr std::chrono::milliseconds kShortestWindow{1'000};

// How the descriptors of the process are shared out.
struct Descriptors {
  std::size_t connections;
  std::size_t refused;
  std::size_t all() const { return connections + refused + others; }
  std::size_t others;
};

Descriptors ShareDescriptors(const Server::Options& options,
                             const std::vector<Listener>& listeners) {
  const std::size_t limit = internal::RaiseDescriptorLimit();
  Descriptors shares;
  shares.others =
      kOwnDescriptors +
      static_cast<std::size_t>(options.event_loops) * kDescriptorsOfALoop;
  if (std::any_of(listeners.begin(), listeners.end(),
                  [](const Listener& listener) { return listener.admin; })) {
    shares.others += options.max_admin_connections;
  }
  const std::size_t rest =
      limit > shares.others ? limit - shares.others : std::size_t{2};
  constexpr std::size_t kPartForRefused = 8;
  shares.refused =
      std::clamp<std::size_t>(rest / kPartForRefused, 1, kMostRefused);
  shares.connections = std::min(options.max_connections, rest - shares.refused);
  return shares;
}

}  // namespace

bool Server::Impl::MayChange(const char* call) {
  internal::ExpectHubThread(hub, call);
  if (!listening) return true;
  internal::TellMisuse(hub, std::string(call) +
                                " was called after Server::Listen() and has no "
                                "effect; call it before");
  return false;
}

void Server::Impl::RememberMistake(std::string sentence) {
  if (mistake.ok())
    mistake = {StatusCode::kInvalidArgument, std::move(sentence)};
}

void Server::Impl::AddRoute(internal::Site::Routes* into,
                            std::string_view method, std::string_view path,
                            HttpHandler handler) {
  const auto [place, is_new] = (*into)[std::string(path)].try_emplace(
      std::string(method), std::move(handler));
  if (!is_new) {
    RememberMistake("the route " + std::string(method) + " " +
                    std::string(path) + " was added twice");
  }
}

Status Server::Impl::CheckConfiguration() {
  if (!mistake.ok()) return mistake;
  if (Status status = internal::CheckOptions(options); !status.ok()) {
    return status;
  }
  if (Status status = internal::CheckProxies(options); !status.ok()) {
    return status;
  }
  if (Status status = internal::CheckListeners(listeners, options);
      !status.ok()) {
    return status;
  }
  for (internal::Site::Channel& channel : site.channels) {
    const ChannelOptions& own = channel.options;
    channel.limits.max_message_bytes =
        own.max_message_bytes.value_or(options.max_message_bytes);
    channel.limits.max_queued_bytes =
        own.max_queued_bytes.value_or(options.max_queued_bytes);
    channel.limits.max_unhandled_messages =
        static_cast<std::uint32_t>(std::min<std::size_t>(
            own.max_unhandled_messages.value_or(options.max_unhandled_messages),
            UINT32_MAX));
    channel.limits.inbound = {
        own.max_messages_per_second.value_or(options.max_messages_per_second),
        own.message_burst.value_or(options.message_burst),
        own.max_bytes_per_second.value_or(options.max_bytes_per_second),
        own.byte_burst.value_or(options.byte_burst)};
  }
  return internal::CheckSite(site);
}

void Server::Impl::MakeLoops() {
  const Descriptors shares = ShareDescriptors(options, listeners);
  if (shares.connections < options.max_connections) {
    // Fewer than by default are enough for most.
    const bool matters = shares.connections < kMany ||
                         options.max_connections != Options().max_connections;
    options.max_connections = shares.connections;
    log.Write(matters ? LogLevel::kWarning : LogLevel::kDebug,
              "the descriptor limit leaves room for " +
                  std::to_string(shares.connections) +
                  (shares.connections == 1 ? " client" : " clients") +
                  "; raise LimitNOFILE (systemd) or ulimit -n");
  }
  internal::MakeRoomForDescriptors(shares.all());
  addresses.emplace(options);
  proxies.emplace(options.trusted_proxies);
  if (proxies->has_all()) {
    log.Write(LogLevel::kWarning,
              "every client counts as a trusted proxy, so each can say that it "
              "has another address; name the networks of the proxies only");
  }
  accept_limit = {options.max_accepts_per_second,
                  std::max(1.0, options.max_accepts_per_second)};
  accepts.emplace(accept_limit, hub.SteadyNow());
  loops.clear();
  for (int i = 0; i < options.event_loops; ++i) {
    loops.push_back(std::make_unique<internal::EventLoop>(
        i, internal::ServerContext{options, listeners, site, hub, log, refusals,
                                   *addresses, *proxies, shares.refused, health,
                                   tls.context()}));
  }
}

std::uint64_t Server::Impl::ConnectionsOn(const Listener& listener) const {
  std::uint64_t count = 0;
  for (const auto& loop : loops) {
    const internal::LoopCounters& counters = loop->counters();
    count += listener.admin ? counters.admin_connections : counters.connections;
  }
  return count;
}

internal::Acceptor::Callbacks Server::Impl::AcceptorCallbacks() {
  return {[this] {
            return accept_limit.rate <= 0 ||
                   accepts->HasToken(accept_limit, hub.SteadyNow());
          },
          [this](internal::Arrival&& arrival) { Take(std::move(arrival)); }};
}

void Server::Impl::Take(internal::Arrival&& arrival) {
  if (accept_limit.rate > 0 && !listeners[arrival.listener].admin) {
    accepts->TryTake(accept_limit, hub.SteadyNow());
  }
  FindPlace(&arrival);
  if (arrival.refusal != internal::Refusal::kNone) {
    loops.front()->Refuse(std::move(arrival));
    return;
  }
  // Of equals the last one, because the first has the hub's work too.
  const auto quietest = std::min_element(
      loops.rbegin(), loops.rend(), [](const auto& a, const auto& b) {
        return a->counters().connections < b->counters().connections;
      });
  (*quietest)->Adopt(std::move(arrival));
}

void Server::Impl::FindPlace(internal::Arrival* arrival) {
  const Listener& listener = listeners[arrival->listener];
  const std::uint64_t count = ConnectionsOn(listener);
  if (listener.admin) {
    if (count >= options.max_admin_connections) {
      arrival->refusal = internal::Refusal::kAdminFull;
    }
    return;
  }
  if (count >= options.max_connections) {
    arrival->refusal = internal::Refusal::kFull;
    return;
  }
  // It counts for its client's address, once that is known.
  if (proxies->Contains(arrival->remote)) return;
  arrival->refusal = addresses->Take(arrival->remote, hub.SteadyNow(),
                                     &arrival->has_address_place);
}

Status Server::Impl::ListenOnAll() {
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    acceptors.push_back(std::make_unique<internal::Acceptor>(
        hub.context(), options, listeners[i], static_cast<std::uint8_t>(i), log,
        AcceptorCallbacks()));
    if (Status status = acceptors.back()->Listen(); !status.ok()) {
      acceptors.clear();
      return status;
    }
  }
  site.admin_routes_everywhere =
      std::all_of(acceptors.begin(), acceptors.end(),
                  [](const auto& a) { return a->is_loopback(); }) &&
      std::none_of(listeners.begin(), listeners.end(),
                   [](const Listener& l) { return l.admin; });
  return {};
}

void Server::Impl::StartWatch() {
  if (!options.watch_hub) return;
  std::vector<internal::HubWatch::Socket> sockets;
  for (const auto& acceptor : acceptors) {
    const Listener& listener = acceptor->listener();
    if (listener.tls || listener.proxy_protocol) continue;
    sockets.push_back(
        {acceptor->descriptor(),
         [this, to = acceptor.get()](int number, const RemoteAddress& remote) {
           hub.Enqueue([to, remote,
                        owned = internal::OwnedDescriptor(number)]() mutable {
             to->Take(owned.Release(), remote);
           });
         }});
  }
  watch.emplace(health, refusals, log, stop_asked, std::move(sockets));
  if (stops_on_signals) watch->WatchSignals();
  watch->Start();
}

ServerCounters Server::Impl::counters() const {
  using Reason = internal::RefusalReason;
  ServerCounters sum;
  sum.refused_full = refusals.count(Reason::kServerFull);
  sum.refused_admin_full = refusals.count(Reason::kAdminFull);
  sum.refused_address_full = refusals.count(Reason::kAddressFull);
  sum.refused_address_too_fast = refusals.count(Reason::kAcceptRate);
  sum.refused_user_full = refusals.count(Reason::kUserFull);
  sum.refused_channel_full = refusals.count(Reason::kChannelFull);
  sum.refused_by_origin = refusals.count(Reason::kOrigin);
  sum.refused_by_admission =
      refusals.count(Reason::kToken) + refusals.count(Reason::kAdmission);
  sum.closed_flooding = refusals.count(Reason::kFlood);
  for (const auto& loop : loops) loop->counters().AddTo(&sum);
  for (const auto& acceptor : acceptors) {
    sum.accepted += acceptor->accepted();
    sum.accepted_ipv6 += acceptor->accepted_ipv6();
    sum.accepts_delayed += acceptor->delayed();
  }
  return sum;
}

void Server::Impl::BeginDrain(std::chrono::milliseconds duration) {
  if (stop_asked || health.draining()) return;
  const std::uint64_t sessions = counters().sessions;
  const auto window = std::max(
      kShortestWindow, std::chrono::milliseconds(
                           sessions * 1'000 / options.reconnects_per_second));
  const SteadyTime now = hub.SteadyNow();
  const internal::DrainPlan plan{now + duration, now + duration + kStartTime,
                                 window};
  health.BeginDrain(plan.back);
  log.Write(LogLevel::kInfo,
            "draining " + std::to_string(sessions) + " sessions over " +
                std::to_string(duration.count()) +
                " ms; they come back within " + std::to_string(window.count()) +
                " ms after that");
  for (const auto& loop : loops) loop->BeginDrain(plan);
  hub.RunAfter(duration, [this] {
    if (!stop_asked.exchange(true)) BeginStop();
  });
}

void Server::Impl::BeginStop() {
  if (watch) watch->Stop();
  // The loops stop after the acceptors: a connection that is handed to a loop
  // that has ended would stay open for ever.
  for (const auto& acceptor : acceptors) acceptor->Close();
  for (const auto& loop : loops) {
    loop->BeginStop([this] {
      hub.Enqueue([this] {
        if (--loops_running == 0) hub.Quit();
      });
    });
  }
  hub.RunAfter(options.stop_timeout, [this] { CutOff(); });
}

void Server::Impl::CutOff() {
  for (const auto& loop : loops) loop->CutOff();
}

void Server::Impl::OnSignal(int signal) {
  if (std::exchange(signal_came, true)) {
    log.Write(LogLevel::kInfo,
              "ending at once on signal " + std::to_string(signal));
    if (!stop_asked.exchange(true)) BeginStop();
    CutOff();
  } else if (signal == SIGTERM && options.drain.count() > 0) {
    if (!drain_asked.exchange(true)) BeginDrain(options.drain);
  } else {
    log.Write(LogLevel::kInfo, "stopping on signal " + std::to_string(signal));
    if (!stop_asked.exchange(true)) BeginStop();
  }
}

}  // namespace tickerhub
