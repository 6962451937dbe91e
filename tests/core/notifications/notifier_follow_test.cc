#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "notifications/notifier_fixture.h"
#include "tickerhub/inbox_follower.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A reader that takes the next page when the test says so.
class InboxReader {
 public:
  InboxReader(Notifier& notifier, const Notifier::FollowQuery& query)
      : follower_(notifier.Follow(query, {}).follower) {}

  void TakePage() {
    waits_ = true;
    follower_->Next([this](const InboxFollower::Page& page) {
      waits_ = false;
      pages_.push_back(page);
    });
  }
  /// All that has come.
  void TakeAll() {
    while (!waits_) TakePage();
  }

  std::vector<std::string> Texts() const {
    std::vector<std::string> texts;
    for (const auto& page : pages_) {
      for (const auto& entry : page.entries) {
        texts.push_back(ParsedJson(entry.json).Text("message"));
      }
    }
    return texts;
  }
  std::vector<std::uint64_t> Ids() const {
    std::vector<std::uint64_t> ids;
    for (const auto& page : pages_) {
      for (const auto& entry : page.entries) ids.push_back(entry.id);
    }
    return ids;
  }
  const std::vector<InboxFollower::Page>& pages() const { return pages_; }
  bool waits() const { return waits_; }

 private:
  std::unique_ptr<InboxFollower> follower_;
  std::vector<InboxFollower::Page> pages_;
  bool waits_ = false;
};

class NotifierFollowTest : public NotifierTest {
 protected:
  NotifierFollowTest() {
    options_.unknown_users = Notifier::Options::UnknownUsers::kQueue;
  }

  void SubmitTo(Audience audience, const std::string& message) {
    Notification notification;
    notification.audience = std::move(audience);
    notification.message = message;
    notifier().Submit(notification, nullptr);
  }

  static Notifier::FollowQuery From(const std::string& user,
                                    std::uint64_t after) {
    return {user, "", after};
  }
};

TEST_F(NotifierFollowTest, WhatIsKeptComesFirstThenWhatComes) {
  SubmitTo(Audience::User("ann"), "kept");
  InboxReader reader(notifier(), From("ANN", 0));
  reader.TakeAll();
  EXPECT_THAT(reader.Texts(), ElementsAre("kept"));
  SubmitTo(Audience::User("bob"), "for bob");
  SubmitTo(Audience::All(), "for all");
  reader.TakeAll();
  SubmitTo(Audience::User("ann"), "for ann");
  EXPECT_THAT(reader.Texts(), ElementsAre("kept", "for all", "for ann"));
  EXPECT_EQ(reader.pages().back().epoch, "e1");
}

TEST_F(NotifierFollowTest, WithoutAPlaceToBeginOnlyWhatComes) {
  SubmitTo(Audience::All(), "before");
  InboxReader reader(notifier(), {"", "", std::nullopt});
  reader.TakeAll();
  EXPECT_THAT(reader.Texts(), IsEmpty());
  SubmitTo(Audience::User("ann"), "personal");
  SubmitTo(Audience::All(), "after");
  EXPECT_THAT(reader.Texts(), ElementsAre("after"));
}

TEST_F(NotifierFollowTest, AnIdThatIsYetToComeMeansFromNowOn) {
  SubmitTo(Audience::All(), "before");
  InboxReader reader(notifier(), From("", 1'000'000));
  reader.TakeAll();
  SubmitTo(Audience::All(), "after");
  EXPECT_THAT(reader.Texts(), ElementsAre("after"));
}

