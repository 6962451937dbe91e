#ifndef TICKERHUB_TESTS_INTEGRATION_SCRIPTED_KERNEL_H_
#define TICKERHUB_TESTS_INTEGRATION_SCRIPTED_KERNEL_H_

#include <cstddef>

namespace tickerhub::testing {

/// Stands between the server and the kernel in this program: the linker leads
/// send(), sendmsg() and epoll_ctl() here (--wrap). So a test decides after
/// which byte a socket of the server's takes no more, which a real socket
/// decides by itself.
///
/// Sockets are numbered as the server began to serve them, from 0. Every
/// function may be called from any thread.
namespace scripted_kernel {

/// Forgets all sockets: every write goes to the kernel.
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

constexpr std::size_t kAll = static_cast<std::size_t>(-1);

}  // namespace scripted_kernel
}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_INTEGRATION_SCRIPTED_KERNEL_H_
