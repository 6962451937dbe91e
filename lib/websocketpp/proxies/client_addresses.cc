#include "proxies/client_addresses.h"

#include <array>
#include <chrono>
#include <string_view>

#include "connections/address_places.h"
#include "proxies/forwarded.h"
#include "proxies/proxy_header.h"

namespace tickerhub::internal {

// The bytes stay in the kernel until the header is whole, because what follows
// it may be encrypted. A client that sends it byte by byte makes us read no
// more than kMaxBytes as often.
bool ClientAddresses::ReadProxyHeader(Slot slot) {
  LoopSession& session = loop_.sessions.at(slot);
  if (!loop_.proxies.Contains(session.remote)) {
    return RefuseHeader(slot, "it is no trusted proxy");
  }
  const Stream stream = loop_.sessions.hot(slot).stream;
  std::array<char, ProxyHeader::kMaxBytes> buffer;
  const Stream::Result peeked = stream.Peek(buffer.data(), buffer.size());
  if (peeked.outcome == Stream::Outcome::kNotReady) return false;
  if (peeked.outcome != Stream::Outcome::kDone) {
    return RefuseHeader(slot, "it left before its PROXY header was whole");
  }
  const ProxyHeader header =
      internal::ReadProxyHeader({buffer.data(), peeked.bytes});
  if (header.outcome == ProxyHeader::Outcome::kMore && !session.hung_up) {
    return false;
  }
  if (header.outcome != ProxyHeader::Outcome::kDone) {
    return RefuseHeader(slot, "its connection has no good PROXY header");
  }
  stream.Read(buffer.data(), header.size);
  if (!header.client) return true;
  const Refusal refusal = CountFor(slot, *header.client);
  if (refusal == Refusal::kNone) return true;
  writer_.NoteWantOfPlace(refusal, session.remote);
  writer_.End(slot);
  return false;
}

bool ClientAddresses::RefuseHeader(Slot slot, std::string_view sentence) {
  loop_.counters.handshakes_failed.Add();
  loop_.refusals.Note(RefusalReason::kProxyHeader,
                      loop_.sessions.at(slot).remote, sentence);
  writer_.End(slot);
  return false;
}

Refusal ClientAddresses::ReadFields(Slot slot, const HeaderFields& fields,
                                    SeenByClient* seen) {
  LoopSession& session = loop_.sessions.at(slot);
  session.is_secure = loop_.ListenerOf(session).tls;
  if (loop_.proxies.empty()) return Refusal::kNone;
  const ForwardedRequest request = ReadForwarded(
      fields, session.remote, loop_.proxies, loop_.options.forwarded_field);
  *seen = request.seen;
  if (!seen->scheme.empty()) session.is_secure = seen->scheme == "https";
  return CountFor(slot, request.client);
}

Refusal ClientAddresses::CountFor(Slot slot, const RemoteAddress& client) {
  LoopSession& session = loop_.sessions.at(slot);
  if (client == session.remote) return Refusal::kNone;
  if (session.has_address_place) loop_.addresses.GiveBack(session.remote);
  session.has_address_place = false;
  session.remote = client;
  // Proxies have no places themselves, and operators have places of their own.
  if (loop_.proxies.Contains(client) || loop_.ListenerOf(session).admin) {
    return Refusal::kNone;
  }
  return loop_.addresses.Take(client, std::chrono::steady_clock::now(),
                              &session.has_address_place);
}

}  // namespace tickerhub::internal
