#include "requests/user_requests.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/inbox_messages.h"
#include "protocol/notification_messages.h"
#include "requests/notification_rules.h"

namespace tickerhub::internal {
namespace {

using LogError = NotificationLog::Error;

Rejection NameNeeded() {
  return {ErrorCode::kNameNeeded, "Take a name first; a guest has no inbox."};
}

Rejection LacksFields(const char* fields) {
  return {ErrorCode::kMissingField,
          std::string("The request needs ") + fields + "."};
}

}  // namespace

UserRequests::Refusal UserRequests::Resume(SessionId session,
                                           const Message& message,
                                           const std::uint64_t& delivered_id) {
  if (!message.epoch || !message.after) {
    return LacksFields("the fields 'epoch' and 'after'");
  }
  const NotifierClient& client = parts_.clients.at(session);
  const bool same_epoch = *message.epoch == parts_.log.epoch();
  NotificationLog::Query query;
  query.after = same_epoch ? *message.after : 0;
  query.user = parts_.UserOf(session);
  query.personal_after = client.personal_after;
  // With pages of none a client would ask for ever.
  query.limit = std::max<std::size_t>(1, parts_.options.max_resumed);
  query.max_bytes = parts_.options.max_resumed_bytes;
  query.now = parts_.scheduler.Now();
  const ResumeRequest request{query, client.received, same_epoch};
  parts_.log.Read(
      query,
      parts_.home.Bind<NotificationLog::Page>(
          [this, session, request, &delivered_id,
           request_id = message.request_id](const NotificationLog::Page& read) {
            if (read.error == LogError::kBusy) {
              return ReplyUnreadable(session, request_id);
            }
            SendPage(session, request, read, delivered_id, request_id);
          }));
  return std::nullopt;
}

void UserRequests::SendPage(SessionId session, const ResumeRequest& request,
                            const NotificationLog::Page& read,
                            std::uint64_t delivered_id,
                            std::string_view request_id) {
  if (parts_.clients.count(session) == 0) return;
  ResumePage page = MakeResumePage(request, read, delivered_id,
                                   parts_.options.max_resumed_bytes);
  page.answer.epoch = parts_.log.epoch();
  if (!request.query.user.empty()) page.answer.unread = read.unread;
  if (page.answer.more) ++parts_.counters.resumes_cut;
  parts_.counters.deliveries += page.answer.count;
  for (const Payload& payload : page.messages) parts_.Reply(session, payload);
  parts_.Reply(session, protocol::EncodeResumed(page.answer, request_id));
}

UserRequests::Refusal UserRequests::Inbox(SessionId session,
                                          const Message& message) {
  NotificationLog::Query query;
  query.user = parts_.UserOf(session);
  query.personal_after = parts_.clients.at(session).personal_after;
  query.after = message.after.value_or(0);
  query.before = message.before.value_or(message.after ? 0 : UINT64_MAX);
  query.limit = static_cast<std::size_t>(std::min<std::uint64_t>(
      message.limit.value_or(100), parts_.options.max_resumed));
  query.max_bytes = parts_.options.max_resumed_bytes;
  query.now = parts_.scheduler.Now();
  ++parts_.counters.inboxes;
  parts_.log.Read(
      query, parts_.home.Bind<NotificationLog::Page>(
                 [this, session, request_id = message.request_id](
                     const NotificationLog::Page& page) {
                   if (page.error == LogError::kBusy) {
                     return ReplyUnreadable(session, request_id);
                   }
                   parts_.Reply(session, protocol::EncodeInbox(
                                             page, parts_.log.epoch(),
                                             parts_.options.max_resumed_bytes,
                                             request_id));
                 }));
  return std::nullopt;
}

void UserRequests::ReplyUnreadable(SessionId session,
                                   const std::string& request_id) {
  parts_.ReplyError(session, Unreadable(&parts_.counters), request_id);
}

void UserRequests::ReadInbox(const Notifier::InboxQuery& asked,
                             const Notifier::Caller& caller,
                             Notifier::InboxCallback done) {
  if (auto refusal = Charge(parts_.budgets.readings, caller)) {
    return done(*std::move(refusal));
  }
  NotificationLog::Query query;
  query.user = NameKey(asked.user);
  query.after = asked.after;
  query.before = asked.before;
  query.limit = std::min(asked.limit, parts_.options.max_resumed);
  query.max_bytes = parts_.options.max_resumed_bytes;
  query.now = parts_.scheduler.Now();
  ++parts_.counters.inboxes;
  parts_.log.Read(
      query,
      parts_.home.Bind<NotificationLog::Page>(
          [this, done = std::move(done)](const NotificationLog::Page& page) {
            if (page.error == LogError::kBusy) {
              return done(Unreadable(&parts_.counters));
            }
            done(protocol::EncodeInbox(page, parts_.log.epoch(),
                                       parts_.options.max_resumed_bytes, ""));
          }));
}

UserRequests::Refusal UserRequests::Keep(SessionId session, LogRecord record,
                                         std::uint64_t* counter,
                                         const std::string& request_id) {
  parts_.log.Append(
      std::move(record),
      parts_.home.Bind<NotificationLog::Ack>(
          [this, session, counter,
           request_id](const NotificationLog::Ack& ack) {
            if (const Refusal refusal = RefusalOf(ack, &parts_.counters)) {
              return parts_.ReplyError(session, *refusal, request_id);
            }
            ++*counter;
            parts_.Reply(session, protocol::EncodeKept(ack.id, request_id));
          }));
  return std::nullopt;
}

UserRequests::Refusal UserRequests::Read(SessionId session,
                                         const Message& message) {
  if (!message.ids && !message.up_to) return LacksFields("'ids' or 'upTo'");
  const std::string user = parts_.UserOf(session);
  if (user.empty()) return NameNeeded();
  ReadMark mark{user, message.ids.value_or(std::vector<std::uint64_t>()),
                message.up_to.value_or(0)};
  return Keep(session, std::move(mark), &parts_.counters.marks,
              message.request_id);
}

UserRequests::Refusal UserRequests::Delete(SessionId session,
                                           const Message& message) {
  if (!message.id) return LacksFields("the field 'id'");
  const std::string user = parts_.UserOf(session);
  if (user.empty()) return NameNeeded();
  return Keep(session, Deletion{user, *message.id}, &parts_.counters.marks,
              message.request_id);
}

UserRequests::Refusal UserRequests::Join(SessionId session,
                                         const Message& message, bool joins) {
  if (!message.group) return LacksFields("the field 'group'");
  const auto group = GroupOf(*message.group, parts_.options);
  if (!group) return InvalidGroup();
  const std::string user = parts_.UserOf(session);
  if (user.empty()) return NameNeeded();
  if (!parts_.clients.at(session).may_join_groups) {
    return Rejection{ErrorCode::kNotAllowed, "You may not join groups here."};
  }
  return Keep(session, Membership{*group, user, joins},
              &parts_.counters.memberships, message.request_id);
}

std::string UserRequests::SpellingOf(const std::string& user) const {
  const auto online = parts_.router.Find(user);
  return online ? online->identifier : user;
}

UserRequests::Refusal UserRequests::Members(SessionId session,
                                            const Message& message) {
  if (!message.group) return LacksFields("the field 'group'");
  const auto group = GroupOf(*message.group, parts_.options);
  if (!group) return InvalidGroup();
  parts_.log.Members(
      *group,
      parts_.home.Bind<NotificationLog::MemberList>(
          [this, session, group = *group, request_id = message.request_id](
              const NotificationLog::MemberList& found) {
            if (found.error) return ReplyUnreadable(session, request_id);
            const std::vector<std::string>& users = found.names;
            const auto client = parts_.clients.find(session);
            if (client == parts_.clients.end()) return;
            const bool is_member = std::binary_search(
                users.begin(), users.end(), parts_.UserOf(session));
            if (!is_member && !client->second.may_list_members) {
              return parts_.ReplyError(
                  session,
                  {ErrorCode::kNotAllowed,
                   "You may not ask for the members of this group."},
                  request_id);
            }
            std::vector<protocol::Member> members;
            for (const std::string& user : users) {
              if (members.size() == parts_.options.max_listed_users) break;
              protocol::Member& member = members.emplace_back();
              member.identifier = SpellingOf(user);
              for (const SessionId device : parts_.router.SessionsOf(user)) {
                const Timestamp since = parts_.clients.at(device).since;
                if (member.devices++ == 0 || since < member.since) {
                  member.since = since;
                }
              }
            }
            parts_.Reply(session,
                         protocol::EncodeMembers(group, members, users.size(),
                                                 request_id));
          }));
  return std::nullopt;
}

UserRequests::Refusal UserRequests::Groups(SessionId session,
                                           const Message& message) {
  const std::string user = parts_.UserOf(session);
  if (user.empty()) return NameNeeded();
  parts_.log.FindUser(
      user, parts_.home.Bind<NotificationLog::UserState>(
                [this, session, request_id = message.request_id](
                    const NotificationLog::UserState& state) {
                  if (state.error) return ReplyUnreadable(session, request_id);
                  parts_.Reply(session, protocol::EncodeGroups(state.groups,
                                                               request_id));
                }));
  return std::nullopt;
}

void UserRequests::Tell(const LogEntry& entry) {
  if (const auto* const mark = std::get_if<ReadMark>(&entry.record)) {
    parts_.router.SendToUser(mark->user, protocol::EncodeRead(*mark));
  } else if (const auto* const gone = std::get_if<Deletion>(&entry.record)) {
    parts_.router.SendToUser(gone->user, protocol::EncodeDeleted(gone->id));
  } else if (const auto* const change =
                 std::get_if<Membership>(&entry.record)) {
    const Payload payload = protocol::EncodeMembership(
        change->group, SpellingOf(change->user), change->joined);
    for (const std::string& member : entry.members) {
      parts_.router.SendToUser(member, payload);
    }
    if (!change->joined) parts_.router.SendToUser(change->user, payload);
  }
}

}  // namespace tickerhub::internal
