#include "load/client_pool.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <system_error>
#include <utility>

namespace tickerhub::load {
namespace {

constexpr std::size_t kBufferBytes = 256 * 1024;
constexpr int kEventsAtOnce = 512;
constexpr std::int64_t kSlowRoundNanoseconds = 50'000'000;
// The server notices a reader's pace only if the socket's buffer is small.
constexpr int kSlowReaderBufferBytes = 16 * 1024;

// Edge-triggered: the kernel would look twice for each message otherwise. The
// end of a connection is asked for by itself because it may come with data.
constexpr std::uint32_t kReadable = EPOLLIN | EPOLLRDHUP | EPOLLET;

std::string ErrorText(const char* action, int error) {
  return std::string(action) + ": " +
         std::error_code(error, std::generic_category()).message();
}

}  // namespace

std::int64_t MonotonicNow() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

ClientPool::ClientPool(Target target, Listener& listener)
    : target_(std::move(target)),
      listener_(listener),
      request_(
          HandshakeRequest(target_.host, target_.path, target_.compression)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      buffer_(kBufferBytes) {}

ClientPool::~ClientPool() {
  for (const Connection& connection : clients_) {
    if (connection.descriptor < 0) continue;
    // A reset instead of a good-bye, or tens of thousands of ports would stay
    // in TIME_WAIT.
    const linger reset{1, 0};
    setsockopt(connection.descriptor, SOL_SOCKET, SO_LINGER, &reset,
               sizeof reset);
    close(connection.descriptor);
  }
  close(epoll_);
}

// ---- connecting

void ClientPool::Connect() {
  const auto client = static_cast<Client>(clients_.size());
  Connection& connection = clients_.emplace_back();
  ++connecting_;
  connection.descriptor = OpenSocket();
  if (connection.descriptor < 0) {
    EndClient(client, ErrorText("cannot connect", errno));
  } else {
    Watch(client, EPOLL_CTL_ADD, EPOLLOUT);
  }
}

// Returns -1 and leaves errno if it fails.
int ClientPool::OpenSocket() {
  const int descriptor = socket(target_.address.ss_family,
                                SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (target_.source_size > 0) {
    // Lets the kernel choose the port when it knows the whole pair.
    setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  }
  if ((target_.source_size == 0 ||
       bind(descriptor, reinterpret_cast<const sockaddr*>(&target_.source),
            target_.source_size) == 0) &&
      (connect(descriptor, reinterpret_cast<const sockaddr*>(&target_.address),
               target_.address_size) == 0 ||
       errno == EINPROGRESS)) {
    return descriptor;
  }
  const int error = errno;
  close(descriptor);
  errno = error;
  return -1;
}

void ClientPool::FinishConnect(Client client) {
  Connection& connection = clients_[client];
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(connection.descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return EndClient(client, ErrorText("cannot connect", error));
  // A new socket's buffer has room for a request.
  if (send(connection.descriptor, request_.data(), request_.size(),
           MSG_NOSIGNAL) != static_cast<ssize_t>(request_.size())) {
    return EndClient(client, ErrorText("cannot send the handshake", errno));
  }
  connection.state = State::kShakingHands;
  Watch(client, EPOLL_CTL_MOD, kReadable);
}

// ---- receiving

void ClientPool::Poll(std::chrono::milliseconds timeout) {
  if (!slow_.empty()) {
    timeout = std::min(
        timeout, std::chrono::milliseconds(kSlowRoundNanoseconds / 1'000'000));
  }
  epoll_event events[kEventsAtOnce];
  const int count = epoll_wait(epoll_, events, kEventsAtOnce,
                               static_cast<int>(timeout.count()));
  for (int i = 0; i < count; ++i) {
    HandleEvent(events[i].data.u32, events[i].events);
  }
  if (!slow_.empty()) ReadSlowOnes();
}

void ClientPool::HandleEvent(Client client, std::uint32_t events) {
  const Connection& connection = clients_[client];
  if (connection.state == State::kEnded) return;
  if (connection.state == State::kConnecting) return FinishConnect(client);
  // At its end, a client reads even what its pace forbids: why it was closed is
  // in it.
  const bool over = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
  if (!over && (events & EPOLLIN) == 0) return;
  std::size_t received = 0;
  do {
    received = Receive(client, buffer_.size());
  } while (connection.state != State::kEnded &&
           (received == buffer_.size() || (over && received > 0)));
}

// Returns how much it was; 0 if there is nothing now or the client has ended.
std::size_t ClientPool::Receive(Client client, std::size_t at_most) {
  const ssize_t received =
      recv(clients_[client].descriptor, buffer_.data(), at_most, 0);
  if (received > 0) {
    const auto size = static_cast<std::size_t>(received);
    bytes_received_ += size;
    HandleBytes(client, {buffer_.data(), size}, MonotonicNow());
    return size;
  }
  if (received < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
  const Connection& connection = clients_[client];
  if (connection.close_code != 1006) {
    EndClient(client, {});
  } else if (received == 0) {
    EndClient(client, "the server hung up without a close frame");
  } else {
    EndClient(client, ErrorText("the connection broke", errno));
  }
  return 0;
}

void ClientPool::HandleBytes(Client client, std::string_view bytes,
                             std::int64_t now) {
  Connection& connection = clients_[client];
  if (connection.state == State::kShakingHands) {
    bytes = HandleAnswer(client, bytes, now);
  }
  FrameReader::Message message;
  while (connection.state == State::kOpen ||
         connection.state == State::kClosing) {
    if (!connection.reader.Next(&bytes, &message)) {
      if (connection.reader.fault() != nullptr) {
        EndClient(client, connection.reader.fault());
      }
      return;
    }
    if (IsControl(message.opcode)) {
      HandleControl(client, message);
    } else {
      HandleData(client, message, now);
    }
  }
}

void ClientPool::HandleData(Client client, const FrameReader::Message& message,
                            std::int64_t now) {
  if (!message.compressed) {
    listener_.OnMessage(client, message.opcode, message.data, now);
    return;
  }
  // The clients of a broadcast get the same bytes one after the other.
  if (message.data != compressed_message_) {
    compressed_message_.clear();
    inflated_message_.clear();
    using Result = internal::MessageInflater::Result;
    const Result result = inflater_.Inflate(
        message.data, FrameReader::kMaxMessageBytes, &inflated_message_);
    if (result != Result::kDone) {
      return EndClient(client,
                       result == Result::kTooBig
                           ? "a message is larger than this client takes"
                           : "a compressed message is corrupt");
    }
    compressed_message_ = message.data;
  }
  listener_.OnMessage(client, message.opcode, inflated_message_, now);
}

// Returns what came behind the answer.
std::string_view ClientPool::HandleAnswer(Client client, std::string_view bytes,
                                          std::int64_t now) {
  Connection& connection = clients_[client];
  connection.answer.append(bytes);
  const HandshakeAnswer answer =
      ReadHandshakeAnswer(connection.answer, target_.compression);
  if (!answer.error.empty()) EndClient(client, answer.error);
  if (answer.bytes == 0) return {};
  bytes.remove_prefix(bytes.size() - (connection.answer.size() - answer.bytes));
  connection.answer.clear();
  connection.answer.shrink_to_fit();
  connection.state = State::kOpen;
  if (answer.compression) {
    connection.reader.AllowCompression();
    ++compressed_;
  }
  --connecting_;
  ++open_;
  listener_.OnOpen(client, now);
  return bytes;
}

void ClientPool::HandleControl(Client client,
                               const FrameReader::Message& message) {
  Connection& connection = clients_[client];
  if (message.opcode == Opcode::kPing) {
    Send(client, Opcode::kPong, message.data);
  } else if (message.opcode == Opcode::kClose) {
    connection.close_code = CloseCodeOf(message.data);
    // The server hangs up after this (RFC 6455 §7.1.1).
    if (connection.state == State::kOpen) {
      Send(client, Opcode::kClose, message.data.substr(0, 2));
      connection.state = State::kClosing;
      if (connection.pace != kUnlimited) SetPace(client, kUnlimited);
    }
  }
}

// ---- pace

void ClientPool::SetPace(Client client, std::uint32_t bytes_per_second) {
  Connection& connection = clients_[client];
  if (connection.state == State::kEnded) return;
  slow_.erase(std::remove(slow_.begin(), slow_.end(), client), slow_.end());
  connection.pace = bytes_per_second;
  if (connection.descriptor < 0) return;
  if (bytes_per_second != kUnlimited) {
    setsockopt(connection.descriptor, SOL_SOCKET, SO_RCVBUF,
               &kSlowReaderBufferBytes, sizeof kSlowReaderBufferBytes);
    if (bytes_per_second > 0) slow_.push_back(client);
  }
  if (connection.state != State::kConnecting) {
    Watch(client, EPOLL_CTL_MOD,
          bytes_per_second == kUnlimited ? kReadable : 0);
  }
}

void ClientPool::ReadSlowOnes() {
  const std::int64_t now = MonotonicNow();
  if (slow_round_ == 0) slow_round_ = now;
  const std::int64_t passed = now - slow_round_;
  if (passed < kSlowRoundNanoseconds) return;
  slow_round_ = now;
  const std::vector<Client> all = slow_;  // a handler may change it
  for (const Client client : all) {
    const Connection& connection = clients_[client];
    if (connection.state != State::kOpen || connection.pace == kUnlimited) {
      continue;
    }
    const double budget = connection.pace * (static_cast<double>(passed) / 1e9);
    const auto bytes = static_cast<std::size_t>(std::max(1.0, budget));
    Receive(client, std::min(bytes, buffer_.size()));
  }
}

// ---- sending

bool ClientPool::Send(Client client, Opcode opcode, std::string_view data) {
  const Connection& connection = clients_[client];
  if (connection.state != State::kOpen) return false;
  const std::string frame = MaskedFrame(opcode, data);
  return send(connection.descriptor, frame.data(), frame.size(),
              MSG_NOSIGNAL | MSG_DONTWAIT) ==
         static_cast<ssize_t>(frame.size());
}

void ClientPool::Close(Client client, std::uint16_t code) {
  Connection& connection = clients_[client];
  if (connection.state != State::kOpen) return;
  if (!Send(client, Opcode::kClose, ClosePayload(code))) {
    return EndClient(client, "the socket does not take a close frame");
  }
  connection.state = State::kClosing;
  if (connection.pace != kUnlimited) SetPace(client, kUnlimited);
}

// ---- ending

void ClientPool::EndClient(Client client, std::string what) {
  Connection& connection = clients_[client];
  if (connection.state == State::kEnded) return;
  const bool was_open =
      connection.state == State::kOpen || connection.state == State::kClosing;
  --(was_open ? open_ : connecting_);
  connection.state = State::kEnded;
  if (connection.descriptor >= 0) close(connection.descriptor);
  connection.descriptor = -1;
  if (connection.pace != kUnlimited && connection.pace > 0) {
    slow_.erase(std::remove(slow_.begin(), slow_.end(), client), slow_.end());
  }
  listener_.OnEnd(client, {was_open, connection.close_code, std::move(what)});
}

void ClientPool::Watch(Client client, int operation, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u32 = client;
  epoll_ctl(epoll_, operation, clients_[client].descriptor, &event);
}

}  // namespace tickerhub::load
