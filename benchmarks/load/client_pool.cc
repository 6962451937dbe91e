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

#include "load/handshake.h"

namespace tickerhub::load {
namespace {

constexpr std::size_t kBufferBytes = 256 * 1024;
constexpr int kEventsAtOnce = 512;
constexpr std::int64_t kSlowRoundNanoseconds = 50'000'000;
// So that a reader's pace is felt by the server and not swallowed by megabytes
// of a buffer that grows.
constexpr int kSlowReaderBufferBytes = 16 * 1024;

// Edge-triggered: a level-triggered socket is looked at twice for each message.
// The end is asked for by itself, since it may come together with data.
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
      buffer_(kBufferBytes),
      key_state_(static_cast<std::uint64_t>(MonotonicNow())) {}

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

ClientPool::Client ClientPool::Connect() {
  const auto client = static_cast<Client>(clients_.size());
  Connection& connection = clients_.emplace_back();
  connection.began = MonotonicNow();
  ++connecting_;
  std::string what;
  connection.descriptor = OpenSocket(&what);
  if (connection.descriptor < 0) {
    stillborn_.emplace_back(client, std::move(what));
  } else {
    Watch(client, EPOLL_CTL_ADD, EPOLLOUT);
  }
  return client;
}

int ClientPool::OpenSocket(std::string* what) {
  const int descriptor = socket(target_.address.ss_family,
                                SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) {
    *what = ErrorText("cannot open a socket", errno);
    return -1;
  }
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (target_.source_size > 0) {
    // Lets the kernel choose the port when it knows the whole pair.
    setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (bind(descriptor, reinterpret_cast<const sockaddr*>(&target_.source),
             target_.source_size) != 0) {
      *what = ErrorText("cannot use the source address", errno);
      close(descriptor);
      return -1;
    }
  }
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&target_.address),
              target_.address_size) != 0 &&
      errno != EINPROGRESS) {
    *what = ErrorText("cannot connect", errno);
    close(descriptor);
    return -1;
  }
  return descriptor;
}

void ClientPool::FinishConnect(Client client) {
  Connection& connection = clients_[client];
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(connection.descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) {
    EndClient(client, ErrorText("cannot connect", error));
    return;
  }
  // A new socket's buffer has room for a request.
  if (send(connection.descriptor, request_.data(), request_.size(),
           MSG_NOSIGNAL) != static_cast<ssize_t>(request_.size())) {
    EndClient(client, ErrorText("cannot send the handshake", errno));
    return;
  }
  connection.state = State::kShakingHands;
  Watch(client, EPOLL_CTL_MOD, kReadable);
}

// ---- receiving

void ClientPool::Poll(std::chrono::milliseconds timeout) {
  EndDelayed();
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
  switch (connection.state) {
    case State::kEnded:
      return;
    case State::kConnecting:
      FinishConnect(client);
      return;
    default:
      break;
  }
  // What a client that does not read had not read is of interest at its end:
  // why it was closed stands there.
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
  ssize_t received = 0;
  do {
    received = recv(clients_[client].descriptor, buffer_.data(), at_most, 0);
  } while (received < 0 && errno == EINTR);
  if (received > 0) {
    const auto size = static_cast<std::size_t>(received);
    bytes_received_ += size;
    HandleBytes(client, {buffer_.data(), size}, MonotonicNow());
    return size;
  }
  if (received < 0 && errno == EAGAIN) return 0;
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
  MessageReader::Message message;
  while (connection.state == State::kOpen ||
         connection.state == State::kClosing) {
    switch (connection.reader.Next(&bytes, &message)) {
      case MessageReader::Result::kNeedMore:
        return;
      case MessageReader::Result::kBroken:
        EndClient(client, Describe(connection.reader.fault()));
        return;
      case MessageReader::Result::kMessage:
        break;
    }
    if (IsControl(message.opcode)) {
      HandleControl(client, message);
    } else {
      HandleData(client, message, now);
    }
  }
}

void ClientPool::HandleData(Client client,
                            const MessageReader::Message& message,
                            std::int64_t now) {
  if (!message.compressed) {
    listener_.OnMessage(client, message.opcode, message.data, now);
    return;
  }
  const MessageInflater::Result result =
      inflater_.Inflate(message.data, MessageReader::kMaxMessageBytes);
  if (result != MessageInflater::Result::kDone) {
    EndClient(client, Describe(result));
    return;
  }
  listener_.OnMessage(client, message.opcode, inflater_.message(), now);
}

// Returns what came behind the answer.
std::string_view ClientPool::HandleAnswer(Client client, std::string_view bytes,
                                          std::int64_t now) {
  Connection& connection = clients_[client];
  const std::size_t before = connection.answer ? connection.answer->size() : 0;
  if (connection.answer) connection.answer->append(bytes);
  const HandshakeAnswer answer = ReadHandshakeAnswer(
      connection.answer ? *connection.answer : bytes, target_.compression);
  switch (answer.state) {
    case HandshakeAnswer::State::kIncomplete:
      if (!connection.answer) {
        connection.answer = std::make_unique<std::string>(bytes);
      }
      return {};
    case HandshakeAnswer::State::kInvalid:
      EndClient(client, answer.reason);
      return {};
    case HandshakeAnswer::State::kRefused:
      EndClient(client, "the server answered the handshake with HTTP " +
                            std::to_string(answer.status));
      return {};
    case HandshakeAnswer::State::kAccepted:
      break;
  }
  connection.answer.reset();
  connection.state = State::kOpen;
  if (answer.compression) {
    connection.reader.AllowCompression();
    ++compressed_;
  }
  --connecting_;
  ++open_;
  bytes.remove_prefix(answer.bytes - before);
  listener_.OnOpen(client, now - connection.began);
  return bytes;
}

void ClientPool::HandleControl(Client client,
                               const MessageReader::Message& message) {
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
  const std::string frame = MaskedFrame(opcode, data, NextKey());
  return send(connection.descriptor, frame.data(), frame.size(),
              MSG_NOSIGNAL | MSG_DONTWAIT) ==
         static_cast<ssize_t>(frame.size());
}

void ClientPool::Close(Client client, std::uint16_t code) {
  Connection& connection = clients_[client];
  if (connection.state != State::kOpen) return;
  if (!Send(client, Opcode::kClose, ClosePayload(code))) {
    EndClient(client, "the socket does not take a close frame");
    return;
  }
  connection.state = State::kClosing;
  if (connection.pace != kUnlimited) SetPace(client, kUnlimited);
}

// SplitMix64: a key that a proxy can't foresee is not at stake here.
std::uint32_t ClientPool::NextKey() {
  std::uint64_t mixed = (key_state_ += 0x9e3779b97f4a7c15);
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
  return static_cast<std::uint32_t>(mixed >> 32);
}

// ---- ending

void ClientPool::EndDelayed() {
  const auto stillborn = std::exchange(stillborn_, {});
  for (const auto& [client, what] : stillborn) EndClient(client, what);
}

void ClientPool::EndClient(Client client, std::string what) {
  Connection& connection = clients_[client];
  if (connection.state == State::kEnded) return;
  const bool was_open =
      connection.state == State::kOpen || connection.state == State::kClosing;
  --(was_open ? open_ : connecting_);
  connection.state = State::kEnded;
  if (connection.descriptor >= 0) close(connection.descriptor);
  connection.descriptor = -1;
  connection.answer.reset();
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
