#ifndef TICKERHUB_TESTS_CORE_NOTIFICATIONS_REPLAY_RUN_H_
#define TICKERHUB_TESTS_CORE_NOTIFICATIONS_REPLAY_RUN_H_

// A notifier over any log, and devices that come, go and resume at random while
// notifications are sent, as docs/protocol.md tells them to. In the end each
// device must have what was for its user, and no connection has got anything
// twice. The model is a list of ids for each user.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/deadline.h"
#include "support/parsed_json.h"
#include "tickerhub/notifier.h"
#include "tickerhub/testing/manual_scheduler.h"
#include "tickerhub/testing/recording_broadcaster.h"

namespace tickerhub {

class ReplayRun {
 public:
  /// `work` lets the log call back a little. `log` must outlive this.
  ReplayRun(NotificationLog& log, unsigned seed, std::function<void()> work)
      : log_(log),
        random_(seed),
        work_(std::move(work)),
        notifier_(out_, scheduler_, log, NotifierOptions()) {
    for (const char* const user : {"ann", "ann", "bob", ""}) {
      devices_.emplace_back().user = user;
    }
  }

  void Run(int steps) {
    for (int i = 0; i < steps && !::testing::Test::HasFailure(); ++i) Step();
    const bool is_done = testing::Eventually([this] {
      for (Device& device : devices_) {
        if (device.session.value == 0) Connect(&device);
        Ask(&device);
      }
      Work();
      return ::testing::Test::HasFailure() || IsDone();
    });
    EXPECT_TRUE(is_done);
    for (const Device& device : devices_) {
      EXPECT_THAT(device.seen, ::testing::ContainerEq(IdsFor(device.user)))
          << device.user;
    }
    EXPECT_GT(resumed_, 0) << "nothing was sent again";
  }

 private:
  struct Device {
    std::string user;
    SessionId session{0};  // 0: it is not connected
    std::uint64_t after = 0;
    bool is_asking = false;
    bool is_settled = false;  // a `resumed` without `more` has come
    std::set<std::uint64_t> of_connection;
    std::set<std::uint64_t> seen;
    std::size_t handled = 0;  // messages of this connection
  };

  static Notifier::Options NotifierOptions() {
    Notifier::Options options;
    options.identity_from_admission = true;
    options.unknown_users = Notifier::Options::UnknownUsers::kQueue;
    options.max_resumed = 3;
    options.client_id_seed = 7;
    return options;
  }

  unsigned Below(std::size_t number) {
    return static_cast<unsigned>(random_() % number);
  }

  void Step() {
    Device& device = devices_[Below(devices_.size())];
    switch (Below(8)) {
      case 0:
        device.session.value == 0 ? Connect(&device) : Disconnect(&device);
        break;
      case 1:
      case 2:
        Ask(&device);
        break;
      case 3:
      case 4:
      case 5:
        Submit();
        break;
      default:
        Work();
    }
  }

  void Submit() {
    static const std::string kUsers[] = {"ann", "bob"};
    Notification notification;
    notification.message = "x";
    const std::string user = Below(2) == 0 ? "" : kUsers[Below(2)];
    if (!user.empty()) notification.audience = Audience::User(user);
    ++submitted_;
    notifier_.Submit(std::move(notification), [this, user](const auto& result) {
      EXPECT_TRUE(result.ok());
      sent_[user].insert(result.id);
      ++acked_;
    });
    Look();
  }

  void Connect(Device* device) {
    SessionInfo info;
    info.identity = device->user;
    device->session = {++newest_session_};
    notifier_.OnOpen(device->session, info);
    Look();
  }

  void Disconnect(Device* device) {
    notifier_.OnClose(device->session);
    device->session = {0};
    device->is_asking = device->is_settled = false;
    device->of_connection.clear();
    device->handled = 0;
  }

  void Ask(Device* device) {
    if (device->session.value == 0 || device->is_asking || device->is_settled) {
      return;
    }
    device->is_asking = true;
    const std::string text = R"({"type":"resume","epoch":")" + log_.epoch() +
                             R"(","after":)" + std::to_string(device->after) +
                             "}";
    InboundMessage message;
    message.data = text;
    notifier_.OnMessage(device->session, message);
    Look();
  }

  void Work() {
    work_();
    scheduler_.RunPosted();
    Look();
  }

  void Look() {
    for (Device& device : devices_) {
      if (device.session.value == 0) continue;
      const auto texts = out_.TextsTo(device.session);
      for (; device.handled < texts.size(); ++device.handled) {
        Hear(&device, ParsedJson(texts[device.handled]));
      }
    }
  }

  void Hear(Device* device, const ParsedJson& message) {
    const std::string type = message.Text("type");
    if (type == "notification") {
      const auto id = static_cast<std::uint64_t>(message.Number("id"));
      EXPECT_TRUE(device->of_connection.insert(id).second)
          << id << " came twice to a device of " << device->user;
      device->seen.insert(id);
      if (!device->is_settled) return;
      EXPECT_GT(id, device->after) << "live ones come in their order";
      device->after = id;
    } else if (type == "resumed") {
      EXPECT_TRUE(message.IsTrue("complete")) << message.text();
      ++resumed_;
      device->is_asking = false;
      device->is_settled = !message.Has("more");
      device->after = static_cast<std::uint64_t>(message.Number("lastId"));
      if (!device->is_settled || device->of_connection.empty()) return;
      device->after = std::max(device->after, *device->of_connection.rbegin());
    } else {
      EXPECT_NE(type, "error") << message.text();
    }
  }

  std::set<std::uint64_t> IdsFor(const std::string& user) {
    std::set<std::uint64_t> ids = sent_[""];
    if (!user.empty()) ids.insert(sent_[user].begin(), sent_[user].end());
    return ids;
  }

  bool IsDone() {
    return acked_ == submitted_ &&
           std::all_of(devices_.begin(), devices_.end(), [&](const Device& d) {
             return d.is_settled && d.seen.size() >= IdsFor(d.user).size();
           });
  }

  NotificationLog& log_;
  std::mt19937 random_;
  const std::function<void()> work_;
  testing::ManualScheduler scheduler_;
  testing::RecordingBroadcaster out_;
  Notifier notifier_;
  std::vector<Device> devices_;
  std::map<std::string, std::set<std::uint64_t>> sent_;  // "": to all
  std::uint64_t newest_session_ = 0;
  int submitted_ = 0;
  int acked_ = 0;
  int resumed_ = 0;
};

}  // namespace tickerhub

#endif  // TICKERHUB_TESTS_CORE_NOTIFICATIONS_REPLAY_RUN_H_
