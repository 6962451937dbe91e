#include "loop/upgrade.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "frames/deflate_negotiation.h"

namespace tickerhub::internal {
namespace {

namespace status_code = ::websocketpp::http::status_code;

// RFC 6455 §9.1, RFC 7692 §5.
bool Negotiate(const Server::Options& options, LoopSession& session) {
  LoopEndpoint::connection_type& connection = *session.connection;
  const std::string& offers =
      connection.get_request_header("Sec-WebSocket-Extensions");
  if (offers.empty()) return true;
  const DeflateAgreement agreement = NegotiateDeflate(offers);
  if (agreement.outcome == DeflateAgreement::Outcome::kMalformed) {
    connection.set_status(status_code::bad_request);
    return false;
  }
  if (options.compression &&
      agreement.outcome == DeflateAgreement::Outcome::kAgreed) {
    session.server_window_bits =
        static_cast<std::uint8_t>(agreement.server_window_bits);
    connection.append_header("Sec-WebSocket-Extensions", agreement.response);
  }
  return true;
}

}  // namespace

bool AcceptUpgrade(const Site& site, const Server::Options& options,
                   LoopSession& session) {
  const std::string& resource = session.connection->get_resource();
  const std::optional<std::uint16_t> channel =
      site.FindChannel(std::string_view(resource).substr(
          0, std::min(resource.find('?'), resource.size())));
  if (!channel) {
    session.connection->set_status(status_code::not_found);
    return false;
  }
  session.channel = *channel;
  return Negotiate(options, session);
}

}  // namespace tickerhub::internal
