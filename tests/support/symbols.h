#ifndef TICKERHUB_TESTS_SUPPORT_SYMBOLS_H_
#define TICKERHUB_TESTS_SUPPORT_SYMBOLS_H_

#include <string_view>

#include "tickerhub/symbol.h"

namespace tickerhub::testing {

/// REQUIRES: `text` is a valid symbol.
inline Symbol Sym(std::string_view text) { return *Symbol::Parse(text); }

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_SUPPORT_SYMBOLS_H_
