#ifndef TICKERHUB_TESTS_LOAD_SCRIPTED_SERVER_H_
#define TICKERHUB_TESTS_LOAD_SCRIPTED_SERVER_H_

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "load/websocket.h"
#include "server_frames.h"

namespace tickerhub::load::testing {

/// The other end of a load in tests. It does what it is told, with sockets that
/// block for at most ten seconds, after which a test fails.
class ScriptedServer {
 public:
  ScriptedServer() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 1000), 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    url_ =
        "ws://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/stocks";
    BoundWaiting(listener_);
  }
  ~ScriptedServer() {
    for (std::size_t i = 0; i < connections_.size(); ++i) HangUp(i);
    close(listener_);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  const std::string& url() const { return url_; }

  /// Waits for a connection and its request. Returns its number, from 0.
  std::size_t Accept() {
    const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    EXPECT_GE(descriptor, 0) << "nobody connects";
    BoundWaiting(descriptor);
    connections_.push_back(descriptor);
    const std::size_t connection = connections_.size() - 1;
    std::string request;
    while (request.find("\r\n\r\n") == std::string::npos &&
           !::testing::Test::HasFailure()) {
      request += Receive(connection, 1);
    }
    return connection;
  }

  /// Accept(), then, in one piece, the answer that a WebSocket server gives and
  /// `greeting`. `compression`: the answer agrees to it.
  void Open(std::string_view greeting = {}, bool compression = false) {
    std::string answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
    if (compression) {
      answer +=
          "Sec-WebSocket-Extensions: permessage-deflate; "
          "server_no_context_takeover; client_no_context_takeover\r\n";
    }
    Send(Accept(), answer.append("\r\n").append(greeting));
  }

  void Send(std::size_t connection, std::string_view bytes) {
    EXPECT_EQ(send(connections_[connection], bytes.data(), bytes.size(),
                   MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }

  void SendToAll(std::string_view bytes) {
    for (std::size_t i = 0; i < connections_.size(); ++i) Send(i, bytes);
  }

  /// Sends as much as the socket takes without waiting; returns how much.
  std::size_t Offer(std::size_t connection, std::string_view bytes) {
    const ssize_t sent = send(connections_[connection], bytes.data(),
                              bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent < 0 ? 0 : static_cast<std::size_t>(sent);
  }

  /// Waits for that many bytes.
  std::string Receive(std::size_t connection, std::size_t size) {
    std::string bytes(size, '\0');
    EXPECT_EQ(recv(connections_[connection], bytes.data(), size, MSG_WAITALL),
              static_cast<ssize_t>(size))
        << "the client said too little";
    return bytes;
  }

  /// There is something to receive.
  bool HasBytes(std::size_t connection) const {
    char byte = 0;
    return recv(connections_[connection], &byte, 1, MSG_PEEK | MSG_DONTWAIT) ==
           1;
  }

  void HangUp(std::size_t connection) {
    if (connections_[connection] >= 0) close(connections_[connection]);
    connections_[connection] = -1;
  }

  /// Sends a close frame, waits for the answer and hangs up.
  void Close(std::size_t connection, std::uint16_t code) {
    Send(connection, ServerFrame(Opcode::kClose, ClosePayload(code)));
    Receive(connection, 8);
    HangUp(connection);
  }

 private:
  static void BoundWaiting(int descriptor) {
    const timeval limit{10, 0};
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }

  const int listener_;
  std::string url_;
  std::vector<int> connections_;
};

}  // namespace tickerhub::load::testing

#endif  // TICKERHUB_TESTS_LOAD_SCRIPTED_SERVER_H_
