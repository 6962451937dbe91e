// EndpointBroadcaster over a websocketpp::server that the test itself runs.

#include "tickerhub/websocketpp/endpoint_broadcaster.h"

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>
#include <websocketpp/config/asio_no_tls.hpp>

#include "support/deadline.h"
#include "support/raw_socket.h"
#include "support/websocket_client.h"

namespace tickerhub::testing {
namespace {

using Endpoint = ::websocketpp::server<::websocketpp::config::asio>;
using Handle = ::websocketpp::connection_hdl;

// Everything happens on the endpoint's thread, which is the hub's.
class EndpointBroadcasterTest : public ::testing::Test {
 protected:
  void Start(EndpointBroadcaster<Endpoint>::Options options = {}) {
    options.on_drained = [this](SessionId id, std::uint64_t since) {
      EXPECT_FALSE(inside_a_call_);
      ++drained_;
      drained_since_ = since;
      if (on_drained_) on_drained_(id);
    };
    endpoint_.clear_access_channels(::websocketpp::log::alevel::all);
    endpoint_.clear_error_channels(::websocketpp::log::elevel::all);
    endpoint_.init_asio();
    out_ = std::make_unique<EndpointBroadcaster<Endpoint>>(endpoint_, options);
    endpoint_.set_open_handler([this](Handle handle) {
      const SessionId id = out_->Add(handle);
      EXPECT_EQ(out_->IdOf(handle), id);
      out_->Subscribe(id, 1);
      opened_.push_back(id);
    });
    endpoint_.set_message_handler(
        [this](Handle handle, Endpoint::message_ptr message) {
          from_.push_back(out_->IdOf(handle));
          received_.push_back(message->get_payload());
        });
    endpoint_.set_close_handler([this](Handle handle) {
      if (!out_) return;
      closed_.push_back(out_->Remove(handle));
      EXPECT_EQ(out_->IdOf(handle), SessionId());
    });
    endpoint_.set_tcp_post_init_handler([this](Handle handle) {
      if (send_buffer_ == 0) return;
      endpoint_.get_con_from_hdl(handle)->get_raw_socket().set_option(
          asio::socket_base::send_buffer_size(send_buffer_));
    });
    endpoint_.set_close_handshake_timeout(60'000);
    endpoint_.listen(
        asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    asio::error_code error;
    port_ = endpoint_.get_local_endpoint(error).port();
    endpoint_.start_accept();
    thread_ = std::thread([this] { endpoint_.run(); });
  }

  void TearDown() override {
    if (!thread_.joinable()) return;
    endpoint_.stop();
    thread_.join();
    out_.reset();
  }

  template <typename Task>
  void OnHub(Task task) {
    std::promise<void> done;
    endpoint_.get_io_service().post([&] {
      inside_a_call_ = true;
      task();
      inside_a_call_ = false;
      done.set_value();
    });
    done.get_future().wait();
  }
  // A figure of the hub's.
  template <typename Read>
  auto Ask(Read read) {
    decltype(read()) value{};
    OnHub([&] { value = read(); });
    return value;
  }
  SessionId Opened(std::size_t index) {
    EXPECT_TRUE(Eventually(
        [&] { return Ask([&] { return opened_.size(); }) > index; }));
    return Ask([&] { return opened_.at(index); });
  }
  void Publish(const std::string& text, Delivery delivery) {
    OnHub([&] { out_->Publish({{1, Payload(text)}}, delivery, 0); });
  }

  Endpoint endpoint_;
  std::unique_ptr<EndpointBroadcaster<Endpoint>> out_;
  std::uint16_t port_ = 0;
  int send_buffer_ = 0;
  std::thread thread_;

  // The hub's.
  bool inside_a_call_ = false;
  std::vector<SessionId> opened_;
  std::vector<SessionId> closed_;
  std::vector<SessionId> from_;
  std::vector<std::string> received_;
  int drained_ = 0;
  std::function<void(SessionId)> on_drained_;
  std::uint64_t drained_since_ = 0;
};

const std::string kPadding(8 * 1024, 'x');

TEST_F(EndpointBroadcasterTest, KeepsTheOrderOfSendsAndPublications) {
  Start();
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(port_, "/"));
  const SessionId id = Opened(0);
  OnHub([&] {
    out_->Publish({{1, Payload("a")}, {2, Payload("not followed")}},
                  Delivery::kEvery, 0);
    out_->Send(id, Payload("b"), Delivery::kEvery);
    out_->Subscribe(id, 2);
    out_->Publish({{2, Payload("c")}, {1, Payload(std::string(300, 'd'))}},
                  Delivery::kEvery, 0);
    out_->Unsubscribe(id, 2);
    out_->Publish({{2, Payload("not any more")}}, Delivery::kEvery, 0);
    out_->Send(id, Payload(std::string(70'000, 'e')), Delivery::kEvery);
  });
  EXPECT_EQ(client.NextText(), "a");
  EXPECT_EQ(client.NextText(), "b");
  EXPECT_EQ(client.NextText(), "c");
  EXPECT_EQ(client.NextText(), std::string(300, 'd'));
  EXPECT_TRUE(client.NextText() == std::string(70'000, 'e'));
  ASSERT_TRUE(client.SendText("from the client"));
  ASSERT_TRUE(
      Eventually([&] { return Ask([&] { return from_.size(); }) > 0; }));
  EXPECT_EQ(Ask([&] { return from_.at(0); }), id);
  EXPECT_EQ(Ask([&] { return received_.at(0); }), "from the client");
}

TEST_F(EndpointBroadcasterTest, GivesABatchWholeToWhoHadDrained) {
  Start();
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(port_, "/"));
  Opened(0);
  OnHub([&] {
    out_->Publish({{1, Payload("one")}, {1, Payload("two")}}, Delivery::kLatest,
                  0);
  });
  EXPECT_EQ(client.NextText(), "one");
  EXPECT_EQ(client.NextText(), "two");
}

TEST_F(EndpointBroadcasterTest, ReachesAllWithTheSameBytes) {
  Start();
  std::vector<WebSocketClient> clients(5);
  for (std::size_t i = 0; i < clients.size(); ++i) {
    ASSERT_TRUE(clients[i].Connect(port_, "/"));
    Opened(i);
  }
  for (int i = 0; i < 50; ++i) Publish(std::to_string(i), Delivery::kEvery);
  for (WebSocketClient& client : clients) {
    for (int i = 0; i < 50; ++i) {
      ASSERT_EQ(client.NextText(), std::to_string(i));
    }
  }
}

TEST_F(EndpointBroadcasterTest, ForgetsWhoHasGone) {
  Start();
  WebSocketClient leaves;
  WebSocketClient stays;
  ASSERT_TRUE(leaves.Connect(port_, "/"));
  const SessionId gone = Opened(0);
  ASSERT_TRUE(stays.Connect(port_, "/"));
  const SessionId there = Opened(1);
  EXPECT_NE(gone, there);
  ASSERT_TRUE(leaves.Close());
  ASSERT_TRUE(
      Eventually([&] { return Ask([&] { return closed_.size(); }) == 1; }));
  EXPECT_EQ(Ask([&] { return closed_.at(0); }), gone);
  OnHub([&] {
    out_->Send(gone, Payload("to nobody"), Delivery::kEvery);
    out_->Subscribe(gone, 1);
    out_->Unsubscribe(gone, 1);
    out_->Close(gone, CloseCode::kNormal, "again");
    EXPECT_EQ(out_->Remove(Handle()), SessionId());
    out_->Publish({{1, Payload("to who is there")}}, Delivery::kEvery, 0);
  });
  EXPECT_EQ(stays.NextText(), "to who is there");
}

TEST_F(EndpointBroadcasterTest, ClosesWithCodeAndAReasonCutBetweenCharacters) {
  Start();
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(port_, "/"));
  const SessionId id = Opened(0);
  const std::string kept(122, 'r');
  OnHub([&] {
    out_->Send(id, Payload("last"), Delivery::kEvery);
    out_->Close(id, CloseCode::kPolicy, kept + "\xc3\xa9 and more");
    out_->Send(id, Payload("too late"), Delivery::kEvery);
    out_->Close(id, CloseCode::kNormal, "closed already");
  });
  EXPECT_EQ(client.NextText(), "last");
  const auto close = client.WaitForClose();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->code, 1008);
  EXPECT_EQ(close->reason, kept);
}

TEST_F(EndpointBroadcasterTest,
       SkipsWhoDoesntReadAndTellsOnceWhenItHasDrained) {
  send_buffer_ = 8 * 1024;
  Start();
  RawSocket stalled(port_, 4096);
  ASSERT_TRUE(stalled.Upgrade("/"));
  const SessionId id = Opened(0);
  const std::string first(2 << 20, 'f');
  OnHub([&] {
    out_->Send(id, Payload(first), Delivery::kLatest);
    out_->Publish({{1, Payload("stale")}}, Delivery::kLatest, 7);
    out_->Publish({{1, Payload("stale")}}, Delivery::kLatest, 8);
  });
  EXPECT_EQ(Ask([&] { return drained_; }), 0);
  ASSERT_TRUE(Eventually([&] {
    stalled.ReadAvailable();
    return Ask([&] { return drained_; }) > 0;
  }));
  EXPECT_EQ(Ask([&] { return static_cast<int>(drained_since_); }), 7);
  // Still behind: what is published is skipped; what is sent is not, and makes
  // it drain again, of which nothing is heard.
  Publish("stale", Delivery::kLatest);
  const std::string second(2 << 20, 's');
  OnHub([&] { out_->Send(id, Payload(second), Delivery::kEvery); });
  EXPECT_TRUE(stalled.ReadFrame()->payload == first);
  EXPECT_TRUE(stalled.ReadFrame()->payload == second);
  OnHub([&] { out_->Send(id, Payload("fresh"), Delivery::kLatest); });
  EXPECT_EQ(stalled.ReadFrame()->payload, "fresh");
  EXPECT_EQ(Ask([&] { return drained_; }), 1);
}

TEST_F(EndpointBroadcasterTest, BringsUpToDateFromInsideTheCallback) {
  send_buffer_ = 8 * 1024;
  Start();
  RawSocket stalled(port_, 4096);
  ASSERT_TRUE(stalled.Upgrade("/"));
  Opened(0);
  OnHub([&] {
    on_drained_ = [&](SessionId drained) {
      out_->Send(drained, Payload("fresh"), Delivery::kLatest);
    };
  });
  for (int i = 0; i < 500; ++i) {
    Publish(std::to_string(i) + ":" + kPadding, Delivery::kLatest);
  }
  std::string text;
  while (text != "fresh") {
    const auto frame = stalled.ReadFrame();
    ASSERT_TRUE(frame.has_value());
    text = frame->payload;
  }
  // Once more by one way or the other: it may not have been told yet that
  // "fresh" has left. Some of the many may stand between, if it had drained
  // while they were still being published.
  Publish("next", Delivery::kLatest);
  do {
    const auto frame = stalled.ReadFrame();
    ASSERT_TRUE(frame.has_value());
    text = frame->payload;
  } while (text != "next" && text != "fresh");
}

TEST_F(EndpointBroadcasterTest, ClosesWith4001WhoLetsTooMuchWait) {
  send_buffer_ = 8 * 1024;
  EndpointBroadcaster<Endpoint>::Options options;
  options.max_queued_bytes = 64 * 1024;
  Start(options);
  RawSocket stalled(port_, 4096);
  ASSERT_TRUE(stalled.Upgrade("/"));
  Opened(0);
  WebSocketClient good;
  ASSERT_TRUE(good.Connect(port_, "/"));
  Opened(1);
  for (int i = 0; i < 300; ++i) {
    const std::string text = std::to_string(i) + ":" + kPadding;
    Publish(text, Delivery::kEvery);
    ASSERT_EQ(good.NextText(), text);
  }
  int received = 0;
  auto frame = stalled.ReadFrame();
  for (; frame && frame->opcode == kText; frame = stalled.ReadFrame()) {
    ASSERT_EQ(std::stoi(frame->payload), received);
    ++received;
  }
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->close_code(), 4001);
  EXPECT_LT(received, 300);
  EXPECT_EQ(Ask([&] { return drained_; }), 0);
}

TEST_F(EndpointBroadcasterTest, MayGoBeforeItsSessions) {
  Start();
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(port_, "/"));
  Opened(0);
  OnHub([&] {
    out_->Publish({{1, Payload("last")}}, Delivery::kLatest, 0);
    out_->Publish({{1, Payload("is skipped")}}, Delivery::kLatest, 0);
    out_.reset();
  });
  EXPECT_EQ(client.NextText(), "last");
  EXPECT_TRUE(client.Close());
  EXPECT_EQ(Ask([&] { return drained_; }), 0);
}

}  // namespace
}  // namespace tickerhub::testing
