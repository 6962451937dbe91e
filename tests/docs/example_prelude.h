#ifndef TICKERHUB_TESTS_DOCS_EXAMPLE_PRELUDE_H_
#define TICKERHUB_TESTS_DOCS_EXAMPLE_PRELUDE_H_

// What the examples of the headers and the documents may use without declaring
// it. They are compiled and never run, so nothing of this is defined.

#include <gtest/gtest.h>
#include <tickerhub/pages/pages.h>
#include <tickerhub/tickerhub.h>
#include <tickerhub/websocketpp/server.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

// A program that has a server with both services.
extern tickerhub::Server::Options options;
extern tickerhub::Server& server;
extern tickerhub::Channel& channel;
extern const tickerhub::ConnectRequest request;
extern const tickerhub::AdmissionReply reply;
extern const std::string pem;  // of a public key
extern tickerhub::Scheduler& scheduler;
extern tickerhub::StockTracker& tracker;
extern tickerhub::Notifier& notifier;
extern tickerhub::NotificationLog& log;
extern tickerhub::LineSource& source;

// A service that sends.
extern tickerhub::Broadcaster& broadcaster;
extern const tickerhub::SessionId session;
extern const tickerhub::Payload payload;
extern const tickerhub::Payload snapshot;
extern const tickerhub::Payload update;
extern const tickerhub::Timestamp now;
constexpr tickerhub::TopicId kEverybody = 0;
constexpr tickerhub::TopicId kPrices = 1;

// A service of the reader's own.
class MyService : public tickerhub::ChannelHandler {
 public:
  explicit MyService(tickerhub::Broadcaster& out);
  void OnOpen(tickerhub::SessionId session,
              const tickerhub::SessionInfo& info) override;
  void OnMessage(tickerhub::SessionId session,
                 const tickerhub::InboundMessage& message) override;
  void OnClose(tickerhub::SessionId session) override;
};

#endif  // TICKERHUB_TESTS_DOCS_EXAMPLE_PRELUDE_H_
