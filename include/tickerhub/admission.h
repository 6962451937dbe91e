#ifndef TICKERHUB_ADMISSION_H_
#define TICKERHUB_ADMISSION_H_

// Who may open a session on a channel. Give the channel a function that looks
// at each request and answers (Channel::SetAdmission()):
//
//     channel.SetAdmission([](const tickerhub::ConnectRequest& request,
//                             const tickerhub::AdmissionReply& reply) {
//       if (request.QueryParameter("token") == "a long random text") {
//         reply(tickerhub::Admission::Accept("ann"));
//       } else {
//         reply(tickerhub::Admission::Refuse(403, "your token is wrong\n"));
//       }
//     });
//
// Threads: the function runs on the thread of the connection's event loop, on
// several threads at once if the server has several loops. What it shares with
// the hub needs a lock. It must not block: everything else on that loop waits.
// It may keep a copy of `reply` and return; any thread may then call it.

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "tickerhub/connect_request.h"
#include "tickerhub/export.h"
#include "tickerhub/identity.h"

namespace tickerhub {

/// The answer to a ConnectRequest.
class TICKERHUB_EXPORT Admission {
 public:
  /// The session opens. `identity`: who the client is, for
  /// SessionInfo::identity. `subprotocol`: one that the client offered; any
  /// other is refused with 500, because the client would have to fail (RFC 6455
  /// §4.1). Empty: the channel chooses (ChannelOptions::subprotocols). A
  /// browser that offers some fails if none is chosen.
  static Admission Accept(std::string identity = {},
                          std::string subprotocol = {}) {
    Identity who;
    who.user = std::move(identity);
    return {kAccepted, std::move(who), std::move(subprotocol)};
  }
  /// The same with rights, and with the end of the session. `who` is an
  /// Identity. It is a template so that Accept({}, "v2") means a name.
  template <typename Who,
            std::enable_if_t<std::is_same_v<Who, Identity>, int> = 0>
  static Admission Accept(Who who, std::string subprotocol = {}) {
    return {kAccepted, std::move(who), std::move(subprotocol)};
  }
  /// The client gets an HTTP response. `status`: 400 to 599, such as 401, 403
  /// or 429; any other becomes the nearest of these. `body`: a sentence that
  /// says why.
  static Admission Refuse(int status, std::string body) {
    return {std::clamp(status, 400, 599), Identity(), std::move(body)};
  }

  bool accepted() const { return status_ == kAccepted; }
  /// The status of the HTTP response: 101 if accepted.
  int status() const { return status_; }
  /// The user, and all that is known of it. Empty if refused.
  const std::string& identity() const { return who_.user; }
  const Identity& who() const { return who_; }
  /// REQUIRES: accepted(). Empty: the channel chooses.
  const std::string& subprotocol() const { return text_; }
  /// Why it is refused. REQUIRES: not accepted().
  const std::string& body() const { return text_; }

 private:
  static constexpr int kAccepted = 101;

  Admission(int status, Identity who, std::string text)
      : status_(status), who_(std::move(who)), text_(std::move(text)) {}

  int status_;
  Identity who_;
  std::string text_;  // the subprotocol, or the body
};

/// Answers one request. A second call has no effect. Any thread may call. If
/// every copy is destroyed without a call, the client gets 500. If none is
/// called within Server::Options::handshake_timeout, the client is cut off.
class TICKERHUB_EXPORT AdmissionReply {
 public:
  /// Hears the answer, for servers and tests.
  class Target {
   public:
    virtual ~Target() = default;
    virtual void Answer(Admission&& admission) = 0;
  };

  /// REQUIRES: `target` is not null.
  explicit AdmissionReply(std::shared_ptr<Target> target)
      : target_(std::move(target)) {}

  void operator()(Admission admission) const {
    target_->Answer(std::move(admission));
  }

 private:
  std::shared_ptr<Target> target_;
};

/// Looks at a request and answers it, now or later. `request` is valid during
/// the call only. If it throws, the client gets 500.
using AdmissionFunction = std::function<void(const ConnectRequest& request,
                                             const AdmissionReply& reply)>;

}  // namespace tickerhub

#endif  // TICKERHUB_ADMISSION_H_
