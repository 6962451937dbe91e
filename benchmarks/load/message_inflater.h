#ifndef TICKERHUB_BENCHMARKS_LOAD_MESSAGE_INFLATER_H_
#define TICKERHUB_BENCHMARKS_LOAD_MESSAGE_INFLATER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tickerhub::load {

/// Inflates messages (RFC 7692 §7.2.2), each by itself: one serves all clients
/// of a pool. It keeps the last message, because the clients of a broadcast
/// come with the same bytes one after the other.
///
/// Threads: none of its own; use each on one thread.
class MessageInflater {
 public:
  enum class Result : std::uint8_t { kDone, kCorrupt, kTooBig };

  MessageInflater();
  ~MessageInflater();
  MessageInflater(const MessageInflater&) = delete;
  MessageInflater& operator=(const MessageInflater&) = delete;

  /// After kDone, message() is what `compressed` stood for: at most `max_bytes`
  /// bytes, else kTooBig.
  Result Inflate(std::string_view compressed, std::size_t max_bytes);

  /// Valid until the next call of Inflate().
  std::string_view message() const { return message_; }

 private:
  struct Stream;

  Result InflateNew(std::string_view compressed, std::size_t max_bytes);
  Result Take(std::string_view piece, std::size_t max_bytes);

  std::unique_ptr<Stream> stream_;
  std::string compressed_;  // that message_ was made of, if is_kept_
  std::string message_;
  bool is_kept_ = false;
};

/// "a compressed message is corrupt". REQUIRES: not kDone.
const char* Describe(MessageInflater::Result result);

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_MESSAGE_INFLATER_H_
