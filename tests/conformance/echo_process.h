#ifndef TICKERHUB_TESTS_CONFORMANCE_ECHO_PROCESS_H_
#define TICKERHUB_TESTS_CONFORMANCE_ECHO_PROCESS_H_

#include <sys/types.h>

#include <cstdint>

namespace tickerhub::testing {

enum class Compression : std::uint8_t { kOff, kOn };

/// tickerhub-echo on a port of its own.
class EchoProcess {
 public:
  explicit EchoProcess(Compression compression);
  /// Stops it. It has to end well: a sanitizer's report fails the test.
  ~EchoProcess();
  EchoProcess(const EchoProcess&) = delete;
  EchoProcess& operator=(const EchoProcess&) = delete;

  /// 0 if it did not start.
  std::uint16_t port() const { return port_; }

 private:
  pid_t process_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_CONFORMANCE_ECHO_PROCESS_H_
