#include "hub/run_tasks.h"

#include <exception>
#include <string>

namespace tickerhub::internal {

void RunTasks(asio::io_context* context, std::string_view what, LogSink* log) {
  for (;;) {
    try {
      context->run();
      return;
    } catch (const std::exception& error) {
      log->WriteFailure(std::string(what) + " failed: " + error.what());
    } catch (...) {
      log->WriteFailure(std::string(what) + " failed");
    }
  }
}

}  // namespace tickerhub::internal
