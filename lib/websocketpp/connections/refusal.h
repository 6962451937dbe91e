#ifndef TICKERHUB_LIB_WEBSOCKETPP_CONNECTIONS_REFUSAL_H_
#define TICKERHUB_LIB_WEBSOCKETPP_CONNECTIONS_REFUSAL_H_

#include <cstdint>
#include <string_view>

namespace tickerhub::internal {

/// Why a connection was accepted only to be told that there is no place for it.
enum class Refusal : std::uint8_t {
  kNone,
  kFull,            ///< max_connections
  kAddressFull,     ///< max_connections_per_address
  kAddressTooFast,  ///< max_accepts_per_second_per_address
  kAdminFull,       ///< max_admin_connections
};
/// What such a client is told.
inline std::string_view SentenceOf(Refusal refusal) {
  switch (refusal) {
    case Refusal::kAddressFull:
      return "too many connections come from your address\n";
    case Refusal::kAddressTooFast:
      return "your address connects too often\n";
    default:
      return "the server is full\n";
  }
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_CONNECTIONS_REFUSAL_H_
