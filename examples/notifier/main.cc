// tickerhub-notifier: notifications to everybody, or to one user.

#include "common/logging.h"
#include "common/program_metrics.h"
#include "common/run_server.h"
#include "notifier/announcements.h"
#include "notifier/options.h"
#include "notifier/sending.h"
#include "notifier/store.h"
#include "tickerhub/notifier.h"
#include "tickerhub/pages/pages.h"
#include "tickerhub/websocketpp/http_api.h"
#include "tickerhub/websocketpp/server.h"

using namespace tickerhub;  // NOLINT(google-build-using-namespace): a program

constexpr char kName[] = "tickerhub-notifier";

int main(int argc, char** argv) {
  examples::NotifierOptions options;
  if (const auto status = examples::ReadOptions(argc, argv, &options)) {
    return *status;
  }
  examples::StartLogging(options.server.operation.log_level,
                         options.server.operation.log_format);

  Server server(examples::ToLibraryOptions(options.server));
  if (const auto status =
          examples::ServeOwnPages(server, options.server, kName)) {
    return *status;
  }
  Channel& channel =
      server.AddChannel("/notifications", options.server.limits.channel);
  const examples::OpenedLog opened = examples::OpenLog(options.store, kName);
  if (opened.log == nullptr) return 1;
  const examples::SendingRule rule = examples::MakeSendingRule(options);
  Notifier notifier(channel, server.scheduler(), *opened.log, rule.notifier);
  channel.SetHandler(notifier);
  examples::AskForTokens(options.server.identity, options.api_token, server,
                         channel);

  examples::ProgramMetrics metrics(server, options.server.operation);
  metrics.Add(notifier);
  opened.add_to(&metrics);

  examples::LogSendingRule(rule);
  AddNotificationApi(server, notifier, rule.api);
  if (options.server.pages.empty()) {
    NotificationPageOptions page;
    page.why_sending_is_off = rule.why_off;
    AddNotificationPage(server, notifier, page);
  }
  const examples::Announcements announcements(server, notifier,
                                              options.announcements);

  return examples::RunServer(server, options.server, kName);
}
