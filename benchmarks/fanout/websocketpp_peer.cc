#include <unistd.h>

#include <array>
#include <asio/posix/stream_descriptor.hpp>
#include <optional>
#include <set>
#include <string>
#include <websocketpp/config/asio_no_tls.hpp>
#include <websocketpp/server.hpp>

#include "fanout/peers.h"

namespace tickerhub::fanout {
namespace {

using Endpoint = ::websocketpp::server<::websocketpp::config::asio>;
using Handle = ::websocketpp::connection_hdl;

class Stock {
 public:
  int Run() {
    endpoint_.clear_access_channels(::websocketpp::log::alevel::all);
    endpoint_.clear_error_channels(::websocketpp::log::elevel::all);
    endpoint_.init_asio();
    endpoint_.set_tcp_post_init_handler([this](const Handle& handle) {
      const auto connection = endpoint_.get_con_from_hdl(handle);
      asio::error_code ignored;
      connection->get_raw_socket().set_option(asio::ip::tcp::no_delay(true),
                                              ignored);
    });
    endpoint_.set_open_handler(
        [this](const Handle& handle) { connections_.insert(handle); });
    endpoint_.set_close_handler(
        [this](const Handle& handle) { connections_.erase(handle); });
    endpoint_.set_listen_backlog(4096);
    endpoint_.listen(asio::ip::make_address_v4(PeerAddress()), 0);
    endpoint_.start_accept();
    asio::error_code ignored;
    SayListening(endpoint_.get_local_endpoint(ignored).port());

    input_.emplace(endpoint_.get_io_service(), dup(STDIN_FILENO));
    ReadCommands();
    endpoint_.run();
    return 0;
  }

 private:
  void ReadCommands() {
    const auto handle = [this](const asio::error_code& error,
                               std::size_t size) {
      if (error) return endpoint_.stop();
      ObeyTicks(commands_.Push({buffer_.data(), size}),
                [this](const std::string& text) { SendToAll(text); });
      ReadCommands();
    };
    input_->async_read_some(asio::buffer(buffer_), handle);
  }

  void SendToAll(const std::string& text) {
    for (const Handle& handle : connections_) {
      ::websocketpp::lib::error_code ignored;
      endpoint_.send(handle, text, ::websocketpp::frame::opcode::text, ignored);
    }
  }

  Endpoint endpoint_;
  std::set<Handle, std::owner_less<Handle>> connections_;
  std::optional<asio::posix::stream_descriptor> input_;
  std::array<char, 4096> buffer_{};
  CommandStream commands_;
};

}  // namespace

int ServeWebsocketpp() { return Stock().Run(); }

}  // namespace tickerhub::fanout
