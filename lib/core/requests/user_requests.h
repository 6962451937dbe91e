#ifndef TICKERHUB_LIB_CORE_REQUESTS_USER_REQUESTS_H_
#define TICKERHUB_LIB_CORE_REQUESTS_USER_REQUESTS_H_

// What a user asks for: its inbox, marks in it, and groups. Each request is
// answered, or the reason to refuse it is returned.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/client_message.h"
#include "requests/parts.h"
#include "tickerhub/error_code.h"
#include "tickerhub/log_record.h"

namespace tickerhub::internal {

class UserRequests {
 public:
  using Refusal = std::optional<Rejection>;
  using Message = protocol::ClientMessage;

  explicit UserRequests(const NotifierParts& parts) : parts_(parts) {}

  /// `delivered_id`: see NotificationDispatch.
  Refusal Resume(SessionId session, const Message& message,
                 const std::uint64_t& delivered_id);
  Refusal Inbox(SessionId session, const Message& message);
  Refusal Read(SessionId session, const Message& message);
  Refusal Delete(SessionId session, const Message& message);
  Refusal Join(SessionId session, const Message& message, bool joins);
  Refusal Members(SessionId session, const Message& message);
  Refusal Groups(SessionId session, const Message& message);

  /// See Notifier::ReadInbox().
  void ReadInbox(const Notifier::InboxQuery& query,
                 const Notifier::Caller& caller, Notifier::InboxCallback done);

  /// Tells devices and members what has come out of the log.
  void Tell(const LogEntry& entry);

 private:
  void ReplyUnreadable(SessionId session, const std::string& request_id);
  void SendPage(SessionId session, const ResumeRequest& request,
                const NotificationLog::Page& read, std::uint64_t delivered_id,
                std::string_view request_id);
  // Appends a record of a user. Once it is kept, counts it and answers with
  // `kept`.
  Refusal Keep(SessionId session, LogRecord record, std::uint64_t* counter,
               const std::string& request_id);
  std::string SpellingOf(const std::string& user) const;

  const NotifierParts parts_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_REQUESTS_USER_REQUESTS_H_
