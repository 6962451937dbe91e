#ifndef TICKERHUB_TESTS_CONFORMANCE_CONVERSATION_H_
#define TICKERHUB_TESTS_CONFORMANCE_CONVERSATION_H_

// What is sent to tickerhub-echo byte by byte, and what has to come back, as
// tables:
//
//   const std::vector<Case> cases = {
//       {"a text of one byte", {{ClientFrame(kText, "x"), {Text("x")}}}},
//       Refused("a reserved opcode", ClientFrame(3, "x"), 1002),
//   };
//   RunCases(cases, options);

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/raw_socket.h"

namespace tickerhub::testing {

constexpr int kRsv1 = 0x40;  // of a frame's first byte: it is compressed
constexpr std::size_t kMiB = std::size_t{1} << 20;

/// What comes back, in words that can be compared and shown.
std::string Text(std::string_view payload);
std::string Binary(std::string_view payload);
std::string Pong(std::string_view payload);
/// A message that came compressed; `payload` is what it inflates to.
std::string Compressed(const std::string& message);
/// A close frame and then the end of the TCP connection, in order. 0: no code.
std::string Closed(int code);

/// `sent`, then all of `answers` before the next step.
struct Step {
  std::string sent;
  std::vector<std::string> answers;
};

/// One connection. Behind the last step the client closes with 1000, which has
/// to be answered alike, unless the server has closed before. Whatever else
/// comes, at any time, is a failure.
struct Case {
  std::string name;
  std::vector<Step> steps;
};

/// The server has to close with `code` although the client goes on.
Case Refused(std::string name, std::string bytes, int code);
Case Echoed(std::string name, std::string bytes,
            std::vector<std::string> answers);

struct RunOptions {
  std::uint16_t port = 0;
  /// Sec-WebSocket-Extensions of the handshake; the server has to agree.
  std::string offer;
  /// The server has to inflate with a window of 2^bits.
  int server_window_bits = 15;
  /// Each case once more byte by byte, and once more behind a message.
  bool in_every_way = true;
};

/// Every case is tried; each that fails is reported by number and name.
void RunCases(const std::vector<Case>& cases, const RunOptions& options);

/// `payload` as a message in fragments of `sizes`, and the rest in the last.
std::string InFragments(int opcode, std::string_view payload,
                        const std::vector<std::size_t>& sizes);
/// … in fragments of one size.
std::string InFragmentsOf(int opcode, std::string_view payload,
                          std::size_t size);

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_CONFORMANCE_CONVERSATION_H_
