#include "hub/hub_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <string_view>
#include <utility>

#include "connections/socket_address.h"
#include "handshake/refusal_response.h"
#include "http/health_path.h"
#include "threads/start_thread.h"

namespace tickerhub::internal {
namespace {

using std::chrono::milliseconds;

// How often it looks at the hub.
constexpr milliseconds kLook{250};
// How long a connection may take to send its first bytes, and to hang up after
// it was answered.
constexpr std::chrono::seconds kPatience{1};

}  // namespace

HubWatch::HubWatch(const Health& health, Refusals& refusals, LogSink& log,
                   const std::atomic<bool>& stop_asked,
                   std::vector<Socket> sockets)
    : health_(health),
      refusals_(refusals),
      log_(log),
      stop_asked_(stop_asked),
      sockets_(std::move(sockets)) {}

void HubWatch::WatchSignals() {
  signals_.add(SIGINT);
  signals_.add(SIGTERM);
  WaitForSignal();
}

void HubWatch::WaitForSignal() {
  signals_.async_wait([this](const std::error_code& error, int) {
    if (error) return;
    signal_came_ = true;
    WaitForSignal();
  });
}

void HubWatch::Start() {
  wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  thread_ = StartThread([this] { Run(); });
}

void HubWatch::Stop() {
  if (!thread_.joinable()) return;
  stopped_ = true;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t ignored = ::write(wake_, &one, sizeof one);
  thread_.join();
  asio::error_code no_error;
  signals_.clear(no_error);
  ::close(wake_);
}

void HubWatch::Run() {
  while (!stopped_) {
    signal_context_.poll();
    if (health_.HubAnswers(std::chrono::steady_clock::now())) {
      HandOverAll();
      handed_over_ = 0;
      Sleep(kLook);
    } else {
      SayWhyItDoesNotStop();
      StandIn();
    }
  }
  HandOverAll();
}

void HubWatch::SayWhyItDoesNotStop() {
  if (has_said_why_ || (!signal_came_ && !stop_asked_)) return;
  has_said_why_ = true;
  std::string why =
      "can't stop: a handler, a route or a task keeps the hub's thread";
  if (signal_came_) {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    why += "; a second signal ends the process at once";
  }
  log_.Write(LogLevel::kError, why);
}

void HubWatch::Sleep(milliseconds time) {
  pollfd wake{wake_, POLLIN, 0};
  ::poll(&wake, 1, static_cast<int>(time.count()));
}

void HubWatch::StandIn() {
  std::vector<pollfd> polled = {{wake_, POLLIN, 0}};
  // With as many as may wait, the others stay in the kernel's queue.
  const std::size_t listening =
      waiting_.size() < kMaxWaiting ? sockets_.size() : 0;
  for (std::size_t i = 0; i < listening; ++i) {
    polled.push_back({sockets_[i].listening, POLLIN, 0});
  }
  for (const Waiting& waiting : waiting_) {
    polled.push_back({waiting.descriptor, POLLIN, 0});
  }
  ::poll(polled.data(), polled.size(), static_cast<int>(kLook.count()));
  if (stopped_) return;
  for (std::size_t left = waiting_.size(); left > 0; --left) {
    Waiting waiting = waiting_.front();
    waiting_.pop_front();
    if (Look(&waiting)) waiting_.push_back(waiting);
  }
  for (std::size_t i = 0; i < listening; ++i) {
    if ((polled[1 + i].revents & POLLIN) != 0) AcceptFrom(sockets_[i]);
  }
}

void HubWatch::AcceptFrom(const Socket& socket) {
  while (waiting_.size() < kMaxWaiting) {
    sockaddr_storage address = {};
    socklen_t size = sizeof address;
    const int descriptor =
        ::accept4(socket.listening, reinterpret_cast<sockaddr*>(&address),
                  &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    // With too few descriptors it tries again a little later.
    if (descriptor < 0) return;
    Waiting waiting{descriptor, &socket, RemoteAddressOf(address),
                    std::chrono::steady_clock::now(), false};
    if (Look(&waiting)) waiting_.push_back(waiting);
  }
}

bool HubWatch::Look(Waiting* waiting) {
  const bool is_late =
      std::chrono::steady_clock::now() - waiting->since > kPatience;
  std::array<char, 512> bytes;
  if (waiting->is_answered) {
    const ssize_t size =
        ::recv(waiting->descriptor, bytes.data(), bytes.size(), MSG_DONTWAIT);
    const bool has_hung_up = size == 0 || (size < 0 && errno != EAGAIN);
    if (!has_hung_up && !is_late) return true;
    ::close(waiting->descriptor);
    return false;
  }
  const ssize_t size = ::recv(waiting->descriptor, bytes.data(), bytes.size(),
                              MSG_PEEK | MSG_DONTWAIT);
  if (size < 0 && errno == EAGAIN && !is_late) return true;
  const std::string_view head(bytes.data(),
                              size > 0 ? static_cast<std::size_t>(size) : 0);
  if (AsksForHealth(head) || handed_over_ >= kMaxHandedOver) {
    Answer(waiting);
    return true;
  }
  HandOver(*waiting);
  return false;
}

// The client hangs up once it has read it. A close with unread input would be a
// reset, which can destroy the answer on its way.
void HubWatch::Answer(Waiting* waiting) {
  refusals_.Note(RefusalReason::kHubHangs, waiting->remote,
                 "the hub's thread has not run for a second");
  constexpr int kServiceUnavailable = 503;
  const std::string response =
      RefusalResponse(kServiceUnavailable, kHubHangsText);
  [[maybe_unused]] const ssize_t ignored =
      ::send(waiting->descriptor, response.data(), response.size(),
             MSG_NOSIGNAL | MSG_DONTWAIT);
  ::shutdown(waiting->descriptor, SHUT_WR);
  waiting->is_answered = true;
  waiting->since = std::chrono::steady_clock::now();
}

void HubWatch::HandOver(const Waiting& waiting) {
  ++handed_over_;
  waiting.socket->hand_over(waiting.descriptor, waiting.remote);
}

void HubWatch::HandOverAll() {
  for (const Waiting& waiting : waiting_) {
    if (waiting.is_answered) {
      ::close(waiting.descriptor);
    } else {
      HandOver(waiting);
    }
  }
  waiting_.clear();
}

}  // namespace tickerhub::internal
