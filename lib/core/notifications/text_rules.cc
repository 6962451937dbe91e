#include "notifications/text_rules.h"

#include "text/utf8.h"

namespace tickerhub::internal {
namespace {

bool IsControl(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code <= 0x9F) ||
         (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069);
}

bool IsInvisible(char32_t code) {
  return code == 0x20 || (code >= 0x09 && code <= 0x0D) || code == 0x85 ||
         code == 0xA0 || code == 0x1680 || code == 0x180E ||
         (code >= 0x2000 && code <= 0x200F) || code == 0x2028 ||
         code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x2060 ||
         code == 0x3000 || code == 0xFEFF;
}

}  // namespace

bool HasControl(std::string_view text) {
  while (!text.empty()) {
    if (IsControl(TakeCharacter(&text))) return true;
  }
  return false;
}

bool HasBlankAtAnEnd(std::string_view text) {
  return !text.empty() && (IsInvisible(LastCharacter(text)) ||
                           IsInvisible(TakeCharacter(&text)));
}

bool IsOnlyBlanks(std::string_view text) {
  while (!text.empty()) {
    if (!IsInvisible(TakeCharacter(&text))) return false;
  }
  return true;
}

}  // namespace tickerhub::internal
