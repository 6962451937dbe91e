#ifndef TICKERHUB_TESTS_SUPPORT_FAULTS_H_
#define TICKERHUB_TESTS_SUPPORT_FAULTS_H_

#include <cstddef>

namespace tickerhub::testing {

/// Lets the Nth call of the server's to the kernel, to OpenSSL or to operator
/// new fail. The linker leads the calls here (--wrap). Those of the thread that
/// called Arm() are the clients' and always go through.
///
/// Threads: call Arm() and Disarm() from the test's thread.
namespace faults {

enum class Call {
  kAccept,
  kSend,
  kReceive,
  kEpollControl,
  kEpollWait,
  kAllocate,
  kSslAccept,
  kSslRead,
  kSslWrite,
};

/// The `nth` call from now on (1: the next) fails with `error`; 0 means that
/// nothing of it is done although it could be: EAGAIN, or what OpenSSL says of
/// a socket that is not ready. Each call after it goes through.
void Arm(Call call, std::size_t nth, int error);
/// Every call goes through. Returns whether one has failed.
bool Disarm();

}  // namespace faults
}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_SUPPORT_FAULTS_H_
