// Checks that a server can be made, listens, and stops when told to. In a build
// without OpenSSL (WITHOUT_TLS) also that one that is to speak TLS says why it
// cannot.
#include <tickerhub/tickerhub.h>
#include <tickerhub/websocketpp/http_api.h>
#include <tickerhub/websocketpp/server.h>

#include <iostream>
#include <string>

#ifdef WITHOUT_TLS
namespace {

bool RefusesTls() {
  tickerhub::Server::Options options;
  options.port = 0;
  options.tls = true;
  options.tls_certificate_file = "certificate.pem";
  options.tls_key_file = "key.pem";
  tickerhub::Server server(options);
  const tickerhub::Status status = server.Listen();
  return status.code() == tickerhub::StatusCode::kUnavailable &&
         status.message().find("cannot speak TLS") != std::string::npos;
}

}  // namespace
#endif

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
#ifdef WITHOUT_TLS
  if (!RefusesTls()) return 3;
#endif
  return posted && server.port() != 0 ? 0 : 2;
}
