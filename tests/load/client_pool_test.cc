#include "load/client_pool.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "load/load_target.h"
#include "scripted_server.h"
#include "server_frames.h"

namespace tickerhub::load {
namespace {

using testing::Compressed;
using testing::CompressedText;
using testing::ScriptedServer;
using testing::ServerFrame;
using testing::Text;

class ClientPoolTest : public ::testing::Test, public ClientPool::Listener {
 protected:
  explicit ClientPoolTest(bool compression = false)
      : pool_(TargetOf(server_.url(), compression), *this) {}

  static ClientPool::Target TargetOf(const std::string& url,
                                     bool compression = false) {
    ClientPool::Target target;
    EXPECT_EQ(ResolveTarget(url, &target), "");
    target.compression = compression;
    return target;
  }

  template <typename Condition>
  void PollUntil(Condition condition) {
    const auto end =
        std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), end) << "waited in vain";
      pool_.Poll(std::chrono::milliseconds(5));
    }
  }

  // Sends the request of the client that was connected last.
  void PollOnce() { pool_.Poll(std::chrono::milliseconds(1000)); }

  void OpenOne() {
    const std::size_t before = pool_.open_count();
    pool_.Connect();
    PollOnce();
    server_.Open();
    PollUntil([&] { return pool_.open_count() == before + 1; });
  }

  void OnOpen(ClientPool::Client client, std::int64_t now) override {
    opened_.push_back(client);
    EXPECT_GT(now, 0);
  }
  void OnMessage(ClientPool::Client client, Opcode /*opcode*/,
                 std::string_view data, std::int64_t now) override {
    messages_.emplace_back(data);
    EXPECT_GT(now, 0);
    if (data == "close, please") pool_.Close(client, 1000);
  }
  void OnEnd(ClientPool::Client client, const ClientPool::End& end) override {
    EXPECT_TRUE(ends_.emplace(client, end).second) << "ended twice";
  }

  ScriptedServer server_;
  ClientPool pool_;
  std::vector<ClientPool::Client> opened_;
  std::vector<std::string> messages_;
  std::map<ClientPool::Client, ClientPool::End> ends_;
};

TEST_F(ClientPoolTest, OpensAndReceives) {
  OpenOne();
  OpenOne();
  EXPECT_EQ(opened_, (std::vector<ClientPool::Client>{0, 1}));
  server_.Send(0, Text("a") + Text("b"));
  server_.Send(1, Text("c"));
  PollUntil([&] { return messages_.size() == 3; });
  EXPECT_GT(pool_.bytes_received(), 9U);
}

// More than one read brings; and the pool is told once that it is there.
TEST_F(ClientPoolTest, ReceivesALotAtOnce) {
  OpenOne();
  const std::string frame =
      ServerFrame(Opcode::kText, std::string(std::size_t{16} << 20, 'x'));
  std::string_view rest = frame;
  PollUntil([&] {
    rest.remove_prefix(server_.Offer(0, rest));
    return messages_.size() == 1;
  });
  ASSERT_EQ(messages_.size(), 1U);
  EXPECT_EQ(messages_[0].size(), std::size_t{16} << 20);
}

TEST_F(ClientPoolTest, TakesFramesThatComeWithTheAnswer) {
  pool_.Connect();
  PollOnce();
  server_.Accept();
  const std::string answer =
      "HTTP/1.1 101 x\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
  server_.Send(0, answer.substr(0, 40));
  PollOnce();
  EXPECT_EQ(pool_.connecting_count(), 1U);
  server_.Send(0, answer.substr(40) + Text("early"));
  PollUntil([&] { return messages_.size() == 1; });
  EXPECT_EQ(messages_[0], "early");
}

TEST_F(ClientPoolTest, AnswersPings) {
  OpenOne();
  server_.Send(0, ServerFrame(Opcode::kPing, "hi"));
  PollOnce();
  EXPECT_EQ(server_.Receive(0, 8), MaskedFrame(Opcode::kPong, "hi"));
}

