#include "notifications/namings.h"

#include <algorithm>
#include <cstddef>

#include "protocol/notification_messages.h"
#include "requests/notification_rules.h"
#include "text/random_hex.h"

namespace tickerhub::internal {
namespace {

constexpr std::size_t kSecretWords = 4;  // 128 bits

}  // namespace

void Namings::ByAdmission(SessionId session) {
  const std::string user = parts_.UserOf(session);
  parts_.clients.at(session).personal_after = 0;
  const std::string spelling(parts_.router.IdentifierOf(session));
  parts_.log.FindUser(
      user,
      parts_.home.Bind<NotificationLog::UserState>(
          [this, user, spelling](const NotificationLog::UserState& state) {
            if (state.known && state.spelling == spelling) return;
            parts_.log.Append(Visit{user, spelling, ""},
                              parts_.home.Bind<NotificationLog::Ack>(
                                  [this](const NotificationLog::Ack& ack) {
                                    RefusalOf(ack,
                                              &parts_.counters);  // counts it
                                  }));
          }));
}

void Namings::ByTrust(SessionId session, const std::string& secret,
                      const std::string& request_id) {
  const std::string user = parts_.UserOf(session);
  const std::string spelling(parts_.router.IdentifierOf(session));
  NotifierClient& client = parts_.clients.at(session);
  client.personal_after = client.received.named_after;
  client.secret.clear();
  ++open_[session].count;
  parts_.log.FindUser(
      user,
      parts_.home.Bind<NotificationLog::UserState>(
          [this, session, user, spelling, secret,
           request_id](const NotificationLog::UserState& state) {
            // The name is good for now; a secret would take the place of the
            // one that the client has.
            if (state.error) {
              return Settle(session, user, "", UINT64_MAX, request_id);
            }
            for (const auto& known : state.secrets) {
              if (secret.empty() || known.secret != secret) continue;
              return Settle(session, user, secret, known.since, request_id);
            }
            const std::string own = RandomHex(kSecretWords);
            parts_.log.Append(Visit{user, spelling, own},
                              parts_.home.Bind<NotificationLog::Ack>(
                                  [this, session, user, own, request_id](
                                      const NotificationLog::Ack& ack) {
                                    // Without a visit the name is good for now
                                    // only.
                                    const bool is_kept =
                                        !RefusalOf(ack, &parts_.counters);
                                    Settle(session, user, is_kept ? own : "",
                                           UINT64_MAX, request_id);
                                  }));
          }));
}

void Namings::Settle(SessionId session, const std::string& user,
                     const std::string& secret, std::uint64_t since,
                     const std::string& request_id) {
  const auto found = open_.find(session);
  if (found == open_.end()) return;  // it has left
  NotifierClient& client = parts_.clients.at(session);
  if (parts_.UserOf(session) == user) {
    client.personal_after = std::min(client.personal_after, since);
    client.secret = secret;
  }
  parts_.Reply(session,
               protocol::EncodeIdentified(*parts_.router.NameOf(session),
                                          request_id, secret));
  if (--found->second.count > 0) return;
  const std::vector<std::function<void()>> tasks =
      std::move(found->second.tasks);
  open_.erase(found);
  for (const auto& task : tasks) task();
}

bool Namings::WhenSettled(SessionId session, std::function<void()> task) {
  constexpr std::size_t kMostTasks = 16;
  const auto found = open_.find(session);
  if (found == open_.end()) {
    task();
    return true;
  }
  if (found->second.tasks.size() >= kMostTasks) return false;
  found->second.tasks.push_back(std::move(task));
  return true;
}

}  // namespace tickerhub::internal
