// Server-sent events in virtual time: what is written when, and when a stream
// ends. The reader and the inbox are the test's.

#include "http/notification_streams.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tickerhub/testing/manual_scheduler.h"

namespace tickerhub::internal {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;

// What one reader has got, and what it has asked the inbox for.
struct Reader {
  std::vector<std::string> written;
  std::function<void(bool)> taken;  // of the Write() under way
  std::function<void(const InboxFollower::Page&)> next;
  std::function<void()> ended;
  bool stream_ended = false;
  bool follower_ended = false;

  void Take() {
    while (taken) std::exchange(taken, nullptr)(true);
  }
  void Come(std::uint64_t id) {
    InboxFollower::Page page;
    page.epoch = "e";
    page.entries.push_back({id, "{}"});
    std::exchange(next, nullptr)(page);
  }
};

class RecordedStream : public HttpStream {
 public:
  explicit RecordedStream(Reader& reader) : reader_(reader) {}
  ~RecordedStream() override { reader_.stream_ended = true; }
  void Write(std::string bytes, std::function<void(bool)> done) override {
    EXPECT_FALSE(reader_.taken) << "one Write() at a time";
    reader_.written.push_back(std::move(bytes));
    reader_.taken = std::move(done);
  }

  void WhenEnded(std::function<void()> ended) override {
    reader_.ended = std::move(ended);
  }

 private:
  Reader& reader_;
};

class RecordedFollower : public InboxFollower {
 public:
  explicit RecordedFollower(Reader& reader) : reader_(reader) {}
  ~RecordedFollower() override { reader_.follower_ended = true; }
  void Next(std::function<void(const Page&)> done) override {
    reader_.next = std::move(done);
  }

 private:
  Reader& reader_;
};

class NotificationStreamsTest : public ::testing::Test {
 protected:
  void Open(Reader& reader, std::optional<Timestamp> expires = {}) {
    const HttpResponse response =
        streams_->Respond(std::make_unique<RecordedFollower>(reader), expires);
    response.stream(std::make_shared<RecordedStream>(reader));
  }
  Timestamp In(milliseconds time) const { return scheduler_.Now() + time; }

