#ifndef TICKERHUB_WEBSOCKETPP_HTTP_STREAM_H_
#define TICKERHUB_WEBSOCKETPP_HTTP_STREAM_H_

// An HttpStream is the body of a response that goes on, such as
// text/event-stream. A route that answers with HttpResponse::stream gets it
// once the head is on its way:
//
//     server.Route("GET", "/ticks",
//                  [](const tickerhub::HttpRequest&,
//                     const tickerhub::HttpReply& reply) {
//                    tickerhub::HttpResponse response;
//                    response.content_type = "text/event-stream";
//                    response.stream =
//                        [](std::shared_ptr<tickerhub::HttpStream> body) {
//                          body->Write("data: hello\n\n", nullptr);
//                        };  // the last copy goes: the response ends
//                    reply(response);
//                  });
//
// The connection stays with its event loop and counts as one connection until
// the response ends. It has no Content-Length; the body ends with the
// connection. A proxy in front must not collect it: see X-Accel-Buffering.
//
// Threads: call from the hub's thread only. Callbacks run there too.
// Promises: bytes come in the order of the calls, or the connection ends. Only
// one Write() is under way at a time, so what waits for a slow reader is never
// more than what you gave to one call. A reader that takes nothing for
// Server::Options::write_timeout is cut off, also one that has vanished without
// a word; response_timeout does not count.

#include <functional>
#include <string>

#include "tickerhub/export.h"

namespace tickerhub {

class TICKERHUB_EXPORT HttpStream {
 public:
  /// Ends the response: what was written is still sent.
  virtual ~HttpStream() = default;

  /// Sends `bytes`. Calls `done` (may be null) once, later: with true when the
  /// kernel has taken all of them, with false when the connection has ended.
  /// Then write nothing more. It is not called if the server ends before.
  /// REQUIRES: the Write() before is done.
  virtual void Write(std::string bytes, std::function<void(bool)> done) = 0;

  /// Calls `ended` once, later, when the connection has ended: the reader has
  /// left, was cut off, or the server stops. Not after the destructor, and not
  /// if the server ends before. A second call takes the place of the first.
  virtual void WhenEnded(std::function<void()> ended) = 0;
};

}  // namespace tickerhub

#endif  // TICKERHUB_WEBSOCKETPP_HTTP_STREAM_H_
