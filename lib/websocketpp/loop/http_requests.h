#ifndef TICKERHUB_LIB_WEBSOCKETPP_LOOP_HTTP_REQUESTS_H_
#define TICKERHUB_LIB_WEBSOCKETPP_LOOP_HTTP_REQUESTS_H_

#include <memory>
#include <optional>

#include "loop/http_streams.h"
#include "proxies/client_addresses.h"
#include "sessions/loop_context.h"
#include "sessions/session_writer.h"
#include "tickerhub/websocketpp/http.h"

namespace tickerhub::internal {

/// Answers the HTTP requests of a loop's connections: from the site at once,
/// with a page once it is rendered, or from a route on the hub's thread, which
/// may reply later.
///
/// Threads: belongs to the loop's thread. A route's reply belongs to the hub's
/// thread. It may outlive this object; then it has no effect. A page may come
/// from any thread, while this object lives.
class HttpRequests : public std::enable_shared_from_this<HttpRequests> {
 public:
  using Slot = LoopSessions::Slot;

  HttpRequests(LoopContext& loop, SessionWriter& writer,
               ClientAddresses& clients, HttpStreams& streams)
      : loop_(loop), writer_(writer), clients_(clients), streams_(streams) {}

  /// Answers the request that the slot's connection has read.
  void Answer(Slot slot);

 private:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  // Returns whether the request was one for the server's health.
  bool AnswerHealth(Slot slot, const HttpRequest& request);
  void AskReadiness(Slot slot);
  // `headers` are added to the response.
  HttpReply ReplyTo(Slot slot, Headers headers);
  std::optional<HttpResponse> AskGuard(const LoopSession& session,
                                       HttpRequest* request);
  void AskPage(Slot slot, PageCache& page, const HttpRequest& request);
  void AskRoute(Slot slot, const HttpHandler& route, HttpRequest request,
                bool is_allowed_page);
  void Respond(SessionId id, HttpResponse response);
  HttpResponse Checked(const LoopSession& session, HttpResponse response) const;

  LoopContext& loop_;
  SessionWriter& writer_;
  ClientAddresses& clients_;
  HttpStreams& streams_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_LOOP_HTTP_REQUESTS_H_
