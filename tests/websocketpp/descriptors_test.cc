// What the server does when the process may have no more descriptors. The
// script says so instead of the kernel: UndefinedBehaviorSanitizer needs two
// descriptors itself to look at an object, so a process that has really none
// left gets reports about objects that are in order. Other builds have the real
// case as well, see listen_test.cc.

#include <gtest/gtest.h>

#include <string>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/scripted_kernel.h"

namespace tickerhub::testing {
namespace {

TEST(DescriptorsTest, ThatRunOutDelayNewConnectionsAndAreLoggedOnce) {
  scripted_kernel::Reset();
  RunningServer running;
  RawSocket open(running.port());
  ASSERT_TRUE(open.Upgrade("/a"));
  scripted_kernel::RefuseDescriptors(true);
  RawSocket waiting(running.port());
  ASSERT_TRUE(waiting.Send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"));
  ASSERT_TRUE(Eventually([&] { return !running.log().empty(); }));

  // The connections that are there are served meanwhile.
  ASSERT_TRUE(open.Send(ClientFrame(kPing, "and me?")));
  const auto pong = open.ReadFrame();
  ASSERT_TRUE(pong.has_value());
  EXPECT_EQ(pong->payload, "and me?");
  EXPECT_EQ(running.counters().accepted, 1U);

  scripted_kernel::RefuseDescriptors(false);
  EXPECT_EQ(BodyOf(waiting.ReadToEnd()), "ok\n");
  ASSERT_EQ(running.log().size(), 1U);
  EXPECT_EQ(running.log()[0],
            "can't accept connections, trying on: Too many open files");
}

}  // namespace
}  // namespace tickerhub::testing
