#include "http/http_reply.h"

#include <gtest/gtest.h>

#include <vector>

namespace tickerhub::testing {
namespace {

class HttpReplyTest : public ::testing::Test {
 protected:
  HttpReply Make() {
    return internal::MakeReply([this](const HttpResponse& response) {
      statuses_.push_back(response.status);
    });
  }
  std::vector<int> statuses_;
};

TEST_F(HttpReplyTest, HandsOnTheFirstResponseOnly) {
  const HttpReply reply = Make();
  const HttpReply copy = reply;
  HttpResponse response;
  response.status = 204;
  copy(response);
  reply({});
  EXPECT_EQ(statuses_, std::vector<int>{204});
}

TEST_F(HttpReplyTest, Answers500WhenTheLastCopyIsGoneWithoutAResponse) {
  HttpReply reply = Make();
  { const HttpReply copy = reply; }
  EXPECT_TRUE(statuses_.empty());
  reply = nullptr;
  EXPECT_EQ(statuses_, std::vector<int>{500});
}

}  // namespace
}  // namespace tickerhub::testing