TEST_F(NotifierFollowTest, AMemberGetsWhatIsForTheGroup) {
  Open(kA, "ann");
  Say(kA, R"({"type":"join","group":"#ops"})");
  InboxReader reader(notifier(), From("ann", 0));
  InboxReader stranger(notifier(), From("bob", 0));
  reader.TakeAll();
  stranger.TakeAll();
  SubmitTo(Audience::Group("ops"), "help");
  SubmitTo(Audience::Connection(ClientId(kA)), "live only");
  EXPECT_THAT(reader.Texts(), ElementsAre("help"));
  EXPECT_THAT(stranger.Texts(), IsEmpty());
}

TEST_F(NotifierFollowTest, PagesHaveABoundAndNothingIsReadAhead) {
  options_.max_resumed = 2;
  InboxReader reader(notifier(), From("", 0));
  for (int i = 0; i < 5; ++i) SubmitTo(Audience::All(), std::to_string(i));
  EXPECT_THAT(reader.pages(), IsEmpty());
  reader.TakePage();
  EXPECT_THAT(reader.Texts(), ElementsAre("0", "1"));
  SubmitTo(Audience::All(), "5");
  EXPECT_THAT(reader.Texts(), ElementsAre("0", "1"));
  reader.TakeAll();
  EXPECT_THAT(reader.Texts(), ElementsAre("0", "1", "2", "3", "4", "5"));
}

TEST_F(NotifierFollowTest, AnotherEpochMeansEverything) {
  SubmitTo(Audience::All(), "one");
  InboxReader reader(notifier(), {"", "e0", 7});
  reader.TakeAll();
  EXPECT_THAT(reader.Texts(), ElementsAre("one"));
  EXPECT_FALSE(reader.pages()[0].complete);
  SubmitTo(Audience::All(), "two");
  EXPECT_TRUE(reader.pages()[1].complete);
}

TEST_F(NotifierFollowTest, AGapIsToldOnce) {
  auto small = Epoch("e1");
  small.max_notifications = 2;
  InMemoryNotificationLog log(small);
  used_log_ = &log;
  for (int i = 0; i < 4; ++i) SubmitTo(Audience::All(), std::to_string(i));
  InboxReader reader(notifier(), From("", 1));
  reader.TakeAll();
  EXPECT_THAT(reader.Texts(), ElementsAre("2", "3"));
  ASSERT_EQ(reader.pages().size(), 1u);
  EXPECT_FALSE(reader.pages()[0].complete);
  SubmitTo(Audience::All(), "4");
  reader.TakeAll();
  EXPECT_TRUE(reader.pages()[1].complete);
  notifier_ = nullptr;  // before its log
}

TEST_F(NotifierFollowTest, EndsWithEitherOfTheTwo) {
  auto reader = std::make_unique<InboxReader>(notifier(), From("", 0));
  reader->TakeAll();
  reader = nullptr;
  SubmitTo(Audience::All(), "to nobody");
  InboxReader longer(notifier(), From("", 0));
  longer.TakeAll();
  notifier_ = nullptr;
  longer.TakePage();
  EXPECT_TRUE(longer.waits());
}

TEST_F(NotifierFollowTest, AFollowerMayEndAnotherInItsCallback) {
  auto one = notifier().Follow(From("", 0), {}).follower;
  auto two = notifier().Follow(From("", 0), {}).follower;
  int calls = 0;
  const auto end_both = [&](const InboxFollower::Page&) {
    ++calls;
    one = nullptr;
    two = nullptr;
  };
  one->Next(end_both);
  two->Next(end_both);
  SubmitTo(Audience::All(), "once");
  EXPECT_EQ(calls, 1);
}

TEST_F(NotifierFollowTest, FollowersAreBoundedInAllAndOfEachUser) {
  options_.max_followers = 4;
  options_.max_followers_per_user = 2;
  std::vector<std::unique_ptr<InboxFollower>> open;
  const auto follow = [&](const std::string& user) {
    auto result = notifier().Follow({user, "", std::nullopt}, {});
    open.push_back(std::move(result.follower));
    EXPECT_EQ(open.back() == nullptr, result.rejection.has_value());
    if (!result.rejection) return true;
    EXPECT_EQ(result.rejection->code, ErrorCode::kBusy);
    return false;
  };
  EXPECT_TRUE(follow("ann"));
  EXPECT_TRUE(follow("Ann"));
  EXPECT_FALSE(follow("ANN")) << "it is the same user";
  EXPECT_TRUE(follow("bob"));
  EXPECT_TRUE(follow(""));
  EXPECT_FALSE(follow(""));
  EXPECT_EQ(notifier().counters().followers, 4u);
  EXPECT_EQ(notifier().counters().followers_refused, 2u);
  open[0] = nullptr;
  EXPECT_EQ(notifier().counters().followers, 3u);
  EXPECT_TRUE(follow("ann"));
  open.clear();
  EXPECT_EQ(notifier().counters().followers, 0u);
  // What is for everybody has the bound of all only.
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(follow(""));
}

TEST_F(NotifierFollowTest, FollowersOfStrangersAreBoundedForTheirAddress) {
  options_.max_followers_per_address = 2;
  const Identity ann{"ann", {}, {}};
  std::vector<std::unique_ptr<InboxFollower>> open;
  const auto follow = [&](const char* address, const Identity* identity) {
    const Notifier::Caller caller{"api", identity,
                                  *RemoteAddress::Parse(address)};
    auto result = notifier().Follow({"", "", std::nullopt}, caller);
    open.push_back(std::move(result.follower));
    return !result.rejection;
  };
  EXPECT_TRUE(follow("2001:db8::1", nullptr));
  EXPECT_TRUE(follow("2001:db8::2", nullptr));
  EXPECT_FALSE(follow("2001:db8::3", nullptr)) << "it is the same network";
  EXPECT_TRUE(follow("2001:db8::3", &ann));
  EXPECT_TRUE(follow("203.0.113.7", nullptr));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(follow("127.0.0.1", nullptr));
  EXPECT_EQ(notifier().counters().followers_refused, 1u);
  open[0] = nullptr;
  EXPECT_TRUE(follow("2001:db8::3", nullptr));
}

TEST_F(NotifierFollowTest, ReadsAgainWhatALogWasTooBusyToRead) {
  used_log_ = &late_log_;
  InboxReader reader(notifier(), From("ann", 0));
  SubmitTo(Audience::User("ann"), "one");
  late_log_.CompleteAll();
  late_log_.is_busy = true;
  reader.TakePage();
  EXPECT_TRUE(reader.waits());
  EXPECT_EQ(notifier().counters().readings_refused, 1u);
  // What comes meanwhile makes it no busier.
  SubmitTo(Audience::User("ann"), "two");
  late_log_.CompleteAll();
  EXPECT_EQ(notifier().counters().readings_refused, 1u);
  late_log_.is_busy = false;
  scheduler_.Advance(std::chrono::seconds(1));
  late_log_.CompleteAll();
  EXPECT_THAT(reader.Texts(), ElementsAre("one", "two"));
  EXPECT_TRUE(reader.pages()[0].complete);
}

// A log whose callbacks come late, in any order with what the reader does.
TEST_F(NotifierFollowTest, HasNeitherHolesNorDuplicatesWhateverTheOrder) {
  used_log_ = &late_log_;
  options_.max_resumed = 3;
  std::mt19937 random(20261129);
  std::vector<std::string> sent;
  InboxReader reader(notifier(), From("ann", 0));
  for (int i = 0; i < 2'000; ++i) {
    switch (random() % 4) {
      case 0:
        SubmitTo(Audience::User("ann"), std::to_string(i));
        sent.push_back(std::to_string(i));
        break;
      case 1:
        SubmitTo(Audience::User("bob"), "for bob");
        break;
      case 2:
        if (!reader.waits()) reader.TakePage();
        break;
      default:
        if (late_log_.pending() > 0) late_log_.CompleteOne();
    }
  }
  for (int i = 0; i < 2'000; ++i) {
    late_log_.CompleteAll();
    if (!reader.waits()) reader.TakePage();
  }
  EXPECT_EQ(reader.Texts(), sent);
  const std::vector<std::uint64_t> ids = reader.Ids();
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
}

}  // namespace
}  // namespace tickerhub
