// Checks that a server can be made, listens, and stops when told to.
#include <tickerhub/tickerhub.h>
#include <tickerhub/websocketpp/http_api.h>
#include <tickerhub/websocketpp/server.h>

#include <iostream>
#include <string>

int main() {
  tickerhub::Server::Options options;
  options.port = 0;
  tickerhub::Server server(options);
  tickerhub::Channel& channel = server.AddChannel("/stocks");
  tickerhub::StockTracker tracker(channel, server.scheduler());
  channel.SetHandler(tracker);
  tickerhub::AddStockApi(server, tracker);
  if (const tickerhub::Status status = server.Listen(); !status.ok()) {
    std::cerr << status.message() << '\n';
    return 1;
  }
  std::cout << server.url() << '\n';
  bool posted = false;
  server.Post([&] {
    posted = true;
    server.Stop();
  });
  server.Run();
  return posted && server.port() != 0 ? 0 : 2;
}
