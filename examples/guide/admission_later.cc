#include <tickerhub/tickerhub.h>
#include <tickerhub/websocketpp/server.h>

#include <iostream>

#include "directory.h"

int main() {
  tickerhub::Server::Options options;
  options.port = 0;  // any free one
  tickerhub::Server server(options);
  tickerhub::Channel& channel = server.AddChannel("/stocks");
  tickerhub::StockTracker tracker(channel, server.scheduler());
  channel.SetHandler(tracker);
  Directory directory;
  channel.SetAdmission([&directory](const tickerhub::ConnectRequest& request,
                                    const tickerhub::AdmissionReply& reply) {
    // `request` ends with this call; `reply` may be kept.
    directory.Ask(InQuery(request), reply);
  });
  if (tickerhub::Status status = server.Listen(); !status.ok()) {
    std::cerr << status.message() << std::endl;
    return 1;
  }
  std::cout << "listening on " << server.url() << std::endl;
  server.StopOnSignals();
  server.Run();
}
