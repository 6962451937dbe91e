#ifndef TICKERHUB_LIB_CORE_PROTOCOL_ERROR_MESSAGE_H_
#define TICKERHUB_LIB_CORE_PROTOCOL_ERROR_MESSAGE_H_

#include <string_view>

#include "tickerhub/error_code.h"
#include "tickerhub/payload.h"

namespace tickerhub::internal::protocol {

/// {"type":"error","code":…,"message":…,"requestId":…}. `request_id` is JSON as
/// ClientMessage has it; if it is empty, the field is left out.
Payload EncodeError(ErrorCode code, std::string_view message,
                    std::string_view request_id);

}  // namespace tickerhub::internal::protocol

#endif  // TICKERHUB_LIB_CORE_PROTOCOL_ERROR_MESSAGE_H_
