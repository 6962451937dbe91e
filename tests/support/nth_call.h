#ifndef TICKERHUB_TESTS_SUPPORT_NTH_CALL_H_
#define TICKERHUB_TESTS_SUPPORT_NTH_CALL_H_

#include <cstddef>
#include <cstdint>

namespace tickerhub::testing {

/// Lets the Nth call of a function fail, of those that the hub's thread makes:
/// the linker leads the calls here (--wrap). A server with one loop makes all
/// its calls on that thread, and a client in this program makes none there.
namespace nth_call {

enum class Function : std::uint8_t {
  kAccept,
  kReceive,
  kSend,
  kAddToEpoll,  ///< epoll_ctl() of a connection
  kEpollWait,
  kTlsHandshake,
  kTlsRead,
  kTlsWrite,
};

/// Call on the hub's thread: its calls can fail from now on.
void WatchThisThread();

/// The connection that was accepted last never fails.
void SpareLastConnection();

/// The `count`-th call from now (1: the next) fails with `error`. Of a function
/// of OpenSSL, `error` has no meaning: the connection breaks.
void Fail(Function function, std::size_t count, int error);
/// Nothing fails any more. Returns whether something has.
bool Stop();

}  // namespace nth_call
}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_SUPPORT_NTH_CALL_H_
