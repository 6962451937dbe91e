#ifndef TICKERHUB_LIB_TEXT_UTF8_H_
#define TICKERHUB_LIB_TEXT_UTF8_H_

// UTF-8 (RFC 3629): checks texts and reads their characters. The check is
// strict: it refuses overlong forms, surrogates and anything above U+10FFFF.

#include <cstdint>
#include <string_view>

namespace tickerhub::internal {

/// Which bytes must follow the first byte of a character.
struct Utf8Tail {
  std::uint8_t count = 0;  ///< How many bytes follow.
  /// The range of the next byte. Those after it are 0x80 to 0xBF.
  std::uint8_t lowest = 0x80;
  std::uint8_t highest = 0xBF;
};

/// Checks a text that arrives in pieces. A piece may end inside a character.
/// Threads: one thread at a time may use an object.
class Utf8Stream {
 public:
  /// Returns false as soon as the bytes so far cannot begin a valid text. All
  /// later calls return false too.
  bool Take(std::string_view bytes);

  /// Returns true if the text may end here: it is valid and does not end inside
  /// a character.
  bool IsComplete() const { return valid_ && tail_.count == 0; }

  void Reset() { *this = Utf8Stream(); }

 private:
  Utf8Tail tail_;  // what is missing of the character under way
  bool valid_ = true;
};

/// Returns true if the whole text is valid. Any thread may call it.
bool IsValidUtf8(std::string_view text);

/// Removes the first character from the text and returns it. Any thread may
/// call it. REQUIRES: `text` is valid and not empty.
char32_t TakeCharacter(std::string_view* text);

/// Returns the last character. Any thread may call it. REQUIRES: `text` is
/// valid and not empty.
char32_t LastCharacter(std::string_view text);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_TEXT_UTF8_H_
