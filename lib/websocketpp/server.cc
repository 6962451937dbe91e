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

#include "content/gzip.h"
#include "server_impl.h"

namespace tickerhub {

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
  if (impl_->site.guards.count(path) > 0) {
    impl_->RememberMistake("the guard of " + std::string(path) +
                           " was added twice");
  }
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
  std::string gzip = internal::IsCompressible(file.content_type)
                         ? internal::Gzip(file.content)
                         : std::string();
  const auto [place, is_new] = impl_->site.files.try_emplace(
      std::string(path),
      internal::Site::File{std::move(file), etag, std::move(gzip)});
  // Two pages of one server may share a file.
  if (!is_new && place->second.etag != etag) {
    impl_->RememberMistake("the file " + std::string(path) +
                           " was added twice, with different content");
  }
}

void Server::ServePage(std::string_view path, RenderedPage page) {
  Impl& impl = *impl_;
  if (!impl.MayChange("Server::ServePage()")) return;
  const std::string name = "the page " + std::string(path);
  if (!page.collect) {
    impl.RememberMistake(name + " has no RenderedPage::collect");
    return;
  }
  const bool is_new =
      impl.site.pages
          .try_emplace(std::string(path),
                       impl.renderer.MakeCache(std::move(page), name))
          .second;
  if (!is_new) impl.RememberMistake(name + " was added twice");
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
  if (out_of_memory()) {
    if (impl_->watch) impl_->watch->Stop();
    for (const auto& acceptor : impl_->acceptors) acceptor->Close();
  }
  for (const auto& loop : impl_->loops) loop->Join();
}

bool Server::out_of_memory() const { return impl_->hub.out_of_memory(); }

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
  impl_->stops_on_signals = true;
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
