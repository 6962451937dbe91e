// What the server does when the Nth call of a function fails, for every N in
// the life of a client: connect, a snapshot, ticks, a message, the close. The
// client may lose its connection. Nobody else notices, and nothing is left.

#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "support/nth_call.h"
#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/test_certificate.h"
#include "support/tls_server.h"
#include "support/tls_socket.h"

namespace tickerhub::testing {
namespace {

using nth_call::Function;

std::ptrdiff_t OpenDescriptors() {
  const std::filesystem::directory_iterator open("/proc/self/fd");
  return std::distance(begin(open), end(open));
}

class FaultsTest : public ::testing::TestWithParam<bool> {
 protected:
  FaultsTest() : running_(Options()) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL's client writes with write()
    running_.OnHub([this] {
      nth_call::WatchThisThread();
      running_.handler().on_open = [this](SessionId id) {
        running_.out().Send(id, Payload("snapshot"), Delivery::kEvery);
        running_.out().Subscribe(id, 1);
      };
      running_.handler().on_message = [this](SessionId id,
                                             const InboundMessage&) {
        running_.out().Send(id, Payload("answer"), Delivery::kEvery);
      };
    });
    other_ = Connect();
    EXPECT_TRUE(other_->Upgrade("/a"));
    EXPECT_EQ(NextOf(*other_), "snapshot");
    nth_call::SpareLastConnection();
    descriptors_ = OpenDescriptors();
  }
  ~FaultsTest() override { nth_call::Stop(); }

  bool with_tls() const { return GetParam(); }

  Server::Options Options() {
    Server::Options options =
        with_tls() ? TlsOptions(certificate_) : RunningServer::AnyPort();
    // What breaks has to end because it broke.
    options.handshake_timeout = std::chrono::minutes(1);
    return options;
  }

  std::unique_ptr<RawSocket> Connect() const {
    if (with_tls()) return std::make_unique<TlsSocket>(running_.port());
    return std::make_unique<RawSocket>(running_.port());
  }

  static std::string NextOf(RawSocket& client) {
    const auto frame = client.ReadFrame();
    return frame ? frame->payload : "(nothing)";
  }

  // A client's whole life. Returns whether it got everything.
  bool LiveOnce() {
    const std::unique_ptr<RawSocket> client = Connect();
    const bool opened = client->Upgrade("/a") && NextOf(*client) == "snapshot";
    for (const char* const tick : {"one", "two", "three"}) {
      running_.Publish(tick, Delivery::kEvery);
      EXPECT_EQ(NextOf(*other_), tick);
    }
    if (!opened) return false;
    for (const char* const tick : {"one", "two", "three"}) {
      if (NextOf(*client) != tick) return false;
    }
    client->Send(ClientFrame(kText, "question"));
    if (NextOf(*client) != "answer") return false;
    client->Send(ClientFrame(kCloseOpcode, ClosePayload(1000)));
    const auto close = client->ReadCloseFrame();
    client->ReadToEnd();
    return close && close->close_code() == 1000;
  }

  // Lets the first call fail, then the second, … until none is left to fail.
  // Returns how many lives were not whole.
  std::size_t FailEach(Function function, int error) {
    return Each(
        [&](std::size_t count) { nth_call::Fail(function, count, error); });
  }
  // Likewise of calls that are short.
  std::size_t ShortenEach(Function function, std::size_t most) {
    return Each(
        [&](std::size_t count) { nth_call::Shorten(function, count, most); });
  }

  std::size_t Each(const std::function<void(std::size_t count)>& begin) {
    std::size_t broken = 0;
    for (std::size_t count = 1;; ++count) {
      SCOPED_TRACE("call " + std::to_string(count));
      begin(count);
      if (!LiveOnce()) ++broken;
      const bool has_failed = nth_call::Stop();
      ExpectNothingIsLeft();
      if (!has_failed || HasFailure()) {
        EXPECT_GT(count, 1U) << "nothing was called";
        return broken;
      }
    }
  }

  void ExpectNothingIsLeft() {
    EXPECT_TRUE(running_.Counts([](const Server::Counters& counters) {
      return counters.connections == 1 && counters.sessions == 1 &&
             counters.queued_bytes == 0;
    }));
    EXPECT_TRUE(Eventually([&] { return OpenDescriptors() == descriptors_; }))
        << OpenDescriptors() - descriptors_ << " descriptors too many";
  }

