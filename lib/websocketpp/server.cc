#include "tickerhub/websocketpp/server.h"

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include "acceptor.h"
#include "configuration.h"
#include "descriptors.h"
#include "http/site.h"
#include "hub/hub.h"
#include "hub/log_sink.h"
#include "hub/refusals.h"
#include "loop/event_loop.h"
#include "server_channel.h"
#include "threads/hub_thread.h"

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
  internal::Acceptor::Callbacks AcceptorCallbacks();
  Status ListenOnAll();
  void BeginStop();

  Options options;
  // The first one is that of the options.
  std::vector<Listener> listeners;
  internal::LogSink log;
  internal::Refusals refusals{log};
  internal::Site site;
  Status mistake;
  // The hub is destroyed after the first loop and the acceptors, because they
  // run on its context.
  internal::Hub hub;
  internal::Loops loops;
  std::vector<std::unique_ptr<internal::Acceptor>> acceptors;
  // Does not change any more once it is true; nor do loops and acceptors then.
  std::atomic<bool> listening{false};
  std::vector<std::unique_ptr<internal::ServerChannel>> channels;
  // For channels that were added too late: they have nobody to send to.
  internal::Site no_site;
  const internal::Loops no_loops;
  std::atomic<bool> stop_asked{false};
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

Status Server::Impl::CheckConfiguration() {
  if (!mistake.ok()) return mistake;
  if (Status status = internal::CheckOptions(options); !status.ok()) {
    return status;
  }
  if (Status status = internal::CheckListeners(listeners); !status.ok()) {
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
  }
  return internal::CheckSite(site);
}

void Server::Impl::MakeLoops() {
  const std::size_t fits = FittingConnections();
  if (fits < options.max_connections) {
    options.max_connections = fits;
    log.Write(LogLevel::kDebug, "the descriptor limit leaves room for " +
                                    std::to_string(fits) + " connections");
  }
  internal::MakeRoomForDescriptors(options.max_connections + kOtherDescriptors);
  loops.clear();
  for (int i = 0; i < options.event_loops; ++i) {
    loops.push_back(std::make_unique<internal::EventLoop>(
        i,
        internal::ServerContext{options, listeners, site, hub, log, refusals}));
  }
}

internal::Acceptor::Callbacks Server::Impl::AcceptorCallbacks() {
  internal::Acceptor::Callbacks callbacks;
  callbacks.has_room = [this] {
    std::size_t count = 0;
    for (const auto& loop : loops) count += loop->counters().connections;
    return count < options.max_connections;
  };
  callbacks.refuse = [this](int descriptor, std::string_view response) {
    loops.front()->Refuse(descriptor, response);
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
  return {};
}

void Server::Impl::BeginStop() {
  hub.ForgetSignals();
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
  hub.RunAfter(options.stop_timeout, [this] {
    for (const auto& loop : loops) loop->CutOff();
  });
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
      [&impl](const char* call) { return impl.MayChange(call); }};
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
  const auto [place, is_new] =
      impl_->site.routes[std::string(path)].try_emplace(std::string(method),
                                                        std::move(handler));
  if (!is_new) {
    impl_->RememberMistake("the route " + std::string(method) + " " +
                           std::string(path) + " was added twice");
  }
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
  return "http://" + (is_ipv6 ? "[" + address + "]" : address) + ":" +
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
  if (!impl_->listening) return counters;
  for (const auto& loop : impl_->loops) loop->counters().AddTo(&counters);
  for (const auto& acceptor : impl_->acceptors) {
    counters.accepted += acceptor->accepted();
    counters.refused_full += acceptor->refused_full();
  }
  return counters;
}

}  // namespace tickerhub
