#ifndef TICKERHUB_LIB_CORE_PROTOCOL_ERROR_MESSAGE_H_
#define TICKERHUB_LIB_CORE_PROTOCOL_ERROR_MESSAGE_H_

#include <string>
#include <string_view>
#include <utility>

#include "protocol/json_values.h"
#include "text/json.h"
#include "tickerhub/error_code.h"
#include "tickerhub/payload.h"

namespace tickerhub::internal::protocol {

/// {"type":"error","code":…,"message":…,"requestId":…}. `request_id` is JSON as
/// ClientMessage has it; if it is empty, the field is left out.
inline Payload EncodeError(ErrorCode code, std::string_view message,
                           std::string_view request_id) {
  std::string out = BeginMessage(80 + message.size() + request_id.size(),
                                 R"({"type":"error","code":")");
  out += Name(code);
  out += R"(","message":)";
  AppendString(&out, message);
  return EndMessage(std::move(out), request_id);
}

}  // namespace tickerhub::internal::protocol

#endif  // TICKERHUB_LIB_CORE_PROTOCOL_ERROR_MESSAGE_H_
