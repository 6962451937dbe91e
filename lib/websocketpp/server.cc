#include "tickerhub/websocketpp/server.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <utility>
#include <vector>

#include "acceptor.h"
#include "channel_broadcaster.h"
#include "descriptors.h"
#include "http/site.h"
#include "hub/hub.h"
#include "hub/log_sink.h"
#include "loop/event_loop.h"

namespace tickerhub {
namespace {

// Descriptors that are not connections that are served: those of the loops, the
// standard streams, connections that are being refused, and what else the
// program has open.
constexpr std::size_t kOtherDescriptors = 64 + internal::EventLoop::kMaxRefused;

// How many connections fit.
std::size_t FittingConnections() {
  const std::size_t descriptors = internal::RaiseDescriptorLimit();
  return descriptors > kOtherDescriptors ? descriptors - kOtherDescriptors : 1;
}

}  // namespace

struct Server::Impl {
  explicit Impl(Options given)
      : options(std::move(given)), log(options.log), hub(log) {}

  bool listening() const { return acceptor != nullptr; }
  void BeginStop();

  Options options;
  internal::LogSink log;
  internal::Site site;
  // The hub is destroyed after the first loop and the acceptor, because they
  // run on its context.
  internal::Hub hub;
  internal::Loops loops;
  std::unique_ptr<internal::Acceptor> acceptor;
  std::vector<std::unique_ptr<internal::ChannelBroadcaster>> broadcasters;
  std::atomic<bool> stop_asked{false};
  std::size_t loops_running = 0;  // on the hub's thread
};

void Server::Impl::BeginStop() {
  hub.ForgetSignals();
  // The loops stop after the acceptor: a connection that is handed to a loop
  // that has ended would stay open for ever.
  acceptor->Close();
  for (const auto& loop : loops) {
    loop->BeginStop([this] {
      hub.Enqueue([this] {
        if (--loops_running == 0) hub.Quit();
      });
    });
  }
  hub.RunAfter(options.stop_timeout, [this] {
    for (const auto& loop : loops) loop->CutOff();
  });
}

Server::Server(Options options)
    : impl_(std::make_unique<Impl>(std::move(options))) {
  assert(impl_->options.event_loops >= 1 &&
         impl_->options.event_loops <= internal::EventLoop::kMaxLoops);
}
Server::~Server() = default;

Broadcaster& Server::AddChannel(std::string_view path) {
  internal::Site& site = impl_->site;
  assert(!impl_->listening() && !site.FindChannel(path));
  const auto index = static_cast<std::uint16_t>(site.channels.size());
  site.channels.push_back({std::string(path), nullptr});
  impl_->broadcasters.push_back(
      std::make_unique<internal::ChannelBroadcaster>(impl_->loops, index));
  return *impl_->broadcasters.back();
}

void Server::SetHandler(std::string_view path, ChannelHandler& handler) {
  const auto channel = impl_->site.FindChannel(path);
  assert(!impl_->listening() && channel);
  impl_->site.channels[*channel].handler = &handler;
}

void Server::Route(std::string_view method, std::string_view path,
                   HttpHandler handler) {
  assert(!impl_->listening());
  impl_->site.routes[std::string(path)][std::string(method)] =
      std::move(handler);
}

void Server::ServeFile(std::string_view path, StaticFile file) {
  assert(!impl_->listening());
  std::string etag = internal::EtagOf(file.content);
  impl_->site.files[std::string(path)] = {std::move(file), std::move(etag)};
}

Status Server::Listen() {
  Options& options = impl_->options;
  const std::size_t fits = FittingConnections();
  if (fits < options.max_connections) {
    options.max_connections = fits;
    impl_->log.Write(LogLevel::kDebug, "the descriptor limit leaves room for " +
                                           std::to_string(fits) +
                                           " connections");
  }
  internal::MakeRoomForDescriptors(options.max_connections + kOtherDescriptors);
  internal::Loops& loops = impl_->loops;
  loops.clear();
  for (int i = 0; i < options.event_loops; ++i) {
    loops.push_back(std::make_unique<internal::EventLoop>(
        i,
        internal::ServerContext{options, impl_->site, impl_->hub, impl_->log}));
  }
  internal::Acceptor::Callbacks callbacks;
  callbacks.has_room = [&loops, &options] {
    std::size_t count = 0;
    for (const auto& loop : loops) count += loop->counters().connections;
    return count < options.max_connections;
  };
  callbacks.refuse = [&loops](int descriptor, std::string_view response) {
    loops.front()->Refuse(descriptor, response);
  };
  callbacks.adopt = [&loops](int descriptor) {
    // Of equals the last one, because the first has the hub's work too.
    const auto quietest = std::min_element(
        loops.rbegin(), loops.rend(), [](const auto& a, const auto& b) {
          return a->counters().connections < b->counters().connections;
        });
    (*quietest)->Adopt(descriptor);
  };
  impl_->acceptor = std::make_unique<internal::Acceptor>(
      impl_->hub.context(), options, impl_->log, std::move(callbacks));
  Status status = impl_->acceptor->Listen();
  if (!status.ok()) impl_->acceptor.reset();
  return status;
}

std::uint16_t Server::port() const {
  return impl_->listening() ? impl_->acceptor->port() : 0;
}

std::string Server::url() const {
  if (port() == 0) return {};
  const std::string& address = impl_->options.address;
  const bool is_ipv6 = address.find(':') != std::string::npos;
  return "http://" + (is_ipv6 ? "[" + address + "]" : address) + ":" +
         std::to_string(port()) + "/";
}

void Server::Run() {
  assert(impl_->listening());
  impl_->loops_running = impl_->loops.size();
  impl_->acceptor->Start();
  for (const auto& loop : impl_->loops) loop->Start();
  impl_->hub.Run();
  for (const auto& loop : impl_->loops) loop->Join();
}

void Server::Stop() {
  if (impl_->stop_asked.exchange(true)) return;
  impl_->hub.Enqueue([impl = impl_.get()] { impl->BeginStop(); });
}

void Server::StopOnSignals() {
  impl_->hub.WatchSignals([this](int signal) {
    impl_->log.Write(LogLevel::kInfo,
                     "stopping on signal " + std::to_string(signal));
    Stop();
  });
}

void Server::Post(std::function<void()> task) {
  impl_->hub.Post(std::move(task));
}
Scheduler& Server::scheduler() { return impl_->hub; }
internal::Hub& Server::hub() { return impl_->hub; }

Server::Counters Server::counters() const {
  Counters counters;
  for (const auto& loop : impl_->loops) loop->counters().AddTo(&counters);
  if (impl_->listening()) {
    counters.accepted = impl_->acceptor->accepted();
    counters.refused_full = impl_->acceptor->refused_full();
  }
  return counters;
}

}  // namespace tickerhub
