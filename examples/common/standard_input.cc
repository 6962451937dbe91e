#include "common/standard_input.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

namespace tickerhub::examples {

bool PrepareStandardInput() {
  // With SIGTTIN ignored a read from the background fails with EIO.
  std::signal(SIGTTIN, SIG_IGN);
  if (fcntl(STDIN_FILENO, F_GETFD) != -1) return true;
  // Takes the free number, so that no socket becomes "standard input".
  [[maybe_unused]] const int placeholder = open("/dev/null", O_RDONLY);
  return false;
}

}  // namespace tickerhub::examples
