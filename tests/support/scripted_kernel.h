#ifndef TICKERHUB_TESTS_SUPPORT_SCRIPTED_KERNEL_H_
#define TICKERHUB_TESTS_SUPPORT_SCRIPTED_KERNEL_H_

#include <cstddef>
#include <vector>

namespace tickerhub::testing {

/// Stands between the server and the kernel in this program: the linker leads
/// send(), sendmsg(), epoll_ctl(), accept4() and close() here (--wrap). So a
/// test decides after which byte a socket of the server's takes no more, what
/// happens in the middle of a broadcast, and when there are no descriptors
/// left, which a real kernel decides by itself.
///
/// Sockets are numbered as the server began to serve them, from 0. Every
/// function may be called from any thread.
namespace scripted_kernel {

/// Forgets all sockets: every call goes to the kernel.
void Reset();

/// How many sockets are known.
std::size_t SocketCount();

/// The socket takes this many bytes from now on, then none (EAGAIN).
void Take(std::size_t socket, std::size_t bytes);
/// Likewise; and says that it can be written again, as epoll does once.
void TakeAgain(std::size_t socket, std::size_t bytes);
/// Every write to it fails with this from now on.
void Fail(std::size_t socket, int error);
/// How many writes it took only a part of, or nothing.
std::size_t ShortWrites(std::size_t socket);

/// While true, accept4() fails with EMFILE, as if the process had as many
/// descriptors as it may have.
void RefuseDescriptors(bool refuse);

/// Stops whoever makes the `count`-th write from now (1: the next) before it is
/// made, until Go(). At most kDeadline, so that a test that fails ends.
void StopAtWrite(std::size_t count);
/// Waits until that write has been reached; false if it has not in time.
bool WaitForStop();
void Go();
/// The sockets that were written to since Reset(), a number for each write.
std::vector<std::size_t> Writes();

constexpr std::size_t kAll = static_cast<std::size_t>(-1);

}  // namespace scripted_kernel
}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_SUPPORT_SCRIPTED_KERNEL_H_
