// Reads the largest head, each byte by itself, for hot_path_gate.

#include "fanout/largest_head.h"
#include "handshake/strict_request.h"

int main() {
  tickerhub::internal::StrictRequest request;
  for (const char byte : tickerhub::fanout::LargestHead()) {
    request.consume(&byte, 1);
  }
  return request.ready() ? 0 : 1;
}
