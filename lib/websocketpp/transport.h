#ifndef TICKERHUB_LIB_WEBSOCKETPP_TRANSPORT_H_
#define TICKERHUB_LIB_WEBSOCKETPP_TRANSPORT_H_

// The websocketpp configuration of an event loop, and its transport policy.
//
// One thread runs one endpoint, so nothing here locks: concurrency::none, no
// multithreading, no logging. The transport is websocketpp's own Asio
// transport, told to say two things that it otherwise keeps to itself: when a
// connection has nothing left to write (so that a broadcast may write straight
// to the socket, without passing anything that waits), and what each finished
// write was worth in bytes (so that queues can be bounded). It can hold reading
// without the races of websocketpp's pause_reading(). And it ends a connection
// as RFC 6455 §7.1.1 asks: it says that it has sent all, then reads on until
// the client hangs up; else the kernel would answer unread input with a reset,
// which can destroy the close frame, or the HTTP error, on its way.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>
#include <websocketpp/concurrency/none.hpp>
#include <websocketpp/config/core.hpp>
#include <websocketpp/logger/stub.hpp>
#include <websocketpp/server.hpp>
#include <websocketpp/transport/asio/endpoint.hpp>

#include "strict_http.h"

namespace tickerhub {

/// Hears from the transports of a loop's connections. `slot` is what the
/// connection was attached with.
class TransportListener {
 public:
  /// websocketpp has something to write of its own accord or of ours.
  virtual void OnBusy(std::uint32_t slot) = 0;
  /// A write of websocketpp's queue has left for the kernel, or failed.
  virtual void OnWritten(std::uint32_t slot, std::size_t bytes) = 0;
  /// Nothing of websocketpp's waits to be written any more.
  virtual void OnIdle(std::uint32_t slot) = 0;

