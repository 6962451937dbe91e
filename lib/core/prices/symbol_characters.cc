#include "prices/symbol_characters.h"

#include <unicode/uchar.h>

#include "text/utf8.h"

namespace tickerhub::internal {
namespace {

bool IsMark(UChar32 c) {
  const auto type = u_charType(c);
  return type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK;
}

}  // namespace

bool TakesWideCharacters(std::string_view text, bool* named) {
  if (!IsValidUtf8(text)) return false;
  constexpr UChar32 kLastOfAscii = 0x7f;
  bool may_be_marked = false;  // the character before
  while (!text.empty()) {
    const auto c = static_cast<UChar32>(TakeCharacter(&text));
    if (c > kLastOfAscii &&
        u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) {
      return false;  // nobody sees it: the fillers of Hangul are letters
    }
    if (u_isalpha(c) || u_isdigit(c)) {
      *named = true;
      may_be_marked = true;
    } else if (c <= kLastOfAscii) {
      may_be_marked = false;
    } else if (!IsMark(c) || !may_be_marked) {
      return false;
    }
  }
  return true;
}

}  // namespace tickerhub::internal
