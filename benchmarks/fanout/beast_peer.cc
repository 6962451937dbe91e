#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "fanout/peers.h"

namespace tickerhub::fanout {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Tcp = asio::ip::tcp;
using SharedText = std::shared_ptr<const std::string>;

class Session : public std::enable_shared_from_this<Session> {
 public:
  using Sessions = std::unordered_set<Session*>;

  Session(Tcp::socket socket, Sessions& sessions)
      : stream_(std::move(socket)), sessions_(sessions) {}
  ~Session() { sessions_.erase(this); }

  void Start() {
    stream_.set_option(beast::websocket::stream_base::timeout::suggested(
        beast::role_type::server));
    stream_.text(true);
    stream_.async_accept([self = shared_from_this()](beast::error_code error) {
      if (error) return;
      self->sessions_.insert(self.get());
      self->Read();
    });
  }

  void Send(const SharedText& text) {
    queue_.push_back(text);
    if (queue_.size() == 1) Write();
  }

 private:
  void Read() {
    const auto self = shared_from_this();
    stream_.async_read(buffer_, [self](beast::error_code error, std::size_t) {
      if (error) return;
      self->buffer_.consume(self->buffer_.size());
      self->Read();
    });
  }

  void Write() {
    const auto self = shared_from_this();
    stream_.async_write(asio::buffer(*queue_.front()),
                        [self](beast::error_code error, std::size_t) {
                          if (error) return;
                          self->queue_.erase(self->queue_.begin());
                          if (!self->queue_.empty()) self->Write();
                        });
  }

  beast::websocket::stream<beast::tcp_stream> stream_;
  Sessions& sessions_;
  beast::flat_buffer buffer_;
  std::vector<SharedText> queue_;
};

class Chat {
 public:
  int Run() {
    acceptor_.listen(4096);
    SayListening(acceptor_.local_endpoint().port());
    Accept();
    ReadCommands();
    context_.run();
    return 0;
  }

 private:
  void Accept() {
    acceptor_.async_accept([this](beast::error_code error, Tcp::socket socket) {
      if (!error) {
        socket.set_option(Tcp::no_delay(true));
        std::make_shared<Session>(std::move(socket), sessions_)->Start();
      }
      Accept();
    });
  }

  void ReadCommands() {
    const auto handle = [this](beast::error_code error, std::size_t size) {
      if (error) return context_.stop();
      ObeyTicks(commands_.Push({buffer_.data(), size}),
                [this](std::string text) {
                  const auto shared =
                      std::make_shared<const std::string>(std::move(text));
                  for (Session* session : sessions_) session->Send(shared);
                });
      ReadCommands();
    };
    input_.async_read_some(asio::buffer(buffer_), handle);
  }

  Session::Sessions sessions_;  // goes after the context, which holds sessions
  asio::io_context context_{1};
  Tcp::acceptor acceptor_{context_, {asio::ip::address_v4::loopback(), 0}};
  asio::posix::stream_descriptor input_{context_, dup(STDIN_FILENO)};
  std::array<char, 4096> buffer_{};
  CommandStream commands_;
};

}  // namespace

int ServeBeast() { return Chat().Run(); }

}  // namespace tickerhub::fanout