  std::deque<Reader> readers_;  // outlive what reads for them
  testing::ManualScheduler scheduler_;
  std::shared_ptr<NotificationStreams> streams_ =
      std::make_shared<NotificationStreams>(scheduler_, seconds(15));
};

constexpr char kRetry[] = "retry: 2000\n\n";
constexpr char kComment[] = ":\n\n";

TEST_F(NotificationStreamsTest, WritesAPageWhenTheOneBeforeIsTaken) {
  Reader& reader = readers_.emplace_back();
  Open(reader);
  EXPECT_THAT(reader.written, ElementsAre(kRetry));
  EXPECT_FALSE(reader.next) << "nothing is read ahead";
  reader.Take();
  reader.Come(7);
  EXPECT_EQ(reader.written.back(),
            "id: e-7\nevent: notification\ndata: {}\n\n");
  EXPECT_FALSE(reader.next);
  reader.Take();
  EXPECT_TRUE(reader.next);
}

TEST_F(NotificationStreamsTest, AQuietStreamGetsCommentsAndAFullOneNone) {
  Reader& quiet = readers_.emplace_back();
  Reader& slow = readers_.emplace_back();
  Open(quiet);
  Open(slow);
  quiet.Take();
  scheduler_.Advance(seconds(15));
  scheduler_.Advance(seconds(15));
  EXPECT_THAT(quiet.written, ElementsAre(kRetry, kComment));
  EXPECT_THAT(slow.written, ElementsAre(kRetry));
  // A page that comes while a comment is on its way is behind it.
  quiet.Come(8);
  EXPECT_EQ(quiet.written.size(), 2u);
  quiet.Take();
  EXPECT_EQ(quiet.written.size(), 3u);
}

TEST_F(NotificationStreamsTest, ACommentComesOnceNothingCameForAHeartbeat) {
  Reader& first = readers_.emplace_back();
  Reader& second = readers_.emplace_back();
  Open(first);
  first.Take();
  scheduler_.Advance(seconds(6));
  Open(second);
  second.Take();
  scheduler_.Advance(seconds(8));
  EXPECT_THAT(first.written, ElementsAre(kRetry));
  scheduler_.Advance(seconds(1));
  EXPECT_THAT(first.written, ElementsAre(kRetry, kComment));
  EXPECT_THAT(second.written, ElementsAre(kRetry));
  first.Take();
  scheduler_.Advance(seconds(5));
  second.Come(7);
  second.Take();
  scheduler_.Advance(seconds(10));
  EXPECT_THAT(first.written, ElementsAre(kRetry, kComment, kComment));
  EXPECT_EQ(second.written.size(), 2u) << "its notification came 10 s ago";
  first.Take();
  scheduler_.Advance(seconds(5));
  EXPECT_EQ(second.written.back(), kComment);
}

TEST_F(NotificationStreamsTest,
       StreamsThatAreNearlyDueGetTheirCommentsTogether) {
  Reader& first = readers_.emplace_back();
  Reader& second = readers_.emplace_back();
  Open(first);
  first.Take();
  scheduler_.Advance(milliseconds(900));
  Open(second);
  second.Take();
  scheduler_.Advance(milliseconds(14'100));
  EXPECT_THAT(first.written, ElementsAre(kRetry, kComment));
  EXPECT_THAT(second.written, ElementsAre(kRetry, kComment));
}

TEST_F(NotificationStreamsTest, EndsWhenItsTokenEnds) {
  Reader& soon = readers_.emplace_back();
  Reader& later = readers_.emplace_back();
  Reader& always = readers_.emplace_back();
  Open(later, In(milliseconds(5'000)));
  Open(soon, In(milliseconds(1'234)));
  Open(always);
  scheduler_.Advance(milliseconds(1'233));
  EXPECT_FALSE(soon.stream_ended);
  scheduler_.Advance(milliseconds(1));
  EXPECT_TRUE(soon.stream_ended);
  EXPECT_TRUE(soon.follower_ended);
  scheduler_.Advance(milliseconds(3'765));
  EXPECT_FALSE(later.stream_ended);
  scheduler_.Advance(milliseconds(1));
  EXPECT_TRUE(later.stream_ended);
  EXPECT_FALSE(always.stream_ended);
}

TEST_F(NotificationStreamsTest, ATokenThatHasEndedReadsNothing) {
  Reader& reader = readers_.emplace_back();
  Open(reader, scheduler_.Now());
  EXPECT_TRUE(reader.stream_ended);
  EXPECT_TRUE(reader.follower_ended);
}

TEST_F(NotificationStreamsTest, ATokenEndsByTheWallClock) {
  Reader& forward = readers_.emplace_back();
  Open(forward, In(std::chrono::hours(1)));
  scheduler_.SetWallClock(In(std::chrono::hours(2)));
  scheduler_.Advance(seconds(15));
  EXPECT_TRUE(forward.stream_ended) << "at the next heartbeat";
  Reader& back = readers_.emplace_back();
  Open(back, In(seconds(10)));
  scheduler_.SetWallClock(In(seconds(-5)));
  scheduler_.Advance(seconds(10));
  EXPECT_FALSE(back.stream_ended) << "its hour has not come";
  scheduler_.Advance(seconds(5));
  EXPECT_TRUE(back.stream_ended);
}

TEST_F(NotificationStreamsTest, LeavesNoTimerBehind) {
  Reader& reader = readers_.emplace_back();
  Open(reader, In(std::chrono::hours(1'000)));
  std::exchange(reader.taken, nullptr)(false);  // the reader has left
  EXPECT_TRUE(reader.stream_ended);
  scheduler_.Advance(seconds(15));
  EXPECT_EQ(scheduler_.pending(), 0u);
}

TEST_F(NotificationStreamsTest, ForgetsAReaderAsSoonAsItHasLeft) {
  Reader& reader = readers_.emplace_back();
  Open(reader);
  reader.Take();
  reader.ended();
  EXPECT_TRUE(reader.stream_ended);
  EXPECT_TRUE(reader.follower_ended);
  scheduler_.Advance(seconds(30));
  EXPECT_THAT(reader.written, ElementsAre(kRetry));
}

TEST_F(NotificationStreamsTest, MayGoBeforeWhatItWaitsFor) {
  Reader& reader = readers_.emplace_back();
  Open(reader, In(seconds(1)));
  const auto taken = std::exchange(reader.taken, nullptr);
  streams_ = nullptr;
  EXPECT_TRUE(reader.stream_ended);
  taken(true);
  scheduler_.Advance(seconds(30));
  EXPECT_THAT(reader.written, ElementsAre(kRetry));
}

TEST(EventIdTest, IsAnEpochAndAnId) {
  EXPECT_EQ(EventIdText({"a-b", 12}), "a-b-12");
  const auto read = ReadEventId("a-b-12");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->epoch, "a-b");
  EXPECT_EQ(read->id, 12u);
  for (const char* text : {"", "12", "-12", "e-", "e-1x", "e-+1",
                           "e-99999999999999999999", "e- 1"}) {
    EXPECT_FALSE(ReadEventId(text)) << text;
  }
}

TEST_F(NotificationStreamsTest, AHeartbeatOfZeroIsNone) {
  streams_ = std::make_shared<NotificationStreams>(scheduler_, seconds(0));
  Reader& reader = readers_.emplace_back();
  Open(reader);
  reader.Take();
  EXPECT_EQ(scheduler_.pending(), 0U);
  scheduler_.Advance(seconds(60));
  EXPECT_THAT(reader.written, ElementsAre(kRetry));
  reader.Come(7);
  EXPECT_EQ(reader.written.size(), 2U);
}

}  // namespace
}  // namespace tickerhub::internal
