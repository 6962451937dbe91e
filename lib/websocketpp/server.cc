#include "tickerhub/websocketpp/server.h"

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

#include "acceptor.h"
#include "configuration.h"
#include "connections/address_places.h"
#include "descriptors.h"
#include "http/site.h"
#include "hub/health.h"
#include "hub/hub.h"
#include "hub/log_sink.h"
#include "hub/refusals.h"
#include "hub_watch.h"
#include "limits/token_bucket.h"
#include "loop/event_loop.h"
#include "server_channel.h"
#include "server_tls.h"
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

// Closes a connection that nobody takes.
struct OwnedDescriptor {
  explicit OwnedDescriptor(int given) : number(given) {}
  OwnedDescriptor(const OwnedDescriptor&) = delete;
  OwnedDescriptor& operator=(const OwnedDescriptor&) = delete;
  ~OwnedDescriptor() {
    if (number >= 0) internal::Stream(number).Close();
  }
  int number;
};

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

struct Server::Impl {
  explicit Impl(Options given)
      : options(std::move(given)),
        listeners{options},
        log(options.log),
        hub(log) {}

  // Whether the server has not listened yet. If it has, logs that `call` is too
  // late.
  bool MayChange(const char* call);
  // Listen() tells the first mistake.
  void RememberMistake(std::string sentence);
  Status CheckConfiguration();
  void MakeLoops();
  std::uint64_t ConnectionsOn(const Listener& listener) const;
  internal::Acceptor::Callbacks AcceptorCallbacks();
  void FindPlace(internal::Arrival* arrival);
  Status ListenOnAll();
  void AddRoute(internal::Site::Routes* into, std::string_view method,
                std::string_view path, HttpHandler handler);
  ServerCounters counters() const;
  void StartWatch();
  void BeginDrain(std::chrono::milliseconds duration);
  void BeginStop();
  void CutOff();
  void OnSignal(int signal);

  Options options;
  // The first one is that of the options.
  std::vector<Listener> listeners;
  internal::LogSink log;
  internal::Refusals refusals{log};
  internal::Health health;
  internal::Site site;
  internal::ServerTls tls{options, listeners, log};  // outlives the loops
  Status mistake;
  // The hub is destroyed after the first loop and the acceptors, because they
  // run on its context.
  internal::Hub hub;
  // From Listen() on.
  std::optional<internal::AddressPlaces> addresses;
  internal::RequestLimit accept_limit{0, 1};
  std::optional<internal::TokenBucket> accepts;
  internal::Loops loops;
  std::vector<std::unique_ptr<internal::Acceptor>> acceptors;
  std::optional<internal::HubWatch> watch;
  // Does not change any more once it is true; nor do loops and acceptors then.
  std::atomic<bool> listening{false};
  std::vector<std::unique_ptr<internal::ServerChannel>> channels;
  // For channels that were added too late: they have nobody to send to.
  internal::Site no_site;
  const internal::Loops no_loops;
  std::atomic<bool> stop_asked{false};
  std::atomic<bool> drain_asked{false};
  bool signal_came = false;
  std::size_t loops_running = 0;  // on the hub's thread
};

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
  accept_limit = {options.max_accepts_per_second,
                  std::max(1.0, options.max_accepts_per_second)};
  accepts.emplace(accept_limit, hub.SteadyNow());
  loops.clear();
  for (int i = 0; i < options.event_loops; ++i) {
    loops.push_back(std::make_unique<internal::EventLoop>(
        i, internal::ServerContext{options, listeners, site, hub, log, refusals,
                                   *addresses, shares.refused, health,
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
  internal::Acceptor::Callbacks callbacks;
  callbacks.may_accept = [this](bool accepted) {
    if (accept_limit.rate <= 0) return true;
    const SteadyTime now = hub.SteadyNow();
    return accepted ? accepts->TryTake(accept_limit, now)
                    : accepts->HasToken(accept_limit, now);
  };
  callbacks.find_place = [this](internal::Arrival* arrival) {
    FindPlace(arrival);
  };
  callbacks.refuse = [this](const internal::Arrival& arrival) {
    loops.front()->Refuse(arrival);
  };
  callbacks.adopt = [this](const internal::Arrival& arrival) {
    // Of equals the last one, because the first has the hub's work too.
    const auto quietest = std::min_element(
        loops.rbegin(), loops.rend(), [](const auto& a, const auto& b) {
          return a->counters().connections < b->counters().connections;
        });
    (*quietest)->Adopt(arrival);
  };
  return callbacks;
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
  using Result = internal::AddressPlaces::Result;
  const Result result = addresses->Take(arrival->remote, hub.SteadyNow());
  arrival->has_address_place = result == Result::kTaken;
  if (result == Result::kTooMany) {
    arrival->refusal = internal::Refusal::kAddressFull;
  } else if (result == Result::kTooFast) {
    arrival->refusal = internal::Refusal::kAddressTooFast;
  }
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
           const auto owned = std::make_shared<OwnedDescriptor>(number);
           hub.Enqueue([to, remote, owned] {
             to->Take(std::exchange(owned->number, -1), remote);
           });
         }});
  }
  watch.emplace(health, refusals, std::move(sockets));
  watch->Start();
}