  const TestCertificate certificate_;
  RunningServer running_;
  std::unique_ptr<RawSocket> other_;
  std::ptrdiff_t descriptors_ = 0;
};

TEST_P(FaultsTest, AnAcceptThatFailsIsTriedAgain) {
  for (const int error : {EMFILE, ENFILE, ENOBUFS, ENOMEM, ECONNABORTED, EPERM,
                          EPROTO, EINTR, EAGAIN}) {
    SCOPED_TRACE(std::strerror(error));
    EXPECT_EQ(FailEach(Function::kAccept, error), 0U);
  }
}

TEST_P(FaultsTest, AnAcceptThatFailsForOneConnectionIsNoFaultOfTheServer) {
  for (const int error : {ECONNABORTED, EPERM, EPROTO, EINTR, EAGAIN}) {
    SCOPED_TRACE(std::strerror(error));
    EXPECT_EQ(FailEach(Function::kAccept, error), 0U);
  }
  EXPECT_TRUE(running_.log().empty());
}

TEST_P(FaultsTest, AServerWithoutDescriptorsDoesNotSpin) {
  constexpr auto kBetweenTries = std::chrono::milliseconds(100);
  const auto begin = std::chrono::steady_clock::now();
  nth_call::FailAll(Function::kAccept, EMFILE);
  RawSocket waiting(running_.port());
  ASSERT_TRUE(
      Eventually([] { return nth_call::CallsUntilNow().of_function >= 5; }));
  const nth_call::Calls calls = nth_call::CallsUntilNow();
  const auto tries = static_cast<std::size_t>(
      (std::chrono::steady_clock::now() - begin) / kBetweenTries + 1);
  EXPECT_LE(calls.of_function, tries);
  // For each try: a timer, and what it looks at. The sweep comes more rarely.
  EXPECT_LE(calls.waits, 10 * tries);
  nth_call::Stop();
  waiting.Close();
  EXPECT_TRUE(LiveOnce());
  ExpectNothingIsLeft();
}

TEST_P(FaultsTest, ASendThatFailsEndsThatConnectionOnly) {
  for (const int error : {ECONNRESET, EPIPE, ETIMEDOUT, ENOMEM}) {
    SCOPED_TRACE(std::strerror(error));
    EXPECT_GT(FailEach(Function::kSend, error), 3U);
  }
}

TEST_P(FaultsTest, ASendThatHasToWaitIsTriedAgain) {
  for (const int error : {EINTR, EAGAIN, ENOBUFS}) {
    SCOPED_TRACE(std::strerror(error));
    EXPECT_EQ(FailEach(Function::kSend, error), 0U);
  }
}

TEST_P(FaultsTest, ASendThatIsShortLosesNothing) {
  EXPECT_EQ(ShortenEach(Function::kSend, 1), 0U);
  EXPECT_EQ(ShortenEach(Function::kSend, nth_call::kAllButOne), 0U);
  nth_call::ShortenAll(Function::kSend, 1);
  EXPECT_TRUE(LiveOnce());
  ExpectNothingIsLeft();
}

TEST_P(FaultsTest, AReadThatFailsEndsThatConnectionOnly) {
  for (const int error : {ECONNRESET, ETIMEDOUT, ENOMEM}) {
    SCOPED_TRACE(std::strerror(error));
    EXPECT_GT(FailEach(Function::kReceive, error), 1U);
  }
}

TEST_P(FaultsTest, AReadThatHasToWaitIsTriedAgain) {
  for (const int error : {EINTR, EAGAIN}) {
    SCOPED_TRACE(std::strerror(error));
    EXPECT_EQ(FailEach(Function::kReceive, error), 0U);
  }
}

TEST_P(FaultsTest, AReadThatIsShortLosesNothing) {
  EXPECT_EQ(ShortenEach(Function::kReceive, 1), 0U);
  EXPECT_EQ(ShortenEach(Function::kReceive, nth_call::kAllButOne), 0U);
  // In pieces of each size: so the request and each frame are cut everywhere.
  const std::size_t longest = UpgradeRequest("/a").size();
  for (std::size_t most = 1; most <= longest; ++most) {
    SCOPED_TRACE(std::to_string(most) + " bytes at a time");
    nth_call::ShortenAll(Function::kReceive, most);
    ASSERT_TRUE(LiveOnce());
    EXPECT_TRUE(nth_call::Stop());
  }
  ExpectNothingIsLeft();
}

TEST_P(FaultsTest, AConnectionThatCannotBeWatchedEnds) {
  EXPECT_EQ(FailEach(Function::kAddToEpoll, ENOSPC), 1U);
  EXPECT_EQ(FailEach(Function::kAddToEpoll, ENOMEM), 1U);
}

TEST_P(FaultsTest, AWaitThatIsInterruptedLosesNoEvent) {
  EXPECT_EQ(FailEach(Function::kEpollWait, EINTR), 0U);
}

TEST_P(FaultsTest, AnEncryptionThatFailsEndsThatConnectionOnly) {
  if (!with_tls()) return;
  EXPECT_GT(FailEach(Function::kTlsHandshake, EIO), 0U);
  EXPECT_EQ(running_.counters().handshakes_failed,
            running_.counters().tls_handshakes_failed);
  EXPECT_GT(running_.counters().tls_handshakes_failed, 0U);
  EXPECT_GT(FailEach(Function::kTlsRead, EIO), 0U);
  EXPECT_GT(FailEach(Function::kTlsWrite, EIO), 0U);
}

TEST_P(FaultsTest, AnEncryptionThatIsShortLosesNothing) {
  if (!with_tls()) return;
  for (const Function function : {Function::kTlsRead, Function::kTlsWrite}) {
    EXPECT_EQ(ShortenEach(function, 1), 0U);
    EXPECT_EQ(ShortenEach(function, nth_call::kAllButOne), 0U);
    nth_call::ShortenAll(function, 1);
    EXPECT_TRUE(LiveOnce());
    EXPECT_TRUE(nth_call::Stop());
    ExpectNothingIsLeft();
  }
}

INSTANTIATE_TEST_SUITE_P(PlainAndTls, FaultsTest, ::testing::Bool(),
                         [](const auto& one) {
                           return one.param ? "Tls" : "Plain";
                         });

}  // namespace
}  // namespace tickerhub::testing
