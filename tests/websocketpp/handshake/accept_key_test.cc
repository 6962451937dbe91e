#include "handshake/accept_key.h"

#include <gtest/gtest.h>

namespace tickerhub {
namespace {

TEST(AcceptKeyTest, IsTheOneOfTheStandardsExample) {
  // RFC 6455 §1.3.
  EXPECT_EQ(internal::AcceptKeyOf("dGhlIHNhbXBsZSBub25jZQ=="),
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

}  // namespace
}  // namespace tickerhub
