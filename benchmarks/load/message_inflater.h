#ifndef TICKERHUB_BENCHMARKS_LOAD_MESSAGE_INFLATER_H_
#define TICKERHUB_BENCHMARKS_LOAD_MESSAGE_INFLATER_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "frames/message_deflate.h"

namespace tickerhub::load {

/// Inflates messages as the server does, each by itself: one serves all clients
/// of a pool. It keeps the last message, because the clients of a broadcast
/// come with the same bytes one after the other.
///
/// Threads: none of its own; use each on one thread.
class MessageInflater {
 public:
  using Result = internal::MessageInflater::Result;

  /// After kDone, message() is what `compressed` stood for: at most `max_bytes`
  /// bytes, else kTooBig.
  Result Inflate(std::string_view compressed, std::size_t max_bytes);

  /// Valid until the next call of Inflate().
  std::string_view message() const { return message_; }

 private:
  internal::ZlibMessageInflater inflater_;
  std::string compressed_;  // that message_ was made of, if is_kept_
  std::string message_;
  bool is_kept_ = false;
};

/// "a compressed message is corrupt". REQUIRES: not kDone.
const char* Describe(MessageInflater::Result result);

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_MESSAGE_INFLATER_H_
