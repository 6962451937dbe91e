#ifndef TICKERHUB_TESTS_SUPPORT_TLS_SERVER_H_
#define TICKERHUB_TESTS_SUPPORT_TLS_SERVER_H_

#include "support/running_server.h"
#include "support/test_certificate.h"

namespace tickerhub::testing {

/// Options of a server whose only listener speaks TLS with that certificate.
inline Server::Options TlsOptions(const TestCertificate& certificate) {
  Server::Options options = RunningServer::AnyPort();
  options.tls = true;
  options.tls_certificate_file = certificate.certificate();
  options.tls_key_file = certificate.key();
  return options;
}

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_SUPPORT_TLS_SERVER_H_
