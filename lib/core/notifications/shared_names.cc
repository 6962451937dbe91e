#include "notifications/shared_names.h"

#include <string>

#include "limits/address_key.h"
#include "protocol/notification_messages.h"

namespace tickerhub::internal {

namespace {

// Whether two clients may be one person's as far as their addresses tell. A
// machine changes its address of IPv6 within its network now and then. Nobody's
// address is everybody's.
bool IsSamePlace(const RemoteAddress& a, const RemoteAddress& b) {
  constexpr auto kNobody = RemoteAddress::Family::kNone;
  return a.family() == kNobody || b.family() == kNobody ||
         AddressKey(a) == AddressKey(b);
}

}  // namespace

void SharedNames::Tell(SessionId newcomer) {
  const std::string& name = *parts_.router.NameOf(newcomer);
  const RemoteAddress& address = parts_.clients.at(newcomer).remote_address;
  const SteadyTime now = parts_.scheduler.SteadyNow();
  for (const SessionId session : parts_.router.SessionsOf(name)) {
    if (IsSamePlace(parts_.clients.at(session).remote_address, address)) {
      continue;
    }
    const auto [told, is_first] = told_.emplace(session, now);
    if (!is_first && now - told->second < parts_.options.shared_name_interval) {
      ++parts_.counters.shared_names_untold;
      continue;
    }
    told->second = now;
    ++parts_.counters.shared_names_told;
    parts_.broadcaster.Send(
        session,
        protocol::EncodeNameShared(name, *parts_.router.ClientIdOf(newcomer)),
        Delivery::kEvery);
  }
}

}  // namespace tickerhub::internal
