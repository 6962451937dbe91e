#include <tickerhub/websocketpp/server.h>

#include <iostream>
#include <list>
#include <string>
#include <utility>

#include "tokens.h"

tickerhub::AdmissionFunction Admit(Token (*find)(const Request&)) {
  return
      [find](const Request& request, const tickerhub::AdmissionReply& reply) {
        const std::string user = UserOf(find(request));
        if (user.empty())
          return reply(tickerhub::Admission::Refuse(403, "who are you?\n"));
        // A browser that offers subprotocols fails if none of them is chosen.
        reply(tickerhub::Admission::Accept(
            user, request.ChooseSubprotocol({"greetings.v1"})));
      };
}

struct Greeter : tickerhub::ChannelHandler {
  explicit Greeter(tickerhub::Broadcaster& broadcaster) : out(broadcaster) {}
  void OnOpen(tickerhub::SessionId session,
              const tickerhub::SessionInfo& info) override {
    out.Send(session, tickerhub::Payload("\"hello " + info.identity + "\""),
             tickerhub::Delivery::kEvery);
  }
  tickerhub::Broadcaster& out;
};

int main() {
  tickerhub::Server::Options options;
  options.port = 0;  // any free one
  // The origin of your pages.
  options.allowed_origins = {"https://example.com"};
  tickerhub::Server server(options);
  std::list<Greeter> greeters;
  const std::pair<const char*, Token (*)(const Request&)> ways[] = {
      {"/query", InQuery},
      {"/cookie", InCookie},
      {"/header", InHeader},
      {"/subprotocol", InSubprotocol}};
  for (const auto& [path, find] : ways) {
    tickerhub::Channel& channel = server.AddChannel(path);
    channel.SetHandler(greeters.emplace_back(channel));
    channel.SetAdmission(Admit(find));
  }
  if (tickerhub::Status status = server.Listen(); !status.ok()) {
    std::cerr << status.message() << std::endl;
    return 1;
  }
  std::cout << "listening on " << server.url() << std::endl;
  server.StopOnSignals();
  server.Run();
}
