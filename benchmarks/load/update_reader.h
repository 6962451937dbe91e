#ifndef TICKERHUB_BENCHMARKS_LOAD_UPDATE_READER_H_
#define TICKERHUB_BENCHMARKS_LOAD_UPDATE_READER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tickerhub::load {

/// The fields of a message on /stocks that tell whether anything was missed
/// (docs/protocol.md).
struct UpdateFields {
  std::string type;
  std::optional<std::uint64_t> seq;
  std::optional<std::uint64_t> since;
  std::optional<std::uint64_t> time;  ///< milliseconds since 1970
  bool snapshot = false;
};

/// Reads messages. Most clients get what another client got just before, so the
/// reader keeps the last message: to compare costs a tenth of reading, and the
/// load shares its processors with the server.
///
/// Threads: use each reader on one thread.
class UpdateReader {
 public:
  /// Returns null if `text` is not a JSON object, as far as it was read. The
  /// result is valid until the next call.
  const UpdateFields* Read(std::string_view text);

 private:
  std::string text_;  // that fields_ are from
  std::optional<UpdateFields> fields_;
};

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_UPDATE_READER_H_
