#ifndef TICKERHUB_LIB_WEBSOCKETPP_HUB_RUN_TASKS_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HUB_RUN_TASKS_H_

#include <asio/io_context.hpp>
#include <string_view>

#include "hub/log_sink.h"

namespace tickerhub::internal {

/// Runs the tasks of a context until it is stopped or has no more work. Logs an
/// exception that a task throws, with `what` the task is, and runs on.
void RunTasks(asio::io_context* context, std::string_view what, LogSink* log);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HUB_RUN_TASKS_H_
