#include <tickerhub/tickerhub.h>
#include <tickerhub/websocketpp/http_api.h>

#include <iostream>
#include <string>

#include "tokens.h"

int main() {
  tickerhub::Server::Options options;
  options.port = 0;  // any free one
  tickerhub::Server server(options);
  tickerhub::Channel& channel = server.AddChannel("/notifications");
  channel.SetAdmission(
      [](const Request& request, const tickerhub::AdmissionReply& reply) {
        const std::string user = UserOf(InQuery(request));
        reply(user.empty() ? tickerhub::Admission::Refuse(403, "who are you?\n")
                           : tickerhub::Admission::Accept(user));
      });

  tickerhub::Notifier::Options rules;
  rules.identity_from_admission = true;  // nobody can take another name
  rules.may_send_to_all = tickerhub::NoClients;
  tickerhub::InMemoryNotificationLog log;
  tickerhub::Notifier notifier(channel, server.scheduler(), log, rules);
  channel.SetHandler(notifier);

  // POST /api/notifications {"recipientId":"ann","message":"…"} reaches all
  // devices of ann. POST /kick?user=ann closes them all.
  tickerhub::NotificationApiOptions api;
  api.token = "the-token-of-the-operator";
  tickerhub::AddNotificationApi(server, notifier, api);
  server.Route(
      "POST", "/kick",
      [&](const tickerhub::HttpRequest& request,
          const tickerhub::HttpReply& reply) {
        tickerhub::HttpResponse response;
        const auto token = request.BearerToken();
        if (token && SameSecret(*token, api.token)) {
          const auto user = tickerhub::QueryParameter(request.query, "user");
          response.body =
              std::to_string(notifier.Kick(user.value_or(""))) + " closed\n";
        } else {
          response.status = 403;
        }
        reply(response);
      });
  if (tickerhub::Status status = server.Listen(); !status.ok()) {
    std::cerr << status.message() << std::endl;
    return 1;
  }
  std::cout << "listening on " << server.url() << std::endl;
  server.StopOnSignals();
  server.Run();
}
