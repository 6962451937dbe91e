#include "notifications/shared_names.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "protocol/notification_messages.h"

namespace tickerhub::internal {

bool IsSamePlace(const RemoteAddress& a, const RemoteAddress& b) {
  using Family = RemoteAddress::Family;
  if (a.family() == Family::kNone || b.family() == Family::kNone) return true;
  constexpr std::ptrdiff_t kNetworkBytes = 8;
  const auto begin = a.bytes().begin();
  const auto end =
      a.family() == Family::kIpv6 ? begin + kNetworkBytes : a.bytes().end();
  return a.family() == b.family() && std::equal(begin, end, b.bytes().begin());
}

void SharedNames::Tell(SessionId newcomer) {
  const auto& [broadcaster, scheduler, router, options, counters, address_of] =
      parts_;
  const std::string& name = *router.NameOf(newcomer);
  const SteadyTime now = scheduler.SteadyNow();
  for (const SessionId session : router.SessionsOf(name)) {
    if (IsSamePlace(address_of(session), address_of(newcomer))) continue;
    const auto [told, is_first] = told_.emplace(session, now);
    if (!is_first && now - told->second < options.shared_name_interval) {
      ++counters.shared_names_untold;
      continue;
    }
    told->second = now;
    ++counters.shared_names_told;
    broadcaster.Send(
        session, protocol::EncodeNameShared(name, *router.ClientIdOf(newcomer)),
        Delivery::kEvery);
  }
}

}  // namespace tickerhub::internal
