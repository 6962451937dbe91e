#ifndef TICKERHUB_LIB_CORE_FIELDS_QUOTED_H_
#define TICKERHUB_LIB_CORE_FIELDS_QUOTED_H_

#include <string>
#include <string_view>

namespace tickerhub::internal {

/// Returns `text` in double quotes, cut at 40 bytes, and what is not printable
/// ASCII as \x1b. Any terminal can show it.
std::string Quoted(std::string_view text);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_FIELDS_QUOTED_H_
