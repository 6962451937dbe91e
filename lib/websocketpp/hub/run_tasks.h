#ifndef TICKERHUB_LIB_WEBSOCKETPP_HUB_RUN_TASKS_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HUB_RUN_TASKS_H_

#include <asio/io_context.hpp>
#include <string_view>

#include "hub/log_sink.h"

namespace tickerhub::internal {

/// Runs the tasks of a context until it is stopped or has no more work. One
/// that throws is logged, with `what` it is, and the next ones run.
void RunTasks(asio::io_context* context, std::string_view what, LogSink* log);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HUB_RUN_TASKS_H_
