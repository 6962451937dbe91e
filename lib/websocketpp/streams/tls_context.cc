#include "streams/tls_context.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "streams/tls_bio.h"

namespace tickerhub::internal {
namespace {

using ContextPtr = std::shared_ptr<SSL_CTX>;

// Without a prompt on the terminal, which is OpenSSL's own way.
int RefusePassword(char*, int, int, void*) { return -1; }

// RFC 7301. A client that names protocols and not this one would not understand
// us, so its handshake ends with an alert.
int ChooseProtocol(SSL*, const unsigned char** chosen, unsigned char* size,
                   const unsigned char* offered, unsigned int offered_size,
                   void*) {
  static constexpr unsigned char kOurs[] = "\x08http/1.1";
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, size, kOurs, sizeof kOurs - 1, offered,
                            offered_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

bool SetMacKey(EVP_MAC_CTX* mac, TicketKey* key) {
  char digest[] = "SHA256";
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key->mac.data(),
                                        key->mac.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end()};
  return EVP_MAC_CTX_set_params(mac, params) == 1;
}

int SealTicket(TicketKeys* keys, unsigned char* name, unsigned char* iv,
               EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac) {
  std::optional<TicketKey> key = keys->Newest();
  if (!key) return -1;
  std::memcpy(name, key->name.data(), key->name.size());
  const int iv_size = EVP_CIPHER_get_iv_length(EVP_aes_256_cbc());
  const bool done = RAND_bytes(iv, iv_size) == 1 &&
                    EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr,
                                       key->cipher.data(), iv) == 1 &&
                    SetMacKey(mac, &*key);
  OPENSSL_cleanse(&*key, sizeof *key);
  return done ? 1 : -1;
}

// Returns 0 for a key that is forgotten: the client then makes a full
// handshake. 2: the client gets a new ticket. A client of TLS 1.3 always does,
// because it should use each one once only (RFC 8446 §C.4).
int OpenTicket(TicketKeys* keys, bool is_tls13, const unsigned char* name,
               const unsigned char* iv, EVP_CIPHER_CTX* cipher,
               EVP_MAC_CTX* mac) {
  std::optional<TicketKeys::Found> found = keys->Find(name);
  if (!found) return 0;
  const bool done = EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr,
                                       found->key.cipher.data(), iv) == 1 &&
                    SetMacKey(mac, &found->key);
  OPENSSL_cleanse(&found->key, sizeof found->key);
  if (!done) return -1;
  return found->is_newest && !is_tls13 ? 1 : 2;
}

int OnTicket(SSL* ssl, unsigned char* name, unsigned char* iv,
             EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, int encrypts) {
  auto* const keys =
      static_cast<TicketKeys*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  return encrypts == 1 ? SealTicket(keys, name, iv, cipher, mac)
                       : OpenTicket(keys, SSL_version(ssl) == TLS1_3_VERSION,
                                    name, iv, cipher, mac);
}

bool Configure(SSL_CTX* context, TicketKeys* tickets) {
  // An idle connection keeps no buffer. A write that was not taken may be
  // repeated from a copy of the bytes.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS |
                                SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_read_ahead(context, 1);  // one system call for each record
  // Tickets carry the sessions, so the server keeps none.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_timeout(context,
                      std::chrono::seconds(TicketKeys::kTicketLife).count());
  SSL_CTX_set_app_data(context, tickets);
  SSL_CTX_set_tlsext_ticket_key_evp_cb(context, OnTicket);
  SSL_CTX_set_alpn_select_cb(context, ChooseProtocol, nullptr);
  SSL_CTX_set_default_passwd_cb(context, RefusePassword);
  static constexpr unsigned char kName[] = "tickerhub";
  return SSL_CTX_set_session_id_context(context, kName, sizeof kName - 1) ==
             1 &&
         SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
         SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
         SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") == 1;
}

Status CannotUse(std::string_view what, const std::string& file,
                 std::string_view hint) {
  std::string sentence = "can't use the ";
  sentence += what;
  sentence += " in '" + file + "': " + TakeTlsFailure();
  sentence += hint;
  return {StatusCode::kInvalidArgument, std::move(sentence)};
}

// Reads the key and compares it with the certificate.
Status LoadKey(SSL_CTX* context, const TlsFiles& files) {
  if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(),
                                  SSL_FILETYPE_PEM) == 1 &&
      SSL_CTX_check_private_key(context) == 1) {
    return {};
  }
  const unsigned long code = ERR_peek_error();
  if (ERR_GET_LIB(code) == ERR_LIB_X509) {
    ERR_clear_error();
    return {StatusCode::kInvalidArgument, "the key in '" + files.key +
                                              "' does not belong to the "
                                              "certificate in '" +
                                              files.certificate + "'"};
  }
  return CannotUse("key", files.key,
                   "; it must be in PEM form and have no password");
}

// Returns "Nov 29 01:33:09 2026 GMT".
std::string TextOf(const ASN1_TIME* time) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(BIO_new(BIO_s_mem()),
                                                       BIO_free);
  char* data = nullptr;
  if (text == nullptr || ASN1_TIME_print(text.get(), time) != 1) return "?";
  const long size = BIO_get_mem_data(text.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

bool TlsContext::IsBuilt() { return true; }

Status TlsContext::Load(const TlsFiles& files) {
  const ContextPtr context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (context == nullptr || !Configure(context.get(), &tickets_)) {
    return {StatusCode::kUnavailable,
            "OpenSSL can't be set up: " + TakeTlsFailure()};
  }
  if (SSL_CTX_use_certificate_chain_file(context.get(),
                                         files.certificate.c_str()) != 1) {
    return CannotUse("certificate", files.certificate,
                     "; it must be in PEM form, the server's own first");
  }
  if (Status status = LoadKey(context.get(), files); !status.ok()) {
    return status;
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  context_ = context;
  return {};
}

Status TlsContext::CheckDates(const TlsFiles& files) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> file(
      BIO_new_file(files.certificate.c_str(), "r"), BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      file == nullptr
          ? nullptr
          : PEM_read_bio_X509_AUX(file.get(), nullptr, nullptr, nullptr),
      X509_free);
  if (certificate == nullptr) {
    return CannotUse("certificate", files.certificate,
                     "; it must be in PEM form");
  }
  const std::string name = "the certificate in '" + files.certificate + "' ";
  const ASN1_TIME* const begin = X509_get0_notBefore(certificate.get());
  const ASN1_TIME* const end = X509_get0_notAfter(certificate.get());
  if (X509_cmp_current_time(begin) > 0) {
    return {StatusCode::kInvalidArgument,
            name + "is not valid before " + TextOf(begin)};
  }
  if (X509_cmp_current_time(end) < 0) {
    return {StatusCode::kInvalidArgument,
            name + "has expired at " + TextOf(end)};
  }
  return {};
}

TlsStream TlsContext::NewStream(TlsWire* wire) {
  ContextPtr context;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    context = context_;
  }
  TlsStream none;
  SSL* const ssl = SSL_new(context.get());
  if (ssl == nullptr) return none;
  TlsStream stream(ssl);
  BIO* const bio = NewWireBio(wire);
  if (bio == nullptr) return none;
  SSL_set_bio(ssl, bio, bio);
  return stream;
}

}  // namespace tickerhub::internal
