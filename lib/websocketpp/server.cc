#include "tickerhub/websocketpp/server.h"

#include <algorithm>
#include <asio/steady_timer.hpp>
#include <atomic>
#include <cassert>
#include <memory>
#include <utility>
#include <vector>

#include "acceptor.h"
#include "channel_broadcaster.h"
#include "descriptors.h"
#include "http/site.h"
#include "http/site_answer.h"
#include "hub/hub.h"
#include "hub/log_sink.h"
#include "loop/event_loop.h"

namespace tickerhub {
namespace {

// Descriptors that are not connections: those of the loops, the standard
// streams, and what else the program has open.
constexpr std::size_t kOtherDescriptors = 64;

// How many connections fit.
std::size_t FittingConnections() {
  const std::size_t descriptors = internal::RaiseDescriptorLimit();
  return descriptors > kOtherDescriptors ? descriptors - kOtherDescriptors : 1;
}

}  // namespace

class Server::Impl {
 public:
  explicit Impl(Options options)
      : options_(std::move(options)), log_(options_.log), hub_(log_) {
    assert(options_.event_loops >= 1 &&
           options_.event_loops <= internal::EventLoop::kMaxLoops);
  }

  Broadcaster& AddChannel(std::string_view path) {
    assert(!listening() && !site_.FindChannel(path));
    const auto index = static_cast<std::uint16_t>(site_.channels.size());
    site_.channels.push_back({std::string(path), nullptr});
    broadcasters_.push_back(
        std::make_unique<internal::ChannelBroadcaster>(loops_, index));
    return *broadcasters_.back();
  }

  void SetHandler(std::string_view path, ChannelHandler& handler) {
    const auto channel = site_.FindChannel(path);
    assert(!listening() && channel);
    site_.channels[*channel].handler = &handler;
  }

  void Route(std::string_view method, std::string_view path,
             HttpHandler handler) {
    assert(!listening());
    site_.routes[std::string(path)][std::string(method)] = std::move(handler);
  }

  void ServeFile(std::string_view path, StaticFile file) {
    assert(!listening());
    std::string etag = internal::EtagOf(file.content);
    site_.files[std::string(path)] = {std::move(file), std::move(etag)};
  }

  Status Listen();
  void Run();
  void Stop();

  void StopOnSignals() {
    hub_.WatchSignals([this](int signal) {
      log_.Write(LogLevel::kInfo,
                 "stopping on signal " + std::to_string(signal));
      Stop();
    });
  }

  Counters counters() const;

  bool listening() const { return acceptor_ != nullptr; }
  const Options& options() const { return options_; }
  std::uint16_t port() const { return listening() ? acceptor_->port() : 0; }
  internal::Hub& hub() { return hub_; }

 private:
  void BeginStop();
  void AdoptOnQuietestLoop(int descriptor);
  std::size_t ConnectionCount() const;

  Options options_;
  internal::LogSink log_;
  internal::Site site_;
  // The hub is destroyed before the loops, because tasks that it never ran may
  // refer to them.
  internal::Loops loops_;
  std::unique_ptr<internal::Acceptor> acceptor_;
  std::vector<std::unique_ptr<internal::ChannelBroadcaster>> broadcasters_;
  internal::Hub hub_;
  std::atomic<bool> stop_asked_{false};
  std::size_t loops_running_ = 0;  // on the hub's thread
};

Status Server::Impl::Listen() {
  const std::size_t fits = FittingConnections();
  if (fits < options_.max_connections) {
    options_.max_connections = fits;
    log_.Write(LogLevel::kDebug, "the descriptor limit leaves room for " +
                                     std::to_string(fits) + " connections");
  }
  internal::MakeRoomForDescriptors(options_.max_connections +
                                   kOtherDescriptors);
  const internal::ServerContext context{options_, site_, hub_, log_};
  loops_.clear();
  for (int i = 0; i < options_.event_loops; ++i) {
    loops_.push_back(std::make_unique<internal::EventLoop>(i, context));
  }
  internal::Acceptor::Callbacks callbacks;
  callbacks.has_room = [this] {
    return ConnectionCount() < options_.max_connections;
  };
  callbacks.adopt = [this](int descriptor) { AdoptOnQuietestLoop(descriptor); };
  acceptor_ = std::make_unique<internal::Acceptor>(
      loops_.front()->context(), options_, log_, std::move(callbacks));
  Status status = acceptor_->Listen();
  if (!status.ok()) acceptor_.reset();
  return status;
}

void Server::Impl::Run() {
  assert(listening());
  loops_running_ = loops_.size();
  acceptor_->Start();
  for (const auto& loop : loops_) loop->Start();
  hub_.Run();
  for (const auto& loop : loops_) loop->Join();
}

void Server::Impl::Stop() {
  if (stop_asked_.exchange(true)) return;
  hub_.Enqueue([this] { BeginStop(); });
}

void Server::Impl::BeginStop() {
  hub_.ForgetSignals();
  // The loops stop after the acceptor: a connection that is handed to a loop
  // that has ended would stay open for ever.
  asio::post(loops_.front()->context(), [this] {
    acceptor_->Close();
    for (const auto& loop : loops_) {
      loop->BeginStop([this] {
        hub_.Enqueue([this] {
          if (--loops_running_ == 0) hub_.Quit();
        });
      });
    }
  });
  hub_.RunAfter(options_.stop_timeout, [this] {
    for (const auto& loop : loops_) loop->CutOff();
  });
}

void Server::Impl::AdoptOnQuietestLoop(int descriptor) {
  const auto quietest = std::min_element(
      loops_.begin(), loops_.end(), [](const auto& a, const auto& b) {
        return a->counters().connections < b->counters().connections;
      });
  (*quietest)->Adopt(descriptor);
}

std::size_t Server::Impl::ConnectionCount() const {
  std::size_t count = 0;
  for (const auto& loop : loops_) count += loop->counters().connections;
  return count;
}

Server::Counters Server::Impl::counters() const {
  Counters counters;
  for (const auto& loop : loops_) loop->counters().AddTo(&counters);
  if (listening()) {
    counters.accepted = acceptor_->accepted();
    counters.refused_full = acceptor_->refused_full();
  }
  return counters;
}

Server::Server(Options options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
Server::~Server() = default;

Broadcaster& Server::AddChannel(std::string_view path) {
  return impl_->AddChannel(path);
}
void Server::SetHandler(std::string_view path, ChannelHandler& handler) {
  impl_->SetHandler(path, handler);
}
void Server::Route(std::string_view method, std::string_view path,
                   HttpHandler handler) {
  impl_->Route(method, path, std::move(handler));
}
void Server::ServeFile(std::string_view path, StaticFile file) {
  impl_->ServeFile(path, std::move(file));
}
Status Server::Listen() { return impl_->Listen(); }
std::uint16_t Server::port() const { return impl_->port(); }

std::string Server::url() const {
  if (port() == 0) return {};
  const std::string& address = impl_->options().address;
  const bool is_ipv6 = address.find(':') != std::string::npos;
  return "http://" + (is_ipv6 ? "[" + address + "]" : address) + ":" +
         std::to_string(port()) + "/";
}

void Server::Run() { impl_->Run(); }
void Server::Stop() { impl_->Stop(); }
void Server::StopOnSignals() { impl_->StopOnSignals(); }
void Server::Post(std::function<void()> task) {
  impl_->hub().Post(std::move(task));
}
Scheduler& Server::scheduler() { return impl_->hub(); }
Server::Counters Server::counters() const { return impl_->counters(); }

}  // namespace tickerhub
