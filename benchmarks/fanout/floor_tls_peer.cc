#include <openssl/err.h>
#include <openssl/ssl.h>

#include <memory>
#include <unordered_map>
#include <vector>

#include "fanout/kernel_server.h"

namespace tickerhub::fanout {
namespace {

// OpenSSL as its manual shows it, with its own defaults: the buffers of each
// connection stay where they are.
class FloorTls : public KernelServer {
 public:
  bool UseCertificate() {
    const TlsFiles files = PeerTlsFiles();
    if (SSL_CTX_use_certificate_chain_file(context_.get(),
                                           files.certificate.c_str()) == 1 &&
        SSL_CTX_use_PrivateKey_file(context_.get(), files.key.c_str(),
                                    SSL_FILETYPE_PEM) == 1) {
      return true;
    }
    ERR_print_errors_fp(stderr);
    return false;
  }

 private:
  void Accepted(int client) override {
    SSL* const ssl = SSL_new(context_.get());
    SSL_set_fd(ssl, client);
    SSL_set_accept_state(ssl);
    under_way_[client] = ssl;
  }

  // SSL_read() makes the handshake too.
  void Read(int descriptor) override {
    SSL* const ssl = under_way_.at(descriptor);
    char buffer[4096];
    if (SSL_read(ssl, buffer, sizeof buffer) <= 0) {
      ERR_clear_error();
      return;
    }
    Unwatch(descriptor);
    SSL_write(ssl, kHandshakeAnswer.data(),
              static_cast<int>(kHandshakeAnswer.size()));
    under_way_.erase(descriptor);
    clients_.push_back(ssl);
  }

  void SendToAll(std::string_view frame) override {
    for (SSL* const client : clients_) {
      SSL_write(client, frame.data(), static_cast<int>(frame.size()));
    }
  }

  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{
      SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
  std::unordered_map<int, SSL*> under_way_;
  std::vector<SSL*> clients_;
};

}  // namespace

int ServeFloorTls() {
  FloorTls peer;
  return peer.UseCertificate() ? peer.Run() : 1;
}

}  // namespace tickerhub::fanout