 protected:
  ~TransportListener() = default;
};

template <typename Config>
class LoopTransportConnection
    : public ::websocketpp::transport::asio::connection<Config> {
  using Base = ::websocketpp::transport::asio::connection<Config>;

 public:
  using type = LoopTransportConnection<Config>;
  using ptr = ::websocketpp::lib::shared_ptr<type>;

  using Base::Base;

  ptr get_shared() {
    return ::websocketpp::lib::static_pointer_cast<type>(Base::get_shared());
  }

  /// REQUIRES: before the connection starts. `listener` outlives it.
  void Attach(TransportListener* listener, std::uint32_t slot) {
    listener_ = listener;
    slot_ = slot;
  }

  /// The connection's end will not wait for the client to hang up.
  void DontLinger() {
    may_linger_ = false;
    FinishLingering();
  }

  /// No further read is started. What has been read is still handed on.
  void HoldReading() { holding_ = true; }

  void ResumeReading() {
    holding_ = false;
    if (!held_read_.handler) return;
    HeldRead read = std::exchange(held_read_, HeldRead());
    async_read_at_least(read.at_least, read.buffer, read.size,
                        std::move(read.handler));
  }

  /// The connection has ended: lets go of the read that was held, which holds
  /// the connection in its turn.
  void DropHeldRead() { held_read_ = HeldRead(); }

 protected:
  // websocketpp::connection calls these; they shadow the base's.

  ::websocketpp::lib::error_code dispatch(
      ::websocketpp::transport::dispatch_handler handler) {
    StartPending();
    return Base::dispatch([self = get_shared(), handler = std::move(handler)] {
      handler();
      self->FinishPending();
    });
  }

  void async_read_at_least(std::size_t at_least, char* buffer, std::size_t size,
                           ::websocketpp::transport::read_handler handler) {
    if (holding_) {
      held_read_ = {at_least, buffer, size, std::move(handler)};
      return;
    }
    reading_ = true;
    read_buffer_ = buffer;
    read_size_ = size;
    Base::async_read_at_least(
        at_least, buffer, size,
        [self = get_shared(), handler = std::move(handler)](
            const ::websocketpp::lib::error_code& error, std::size_t bytes) {
          self->reading_ = false;
          if (error) self->hung_up_ = true;
          if (self->lingering_) {
            self->Drain(error, bytes);
          } else {
            handler(error, bytes);
          }
        });
  }

  /// The handshake's response, and HTTP's.
  void async_write(const char* data, std::size_t size,
                   ::websocketpp::transport::write_handler handler) {
    Base::async_write(data, size, std::move(handler));
  }

  /// Frames.
  void async_write(const std::vector<::websocketpp::transport::buffer>& buffers,
                   ::websocketpp::transport::write_handler handler) {
    std::size_t bytes = 0;
    for (const auto& buffer : buffers) bytes += buffer.len;
    StartPending();
    Base::async_write(
        buffers, [self = get_shared(), bytes, handler = std::move(handler)](
                     const ::websocketpp::lib::error_code& error) {
          if (self->listener_ != nullptr) {
            self->listener_->OnWritten(self->slot_, bytes);
          }
          handler(error);
          self->FinishPending();
        });
  }

  void async_shutdown(::websocketpp::transport::shutdown_handler handler) {
    if (hung_up_ || !may_linger_ || read_buffer_ == nullptr) {
      Base::async_shutdown(std::move(handler));
      return;
    }
    lingering_ = true;
    holding_ = false;
    held_read_ = HeldRead();
    on_shutdown_ = std::move(handler);
    asio::error_code ignored;
    this->get_raw_socket().shutdown(asio::ip::tcp::socket::shutdown_send,
                                    ignored);
    linger_timer_ = this->set_timer(
        kLingerMilliseconds,
        [self = get_shared()](const ::websocketpp::lib::error_code& error) {
          if (!error) self->FinishLingering();
        });
    if (!reading_) DrainMore();
  }

 private:
  // For the client to read what it was sent last and to hang up.
  static constexpr long kLingerMilliseconds = 1000;
  // What a client may still send meanwhile.
  static constexpr std::size_t kMaxDrainedBytes = 16 * 1024 * 1024;

  struct HeldRead {
    std::size_t at_least = 0;
    char* buffer = nullptr;
    std::size_t size = 0;
    ::websocketpp::transport::read_handler handler;
  };

  void DrainMore() {
    Base::async_read_at_least(
        1, read_buffer_, read_size_,
        [self = get_shared()](const ::websocketpp::lib::error_code& error,
                              std::size_t bytes) {
          self->Drain(error, bytes);
        });
  }

  void Drain(const ::websocketpp::lib::error_code& error, std::size_t bytes) {
    if (!lingering_) return;
    drained_bytes_ += bytes;
    if (error || drained_bytes_ > kMaxDrainedBytes) {
      FinishLingering();
    } else {
      DrainMore();
    }
  }

  void FinishLingering() {
    if (!lingering_) return;
    lingering_ = false;
    linger_timer_->cancel();
    linger_timer_.reset();
    Base::async_shutdown(std::exchange(on_shutdown_, nullptr));
  }

  void StartPending() {
    ++pending_;
    if (pending_ == 1 && listener_ != nullptr) listener_->OnBusy(slot_);
  }

  void FinishPending() {
    --pending_;
    if (pending_ == 0 && listener_ != nullptr) listener_->OnIdle(slot_);
  }

  TransportListener* listener_ = nullptr;
  std::uint32_t slot_ = 0;
  // Dispatches that have not run, and writes that have not ended: websocketpp
  // puts nothing into its queue without one of them.
  std::uint32_t pending_ = 0;
  bool holding_ = false;
  bool reading_ = false;
  bool hung_up_ = false;  // a read has failed: the client has gone
  bool may_linger_ = true;
  bool lingering_ = false;
  HeldRead held_read_;
  char* read_buffer_ = nullptr;  // websocketpp's; it is as old as *this
  std::size_t read_size_ = 0;
  std::size_t drained_bytes_ = 0;
  typename Base::timer_ptr linger_timer_;
  ::websocketpp::transport::shutdown_handler on_shutdown_;
};

template <typename Config>
class LoopTransport : public ::websocketpp::transport::asio::endpoint<Config> {
 public:
  using transport_con_type = LoopTransportConnection<Config>;
  using transport_con_ptr = typename transport_con_type::ptr;
};

/// As websocketpp's own configs: every type is named anew, because the base's
/// typedefs refer to each other.
struct LoopConfig : public ::websocketpp::config::core {
  using type = LoopConfig;
  using base = ::websocketpp::config::core;

  using concurrency_type = ::websocketpp::concurrency::none;
  using request_type = StrictRequest;
  using response_type = CompleteResponse;
  using message_type = base::message_type;
  using con_msg_manager_type = base::con_msg_manager_type;
  using endpoint_msg_manager_type = base::endpoint_msg_manager_type;
  using alog_type = ::websocketpp::log::stub;
  using elog_type = ::websocketpp::log::stub;
  using rng_type = base::rng_type;

  static const bool enable_multithreading = false;

  struct transport_config : public base::transport_config {
    using concurrency_type = type::concurrency_type;
    using alog_type = type::alog_type;
    using elog_type = type::elog_type;
    using request_type = type::request_type;
    using response_type = type::response_type;
    using socket_type = ::websocketpp::transport::asio::basic_socket::endpoint;

    static const bool enable_multithreading = false;
  };

  using transport_type = LoopTransport<transport_config>;

  // Small: a connection holds one for its life.
  static const std::size_t connection_read_buffer_size = 1024;
};

}  // namespace tickerhub

#endif  // TICKERHUB_LIB_WEBSOCKETPP_TRANSPORT_H_
