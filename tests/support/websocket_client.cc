#include "support/websocket_client.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <chrono>

#include "support/deadline.h"

namespace tickerhub::testing {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

class WebSocketClient::Impl {
 public:
  Impl() : stream_(io_) {
    stream_.read_message_max(256 * 1024 * 1024);
    stream_.control_callback(
        [this](websocket::frame_type type, beast::string_view payload) {
          if (type == websocket::frame_type::ping) {
            pings_.emplace_back(payload);
          } else if (type == websocket::frame_type::pong) {
            pongs_.emplace_back(payload);
          }
        });
  }

  bool Connect(std::uint16_t port, const std::string& path,
               const Options& options) {
    tcp::socket& socket = stream_.next_layer();
    const tcp::endpoint endpoint(asio::ip::make_address(options.host), port);
    error_code error;
    socket.open(endpoint.protocol(), error);
    if (options.receive_buffer_bytes > 0) {
      socket.set_option(
          asio::socket_base::receive_buffer_size(options.receive_buffer_bytes),
          error);
    }
    socket.connect(endpoint, error);
    if (error) return false;
    socket.set_option(tcp::no_delay(true), error);
    stream_.set_option(websocket::stream_base::decorator(
        [headers = options.headers](websocket::request_type& request) {
          for (const auto& [name, value] : headers) request.set(name, value);
        }));
    websocket::permessage_deflate deflate;
    deflate.client_enable = options.deflate;
    deflate.server_max_window_bits = options.server_window_bits;
    deflate.client_max_window_bits = options.client_window_bits;
    deflate.server_no_context_takeover = options.server_no_context_takeover;
    deflate.client_no_context_takeover = options.client_no_context_takeover;
    stream_.set_option(deflate);
    bool done = false;
    stream_.async_handshake(response_, "localhost", path,
                            [&](const error_code& result) {
                              error = result;
                              done = true;
                            });
    if (!RunUntil([&] { return done; })) return false;
    status_ = static_cast<int>(response_.result_int());
    return !error;
  }
  int status() const { return status_; }

  bool Send(std::string_view data, bool binary) {
    stream_.binary(binary);
    return Complete([&](auto done) {
      stream_.async_write(asio::buffer(data.data(), data.size()),
                          std::move(done));
    });
  }

  bool SendInFrames(std::string_view data, std::size_t frame_bytes, bool binary,
                    std::optional<std::string_view> ping = std::nullopt) {
    stream_.binary(binary);
    while (!data.empty()) {
      const std::string_view part = data.substr(0, frame_bytes);
      data.remove_prefix(part.size());
      const bool written = Complete([&](auto done) {
        stream_.async_write_some(
            data.empty(), asio::buffer(part.data(), part.size()),
            [done](const error_code& error, std::size_t) { done(error, 0); });
      });
      if (!written) return false;
      if (ping && !data.empty() && !Ping(*ping)) return false;
    }
    return true;
  }

  bool Ping(std::string_view payload) {
    return Complete([&](auto done) {
      stream_.async_ping(websocket::ping_data(beast::string_view(
                             payload.data(), payload.size())),
                         [done](const error_code& error) { done(error, 0); });
    });
  }

  void BeginSendText(std::string text) {
    unsent_ = std::move(text);
    stream_.text(true);
    stream_.async_write(asio::buffer(unsent_),
                        [](const error_code&, std::size_t) {});
  }

  std::optional<Message> Next() {
    if (!RunUntil([&] { return Read(); })) return std::nullopt;
    if (ended_) return std::nullopt;
    Message message{beast::buffers_to_string(buffer_.data()),
                    stream_.got_binary()};
    buffer_.consume(buffer_.size());
    message_ready_ = false;
    return message;
  }

  // `frames`: pings_ or pongs_.
  bool WaitForControl(const std::vector<std::string>& frames,
                      std::size_t count) {
    RunUntil([&] {
      if (Read() && !ended_) DropMessage();
      return ended_ || frames.size() >= count;
    });
    return frames.size() >= count;
  }

  bool Close(std::uint16_t code, std::string_view reason) {
    // A read that is under way would take the server's answer from the close.
    bool closed = false;
    error_code result;
    stream_.async_close(websocket::close_reason(
                            static_cast<websocket::close_code>(code),
                            beast::string_view(reason.data(), reason.size())),
                        [&](const error_code& error) {
                          result = error;
                          closed = true;
                        });
    return RunUntil([&] { return closed; }) && !result;
  }

  std::optional<CloseFrame> WaitForClose() {
    RunUntil([&] {
      if (Read() && !ended_) DropMessage();
      return ended_;
    });
    const websocket::close_reason& reason = stream_.reason();
    // The server may have gone before the answer to its close frame is written,
    // as websocketpp does after some codes. The frame has come all the same.
    const bool came = end_ == websocket::error::closed ||
                      reason.code != websocket::close_code::none;
    if (!ended_ || !came) return std::nullopt;
    return CloseFrame{reason.code,
                      std::string(reason.reason.c_str(), reason.reason.size())};
  }

