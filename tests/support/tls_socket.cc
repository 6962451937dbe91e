#include "support/tls_socket.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <chrono>

#include "support/deadline.h"

namespace tickerhub::testing {
namespace {

std::string Failure() {
  const char* const reason = ERR_reason_error_string(ERR_get_error());
  ERR_clear_error();
  return reason == nullptr ? "the connection ended" : reason;
}

}  // namespace

TlsSocket::TlsSocket(std::uint16_t port, const Options& options)
    : RawSocket(port, options.receive_buffer_bytes),
      context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free),
      ssl_(nullptr, Free) {
  SSL_CTX_set_min_proto_version(context_.get(), options.version);
  SSL_CTX_set_max_proto_version(context_.get(), options.version);
  // A session that is in a cache cannot be resumed once that is gone.
  SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_OFF);
  if (!options.ciphers.empty()) {
    SSL_CTX_set_cipher_list(context_.get(), options.ciphers.c_str());
  }
  ssl_.reset(SSL_new(context_.get()));
  SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                               SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (!options.protocols.empty()) {
    SSL_set_alpn_protos(
        ssl_.get(),
        reinterpret_cast<const unsigned char*>(options.protocols.data()),
        static_cast<unsigned int>(options.protocols.size()));
  }
  if (options.session != nullptr) {
    SSL_set_session(ssl_.get(), options.session.get());
  }
  if (!options.before_tls.empty())
    RawSocket::SendSome(options.before_tls.data(), options.before_tls.size());
  if (connected()) Handshake();
}

void TlsSocket::Handshake() {
  ::fcntl(descriptor(), F_SETFL, ::fcntl(descriptor(), F_GETFL) | O_NONBLOCK);
  SSL_set_fd(ssl_.get(), descriptor());
  SSL_set_connect_state(ssl_.get());
  const auto deadline = std::chrono::steady_clock::now() + kDeadline;
  for (;;) {
    const int result = SSL_do_handshake(ssl_.get());
    secured_ = result == 1;
    if (secured_) return;
    const int error = SSL_get_error(ssl_.get(), result);
    if (error != SSL_ERROR_WANT_READ ||
        std::chrono::steady_clock::now() > deadline) {
      failure_ = Failure();
      return;
    }
    pollfd wanted{descriptor(), POLLIN, 0};
    ::poll(&wanted, 1, 100);
  }
}

// Otherwise its session could not be resumed, as if something were wrong.
void TlsSocket::Free(SSL* ssl) {
  SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  SSL_free(ssl);
}

std::string TlsSocket::ServerName() const {
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      SSL_get1_peer_certificate(ssl_.get()), X509_free);
  if (certificate == nullptr) return {};
  std::array<char, 100> name = {};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()),
                            NID_commonName, name.data(), name.size());
  return name.data();
}

std::string TlsSocket::Protocol() const {
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

TlsSocket::SessionPtr TlsSocket::Session() const {
  return {SSL_get1_session(ssl_.get()), SSL_SESSION_free};
}

ssize_t TlsSocket::SendSome(const char* data, std::size_t size) {
  return Judge(SSL_write(ssl_.get(), data, static_cast<int>(size)));
}

ssize_t TlsSocket::ReceiveSome(char* buffer, std::size_t size) {
  const ssize_t count =
      Judge(SSL_read(ssl_.get(), buffer, static_cast<int>(size)));
  if (count > 0) ++records_;
  return count;
}

ssize_t TlsSocket::Judge(int result) {
  if (result > 0) return result;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      errno = EAGAIN;
      return -1;
    case SSL_ERROR_ZERO_RETURN:
      return 0;
    default:
      if (failure_.empty()) failure_ = Failure();
      errno = ECONNRESET;
      return -1;
  }
}

}  // namespace tickerhub::testing
