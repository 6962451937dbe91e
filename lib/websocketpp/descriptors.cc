#include "descriptors.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

namespace tickerhub::internal {
namespace {

// Half a megabyte of the kernel's memory. A process with more descriptors than
// this waits once or twice more, see descriptors.h.
constexpr std::size_t kMostRoom = 65'536;

}  // namespace

std::size_t RaiseDescriptorLimit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);  // cannot fail
  if (limit.rlim_cur < limit.rlim_max) {
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
  }
  return static_cast<std::size_t>(limit.rlim_cur);
}

void MakeRoomForDescriptors(std::size_t count) {
  const int any = eventfd(0, EFD_CLOEXEC);
  if (any < 0) return;
  const int last = static_cast<int>(std::min(count, kMostRoom)) - 1;
  const int highest = fcntl(any, F_DUPFD_CLOEXEC, last);
  // If that fails, the table grows as connections come.
  if (highest >= 0) close(highest);
  close(any);
}

}  // namespace tickerhub::internal
