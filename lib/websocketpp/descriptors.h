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
/// The table grows by doubling as connections come, and in a process that has
/// threads each time waits until no processor can be looking at the old one (an
/// RCU grace period): some 20 ms for a loop that accepts, four times on the way
/// to the first thousand. Done before there are threads it waits for nobody.
void MakeRoomForDescriptors(std::size_t count);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_DESCRIPTORS_H_
