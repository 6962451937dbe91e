#include "server_channel.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "threads/hub_thread.h"

namespace tickerhub::internal {

LoopBroadcaster* ServerChannel::LoopOf(SessionId session) const {
  const auto index = static_cast<std::size_t>(LoopSessions::LoopOf(session));
  return index < server_.loops.size() ? &server_.loops[index]->broadcaster()
                                      : nullptr;
}

// ---- what it is

void ServerChannel::SetHandler(ChannelHandler& handler) {
  if (!server_.may_change("Channel::SetHandler()")) return;
  settings().handler = &handler;
}

void ServerChannel::SetAdmission(AdmissionFunction admission) {
  if (!server_.may_change("Channel::SetAdmission()")) return;
  settings().admission = std::move(admission);
}

// ---- Broadcaster

void ServerChannel::Send(SessionId session, const Payload& payload,
                         Delivery delivery) {
  ExpectHubThread(server_.hub, "Channel::Send()");
  if (auto* const loop = LoopOf(session)) {
    loop->Send(session, payload, delivery);
  }
}

void ServerChannel::Subscribe(SessionId session, TopicId topic) {
  ExpectHubThread(server_.hub, "Channel::Subscribe()");
  if (auto* const loop = LoopOf(session)) loop->Subscribe(session, topic);
}

void ServerChannel::Unsubscribe(SessionId session, TopicId topic) {
  ExpectHubThread(server_.hub, "Channel::Unsubscribe()");
  if (auto* const loop = LoopOf(session)) loop->Unsubscribe(session, topic);
}

void ServerChannel::SetSubscriptions(SessionId session,
                                     std::vector<TopicId> topics) {
  ExpectHubThread(server_.hub, "Channel::SetSubscriptions()");
  if (auto* const loop = LoopOf(session)) {
    loop->SetSubscriptions(session, std::move(topics));
  }
}

void ServerChannel::Publish(std::vector<Publication> publications,
                            Delivery delivery, std::uint64_t since) {
  ExpectHubThread(server_.hub, "Channel::Publish()");
  if (publications.empty()) return;
  const auto shared =
      std::make_shared<const std::vector<Publication>>(std::move(publications));
  const SteadyTime now =
      server_.measure_publish ? std::chrono::steady_clock::now() : SteadyTime();
  for (const auto& loop : server_.loops) {
    loop->broadcaster().Publish(index_, shared, delivery, since, now);
  }
}

void ServerChannel::Close(SessionId session, CloseCode code,
                          std::string_view reason) {
  ExpectHubThread(server_.hub, "Channel::Close()");
  if (auto* const loop = LoopOf(session)) {
    loop->Close(session, code, std::string(reason));
  }
}

void ServerChannel::SetExpiry(SessionId session, Timestamp expires) {
  ExpectHubThread(server_.hub, "Channel::SetExpiry()");
  if (auto* const loop = LoopOf(session)) loop->SetExpiry(session, expires);
}

// ---- all sessions

void ServerChannel::CloseSessionsOf(std::string_view identity, CloseCode code,
                                    std::string_view reason) {
  ExpectHubThread(server_.hub, "Channel::CloseSessionsOf()");
  if (identity.empty()) return;
  for (const auto& loop : server_.loops) {
    loop->broadcaster().CloseSessionsOf(index_, std::string(identity), code,
                                        std::string(reason));
  }
}

// Pages are in the order of the loops and their slots, which a SessionId says
// even after the session has ended.
void ServerChannel::ListSessions(
    const SessionPage& page,
    std::function<void(std::vector<SessionListing>)> done) {
  ExpectHubThread(server_.hub, "Channel::ListSessions()");
  struct Answers {
    std::size_t missing;
    std::vector<std::vector<SessionListing>> of_loop;
    std::size_t limit;
    std::function<void(std::vector<SessionListing>)> done;

    void Finish() {
      std::vector<SessionListing> all;
      for (auto& some : of_loop) {
        std::move(some.begin(), some.end(), std::back_inserter(all));
      }
      if (limit > 0 && all.size() > limit) all.resize(limit);
      done(std::move(all));
    }
  };
  const std::size_t loops = server_.loops.size();
  if (loops == 0) {  // the server does not listen yet
    server_.hub.Enqueue([done = std::move(done)] { done({}); });
    return;
  }
  const auto answers = std::make_shared<Answers>(
      Answers{loops, std::vector<std::vector<SessionListing>>(loops),
              page.limit, std::move(done)});
  for (std::size_t i = 0; i < loops; ++i) {
    server_.loops[i]->broadcaster().List(
        index_, page,
        [&hub = server_.hub, answers, i](std::vector<SessionListing> some) {
          hub.Enqueue([answers, i, some = std::move(some)]() mutable {
            answers->of_loop[i] = std::move(some);
            if (--answers->missing == 0) answers->Finish();
          });
        });
  }
}

}  // namespace tickerhub::internal
