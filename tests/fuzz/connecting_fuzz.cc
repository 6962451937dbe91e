// What a client says when it connects: queries, lists, cookies, addresses; and
// what a proxy says of it.

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "fuzz/expect.h"
#include "protocol/follow_query.h"
#include "proxies/forwarded.h"
#include "proxies/proxy_header.h"
#include "tickerhub/connect_request.h"
#include "tickerhub/remote_address.h"

using tickerhub::RemoteAddress;
using tickerhub::fuzz::Expect;

namespace {

// The header of the PROXY protocol means the same whatever follows it, and a
// part of it is not yet one.
void ReadProxy(std::string_view input) {
  using tickerhub::internal::ProxyHeader;
  using tickerhub::internal::ReadProxyHeader;
  const ProxyHeader header = ReadProxyHeader(input);
  if (header.outcome != ProxyHeader::Outcome::kDone) return;
  Expect(header.size > 0 && header.size <= input.size() &&
             header.size <= ProxyHeader::kMaxBytes,
         "a header is as long as it can be");
  const std::string_view alone = input.substr(0, header.size);
  const ProxyHeader again = ReadProxyHeader(alone);
  Expect(again.outcome == header.outcome && again.size == header.size &&
             again.client == header.client,
         "what follows changes nothing");
  Expect(ReadProxyHeader(alone.substr(0, alone.size() - 1)).outcome ==
             ProxyHeader::Outcome::kMore,
         "a part is waited for");
}

// Who asks is the peer, or somebody whom the fields name and who is no proxy.
void ReadFields(std::string_view input) {
  using tickerhub::ForwardedField;
  static const tickerhub::internal::TrustedProxies proxies(
      {"127.0.0.0/8", "2001:db8::/32"});
  static const RemoteAddress peer = *RemoteAddress::Parse("127.0.0.1");
  static const RemoteAddress stranger = *RemoteAddress::Parse("192.0.2.1");
  tickerhub::HeaderFields fields;
  const std::string_view first = input.substr(0, input.find('\n'));
  const std::string_view rest =
      input.substr(std::min(first.size() + 1, input.size()));
  for (const char* const name : {"X-Forwarded-For", "Forwarded"}) {
    fields.Append(name, first);
    fields.Append(name, rest);
  }
  fields.Append("X-Forwarded-Proto", first);
  fields.Append("X-Forwarded-Host", rest);
  for (const auto kind :
       {ForwardedField::kXForwardedFor, ForwardedField::kForwarded}) {
    using tickerhub::internal::ReadForwarded;
    Expect(ReadForwarded(fields, stranger, proxies, kind).client == stranger,
           "who is no proxy is not believed");
    const RemoteAddress client =
        ReadForwarded(fields, peer, proxies, kind).client;
    const std::string text = client.ToString();
    Expect(RemoteAddress::Parse(text).has_value(), "a client has an address");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view input = tickerhub::fuzz::AsText(data, size);
  if (const auto address = RemoteAddress::Parse(input)) {
    Expect(RemoteAddress::Parse(address->ToString()) == address,
           "an address reads back");
  }
  ReadProxy(input);
  ReadFields(input);
  const auto query = tickerhub::internal::protocol::DecodeFollowQuery(input);
  Expect(!query || query->ok || !query->error_message.empty(),
         "a refusal has a sentence");

  tickerhub::ConnectRequest request;
  request.query = input;
  request.QueryParameter("stocks");
  request.headers.Append("Cookie", input);
  request.headers.Append("Authorization", input);
  request.headers.Append("Sec-WebSocket-Protocol", input);
  request.Cookie("token");
  request.BearerToken();
  for (const std::string_view offered : request.Subprotocols()) {
    Expect(request.ChooseSubprotocol({std::string(offered)}) == offered,
           "what was offered can be chosen");
  }
  return 0;
}
