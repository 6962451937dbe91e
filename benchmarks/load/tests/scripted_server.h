#ifndef TICKERHUB_BENCHMARKS_LOAD_TESTS_SCRIPTED_SERVER_H_
#define TICKERHUB_BENCHMARKS_LOAD_TESTS_SCRIPTED_SERVER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tickerhub::load::testing {

/// The other end of a load in tests: does what it is told, with sockets that
/// block for at most ten seconds, after which a test fails.
class ScriptedServer {
 public:
  ScriptedServer();
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  int port() const { return port_; }
  std::string url() const;

  /// Waits for a connection and its request. Returns its number, from 0.
  std::size_t Accept();
  /// Accept(), then, in one piece, the answer that a WebSocket server gives and
  /// `greeting`.
  std::size_t Open(std::string_view greeting = {});
  /// The same, with an answer that agrees to compression.
  std::size_t OpenCompressed(std::string_view greeting = {});

  void Send(std::size_t connection, std::string_view bytes);
  void SendToAll(std::string_view bytes);
  /// Sends as much as the socket takes without waiting; returns how much.
  std::size_t Offer(std::size_t connection, std::string_view bytes);
  /// Waits for that many bytes.
  std::string Receive(std::size_t connection, std::size_t size);
  /// There is something to receive.
  bool HasBytes(std::size_t connection) const;
  void HangUp(std::size_t connection);
  /// Sends a close frame, waits for the answer and hangs up.
  void Close(std::size_t connection, int code);

 private:
  int listener_ = -1;
  int port_ = 0;
  std::vector<int> connections_;
};

}  // namespace tickerhub::load::testing

#endif  // TICKERHUB_BENCHMARKS_LOAD_TESTS_SCRIPTED_SERVER_H_
