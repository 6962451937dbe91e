#ifndef TICKERHUB_LIB_WEBSOCKETPP_STREAMS_TLS_BIO_H_
#define TICKERHUB_LIB_WEBSOCKETPP_STREAMS_TLS_BIO_H_

#include <openssl/bio.h>

#include "streams/tls_wire.h"

namespace tickerhub::internal {

/// Returns a BIO that reads and writes through `wire`, which must outlive it;
/// null if there is no memory. OpenSSL's own BIO for sockets would write with
/// write(), which can raise SIGPIPE and knows no MSG_EOR (stream.cc).
BIO* NewWireBio(TlsWire* wire);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_STREAMS_TLS_BIO_H_
