#include "loop/admissions.h"

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "http/http_reply.h"
#include "http/origin.h"
#include "hub/refusals.h"
#include "sessions/recycling_allocator.h"

namespace tickerhub::internal {
namespace {

namespace status_code = ::websocketpp::http::status_code;

}  // namespace

// Answers once, and 500 if it is destroyed without an answer.
class Admissions::OnceReply final : public AdmissionReply::Target {
 public:
  OnceReply(std::weak_ptr<Admissions> admissions, SessionId session)
      : admissions_(std::move(admissions)), session_(session) {}
  OnceReply(const OnceReply&) = delete;
  OnceReply& operator=(const OnceReply&) = delete;
  ~OnceReply() override {
    if (answered_) return;
    Answer(Admission::Refuse(status_code::internal_server_error,
                             std::string(kNoAnswer)));
  }

  void Answer(Admission&& admission) override {
    if (answered_.exchange(true)) return;
    const std::shared_ptr<Admissions> self = admissions_.lock();
    if (!self) return;
    if (self->loop_.io.get_executor().running_in_this_thread()) {
      self->OnReply(session_, std::move(admission));
      return;
    }
    self->loop_.Post([self = self.get(), session = session_,
                      admission = std::move(admission)]() mutable {
      self->OnReply(session, std::move(admission));
    });
  }

 private:
  const std::weak_ptr<Admissions> admissions_;
  const SessionId session_;
  std::atomic<bool> answered_{false};
};

void Admissions::Ask(Slot slot, std::string_view response) {
  LoopSession& session = loop_.sessions.at(slot);
  const Site::Channel& channel = loop_.ChannelOf(session);
  // A copy, because an answer releases the slot's own.
  const ConnectionPtr handshake = session.handshake;
  SessionInfo& info = handshake->info();
  handshake->get_request().TakeInto(&info.request);
  SeenByClient seen;
  const Refusal refusal =
      clients_.ReadFields(slot, info.request.headers, &seen);
  info.request.remote_address = session.remote;
  if (refusal != Refusal::kNone) {
    writer_.NoteWantOfPlace(refusal, session.remote);
    writer_.Refuse(slot, status_code::service_unavailable, SentenceOf(refusal));
    return;
  }
  if (JudgePage(info.request.headers, loop_.ListenerOf(session),
                loop_.options.allowed_origins,
                seen) == OriginVerdict::kForeign) {
    loop_.NoteForeignPage(session, info.request.headers);
    writer_.Refuse(slot, status_code::forbidden, kForeignOrigin);
    return;
  }
  if (!channel.admission) {
    Accept(slot, Admission::Accept(), response);
    return;
  }
  session.phase = LoopSession::Phase::kAdmission;
  asking_ = loop_.sessions.IdOf(slot);
  try {
    // Its last copy answers when it is destroyed, so it is destroyed in here.
    const AdmissionReply reply(std::allocate_shared<OnceReply>(
        RecyclingAllocator<OnceReply>(), weak_from_this(), asking_));
    channel.admission(info.request, reply);
  } catch (...) {
    loop_.log.WriteException("the admission of " + channel.path);
  }
  asking_ = SessionId();
  if (answer_) {
    Answer(slot, *answer_, response);
    answer_.reset();
  } else {
    handshake->held_response() = response;
  }
}

void Admissions::OnReply(SessionId session, Admission&& admission) {
  if (session == asking_) {
    // The function still has its request, which the answer would take away.
    answer_ = std::move(admission);
    return;
  }
  const std::optional<Slot> slot = loop_.sessions.Find(session);
  if (!slot ||
      loop_.sessions.at(*slot).phase != LoopSession::Phase::kAdmission) {
    return;  // the client has gone, or it took too long
  }
  const std::string response =
      std::move(loop_.sessions.at(*slot).handshake->held_response());
  Answer(*slot, admission, response);
}

void Admissions::Answer(Slot slot, const Admission& admission,
                        std::string_view response) {
  LoopSession& session = loop_.sessions.at(slot);
  session.phase = LoopSession::Phase::kHandshake;
  if (!admission.accepted()) {
    loop_.refusals.Note(admission.status() == status_code::unauthorized
                            ? RefusalReason::kToken
                            : RefusalReason::kAdmission,
                        session.remote,
                        "the admission of " + loop_.ChannelOf(session).path +
                            " answered with " +
                            std::to_string(admission.status()));
    writer_.Refuse(slot, admission.status(), admission.body());
    return;
  }
  if (!admission.subprotocol().empty() &&
      session.handshake->info()
          .request.ChooseSubprotocol({admission.subprotocol()})
          .empty()) {
    loop_.log.Write(LogLevel::kError,
                    "the admission of " + loop_.ChannelOf(session).path +
                        " chose a subprotocol that the client did not offer; "
                        "choose one of ConnectRequest::Subprotocols()");
    loop_.refusals.Count(RefusalReason::kAdmission);
    writer_.Refuse(slot, status_code::internal_server_error, kNoAnswer);
    return;
  }
  Accept(slot, admission, response);
}

// Only who is admitted takes a place, so nobody else can fill the channel.
// Returns why there is none; empty if it has one.
std::string_view Admissions::TakePlace(Slot slot, const std::string& user) {
  LoopSession& session = loop_.sessions.at(slot);
  const Site::Channel& channel = loop_.ChannelOf(session);
  const std::size_t most = channel.options.max_sessions_per_user;
  if (most > 0 && !user.empty()) {
    if (!channel.users.TryTake(user, most)) {
      loop_.refusals.Note(RefusalReason::kUserFull, session.remote,
                          "the user has too many connections");
      return "you have too many connections to this channel\n";
    }
    session.has_user_place = true;
    session.known_as = std::make_unique<std::string>(user);
  }
  const std::size_t limit = channel.options.max_sessions;
  if (limit == 0) return {};
  if (channel.sessions.fetch_add(1) >= limit) {
    --channel.sessions;
    loop_.refusals.Note(RefusalReason::kChannelFull, session.remote,
                        "max_sessions of " + channel.path + " are open");
    return "the channel is full\n";
  }
  session.has_place = true;
  return {};
}

void Admissions::Accept(Slot slot, const Admission& admission,
                        std::string_view response) {
  if (const std::string_view why = TakePlace(slot, admission.identity());
      !why.empty()) {
    writer_.Refuse(slot, status_code::service_unavailable, why);
    return;
  }
  const ConnectionPtr handshake = loop_.sessions.at(slot).handshake;
  SessionInfo& info = handshake->info();
  info.identity = admission.identity();
  info.rights = admission.who().rights;
  info.expires = admission.who().expires;
  info.subprotocol = admission.subprotocol();
  if (info.subprotocol.empty()) {
    info.subprotocol = info.request.ChooseSubprotocol(
        loop_.ChannelOf(loop_.sessions.at(slot)).options.subprotocols);
  }
  std::string with_subprotocol;
  if (!info.subprotocol.empty()) {
    constexpr std::size_t kLineEndSize = 2;
    with_subprotocol = response;
    with_subprotocol.insert(
        response.size() - kLineEndSize,
        "Sec-WebSocket-Protocol: " + info.subprotocol + "\r\n");
    response = with_subprotocol;
  }
  writer_.SendBytes(slot, response);
  const LoopSession& session = loop_.sessions.at(slot);
  if (session.queue == nullptr &&
      session.phase != LoopSession::Phase::kEnding) {
    handshake->OnWritten();
  }
}

}  // namespace tickerhub::internal