  void Vanish() {
    error_code ignored;
    stream_.next_layer().close(ignored);
  }

  void Reset() {
    error_code ignored;
    stream_.next_layer().set_option(asio::socket_base::linger(true, 0),
                                    ignored);
    stream_.next_layer().close(ignored);
  }

  const std::vector<std::string>& pongs() const { return pongs_; }
  const std::vector<std::string>& pings() const { return pings_; }

 private:
  template <typename Condition>
  bool RunUntil(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + kDeadline;
    while (!condition()) {
      io_.restart();
      if (io_.run_one_until(deadline) == 0) return condition();
    }
    return true;
  }

  // Starts what `begin` starts and waits for its end.
  template <typename Begin>
  bool Complete(Begin begin) {
    struct Result {
      bool done = false;
      error_code error;
    };
    auto result = std::make_shared<Result>();
    begin([result](const error_code& error, std::size_t) {
      result->done = true;
      result->error = error;
    });
    return RunUntil([&] { return result->done; }) && !result->error;
  }

  // True if there is a message or the end; else sees to it that one is awaited.
  bool Read() {
    if (message_ready_ || ended_) return true;
    if (!reading_) {
      reading_ = true;
      stream_.async_read(buffer_, [this](const error_code& error, std::size_t) {
        reading_ = false;
        if (error) {
          ended_ = true;
          end_ = error;
        } else {
          message_ready_ = true;
        }
      });
    }
    return false;
  }

  void DropMessage() {
    buffer_.consume(buffer_.size());
    message_ready_ = false;
    Read();
  }

  asio::io_context io_;
  websocket::stream<tcp::socket> stream_;
  websocket::response_type response_;
  int status_ = 0;
  beast::flat_buffer buffer_;
  std::string unsent_;
  bool reading_ = false;
  bool message_ready_ = false;
  bool ended_ = false;
  error_code end_;
  std::vector<std::string> pongs_;
  std::vector<std::string> pings_;
};

WebSocketClient::WebSocketClient() : impl_(std::make_unique<Impl>()) {}
WebSocketClient::~WebSocketClient() = default;
WebSocketClient::WebSocketClient(WebSocketClient&&) noexcept = default;
WebSocketClient& WebSocketClient::operator=(WebSocketClient&&) noexcept =
    default;

bool WebSocketClient::Connect(std::uint16_t port, const std::string& path,
                              const Options& options) {
  return impl_->Connect(port, path, options);
}
int WebSocketClient::handshake_status() const { return impl_->status(); }
bool WebSocketClient::SendText(std::string_view text) {
  return impl_->Send(text, /*binary=*/false);
}
bool WebSocketClient::SendBinary(std::string_view data) {
  return impl_->Send(data, /*binary=*/true);
}
bool WebSocketClient::SendInFrames(std::string_view data,
                                   std::size_t frame_bytes, bool binary) {
  return impl_->SendInFrames(data, frame_bytes, binary);
}
bool WebSocketClient::SendInFramesWithPings(std::string_view text,
                                            std::size_t frame_bytes,
                                            std::string_view payload) {
  return impl_->SendInFrames(text, frame_bytes, /*binary=*/false, payload);
}
bool WebSocketClient::Ping(std::string_view payload) {
  return impl_->Ping(payload);
}
void WebSocketClient::BeginSendText(std::string text) {
  impl_->BeginSendText(std::move(text));
}
std::optional<WebSocketClient::Message> WebSocketClient::Next() {
  return impl_->Next();
}
std::string WebSocketClient::NextText() {
  const std::optional<Message> message = Next();
  return message ? message->data : "(nothing)";
}
const std::vector<std::string>& WebSocketClient::pongs() const {
  return impl_->pongs();
}
const std::vector<std::string>& WebSocketClient::pings() const {
  return impl_->pings();
}
bool WebSocketClient::WaitForPongs(std::size_t count) {
  return impl_->WaitForControl(impl_->pongs(), count);
}
bool WebSocketClient::WaitForPings(std::size_t count) {
  return impl_->WaitForControl(impl_->pings(), count);
}
bool WebSocketClient::Close(std::uint16_t code, std::string_view reason) {
  return impl_->Close(code, reason);
}
std::optional<WebSocketClient::CloseFrame> WebSocketClient::WaitForClose() {
  return impl_->WaitForClose();
}
void WebSocketClient::Vanish() { impl_->Vanish(); }
void WebSocketClient::Reset() { impl_->Reset(); }

}  // namespace tickerhub::testing
