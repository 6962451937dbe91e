#include "common/run_server.h"

#include <spdlog/spdlog.h>

#include <cstdio>

namespace tickerhub::examples {

int RunServer(Server& server, const char* program) {
  // Before listening: a signal that comes right after the start line stops the
  // server, not the process.
  server.StopOnSignals();
  if (const Status status = server.Listen(); !status.ok()) {
    std::fprintf(stderr, "%s: %s\n", program, status.message().c_str());
    return 1;
  }
  std::printf("listening on %s\n", server.url().c_str());
  std::fflush(stdout);
  server.Run();
  spdlog::info("stopped");
  return 0;
}

}  // namespace tickerhub::examples
