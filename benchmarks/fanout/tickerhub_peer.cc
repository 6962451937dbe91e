#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "fanout/peers.h"
#include "tickerhub/websocketpp/input_reader.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub::fanout {
namespace {

constexpr TopicId kEverybody = 0;
constexpr TopicId kFirstSymbol = 1;

class Service final : public ChannelHandler {
 public:
  explicit Service(Broadcaster& out) : out_(out) {}

  void OnOpen(SessionId session, const SessionInfo& /*info*/) override {
    out_.Subscribe(session, kEverybody);
  }

  void OnMessage(SessionId session, const InboundMessage& message) override {
    out_.Unsubscribe(session, kEverybody);
    const std::string number(message.data.substr(kFollow.size()));
    const auto client =
        static_cast<std::uint32_t>(std::strtoul(number.c_str(), nullptr, 10));
    for (const std::uint32_t symbol : FollowedBy(client)) {
      out_.Subscribe(session, kFirstSymbol + symbol);
    }
    out_.Send(session, Payload(kFollowing), Delivery::kEvery);
  }

  void Obey(const Command& command) {
    if (ObeyCommonCommand(command)) return;
    std::vector<Publication> publications;
    publications.reserve(command.count);
    for (std::uint64_t i = 0; i < command.count; ++i) {
      const std::uint64_t seq = command.first + i;
      const TopicId topic =
          command.name == "tick" ? kEverybody : kFirstSymbol + SymbolOf(seq);
      publications.push_back({topic, Payload(MessageText(seq, command.bytes))});
    }
    // kEvery, so that a server that is too slow cannot hide it by merging.
    out_.Publish(publications, Delivery::kEvery, 0);
  }

 private:
  Broadcaster& out_;
};

}  // namespace

int ServeTickerhub(const TickerhubOptions& given) {
  Server::Options options;
  options.port = 0;
  options.event_loops = given.event_loops;
  options.compression = given.compression;
  options.max_accepts_per_second = 0;  // the others have no such limit
  options.tls = given.tls;
  options.tls_certificate_file = PeerTlsFiles().certificate;
  options.tls_key_file = PeerTlsFiles().key;
  Server server(options);
  Channel& channel = server.AddChannel("/");
  Service service(channel);
  channel.SetHandler(service);
  if (given.admission) {
    channel.SetAdmission(
        [](const ConnectRequest&, const AdmissionReply& reply) {
          reply(Admission::Accept());
        });
  }
  if (const Status status = server.Listen(); !status.ok()) {
    std::fprintf(stderr, "%s\n", status.message().c_str());
    return 1;
  }
  CommandStream commands;
  InputReader input(
      server, STDIN_FILENO,
      [&](std::string_view bytes) {
        for (const Command& command : commands.Push(bytes)) {
          service.Obey(command);
        }
      },
      [&](std::string_view) { server.Stop(); });
  SayListening(server.port());
  server.Run();
  return 0;
}

}  // namespace tickerhub::fanout
