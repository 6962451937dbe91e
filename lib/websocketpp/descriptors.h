#ifndef TICKERHUB_LIB_WEBSOCKETPP_DESCRIPTORS_H_
#define TICKERHUB_LIB_WEBSOCKETPP_DESCRIPTORS_H_

#include <cstddef>

namespace tickerhub::internal {

/// Raises the soft limit of descriptors to the hard one, as far as that is
/// allowed. Returns how many descriptors the process may have.
std::size_t RaiseDescriptorLimit();

/// Makes the kernel's table of this process' descriptors large enough for
/// `count` of them, eight bytes each of the kernel's memory.
///
/// Otherwise the table doubles as connections come. In a process with threads
/// the kernel then waits each time until no processor uses the old table (an
/// RCU grace period). This stops a loop that accepts for some 20 ms, four times
/// before the first thousand connections. Call it before there are threads.
void MakeRoomForDescriptors(std::size_t count);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_DESCRIPTORS_H_
