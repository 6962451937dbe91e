// Threads that leave signals to the program.

#include "threads/start_thread.h"

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

namespace tickerhub::internal {
namespace {

sigset_t BlockedHere() {
  sigset_t blocked;
  pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  return blocked;
}

TEST(StartThreadTest, LeavesTheSignalsOfTheProgramToItsOwnThreads) {
  sigset_t blocked;
  std::thread thread = StartThread([&blocked] { blocked = BlockedHere(); });
  thread.join();
  for (const int signal : {SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGCHLD}) {
    EXPECT_EQ(sigismember(&blocked, signal), 1) << signal;
  }
  for (const int signal : {SIGSEGV, SIGABRT, SIGPROF}) {
    EXPECT_EQ(sigismember(&blocked, signal), 0) << signal;
  }
}

TEST(StartThreadTest, LeavesItsMakersSignalsAsTheyWere) {
  sigset_t user;
  sigemptyset(&user);
  sigaddset(&user, SIGUSR1);
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, &user, &before);
  StartThread([] {}).join();
  const sigset_t after = BlockedHere();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(sigismember(&after, SIGUSR1), 1);
  EXPECT_EQ(sigismember(&after, SIGTERM), 0);
}

}  // namespace
}  // namespace tickerhub::internal