ServerCounters Server::Impl::counters() const {
  ServerCounters sum;
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

Server::Server(Options options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
Server::~Server() = default;

Channel& Server::AddChannel(std::string_view path, ChannelOptions options) {
  Impl& impl = *impl_;
  const bool in_time = impl.MayChange("Server::AddChannel()");
  internal::Site& site = in_time ? impl.site : impl.no_site;
  if (in_time && site.FindChannel(path)) {
    impl.RememberMistake("two channels have the path " + std::string(path) +
                         "; give each its own");
  }
  const auto index = static_cast<std::uint16_t>(site.channels.size());
  internal::Site::Channel& channel = site.channels.emplace_back();
  channel.path = path;
  channel.options = std::move(options);
  internal::ServerChannel::Context context{
      impl.hub, in_time ? impl.loops : impl.no_loops, site,
      [&impl](const char* call) { return impl.MayChange(call); },
      impl.options.measure_publish};
  impl.channels.push_back(
      std::make_unique<internal::ServerChannel>(std::move(context), index));
  return *impl.channels.back();
}

std::size_t Server::AddListener(Listener listener) {
  if (impl_->MayChange("Server::AddListener()")) {
    impl_->listeners.push_back(std::move(listener));
  }
  return impl_->listeners.size() - 1;
}

void Server::Route(std::string_view method, std::string_view path,
                   HttpHandler handler) {
  if (!impl_->MayChange("Server::Route()")) return;
  impl_->AddRoute(&impl_->site.routes, method, path, std::move(handler));
}

void Server::Guard(std::string_view path, HttpGuard guard) {
  if (!impl_->MayChange("Server::Guard()")) return;
  impl_->site.guards.insert_or_assign(std::string(path), std::move(guard));
}

void Server::AdminRoute(std::string_view method, std::string_view path,
                        HttpHandler handler) {
  if (!impl_->MayChange("Server::AdminRoute()")) return;
  impl_->AddRoute(&impl_->site.admin_routes, method, path, std::move(handler));
}

void Server::SetReadiness(std::function<std::string()> readiness) {
  if (!impl_->MayChange("Server::SetReadiness()")) return;
  impl_->health.readiness = std::move(readiness);
}

void Server::ServeFile(std::string_view path, StaticFile file) {
  if (!impl_->MayChange("Server::ServeFile()")) return;
  const std::string etag = internal::EtagOf(file.content);
  const auto [place, is_new] = impl_->site.files.try_emplace(
      std::string(path), internal::Site::File{std::move(file), etag});
  // Two pages of one server may share a file.
  if (!is_new && place->second.etag != etag) {
    impl_->RememberMistake("the file " + std::string(path) +
                           " was added twice, with different content");
  }
}

Status Server::Listen() {
  if (!impl_->MayChange("Server::Listen()")) {
    return {StatusCode::kInvalidArgument, "the server listens already"};
  }
  if (Status status = impl_->CheckConfiguration(); !status.ok()) return status;
  if (Status status = impl_->tls.Load(); !status.ok()) return status;
  impl_->MakeLoops();
  if (Status status = impl_->ListenOnAll(); !status.ok()) return status;
  impl_->listening = true;
  return {};
}

std::uint16_t Server::port(std::size_t listener) const {
  if (!impl_->listening || listener >= impl_->acceptors.size()) return 0;
  return impl_->acceptors[listener]->port();
}

std::string Server::url(std::size_t listener) const {
  if (port(listener) == 0) return {};
  const std::string& address = impl_->acceptors[listener]->address();
  const bool is_ipv6 = address.find(':') != std::string::npos;
  const std::string scheme = impl_->listeners[listener].tls ? "https" : "http";
  return scheme + "://" + (is_ipv6 ? "[" + address + "]" : address) + ":" +
         std::to_string(port(listener)) + "/";
}

void Server::Run() {
  if (!impl_->listening) {
    internal::TellMisuse(
        impl_->hub,
        "Server::Run() returns at once, because Listen() has not succeeded; "
        "call it before and look at its Status");
    return;
  }
  impl_->loops_running = impl_->loops.size();
  for (const auto& acceptor : impl_->acceptors) acceptor->Start();
  for (const auto& loop : impl_->loops) loop->Start();
  impl_->StartWatch();
  impl_->hub.Run();
  for (const auto& loop : impl_->loops) loop->Join();
}

Status Server::ReloadTls() {
  internal::ExpectHubThread(impl_->hub, "Server::ReloadTls()");
  return impl_->tls.Reload();
}

void Server::Stop() {
  if (impl_->stop_asked.exchange(true)) return;
  impl_->hub.Enqueue([impl = impl_.get()] { impl->BeginStop(); });
}

void Server::Drain(std::chrono::milliseconds duration) {
  if (impl_->drain_asked.exchange(true)) return;
  impl_->hub.Enqueue(
      [impl = impl_.get(), duration] { impl->BeginDrain(duration); });
}

bool Server::draining() const { return impl_->health.draining(); }

void Server::StopOnSignals() {
  impl_->hub.WatchSignals([this](int signal) { impl_->OnSignal(signal); });
  impl_->hub.WatchHangUps([this] { impl_->tls.OnHangUp(); });
}

void Server::Post(std::function<void()> task) {
  impl_->hub.Post(std::move(task));
}
Scheduler& Server::scheduler() { return impl_->hub; }
internal::Hub& Server::hub() { return impl_->hub; }

Server::Counters Server::counters() const {
  return impl_->listening ? impl_->counters() : Counters();
}

ServerFigures Server::figures() const {
  ServerFigures figures;
  for (std::size_t i = 0; i < internal::Refusals::kReasons; ++i) {
    const auto reason = static_cast<internal::RefusalReason>(i);
    figures.refusals.emplace_back(internal::Refusals::NameOf(reason),
                                  impl_->refusals.count(reason));
  }
  if (!impl_->listening) return figures;
  std::map<std::uint16_t, std::uint64_t> closes;
  for (const auto& loop : impl_->loops) {
    const internal::LoopCounters& counters = loop->counters();
    counters.publish.AddTo(&figures.publish);
    counters.lag.AddTo(&figures.loop_lag.emplace_back());
    counters.closes.ForEach([&](std::uint16_t code, std::uint64_t count) {
      if (count > 0) closes[code] += count;
    });
  }
  figures.closes.assign(closes.begin(), closes.end());
  return figures;
}

}  // namespace tickerhub
