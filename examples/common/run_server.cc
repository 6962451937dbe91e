#include "common/run_server.h"

#include <spdlog/spdlog.h>

#include <cstdio>

#include "common/service_manager.h"

namespace tickerhub::examples {

int RunServer(Server& server, const ServerOptions& options,
              const char* program) {
  // Before listening: a signal that comes right after the start line stops the
  // server, not the process.
  server.StopOnSignals();
  AddMoreListeners(server, options.listen);
  if (const Status status = server.Listen(); !status.ok()) {
    std::fprintf(stderr, "%s: %s\n", program, status.message().c_str());
    return 1;
  }
  for (std::size_t i = 0; !server.url(i).empty(); ++i) {
    std::printf("listening on %s\n", server.url(i).c_str());
  }
  std::fflush(stdout);
  const ServiceManager manager;
  manager.Tell("READY=1");
  manager.KeepWatchdogQuiet(server.scheduler());
  server.Run();
  manager.Tell("STOPPING=1");
  spdlog::info("stopped");
  return server.out_of_memory() ? 1 : 0;
}

}  // namespace tickerhub::examples
