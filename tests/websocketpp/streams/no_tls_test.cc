// A build without OpenSSL.

#include <gtest/gtest.h>

#include "tickerhub/websocketpp/server.h"

namespace tickerhub::testing {
namespace {

TEST(NoTlsTest, AListenerWithTlsIsRefusedWithASentence) {
  Server::Options options;
  options.port = 0;
  options.tls = true;
  options.tls_certificate_file = "certificate.pem";
  options.tls_key_file = "key.pem";
  Server server(options);
  const Status status = server.Listen();
  EXPECT_EQ(status.code(), StatusCode::kUnavailable);
  EXPECT_EQ(status.message(),
            "this build cannot speak TLS; install libssl-dev and build "
            "tickerhub with -DTICKERHUB_WITH_TLS=ON");
}

}  // namespace
}  // namespace tickerhub::testing
