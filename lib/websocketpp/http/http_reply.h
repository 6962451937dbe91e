#ifndef TICKERHUB_LIB_WEBSOCKETPP_HTTP_HTTP_REPLY_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HTTP_HTTP_REPLY_H_

#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "tickerhub/websocketpp/http.h"

namespace tickerhub::internal {

inline constexpr std::string_view kNoAnswer = "the server has no answer\n";

/// The 500 of a program that has not answered, or not with what can be sent.
inline HttpResponse NoAnswer() {
  HttpResponse response;
  response.status = 500;
  response.body = kNoAnswer;
  return response;
}

/// Hands on one response. Answers 500 when it is destroyed without a response.
class OnceReply {
 public:
  using Respond = std::function<void(HttpResponse)>;

  explicit OnceReply(Respond respond) : respond_(std::move(respond)) {}
  OnceReply(const OnceReply&) = delete;
  OnceReply& operator=(const OnceReply&) = delete;
  ~OnceReply() { Answer(NoAnswer()); }

  /// A second call has no effect.
  void Answer(HttpResponse response) {
    if (auto respond = std::exchange(respond_, nullptr)) {
      respond(std::move(response));
    }
  }

 private:
  Respond respond_;
};

/// The reply that a route gets: all copies share one OnceReply.
inline HttpReply MakeReply(OnceReply::Respond respond) {
  auto reply = std::make_shared<OnceReply>(std::move(respond));
  return [reply](HttpResponse response) { reply->Answer(std::move(response)); };
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HTTP_HTTP_REPLY_H_
