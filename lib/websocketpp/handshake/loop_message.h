#ifndef TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_LOOP_MESSAGE_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_LOOP_MESSAGE_H_

#include <cstddef>
#include <list>
#include <memory>
#include <queue>
#include <websocketpp/message_buffer/alloc.hpp>
#include <websocketpp/message_buffer/message.hpp>

namespace tickerhub::internal {

/// websocketpp's message as a type of our own. So we may choose the queue of a
/// connection, see below.
class LoopMessage : public ::websocketpp::message_buffer::message<
                        ::websocketpp::message_buffer::alloc::con_msg_manager> {
  using Base = ::websocketpp::message_buffer::message<
      ::websocketpp::message_buffer::alloc::con_msg_manager>;

 public:
  using ptr = std::shared_ptr<LoopMessage>;
  using ConnectionPool =
      ::websocketpp::message_buffer::alloc::con_msg_manager<LoopMessage>;
  using EndpointPool =
      ::websocketpp::message_buffer::alloc::endpoint_msg_manager<
          ConnectionPool>;
  using Opcode = ::websocketpp::frame::opcode::value;

  // Messages never go back to the pool, so they do not refer to it.
  explicit LoopMessage(const std::shared_ptr<ConnectionPool>&)
      : Base(nullptr) {}
  LoopMessage(const std::shared_ptr<ConnectionPool>&, Opcode opcode,
              std::size_t size)
      : Base(nullptr, opcode, size) {}
  /// For bytes that are frames already.
  explicit LoopMessage(std::size_t size)
      : Base(nullptr, ::websocketpp::frame::opcode::text, size) {
    set_prepared(true);
  }
};

}  // namespace tickerhub::internal

/// The queue of a connection, which is nearly always empty. An empty
/// std::deque, the default, takes 650 bytes, a quarter of an idle connection.
/// An empty list takes 24. ([namespace.std] lets a program specialise a
/// standard template for a type of its own.)
template <>
class std::queue<std::shared_ptr<tickerhub::internal::LoopMessage>>
    : public std::queue<
          std::shared_ptr<tickerhub::internal::LoopMessage>,
          std::list<std::shared_ptr<tickerhub::internal::LoopMessage>>> {};

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_LOOP_MESSAGE_H_
