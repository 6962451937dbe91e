#ifndef TICKERHUB_LIB_TEXT_UTF8_STREAM_H_
#define TICKERHUB_LIB_TEXT_UTF8_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tickerhub::internal {

/// Checks UTF-8 (RFC 3629) that arrives in pieces, at whatever byte it is cut.
/// Strict: no overlong forms, no surrogates, nothing above U+10FFFF.
class Utf8Stream {
 public:
  /// False as soon as what has come can't be the beginning of valid text; all
  /// further calls are false then.
  bool Take(std::string_view bytes);

  /// True if the text may end here: not in the middle of a character.
  bool IsComplete() const { return valid_ && wanted_ == 0; }

  void Reset() { *this = Utf8Stream(); }

 private:
  bool TakeLead(unsigned char byte);

  // Of the character that is under way: how many bytes it still wants, and the
  // range that the next one has to be in.
  std::uint8_t wanted_ = 0;
  std::uint8_t lowest_ = 0x80;
  std::uint8_t highest_ = 0xBF;
  bool valid_ = true;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_TEXT_UTF8_STREAM_H_
