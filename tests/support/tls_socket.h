#ifndef TICKERHUB_TESTS_SUPPORT_TLS_SOCKET_H_
#define TICKERHUB_TESTS_SUPPORT_TLS_SOCKET_H_

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string>

#include "support/raw_socket.h"

namespace tickerhub::testing {

/// A client that speaks TLS with OpenSSL, for bytes made by hand. It trusts
/// every certificate and tells whose it is.
class TlsSocket : public RawSocket {
 public:
  using SessionPtr = std::shared_ptr<SSL_SESSION>;

  struct Options {
    int version = TLS1_3_VERSION;  ///< the only one
    std::string protocols;         ///< ALPN, as in the protocol
    std::string ciphers;           ///< of TLS 1.2; the default if empty
    SessionPtr session;            ///< to resume
    int receive_buffer_bytes = 0;
    std::string before_tls;  ///< sent as it is: a proxy's header
  };

  TlsSocket(std::uint16_t port, const Options& options);
  explicit TlsSocket(std::uint16_t port) : TlsSocket(port, Options()) {}

  /// Whether the handshake is complete.
  bool secured() const { return secured_; }
  /// Why not, in OpenSSL's words.
  const std::string& failure() const { return failure_; }

  /// The name in the server's certificate.
  std::string ServerName() const;
  /// The protocol that the server chose (ALPN).
  std::string Protocol() const;
  bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  /// What the next client can resume, once a ticket has been read.
  SessionPtr Session() const;
  /// How many records with messages have been read.
  std::size_t records() const { return records_; }
  /// Whether the server has said that nothing more comes (close_notify).
  bool was_told_the_end() const {
    return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }
  /// Says that nothing more comes.
  void SendTheEnd() { SSL_shutdown(ssl_.get()); }

  SSL* ssl() const { return ssl_.get(); }

 protected:
  ssize_t SendSome(const char* data, std::size_t size) override;
  ssize_t ReceiveSome(char* buffer, std::size_t size) override;

 private:
  static void Free(SSL* ssl);
  ssize_t Judge(int result);
  void Handshake();

  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&Free)> ssl_;
  bool secured_ = false;
  std::size_t records_ = 0;
  std::string failure_;
};

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_SUPPORT_TLS_SOCKET_H_
