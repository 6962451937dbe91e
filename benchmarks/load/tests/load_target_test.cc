#include "load/load_target.h"

#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cstring>
#include <string>

namespace tickerhub::load {
namespace {

LoadUrl Parsed(const char* text) {
  LoadUrl url;
  EXPECT_EQ(ParseLoadUrl(text, &url), "") << text;
  return url;
}

TEST(LoadUrlTest, TakesAUrlApart) {
  const LoadUrl url = Parsed("ws://hub.example:8080/stocks?x=1");
  EXPECT_EQ(url.host, "hub.example");
  EXPECT_EQ(url.port, "8080");
  EXPECT_EQ(url.path, "/stocks?x=1");
  EXPECT_EQ(url.authority, "hub.example:8080");
}

TEST(LoadUrlTest, HasDefaults) {
  EXPECT_EQ(Parsed("ws://h").port, "80");
  EXPECT_EQ(Parsed("ws://h").path, "/");
  EXPECT_EQ(Parsed("ws://h?x").path, "/?x");
}

TEST(LoadUrlTest, TakesIpv6InBrackets) {
  const LoadUrl url = Parsed("ws://[::1]:81/");
  EXPECT_EQ(url.host, "::1");
  EXPECT_EQ(url.port, "81");
  EXPECT_EQ(url.authority, "[::1]:81");
  EXPECT_EQ(Parsed("ws://[::1]").port, "80");
}

TEST(LoadUrlTest, SaysWhatIsWrong) {
  for (const char* bad : {"", "http://h/", "wss://h/", "ws://", "ws:///x",
                          "ws://h:0/", "ws://h:65536/", "ws://h:x/", "ws://h:/",
                          "ws://[::1/", "ws://h/a b", "ws://h/#x"}) {
    LoadUrl url;
    EXPECT_NE(ParseLoadUrl(bad, &url).find("expected a URL such as"),
              std::string::npos)
        << bad;
  }
}

TEST(LoadTargetTest, FindsAnAddressAndKnowsLoopback) {
  ClientPool::Target target;
  EXPECT_EQ(ResolveTarget(Parsed("ws://127.0.0.2:81/x"), &target), "");
  EXPECT_TRUE(IsIpv4Loopback(target));
  EXPECT_EQ(target.host, "127.0.0.2:81");
  EXPECT_EQ(target.path, "/x");
  EXPECT_EQ(ResolveTarget(Parsed("ws://192.0.2.1/"), &target), "");
  EXPECT_FALSE(IsIpv4Loopback(target));
  EXPECT_NE(ResolveTarget(Parsed("ws://host.invalid/"), &target), "");
}

TEST(LoadTargetTest, GivesEachProcessASourceOfItsOwn) {
  ClientPool::Target target;
  UseSourceOfProcess(3, &target);
  sockaddr_in source{};
  std::memcpy(&source, &target.source, sizeof source);
  EXPECT_EQ(ntohl(source.sin_addr.s_addr), 0x7f000004U);
  EXPECT_EQ(target.source_size, sizeof source);
}

TEST(FitProcessesTest, TakesAsFewAsDoWell) {
  std::string error;
  const LoadRoom room{1000, 800};
  // Half of the ports are found quickly.
  EXPECT_EQ(FitProcesses(400, 0, true, room, &error), 1U);
  EXPECT_EQ(FitProcesses(401, 0, true, room, &error), 2U);
  EXPECT_EQ(FitProcesses(800, 1, true, room, &error), 1U);
  EXPECT_EQ(FitProcesses(800 * 64, 0, true, room, &error), 64U);
  EXPECT_EQ(FitProcesses(300, 0, true, {100, 800}, &error), 3U);
  // There is one address only.
  EXPECT_EQ(FitProcesses(800, 0, false, room, &error), 1U);
  EXPECT_EQ(FitProcesses(10, 4, true, room, &error), 4U);
  EXPECT_EQ(FitProcesses(2, 4, true, room, &error), 2U);
  EXPECT_EQ(error, "");
}

TEST(FitProcessesTest, SaysInASentenceThatClientsDontFit) {
  std::string error;
  const LoadRoom room{1000, 800};
  EXPECT_EQ(FitProcesses(801, 1, true, room, &error), 0U);
  EXPECT_EQ(error,
            "--clients 801 does not fit: limits on descriptors and ports leave "
            "room for 800 in a process; use --processes 2");
  EXPECT_EQ(FitProcesses(801, 0, false, room, &error), 0U);
  EXPECT_NE(error.find("800 ports"), std::string::npos) << error;
  EXPECT_EQ(FitProcesses(800 * 64 + 1, 0, true, room, &error), 0U);
  EXPECT_NE(error.find("at most 64 processes"), std::string::npos) << error;
  EXPECT_EQ(FitProcesses(1, 0, true, {0, 0}, &error), 0U);
}

}  // namespace
}  // namespace tickerhub::load
