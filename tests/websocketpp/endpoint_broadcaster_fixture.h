#ifndef TICKERHUB_TESTS_WEBSOCKETPP_ENDPOINT_BROADCASTER_FIXTURE_H_
#define TICKERHUB_TESTS_WEBSOCKETPP_ENDPOINT_BROADCASTER_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>
#include <websocketpp/config/asio_no_tls.hpp>

#include "support/deadline.h"
#include "tickerhub/websocketpp/endpoint_broadcaster.h"

namespace tickerhub::testing {

using Endpoint = ::websocketpp::server<::websocketpp::config::asio>;
using Handle = ::websocketpp::connection_hdl;

/// An EndpointBroadcaster over a websocketpp::server that the test itself runs.
/// Everything happens on the endpoint's thread, which is the hub's.
class EndpointBroadcasterTest : public ::testing::Test, public ChannelHandler {
 protected:
  void Start(EndpointBroadcaster<Endpoint>::Options options = {}) {
    endpoint_.clear_access_channels(::websocketpp::log::alevel::all);
    endpoint_.clear_error_channels(::websocketpp::log::elevel::all);
    endpoint_.set_error_channels(::websocketpp::log::elevel::rerror);
    endpoint_.get_elog().set_ostream(&errors_);
    endpoint_.init_asio();
    out_ = std::make_unique<EndpointBroadcaster<Endpoint>>(endpoint_, options);
    if (served_) out_->Serve(*this);
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
  // Little waits for a reader, here and in the kernel.
  void StartWithSmallQueues() {
    send_buffer_ = 8 * 1024;
    EndpointBroadcaster<Endpoint>::Options options;
    options.max_queued_bytes = 64 * 1024;
    Start(options);
  }

  void TearDown() override {
    if (!thread_.joinable()) return;  // a test may have called this
    endpoint_.stop();
    thread_.join();
    out_.reset();
  }

  // ChannelHandler.
  void OnOpen(SessionId id, const SessionInfo& info) override {
    out_->Subscribe(id, 1);
    opened_.push_back(id);
    infos_.push_back(info);
    if (throws_) throw std::runtime_error("broken open");
  }
  void OnMessage(SessionId id, const InboundMessage& message) override {
    from_.push_back(id);
    received_.emplace_back(message.data);
    binary_ = message.binary;
    if (throws_) throw 42;  // not a std::exception
  }
  void OnDrained(SessionId id, std::uint64_t since) override {
    EXPECT_FALSE(inside_a_call_);
    ++drained_;
    drained_since_ = since;
    if (on_drained_) on_drained_(id);
  }
  void OnClose(SessionId id) override { closed_.push_back(id); }

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
  bool served_ = true;  // set it before Start()
  bool throws_ = false;
  std::ostringstream errors_;  // the endpoint's log; read it after TearDown()
  std::thread thread_;

  // The hub's.
  bool inside_a_call_ = false;
  std::vector<SessionId> opened_;
  std::vector<SessionInfo> infos_;
  std::vector<SessionId> closed_;
  std::vector<SessionId> from_;
  std::vector<std::string> received_;
  bool binary_ = false;
  int drained_ = 0;
  std::function<void(SessionId)> on_drained_;
  std::uint64_t drained_since_ = 0;
};

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_WEBSOCKETPP_ENDPOINT_BROADCASTER_FIXTURE_H_
