#ifndef TICKERHUB_LIB_THREADS_START_THREAD_H_
#define TICKERHUB_LIB_THREADS_START_THREAD_H_

#include <pthread.h>

#include <csignal>
#include <thread>
#include <utility>

namespace tickerhub::internal {

/// While one lives, this thread and those that it makes leave signals to the
/// others: all but those of their own faults and of profilers
/// (pthread_sigmask(3)).
///
/// Every thread of the library is made under one. So no handler of a signal
/// runs on it, and a program that has handlers, or waits for signals, finds
/// them on its own threads.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t signals;
    sigfillset(&signals);
    for (const int own :
         {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGPROF, SIGSEGV, SIGSYS, SIGTRAP}) {
      sigdelset(&signals, own);
    }
    pthread_sigmask(SIG_BLOCK, &signals, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

/// A thread that runs `task` and leaves signals to others.
template <typename Task>
std::thread StartThread(Task&& task) {
  // A thread inherits what its maker blocks. If it blocked signals itself, one
  // could come before.
  const SignalsBlocked blocked;
  return std::thread(std::forward<Task>(task));
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_THREADS_START_THREAD_H_
