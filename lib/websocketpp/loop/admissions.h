#ifndef TICKERHUB_LIB_WEBSOCKETPP_LOOP_ADMISSIONS_H_
#define TICKERHUB_LIB_WEBSOCKETPP_LOOP_ADMISSIONS_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proxies/client_addresses.h"
#include "sessions/loop_context.h"
#include "sessions/session_writer.h"
#include "tickerhub/admission.h"

namespace tickerhub::internal {

/// Refuses the handshakes of pages of other origins. Asks a channel's admission
/// about each one that is valid otherwise, and sends the response:
/// websocketpp's, with the subprotocol, or a refusal. The response waits in the
/// HandshakeConnection until the admission has answered.
///
/// Threads: belongs to the loop's thread. An AdmissionReply may be called on
/// any thread. It may outlive this object; then it has no effect.
class Admissions : public std::enable_shared_from_this<Admissions> {
 public:
  using Slot = LoopSessions::Slot;

  Admissions(LoopContext& loop, SessionWriter& writer, ClientAddresses& clients)
      : loop_(loop), writer_(writer), clients_(clients) {}

  /// `response` is websocketpp's, with status 101.
  void Ask(Slot slot, std::string_view response);

 private:
  class OnceReply;

  void OnReply(SessionId session, Admission&& admission);
  void Answer(Slot slot, const Admission& admission, std::string_view response);
  std::string_view TakePlace(Slot slot, const std::string& user);
  void Accept(Slot slot, const Admission& admission, std::string_view response);

  LoopContext& loop_;
  SessionWriter& writer_;
  ClientAddresses& clients_;
  // While a function decides: the session, and what it has answered meanwhile.
  SessionId asking_;
  std::optional<Admission> answer_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_LOOP_ADMISSIONS_H_
