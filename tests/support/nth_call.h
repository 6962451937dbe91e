#ifndef TICKERHUB_TESTS_SUPPORT_NTH_CALL_H_
#define TICKERHUB_TESTS_SUPPORT_NTH_CALL_H_

#include <cstddef>
#include <cstdint>

namespace tickerhub::testing {

/// Lets the Nth call of a function fail, or do a part of what it was asked for,
/// of those that the hub's thread makes: the linker leads the calls here
/// (--wrap). A server with one loop makes all its calls on that thread, and a
/// client in this program makes none there.
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
/// of OpenSSL, `error` has no meaning: the connection breaks. After EAGAIN,
/// epoll reports the connection again, as the kernel would.
void Fail(Function function, std::size_t count, int error);
/// Every call fails with `error` from now on.
void FailAll(Function function, int error);

/// The `count`-th call from now reads or writes `most` bytes, or all but one,
/// but always one. Epoll then reports the connection again: the rest has come,
/// or there is room for it.
void Shorten(Function function, std::size_t count, std::size_t most);
constexpr std::size_t kAllButOne = static_cast<std::size_t>(-1);
/// Likewise every call from now on, but not those that only peek.
void ShortenAll(Function function, std::size_t most);

/// Nothing fails any more. Returns whether something has, or was shortened.
bool Stop();

/// How many calls there were since one of the functions above was called, of
/// `function` and of kEpollWait.
struct Calls {
  std::size_t of_function = 0;
  std::size_t waits = 0;
};
Calls CallsUntilNow();

}  // namespace nth_call
}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_SUPPORT_NTH_CALL_H_
