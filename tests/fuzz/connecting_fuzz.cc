// What a client says when it connects: queries, lists, cookies, addresses.

#include <optional>
#include <string>
#include <string_view>

#include "fuzz/expect.h"
#include "protocol/follow_query.h"
#include "tickerhub/connect_request.h"
#include "tickerhub/remote_address.h"

using tickerhub::RemoteAddress;
using tickerhub::fuzz::Expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view input = tickerhub::fuzz::AsText(data, size);
  if (const auto address = RemoteAddress::Parse(input)) {
    Expect(RemoteAddress::Parse(address->ToString()) == address,
           "an address reads back");
  }
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
