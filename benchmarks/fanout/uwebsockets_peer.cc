#include <App.h>
#include <unistd.h>

#include <cstdint>
#include <string_view>
#include <thread>

#include "fanout/peers.h"

namespace tickerhub::fanout {

// uWebSockets has no event for a descriptor of the program's own, so another
// thread reads the commands and hands them to the loop. Its sockets have
// TCP_NODELAY.
int ServeUWebSockets() {
  uWS::App app;
  app.ws<int>("/*", {.compression = uWS::DISABLED,
                     .maxBackpressure = 0,  // no limit
                     .open = [](auto* ws) { ws->subscribe("all"); }});
  app.listen("127.0.0.1", 0, [](us_listen_socket_t* listener) {
    auto* const socket = reinterpret_cast<us_socket_t*>(listener);
    SayListening(static_cast<std::uint16_t>(us_socket_local_port(0, socket)));
  });
  std::thread reader([&app, loop = uWS::Loop::get()] {
    CommandStream stream;
    char buffer[4096];
    ssize_t size = 0;
    while ((size = read(STDIN_FILENO, buffer, sizeof buffer)) > 0) {
      const std::string_view bytes(buffer, static_cast<std::size_t>(size));
      loop->defer([&app, commands = stream.Push(bytes)] {
        ObeyTicks(commands, [&app](const std::string& text) {
          app.publish("all", text, uWS::TEXT, false);
        });
      });
    }
    loop->defer([&app] { app.close(); });
  });
  app.run();
  reader.join();
  return 0;
}

}  // namespace tickerhub::fanout
