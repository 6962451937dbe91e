#ifndef TICKERHUB_LIB_WEBSOCKETPP_STREAMS_TLS_CONTEXT_H_
#define TICKERHUB_LIB_WEBSOCKETPP_STREAMS_TLS_CONTEXT_H_

#include <memory>
#include <mutex>
#include <string>

#include "streams/ticket_keys.h"
#include "streams/tls_stream.h"
#include "streams/tls_wire.h"
#include "tickerhub/status.h"

// OpenSSL's; its headers are for the sources of this folder only.
struct ssl_ctx_st;

namespace tickerhub::internal {

/// A certificate with its key, as files in PEM form.
struct TlsFiles {
  std::string certificate;  ///< with the certificates between it and the root
  std::string key;
};

/// What the TLS connections of a server share: the certificate, the protocol
/// versions and ciphers, the keys of the tickets.
///
/// TLS 1.2 and 1.3, ciphers with forward secrecy and authentication only, no
/// renegotiation, no compression, no early data.
///
/// Threads: any thread may call. Must outlive its streams.
class TlsContext {
 public:
  /// Whether this build can speak TLS. If not, Load() says what to do.
  static bool IsBuilt();

  /// Reads and checks the files. New connections use them from then on; those
  /// that exist keep what they have. If something is wrong, the status has a
  /// sentence, and everything stays as it was.
  Status Load(const TlsFiles& files);

  /// Returns a sentence if the certificate of `files` is not valid today.
  static Status CheckDates(const TlsFiles& files);

  /// A stream whose records go through `wire`, which must outlive it. It does
  /// not exist() if there is no memory. REQUIRES: Load() has succeeded.
  TlsStream NewStream(TlsWire* wire);

 private:
  TicketKeys tickets_;
  std::mutex mutex_;
  std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_STREAMS_TLS_CONTEXT_H_
