#ifndef TICKERHUB_BENCHMARKS_LOAD_UPDATE_SCANNER_H_
#define TICKERHUB_BENCHMARKS_LOAD_UPDATE_SCANNER_H_

// Finds in a message of /stocks the few fields that tell whether anything was
// missed (docs/protocol.md), without building a document: it goes over the
// members of the outermost object and leaves as soon as it has them all.

#include <cstdint>
#include <optional>
#include <string_view>

namespace tickerhub::load {

struct UpdateFields {
  std::string_view type;  ///< as it stands there, escapes and all
  std::optional<std::uint64_t> seq;
  std::optional<std::uint64_t> since;
  std::optional<std::uint64_t> time;  ///< milliseconds since 1970
  bool snapshot = false;
};

/// Returns false if `text` does not look like a JSON object as far as it was
/// read.
bool ScanUpdate(std::string_view text, UpdateFields* fields);

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_UPDATE_SCANNER_H_
