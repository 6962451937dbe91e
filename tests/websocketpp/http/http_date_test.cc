#include "http/http_date.h"

#include <gtest/gtest.h>

namespace tickerhub::testing {
namespace {

TEST(HttpDateTest, IsThatOfTheRfc) {
  // RFC 9110 §5.6.7.
  EXPECT_EQ(internal::HttpDate(784'111'777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(internal::HttpDate(0), "Thu, 01 Jan 1970 00:00:00 GMT");
}

}  // namespace
}  // namespace tickerhub::testing
