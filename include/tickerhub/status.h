#ifndef TICKERHUB_STATUS_H_
#define TICKERHUB_STATUS_H_

// A Status says whether something worked that a person set up: an address to
// listen on, a file, an option. It has a code for programs and a sentence for
// whoever reads the error. What can go either way in daily work (a symbol that
// is tracked already, a full book) is an enum of the class concerned instead.
//
//     if (tickerhub::Status status = server.Listen(); !status.ok()) {
//       std::cerr << status.message() << std::endl;
//       return 1;
//     }
//
// Threads: a value; use it from any thread as you use a std::string.

#include <cstdint>
#include <string>
#include <utility>

#include "tickerhub/export.h"

namespace tickerhub {

enum class StatusCode : std::uint8_t {
  kOk,
  kInvalidArgument,   ///< a value that can never work: "port 99999"
  kNotFound,          ///< a file, a name or an address that does not exist
  kAlreadyExists,     ///< taken: a port, a path
  kPermissionDenied,  ///< the process may not do this
  kUnavailable,       ///< the system failed for another reason
};

class [[nodiscard]] TICKERHUB_EXPORT Status {
 public:
  /// It worked.
  Status() = default;
  /// It failed. `message`: one sentence in lower case and without a full stop
  /// that says what is wrong and what to do.
  /// REQUIRES: `code` is not kOk; `message` is not empty.
  Status(StatusCode code, std::string message)
      : code_(code), message_(std::move(message)) {}

  bool ok() const { return code_ == StatusCode::kOk; }
  StatusCode code() const { return code_; }
  /// Empty if ok().
  const std::string& message() const { return message_; }

 private:
  StatusCode code_ = StatusCode::kOk;
  std::string message_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_STATUS_H_
