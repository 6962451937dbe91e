#include "names/text_rules.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uspoof.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>

#include "text/ascii.h"
#include "text/utf8.h"

namespace tickerhub::internal {
namespace {

bool IsControl(UChar32 c) {
  switch (u_charType(c)) {
    case U_CONTROL_CHAR:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
      return true;
    default:
      break;
  }
  switch (u_charDirection(c)) {
    case U_LEFT_TO_RIGHT_EMBEDDING:
    case U_LEFT_TO_RIGHT_OVERRIDE:
    case U_RIGHT_TO_LEFT_EMBEDDING:
    case U_RIGHT_TO_LEFT_OVERRIDE:
    case U_POP_DIRECTIONAL_FORMAT:
    case U_FIRST_STRONG_ISOLATE:
    case U_LEFT_TO_RIGHT_ISOLATE:
    case U_RIGHT_TO_LEFT_ISOLATE:
    case U_POP_DIRECTIONAL_ISOLATE:
      return true;
    default:
      return false;
  }
}

// Two symbols of which the picture is empty. No property says so.
bool IsEmptySymbol(UChar32 c) { return c == 0x2800 || c == 0x1D159; }

// A character of its own that shows nothing.
bool IsBlankCharacter(UChar32 c) {
  if (u_isUWhiteSpace(c) || IsEmptySymbol(c)) return true;
  const auto type = u_charType(c);
  // An emoji may end with a format character: the flag of Scotland does.
  if (type == U_FORMAT_CHAR) {
    return !u_hasBinaryProperty(c, UCHAR_EMOJI_COMPONENT);
  }
  return type == U_OTHER_LETTER &&  // the fillers of Hangul
         u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

bool IsVisible(UChar32 c) {
  if (u_isUWhiteSpace(c) || IsEmptySymbol(c) ||
      u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) {
    return false;
  }
  switch (u_charType(c)) {
    case U_CONTROL_CHAR:
    case U_FORMAT_CHAR:
    case U_SURROGATE:
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
      return false;
    default:
      return true;
  }
}

UChar32 Take(std::string_view* text) {
  return static_cast<UChar32>(TakeCharacter(text));
}

template <typename Is>
bool HasAny(std::string_view text, Is is) {
  while (!text.empty()) {
    if (is(Take(&text))) return true;
  }
  return false;
}

// Without an instance a text stays as it is. ICU has all in its data, so this
// happens only if that is broken.
std::string Normalized(const icu::Normalizer2* form, std::string_view text) {
  std::string result;
  icu::StringByteSink<std::string> sink(&result,
                                        static_cast<std::int32_t>(text.size()));
  UErrorCode error = U_ZERO_ERROR;
  if (form != nullptr) {
    form->normalizeUTF8(0,
                        {text.data(), static_cast<std::int32_t>(text.size())},
                        sink, nullptr, error);
  }
  return form != nullptr && U_SUCCESS(error) ? result : std::string(text);
}

const icu::Normalizer2* CasefoldForm() {
  UErrorCode error = U_ZERO_ERROR;
  static const icu::Normalizer2* const form =
      icu::Normalizer2::getNFKCCasefoldInstance(error);
  return form;
}

const icu::Normalizer2* CompatibleForm() {
  UErrorCode error = U_ZERO_ERROR;
  static const icu::Normalizer2* const form =
      icu::Normalizer2::getNFKCInstance(error);
  return form;
}

// Two names look alike if their skeletons are equal.
std::string SkeletonOf(std::string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  // Lives as long as the process. It does not change.
  static const USpoofChecker* const checker = uspoof_open(&error);
  if (checker == nullptr) return std::string(text);
  std::string skeleton(text.size() * 4 + 16, '\0');
  for (int attempt = 0; attempt < 2; ++attempt) {
    error = U_ZERO_ERROR;
    const std::int32_t size = uspoof_getSkeletonUTF8(
        checker, 0, text.data(), static_cast<std::int32_t>(text.size()),
        skeleton.data(), static_cast<std::int32_t>(skeleton.size()), &error);
    skeleton.resize(static_cast<std::size_t>(std::max(size, 0)));
    if (error != U_BUFFER_OVERFLOW_ERROR) break;
  }
  return U_SUCCESS(error) ? skeleton : std::string(text);
}

// As it is written, without what is invisible.
std::string ShownForm(std::string_view name) {
  const std::string text = Normalized(CompatibleForm(), name);
  std::string shown;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view before = rest;
    if (u_hasBinaryProperty(Take(&rest), UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) {
      continue;
    }
    shown += before.substr(0, before.size() - rest.size());
  }
  return shown;
}

}  // namespace

bool HasControl(std::string_view text) { return HasAny(text, IsControl); }

bool HasBlankAtAnEnd(std::string_view text) {
  return !text.empty() &&
         (IsBlankCharacter(static_cast<UChar32>(LastCharacter(text))) ||
          IsBlankCharacter(Take(&text)));
}

bool HasVisible(std::string_view text) { return HasAny(text, IsVisible); }

bool HasInvisible(std::string_view text) {
  return HasAny(text, [](UChar32 c) {
    return u_charType(c) == U_FORMAT_CHAR || IsEmptySymbol(c) ||
           u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
  });
}

bool IsName(std::string_view text, std::size_t max_bytes) {
  return text.size() <= max_bytes && IsValidUtf8(text) && HasVisible(text) &&
         !HasControl(text) && !HasBlankAtAnEnd(text);
}

std::string NameKey(std::string_view name) {
  const bool is_ascii = std::all_of(
      name.begin(), name.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (!is_ascii) return Normalized(CasefoldForm(), name);
  std::string key(name);
  std::transform(key.begin(), key.end(), key.begin(), LowerCase);
  return key;
}

bool LooksReserved(std::string_view name) {
  // Lower case is compared with lower case. The other way also catches a
  // capital I for an l, which would be lost then.
  const std::string folded = SkeletonOf(NameKey(name));
  const std::string shown = SkeletonOf(ShownForm(name));
  static const auto* const reserved = [] {
    // In lower case first.
    constexpr std::array kNames = {"all",    "api", "server", "ALL",   "API",
                                   "SERVER", "All", "Api",    "Server"};
    auto* skeletons = new std::array<std::string, kNames.size()>;
    std::transform(kNames.begin(), kNames.end(), skeletons->begin(),
                   SkeletonOf);
    return skeletons;
  }();
  constexpr std::size_t kLowerCase = 3;
  const auto begin = reserved->begin();
  return std::find(begin, begin + kLowerCase, folded) != begin + kLowerCase ||
         std::find(begin, reserved->end(), shown) != reserved->end();
}

}  // namespace tickerhub::internal
