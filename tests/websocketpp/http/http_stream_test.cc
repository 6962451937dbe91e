// A response that goes on: HttpStream alone, in a running server.

#include "tickerhub/websocketpp/http_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"

namespace tickerhub::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kRequest =
    "GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n";
constexpr std::size_t kMuch = std::size_t{16} * 1024 * 1024;

class HttpStreamTest : public ::testing::TestWithParam<int> {
 protected:
  static Server::Options Options(int loops) {
    Server::Options options = RunningServer::AnyPort();
    options.event_loops = loops;
    options.socket_send_buffer_bytes = 4096;
    return options;
  }

  void Start(const Server::Options& options) {
    running_ = std::make_unique<RunningServer>(options, [&](Server& server) {
      server.Route("GET", "/stream",
                   [&](const HttpRequest&, const HttpReply& reply) {
                     HttpResponse response;
                     response.content_type = "text/event-stream";
                     response.stream = [&](std::shared_ptr<HttpStream> body) {
                       const std::lock_guard<std::mutex> lock(mutex_);
                       bodies_.push_back(std::move(body));
                       changed_.notify_all();
                     };
                     reply(response);
                   });
    });
  }
  void TearDown() override {
    if (running_) running_->OnHub([&] { bodies_.clear(); });
  }

  // The stream that began `index`-th.
  HttpStream& Begun(std::size_t index = 0) {
    std::unique_lock<std::mutex> lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, kDeadline,
                                  [&] { return bodies_.size() > index; }));
    return *bodies_.at(index);
  }
  RawSocket Ask(int receive_buffer_bytes = 0) {
    RawSocket socket(running_->port(), receive_buffer_bytes);
    EXPECT_TRUE(socket.Send(kRequest));
    EXPECT_EQ(StatusOf(socket.ReadUntil("\r\n\r\n")), 200);
    return socket;
  }
  // On the hub's thread; what the callback says is in told().
  void Write(HttpStream& stream, const std::string& bytes) {
    running_->OnHub([&] {
      stream.Write(bytes, [&](bool is_taken) {
        const std::lock_guard<std::mutex> lock(mutex_);
        told_.push_back(is_taken);
      });
    });
  }
  std::vector<bool> told() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return told_;
  }
  bool ToldTimes(std::size_t times) {
    return Eventually([&] { return told().size() == times; });
  }
  void End(std::size_t index = 0) {
    running_->OnHub([&] { bodies_.at(index) = nullptr; });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<HttpStream>> bodies_;
  std::vector<bool> told_;
  std::unique_ptr<RunningServer> running_;
};

INSTANTIATE_TEST_SUITE_P(Loops, HttpStreamTest, ::testing::Values(1, 3));

TEST_P(HttpStreamTest, SendsWhatIsWrittenInOrderAndEndsWithTheLastCopy) {
  Start(Options(GetParam()));
  RawSocket socket = Ask();
  HttpStream& stream = Begun();
  EXPECT_EQ(running_->counters().connections, 1u);
  Write(stream, "one,");
  ASSERT_TRUE(ToldTimes(1));
  EXPECT_EQ(socket.ReadUntil(","), "one,");
  Write(stream, "two,");
  ASSERT_TRUE(ToldTimes(2));
  End();
  EXPECT_EQ(socket.ReadToEnd(), "two,");
  EXPECT_FALSE(socket.was_reset());
  EXPECT_THAT(told(), ElementsAre(true, true));
  EXPECT_TRUE(running_->Counts(
      [](const Server::Counters& c) { return c.connections == 0; }));
}

