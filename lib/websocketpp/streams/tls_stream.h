#ifndef TICKERHUB_LIB_WEBSOCKETPP_STREAMS_TLS_STREAM_H_
#define TICKERHUB_LIB_WEBSOCKETPP_STREAMS_TLS_STREAM_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "streams/stream.h"
#include "streams/tls_wire.h"

// OpenSSL's; its headers are for the sources of this folder only.
struct ssl_st;

namespace tickerhub::internal {

/// The encryption of one connection, between its bytes and its Stream. Call
/// TlsWire::Begin() before each call, and keep TlsWire::unsent after it.
///
/// Threads: belongs to the thread of the connection's loop.
class TlsStream {
 public:
  TlsStream() = default;
  /// Owns `ssl`, which reads and writes through the wire of its loop.
  explicit TlsStream(ssl_st* ssl) : ssl_(ssl) {}

  /// False until the client has said hello, and after Reset().
  bool exists() const { return ssl_ != nullptr; }
  void Reset() { ssl_.reset(); }

  /// Goes on with the handshake. kDone: it is complete.
  Stream::Outcome Handshake();
  /// After the handshake: the client had a ticket of an earlier one.
  bool was_resumed() const;

  /// Reads what one record holds at most.
  Stream::Result Read(char* buffer, std::size_t size);
  /// After Read(): whether the next call may find more.
  bool may_have_more(const TlsWire& wire) const;

  /// Encrypts as much as the socket takes, and one record in any case: kDone
  /// with one byte at least, or kBroken. REQUIRES: `bytes` is not empty.
  Stream::Result Write(const TlsWire& wire, std::string_view bytes);

  /// Tells the client that nothing more comes (close_notify). A second call has
  /// no effect, nor has one after something broke.
  void Finish();

 private:
  struct Free {
    void operator()(ssl_st* ssl) const;
  };

  Stream::Outcome Judge(int result) const;

  std::unique_ptr<ssl_st, Free> ssl_;
};

/// Returns why the last call on this thread failed, in OpenSSL's words, and
/// forgets it. Empty if nothing failed.
std::string TakeTlsFailure();

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_STREAMS_TLS_STREAM_H_
