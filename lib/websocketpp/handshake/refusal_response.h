#ifndef TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_REFUSAL_RESPONSE_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_REFUSAL_RESPONSE_H_

#include <string>
#include <string_view>

namespace tickerhub::internal {

/// A whole response that ends the connection, with the fields that its status
/// needs.
std::string RefusalResponse(int status, std::string_view body);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_REFUSAL_RESPONSE_H_