TEST_P(HttpStreamTest, NamesNoLengthToWhoAsksForTheHeadOnly) {
  Start(Options(GetParam()));
  RawSocket socket(running_->port());
  ASSERT_TRUE(socket.Send("HEAD /stream HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  const std::string head = socket.ReadToEnd();
  EXPECT_EQ(StatusOf(head), 200);
  EXPECT_THAT(head, HasSubstr("text/event-stream"));
  EXPECT_THAT(head, ::testing::Not(HasSubstr("Content-Length")));
}

TEST_P(HttpStreamTest, TellsASlowReaderOnlyOnceTheKernelHasAll) {
  Start(Options(GetParam()));
  RawSocket socket = Ask(/*receive_buffer_bytes=*/4096);
  Write(Begun(), std::string(kMuch, 'x'));
  ASSERT_TRUE(running_->Counts(
      [](const Server::Counters& c) { return c.queued_bytes > kMuch / 2; }));
  EXPECT_THAT(told(), ElementsAre());
  EXPECT_EQ(socket.ReadBytes(kMuch).size(), kMuch);
  ASSERT_TRUE(ToldTimes(1));
  EXPECT_THAT(told(), ElementsAre(true));
}

TEST_P(HttpStreamTest, SendsWhatWasWrittenBeforeTheEnd) {
  Start(Options(GetParam()));
  RawSocket socket = Ask(/*receive_buffer_bytes=*/4096);
  Write(Begun(), std::string(kMuch, 'x'));
  End();
  EXPECT_EQ(socket.ReadToEnd().size(), kMuch);
  EXPECT_FALSE(socket.was_reset());
}

TEST_P(HttpStreamTest, CutsOffWhoTakesNothing) {
  Server::Options options = Options(GetParam());
  options.write_timeout = std::chrono::milliseconds(100);
  options.response_timeout = std::chrono::milliseconds(100);
  Start(options);
  RawSocket slow = Ask(/*receive_buffer_bytes=*/4096);
  HttpStream& to_slow = Begun(0);  // the next one may be of a quicker loop
  RawSocket idle = Ask();
  Write(to_slow, std::string(kMuch, 'x'));
  ASSERT_TRUE(ToldTimes(1));
  EXPECT_THAT(told(), ElementsAre(false));
  EXPECT_EQ(running_->counters().responses_cut, 1u);
  // Nothing waits for the other one: it may be quiet as long as it likes.
  Write(Begun(1), "still here,");
  EXPECT_EQ(idle.ReadUntil(","), "still here,");
}

TEST_P(HttpStreamTest, TellsThatTheReaderHasLeft) {
  Start(Options(GetParam()));
  RawSocket socket = Ask(/*receive_buffer_bytes=*/4096);
  HttpStream& stream = Begun();
  Write(stream, std::string(kMuch, 'x'));
  socket.Reset();
  ASSERT_TRUE(ToldTimes(1));
  Write(stream, "to nobody");
  ASSERT_TRUE(ToldTimes(2));
  EXPECT_THAT(told(), ElementsAre(false, false));
  EXPECT_TRUE(running_->Counts(
      [](const Server::Counters& c) { return c.connections == 0; }));
}

TEST_P(HttpStreamTest, TellsOfTheEndAtOnceEvenIfNothingIsWritten) {
  Start(Options(GetParam()));
  RawSocket socket = Ask();
  HttpStream& stream = Begun();
  std::atomic<int> ends{0};
  running_->OnHub([&] { stream.WhenEnded([&] { ++ends; }); });
  socket.Close();
  EXPECT_TRUE(Eventually([&] { return ends == 1; }));
  // Who asks afterwards hears it too.
  running_->OnHub([&] { stream.WhenEnded([&] { ++ends; }); });
  EXPECT_TRUE(Eventually([&] { return ends == 2; }));
}

TEST_P(HttpStreamTest, TellsNobodyOfAnEndOfItsOwn) {
  Start(Options(GetParam()));
  RawSocket socket = Ask();
  HttpStream& stream = Begun();
  running_->OnHub([&] { stream.WhenEnded([] { ADD_FAILURE(); }); });
  End();
  EXPECT_TRUE(socket.ReadToEnd().empty());
  EXPECT_TRUE(running_->Counts(
      [](const Server::Counters& c) { return c.connections == 0; }));
}

TEST_P(HttpStreamTest, IgnoresWhatTheReaderSays) {
  Start(Options(GetParam()));
  RawSocket socket = Ask();
  ASSERT_TRUE(socket.Send(kRequest + std::string(50'000, '\xff')));
  Write(Begun(), "still here,");
  EXPECT_EQ(socket.ReadUntil(","), "still here,");
  EXPECT_EQ(running_->counters().http_requests, 1u);
}

TEST_P(HttpStreamTest, EndsForAReaderThatShutsDownItsSide) {
  Start(Options(GetParam()));
  RawSocket socket = Ask();
  Begun();
  socket.ShutdownSend();
  EXPECT_TRUE(socket.ReadToEnd().empty());
  EXPECT_FALSE(socket.was_reset());
}

TEST_P(HttpStreamTest, MayOutliveTheServer) {
  Start(Options(GetParam()));
  RawSocket socket = Ask();
  Begun();
  running_->Stop();
  EXPECT_TRUE(socket.ReadToEnd().empty());
  running_ = nullptr;
  bodies_.at(0)->Write("to nobody", [](bool) { ADD_FAILURE(); });
  bodies_.clear();
}

// Writes `times` at once, from the hub's thread or another one.
void Misuse(Server& server, std::shared_ptr<HttpStream>* kept, int times,
            bool on_hub) {
  server.Route(
      "GET", "/stream",
      [&, kept, times, on_hub](const HttpRequest&, const HttpReply& reply) {
        HttpResponse response;
        response.stream = [&, kept, times,
                           on_hub](std::shared_ptr<HttpStream> body) {
          *kept = body;
          const auto write = [&] {
            for (int i = 0; i < times; ++i) body->Write("x", nullptr);
          };
          if (on_hub) {
            write();
          } else {
            std::thread(write).join();
          }
        };
        reply(response);
      });
}

void ExpectMisuse(int times, bool on_hub, const std::string& sentence) {
  const auto misuse = [&] {
    std::shared_ptr<HttpStream> kept;
    RunningServer running(RunningServer::AnyPort(), [&](Server& server) {
      Misuse(server, &kept, times, on_hub);
    });
    RawSocket socket(running.port());
    socket.Send(kRequest);
    socket.ReadUntil("\r\n\r\n");
    socket.ReadBytes(static_cast<std::size_t>(times));
    running.OnHub([&] { kept = nullptr; });
    return running.log();
  };
#ifdef NDEBUG
  EXPECT_THAT(misuse(), ::testing::Contains(HasSubstr(sentence)));
#else
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(misuse(), HasSubstr("tickerhub: " + sentence));
#endif
}

TEST(HttpStreamDeathTest, TellsWhoDoesNotWaitForTheWriteBefore) {
  ExpectMisuse(2, true,
               "HttpStream::Write() was called before the Write() before was "
               "done; wait for its callback");
}

TEST(HttpStreamDeathTest, TellsWhoWritesFromAnotherThread) {
  ExpectMisuse(1, false,
               "HttpStream::Write() was called from another thread than the "
               "hub's");
}

}  // namespace
}  // namespace tickerhub::testing
