#include "protocol/error_message.h"

#include <string>

#include "text/json.h"

namespace tickerhub::internal::protocol {

Payload EncodeError(ErrorCode code, std::string_view message,
                    std::string_view request_id) {
  std::string out;
  out.reserve(80 + message.size() + request_id.size());
  out += R"({"type":"error","code":")";
  out += Name(code);
  out += R"(","message":)";
  AppendString(&out, message);
  if (!request_id.empty()) {
    out += R"(,"requestId":)";
    out += request_id;
  }
  out += '}';
  return Payload(out);
}

}  // namespace tickerhub::internal::protocol
