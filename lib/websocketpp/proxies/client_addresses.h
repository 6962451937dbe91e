#ifndef TICKERHUB_LIB_WEBSOCKETPP_PROXIES_CLIENT_ADDRESSES_H_
#define TICKERHUB_LIB_WEBSOCKETPP_PROXIES_CLIENT_ADDRESSES_H_

#include "connections/refusal.h"
#include "http/origin.h"
#include "sessions/loop_context.h"
#include "sessions/session_writer.h"
#include "tickerhub/header_fields.h"
#include "tickerhub/remote_address.h"

namespace tickerhub::internal {

/// Finds out who the clients of a loop are behind trusted proxies, by the PROXY
/// protocol and by the fields of a request. From then on the connection counts
/// for the client's address, not for the proxy's.
///
/// Threads: belongs to the loop's thread.
class ClientAddresses {
 public:
  using Slot = LoopSessions::Slot;

  ClientAddresses(LoopContext& loop, SessionWriter& writer)
      : loop_(loop), writer_(writer) {}

  /// Reads the header of the PROXY protocol from a connection in that phase, as
  /// far as it has come, and nothing behind it. Returns whether it is whole:
  /// the connection may begin then. Ends the connection if it may not.
  bool ReadProxyHeader(Slot slot);

  /// Takes what trusted proxies say in the fields of the slot's request:
  /// LoopSession::remote and is_secure are right afterwards. `seen` is what the
  /// client sees; its views are valid as long as the fields. Returns why there
  /// is no place for the client's address, or Refusal::kNone.
  Refusal ReadFields(Slot slot, const HeaderFields& fields, SeenByClient* seen);

 private:
  bool RefuseHeader(Slot slot, std::string_view sentence);
  Refusal CountFor(Slot slot, const RemoteAddress& client);

  LoopContext& loop_;
  SessionWriter& writer_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_PROXIES_CLIENT_ADDRESSES_H_
