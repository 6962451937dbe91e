#ifndef TICKERHUB_LIB_THREADS_HUB_THREAD_H_
#define TICKERHUB_LIB_THREADS_HUB_THREAD_H_

#include <cstdio>
#include <cstdlib>
#include <string>

#include "tickerhub/scheduler.h"

namespace tickerhub::internal {

/// What to do instead of a call from the wrong thread.
constexpr char kPostInstead[] =
    "wrap the call into Server::Post() or Scheduler::Post()";
constexpr char kPushInstead[] =
    "push to a PriceInbox, or wrap the call into Server::Post() or "
    "Scheduler::Post()";

/// Tells the scheduler of a mistake of the program, as a sentence. In a debug
/// build it writes the sentence to standard error and ends the program.
[[gnu::cold, gnu::noinline]] inline void TellMisuse(
    Scheduler& scheduler, const std::string& sentence) {
#ifdef NDEBUG
  scheduler.ReportMisuse(sentence);
#else
  static_cast<void>(scheduler);
  std::fprintf(stderr, "tickerhub: %s\n", sentence.c_str());
  std::abort();
#endif
}

/// Out of line, so that ExpectHubThread() stays small.
[[gnu::cold, gnu::noinline]] inline void TellWrongThread(Scheduler& scheduler,
                                                         const char* call,
                                                         const char* instead) {
  TellMisuse(scheduler, std::string(call) +
                            " was called from another thread than the hub's; " +
                            instead);
}

/// Stands at the top of each call that belongs to the hub's thread. On another
/// thread it tells the scheduler, with a sentence that names `call` and what to
/// do `instead`, and the call goes on. In a debug build it writes the sentence
/// to standard error and ends the program.
inline void ExpectHubThread(Scheduler& scheduler, const char* call,
                            const char* instead = kPostInstead) {
  if (!scheduler.IsHubThread()) TellWrongThread(scheduler, call, instead);
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_THREADS_HUB_THREAD_H_
