#ifndef TICKERHUB_LIB_CORE_PRICES_SYMBOL_CHARACTERS_H_
#define TICKERHUB_LIB_CORE_PRICES_SYMBOL_CHARACTERS_H_

#include <string_view>

namespace tickerhub::internal {

/// Whether `text` is UTF-8, and whether all of its characters beyond ASCII may
/// be in a symbol: letters and digits of any script, and marks behind them
/// (accents, vowel signs). Sets `*named` if one is a letter or a digit. Looks
/// at nothing else of ASCII than what stands before a mark. ICU decides.
bool TakesWideCharacters(std::string_view text, bool* named);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_PRICES_SYMBOL_CHARACTERS_H_