TEST_F(ClientPoolTest, ClosesWhenTold) {
  OpenOne();
  server_.Send(0, Text("close, please") + Text("still on its way"));
  // It is closing at the second one, but hears it.
  PollUntil([&] { return messages_.size() == 2; });
  EXPECT_FALSE(pool_.is_open(0));
  EXPECT_EQ(server_.Receive(0, 8)[0], '\x88');
  server_.Send(0, ServerFrame(Opcode::kClose, ClosePayload(1000)));
  server_.HangUp(0);
  PollUntil([&] { return !ends_.empty(); });
  EXPECT_EQ(ends_[0].close_code, 1000);
}

TEST_F(ClientPoolTest, SaysWhyAConnectionEnded) {
  OpenOne();
  server_.HangUp(0);
  PollUntil([&] { return ends_.count(0) == 1; });
  EXPECT_EQ(ends_[0].close_code, 1006);
  EXPECT_EQ(ends_[0].what, "the server hung up without a close frame");
}

// A pool that offers compression, with one client.
class CompressedClientPoolTest : public ClientPoolTest {
 protected:
  CompressedClientPoolTest() : ClientPoolTest(/*compression=*/true) {
    pool_.Connect();
    PollOnce();
  }
};

TEST_F(CompressedClientPoolTest, InflatesWhatComesCompressed) {
  const std::string text(1000, 'x');
  server_.Open(CompressedText(text) + Text("plain"), true);
  PollUntil([&] { return messages_.size() == 2; });
  EXPECT_EQ(messages_, (std::vector<std::string>{text, "plain"}));
  EXPECT_EQ(pool_.compressed_count(), 1U);
  EXPECT_LT(pool_.bytes_received(), 500U);
}

TEST_F(CompressedClientPoolTest, EndsAClientWhoseMessageIsCorrupt) {
  server_.Open(Compressed(Text("\xff\xff\xff")), true);
  PollUntil([&] { return ends_.count(0) == 1; });
  EXPECT_EQ(ends_[0].what, "a compressed message is corrupt");
  EXPECT_TRUE(messages_.empty());
}

TEST_F(ClientPoolTest, ReadsNothingAtPaceZero) {
  OpenOne();
  pool_.SetPace(0, 0);
  const std::string megabyte = Text(std::string(1 << 20, 'x'));
  // The kernel's buffers fill up: much less than 32 MB.
  std::size_t offered = 0;
  while (const std::size_t taken = server_.Offer(0, megabyte)) {
    offered += taken;
    ASSERT_LT(offered, std::size_t{32} << 20);
    pool_.Poll(std::chrono::milliseconds(0));
  }
  const std::uint64_t before = pool_.bytes_received();
  pool_.Poll(std::chrono::milliseconds(60));
  EXPECT_EQ(pool_.bytes_received(), before);
  EXPECT_TRUE(messages_.empty());

  pool_.SetPace(0, ClientPool::kUnlimited);
  PollUntil([&] { return pool_.bytes_received() == before + offered; });
}

TEST_F(ClientPoolTest, ReadsNoFasterThanItsPace) {
  OpenOne();
  pool_.SetPace(0, 20'000);
  server_.Offer(0, Text(std::string(60'000, 'x')));
  const auto began = std::chrono::steady_clock::now();
  const std::uint64_t before = pool_.bytes_received();
  PollUntil([&] { return pool_.bytes_received() - before >= 4'000; });
  // 4,000 bytes at 20,000 a second take 0.2 s, whatever the machine; the round
  // before they are complete may be short of them by one byte.
  EXPECT_GE(std::chrono::steady_clock::now() - began,
            std::chrono::milliseconds(150));
}

TEST_F(ClientPoolTest, TellsWhyAReaderThatStoppedWasClosed) {
  OpenOne();
  pool_.SetPace(0, 0);
  server_.Send(0,
               Text("late") + ServerFrame(Opcode::kClose, ClosePayload(4001)));
  pool_.Poll(std::chrono::milliseconds(20));
  EXPECT_TRUE(messages_.empty());
  pool_.SetPace(0, ClientPool::kUnlimited);
  PollUntil([&] { return !messages_.empty(); });
  server_.HangUp(0);
  PollUntil([&] { return !ends_.empty(); });
  EXPECT_EQ(ends_[0].close_code, 4001);
}

}  // namespace
}  // namespace tickerhub::load
