#ifndef TICKERHUB_LIB_WEBSOCKETPP_SERVER_CHANNEL_H_
#define TICKERHUB_LIB_WEBSOCKETPP_SERVER_CHANNEL_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/site.h"
#include "hub/hub.h"
#include "loop/event_loop.h"
#include "tickerhub/websocketpp/channel.h"

namespace tickerhub::internal {

using Loops = std::vector<std::unique_ptr<EventLoop>>;

/// The Channel of a Server. Hands what is for one session to the loop that has
/// it, and a publication once to each loop.
///
/// Threads: belongs to the hub's thread. `server` must outlive it.
class ServerChannel final : public Channel {
 public:
  /// What a channel needs of its server.
  struct Context {
    Hub& hub;
    const Loops& loops;
    Site& site;
    /// Returns whether the server may still be changed; if not, reports the
    /// call as a mistake.
    std::function<bool(const char* call)> may_change;
    bool measure_publish = false;  ///< ServerOptions
  };

  ServerChannel(const Context& server, std::uint16_t index)
      : server_(server), index_(index) {}

  const std::string& path() const override { return settings().path; }
  void SetHandler(ChannelHandler& handler) override;
  void SetAdmission(AdmissionFunction admission) override;
  void CloseSessionsOf(std::string_view identity, CloseCode code,
                       std::string_view reason) override;
  void ListSessions(
      const SessionPage& page,
      std::function<void(std::vector<SessionListing>)> done) override;

  // Broadcaster.
  void Send(SessionId session, const Payload& payload,
            Delivery delivery) override;
  void Subscribe(SessionId session, TopicId topic) override;
  void Unsubscribe(SessionId session, TopicId topic) override;
  void SetSubscriptions(SessionId session,
                        std::vector<TopicId> topics) override;
  void Publish(std::vector<Publication> publications, Delivery delivery,
               std::uint64_t since) override;
  void Close(SessionId session, CloseCode code,
             std::string_view reason) override;
  void SetExpiry(SessionId session, Timestamp expires) override;

 private:
  Site::Channel& settings() const { return server_.site.channels[index_]; }
  // Null if no loop can have that session.
  LoopBroadcaster* LoopOf(SessionId session) const;

  Context server_;
  std::uint16_t index_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_SERVER_CHANNEL_H_
