#ifndef TICKERHUB_BENCHMARKS_FANOUT_LARGEST_HEAD_H_
#define TICKERHUB_BENCHMARKS_FANOUT_LARGEST_HEAD_H_

#include <string>

namespace tickerhub::fanout {

/// A request as large as the server takes, 16,000 bytes, with as many fields as
/// it takes. Their names are as long as one that the server looks for and begin
/// alike, so comparing them is as dear as it can be. The last line is long.
inline std::string LargestHead() {
  std::string head = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n";
  for (int i = 100; i < 198; ++i) {
    head += "Sec-WebSocket-Vers" + std::to_string(i) + ": \r\n";
  }
  head += "X: ";
  head.resize(16'000 - 4, 'x');
  return head + "\r\n\r\n";
}

}  // namespace tickerhub::fanout

#endif  // TICKERHUB_BENCHMARKS_FANOUT_LARGEST_HEAD_H_
