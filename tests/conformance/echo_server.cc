// tickerhub-echo: sends back what it gets, through the same server and the same
// send path as a broadcast. It is what conformance suites are run against.

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "common/command_line.h"
#include "common/logging.h"
#include "common/run_server.h"
#include "tickerhub/websocketpp/server.h"

using namespace tickerhub;  // NOLINT(google-build-using-namespace): a program

namespace {

class Echo final : public ChannelHandler {
 public:
  explicit Echo(Broadcaster& out) : out_(out) {}

  void OnMessage(SessionId from, const InboundMessage& message) override {
    const auto kind =
        message.binary ? Payload::Kind::kBinary : Payload::Kind::kText;
    out_.Send(from, Payload(message.data, kind), Delivery::kEvery);
  }

 private:
  Broadcaster& out_;
};

// Nothing unasked, and wide limits: what a suite sends is not to be taken for
// an attack. The limit of a message still exists, so that it can be tested.
Server::Options WideOptions() {
  Server::Options options;
  options.ping_interval = std::chrono::milliseconds(0);
  options.idle_timeout = std::chrono::milliseconds(0);
  options.max_message_bytes = std::size_t{32} * 1024 * 1024;
  options.max_queued_bytes = std::size_t{1} << 30;
  options.max_messages_per_second = 0;
  options.max_bytes_per_second = 0;
  options.max_messages_per_second_total = 0;
  options.max_accepts_per_second = 0;
  options.socket_send_buffer_bytes = 0;
  options.socket_receive_buffer_bytes = 0;
  options.allowed_origins = {"https://example.org"};
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  Server::Options options = WideOptions();
  std::uint64_t port = 9001;
  examples::CommandLine line(
      "Sends back every message, for tests of the protocol.", "tickerhub-echo");
  line.AddWholeNumber("--port", 0, 65'535, &port,
                      "Port to listen on, on 127.0.0.1; 0 = any free one");
  line.AddFlag("--compression", &options.compression,
               "Agree on permessage-deflate with clients that offer it");
  line.AddHelp();
  if (const auto status = line.Read(argc, argv, [] {})) return *status;
  options.port = static_cast<std::uint16_t>(port);
  options.log = &examples::LogForServer;
  examples::StartLogging("warning", examples::LogFormat::kText);

  Server server(options);
  Channel& channel = server.AddChannel("/");
  Echo echo(channel);
  channel.SetHandler(echo);
  return examples::RunServer(server, {}, "tickerhub-echo");
}
