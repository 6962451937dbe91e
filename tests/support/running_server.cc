#include "support/running_server.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <memory>
#include <utility>

namespace tickerhub::testing {

void ScriptedHandler::OnOpen(SessionId session, const SessionInfo& info) {
  Event event{Event::kOpen, session, {}, false, std::this_thread::get_id()};
  event.info = info;
  Record(std::move(event));
  if (on_open) on_open(session);
}

void ScriptedHandler::OnMessage(SessionId session,
                                const InboundMessage& message) {
  Record({Event::kMessage, session, std::string(message.data), message.binary,
          std::this_thread::get_id()});
  if (on_message) on_message(session, message);
}

void ScriptedHandler::OnDrained(SessionId session, std::uint64_t since) {
  Record(
      {Event::kDrained, session, {}, false, std::this_thread::get_id(), since});
  if (on_drained) on_drained(session, since);
}

void ScriptedHandler::OnClose(SessionId session) {
  Record({Event::kClose, session, {}, false, std::this_thread::get_id()});
  if (on_close) on_close(session);
}

void ScriptedHandler::Record(Event event) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    events_.push_back(std::move(event));
  }
  changed_.notify_all();
}

std::vector<ScriptedHandler::Event> ScriptedHandler::events() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return events_;
}

std::size_t ScriptedHandler::Count(Event::Kind kind) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(events_.begin(), events_.end(),
                    [kind](const Event& event) { return event.kind == kind; }));
}

bool ScriptedHandler::WaitFor(Event::Kind kind, std::size_t count) const {
  return count == 0 || WaitForNth(kind, count - 1).has_value();
}

std::optional<ScriptedHandler::Event> ScriptedHandler::WaitForNth(
    Event::Kind kind, std::size_t index) const {
  std::optional<Event> found;
  const auto look = [&] {
    std::size_t seen = 0;
    for (const Event& event : events_) {
      if (event.kind == kind && seen++ == index) {
        found = event;
        return true;
      }
    }
    return false;
  };
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait_for(lock, kDeadline, look);
  return found;
}

SessionId ScriptedHandler::Opened(std::size_t index) const {
  const std::optional<Event> event = WaitForNth(Event::kOpen, index);
  return event ? event->session : SessionId();
}

std::string ScriptedHandler::Message(std::size_t index) const {
  const std::optional<Event> event = WaitForNth(Event::kMessage, index);
  return event ? event->data : "(nothing)";
}

Server::Options RunningServer::AnyPort() {
  Server::Options options;
  options.port = 0;
  // Tests send as fast as they can; those of the limits set them.
  options.max_messages_per_second = 0;
  options.max_bytes_per_second = 0;
  options.max_messages_per_second_total = 0;
  return options;
}

Server::Options RunningServer::WithLog(Server::Options options) {
  options.log = [this](LogLevel level, std::string_view line) {
    if (line.find("descriptor limit") != std::string_view::npos) return;
    const std::lock_guard<std::mutex> lock(log_mutex_);
    const bool is_refusal =
        level == LogLevel::kInfo && line.rfind("refused ", 0) == 0;
    (is_refusal ? refusals_ : log_).emplace_back(line);
  };
  return options;
}

RunningServer::RunningServer(Server::Options options, const Setup& setup)
    : server_(WithLog(std::move(options))),
      a_(server_.AddChannel("/a")),
      b_(server_.AddChannel("/b")) {
  a_.SetHandler(a_handler_);
  b_.SetHandler(b_handler_);
  if (setup) setup(server_);
  const Status status = server_.Listen();
  EXPECT_EQ(status.message(), "");
  if (status.ok()) hub_ = std::thread([this] { server_.Run(); });
}

void RunningServer::OnHub(const std::function<void()>& task) {
  const auto done = std::make_shared<std::promise<void>>();
  server_.Post([task, done] {
    task();
    done->set_value();
  });
  const auto result = done->get_future().wait_for(kDeadline);
  ASSERT_EQ(result, std::future_status::ready);
}

void RunningServer::Send(SessionId session, std::string_view text,
                         Delivery delivery) {
  OnHub([&] { a_.Send(session, Payload(text), delivery); });
}

void RunningServer::Publish(std::string_view text, Delivery delivery,
                            std::uint64_t since) {
  OnHub([&] { a_.Publish({{1, Payload(text)}}, delivery, since); });
}

void RunningServer::Stop() {
  server_.Stop();
  if (hub_.joinable()) hub_.join();
}

std::vector<std::string> RunningServer::refusals() const {
  const std::lock_guard<std::mutex> lock(log_mutex_);
  return refusals_;
}

std::vector<std::string> RunningServer::log() const {
  const std::lock_guard<std::mutex> lock(log_mutex_);
  return log_;
}

}  // namespace tickerhub::testing
