#ifndef TICKERHUB_LIB_TEXT_JSON_ARRAY_H_
#define TICKERHUB_LIB_TEXT_JSON_ARRAY_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

namespace tickerhub::internal {

enum class ArrayFault : std::uint8_t { kNoArray, kTooLong };

/// The items of a JSON array, at most `max_items`. Only finds where each begins
/// and ends: whether it is JSON shows when it is decoded.
std::variant<std::vector<std::string_view>, ArrayFault> SplitArray(
    std::string_view text, std::size_t max_items);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_TEXT_JSON_ARRAY_H_
