#include "scripted_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "frames.h"

namespace tickerhub::load::testing {
namespace {

constexpr char kAnswer[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
constexpr char kCompression[] =
    "Sec-WebSocket-Extensions: permessage-deflate; "
    "server_no_context_takeover; client_no_context_takeover\r\n";

void BoundWaiting(int descriptor) {
  const timeval limit{10, 0};
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

}  // namespace

ScriptedServer::ScriptedServer()
    : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(listen(listener_, 1000), 0);
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  BoundWaiting(listener_);
}

ScriptedServer::~ScriptedServer() {
  for (std::size_t i = 0; i < connections_.size(); ++i) HangUp(i);
  close(listener_);
}

std::string ScriptedServer::url() const {
  return "ws://127.0.0.1:" + std::to_string(port_) + "/stocks";
}

std::size_t ScriptedServer::Accept() {
  const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  EXPECT_GE(descriptor, 0) << "nobody connects";
  BoundWaiting(descriptor);
  connections_.push_back(descriptor);
  const std::size_t connection = connections_.size() - 1;
  std::string request;
  while (request.find("\r\n\r\n") == std::string::npos) {
    const std::string more = Receive(connection, 1);
    if (more.empty()) break;
    request += more;
  }
  return connection;
}

std::size_t ScriptedServer::Open(std::string_view greeting) {
  const std::size_t connection = Accept();
  Send(connection, std::string(kAnswer).append("\r\n").append(greeting));
  return connection;
}

std::size_t ScriptedServer::OpenCompressed(std::string_view greeting) {
  const std::size_t connection = Accept();
  Send(connection, std::string(kAnswer)
                       .append(kCompression)
                       .append("\r\n")
                       .append(greeting));
  return connection;
}

void ScriptedServer::Send(std::size_t connection, std::string_view bytes) {
  EXPECT_EQ(
      send(connections_[connection], bytes.data(), bytes.size(), MSG_NOSIGNAL),
      static_cast<ssize_t>(bytes.size()));
}

void ScriptedServer::SendToAll(std::string_view bytes) {
  for (std::size_t i = 0; i < connections_.size(); ++i) Send(i, bytes);
}

std::size_t ScriptedServer::Offer(std::size_t connection,
                                  std::string_view bytes) {
  const ssize_t sent = send(connections_[connection], bytes.data(),
                            bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent < 0 ? 0 : static_cast<std::size_t>(sent);
}

std::string ScriptedServer::Receive(std::size_t connection, std::size_t size) {
  std::string bytes(size, '\0');
  const ssize_t received =
      recv(connections_[connection], bytes.data(), size, MSG_WAITALL);
  EXPECT_EQ(received, static_cast<ssize_t>(size))
      << "the client said too little";
  bytes.resize(received < 0 ? 0 : static_cast<std::size_t>(received));
  return bytes;
}

bool ScriptedServer::HasBytes(std::size_t connection) const {
  char byte = 0;
  return recv(connections_[connection], &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
}

void ScriptedServer::HangUp(std::size_t connection) {
  if (connections_[connection] >= 0) close(connections_[connection]);
  connections_[connection] = -1;
}

void ScriptedServer::Close(std::size_t connection, int code) {
  const char payload[] = {static_cast<char>(code / 256),
                          static_cast<char>(code % 256)};
  Send(connection, ServerFrame(Opcode::kClose, {payload, 2}));
  Receive(connection, 8);
  HangUp(connection);
}

}  // namespace tickerhub::load::testing
