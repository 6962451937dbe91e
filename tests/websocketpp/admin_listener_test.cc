// Listeners for operators, and the routes that only they may ask for.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"

namespace tickerhub::testing {
namespace {

void Say(const HttpRequest& request, const HttpReply& reply) {
  HttpResponse response;
  response.body = request.from_admin_listener ? "admin\n" : "anybody\n";
  reply(response);
}

Listener Admin() {
  Listener listener;
  listener.admin = true;
  return listener;
}

void AddRoutes(Server& server) {
  server.Route("GET", "/public", Say);
  server.AdminRoute("GET", "/secret", Say);
  server.ServeFile("/file", {"text/plain", "x"});
}

TEST(AdminListenerTest, ServesHealthAndAdminRoutesAndNothingElse) {
  RunningServer running(RunningServer::AnyPort(), [](Server& server) {
    server.AddListener(Admin());
    AddRoutes(server);
  });
  const std::uint16_t admin = running.server().port(1);
  EXPECT_EQ(BodyOf(Fetch(admin, "GET", "/secret")), "admin\n");
  EXPECT_EQ(StatusOf(Fetch(admin, "GET", "/healthz")), 200);
  EXPECT_EQ(StatusOf(Fetch(admin, "GET", "/readyz")), 200);
  EXPECT_EQ(StatusOf(Fetch(admin, "POST", "/secret")), 405);
  for (const char* path : {"/public", "/file", "/a", "/"}) {
    EXPECT_EQ(StatusOf(Fetch(admin, "GET", path)), 404) << path;
  }
  EXPECT_EQ(StatusOf(Exchange(admin, UpgradeRequest("/a"))), 404);
  // The other listener has what is for everybody.
  EXPECT_EQ(BodyOf(Fetch(running.port(), "GET", "/public")), "anybody\n");
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/secret")), 404);
}

TEST(AdminListenerTest, HasPlacesOfItsOwnBesideAFullServer) {
  Server::Options options = RunningServer::AnyPort();
  options.max_connections = 1;
  options.max_admin_connections = 2;
  RunningServer running(options, [](Server& server) {
    server.AddListener(Admin());
    AddRoutes(server);
  });
  const std::uint16_t admin = running.server().port(1);
  RawSocket only(running.port());
  ASSERT_TRUE(only.Upgrade("/a"));
  EXPECT_EQ(BodyOf(Fetch(admin, "GET", "/secret")), "admin\n");
  const auto nobody = [](const Server::Counters& c) {
    return c.admin_connections == 0;
  };
  ASSERT_TRUE(running.Counts(nobody));
  std::vector<RawSocket> held;
  for (int i = 0; i < 2; ++i) held.emplace_back(admin);
  ASSERT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.admin_connections == 2; }));
  EXPECT_EQ(StatusOf(Fetch(admin, "GET", "/secret")), 503);
  EXPECT_EQ(StatusOf(Fetch(admin, "GET", "/healthz")), 200);
  EXPECT_EQ(running.counters().refused_admin_full, 1U);
  EXPECT_EQ(running.counters().refused_full, 0U);
  EXPECT_EQ(running.counters().connections, 1U);
  held.clear();
  ASSERT_TRUE(running.Counts(nobody));
  EXPECT_EQ(BodyOf(Fetch(admin, "GET", "/secret")), "admin\n");
}

TEST(AdminRouteTest, MayBeThatOfAPrefix) {
  const auto add = [](Server& server) {
    server.AdminRoute("GET", "/debug/*", Say);
    server.Route("GET", "/debug/open", Say);
    server.Route("GET", "/*", Say);
  };
  RunningServer with_listener(RunningServer::AnyPort(), [&](Server& server) {
    server.AddListener(Admin());
    add(server);
  });
  const std::uint16_t admin = with_listener.server().port(1);
  EXPECT_EQ(BodyOf(Fetch(admin, "GET", "/debug/a/b")), "admin\n");
  EXPECT_EQ(StatusOf(Fetch(admin, "GET", "/other")), 404);
  EXPECT_EQ(StatusOf(Fetch(admin, "POST", "/debug/a")), 405);
  // Where everybody may ask for it, the longest path counts.
  RunningServer on_loopback(RunningServer::AnyPort(), [&](Server& server) {
    server.AdminRoute("POST", "/debug/*", Say);
    server.Route("GET", "/debug/open", Say);
    server.Route("GET", "/*", Say);
  });
  const std::uint16_t port = on_loopback.port();
  EXPECT_EQ(StatusOf(Fetch(port, "GET", "/debug/a")), 405);
  EXPECT_EQ(StatusOf(Fetch(port, "GET", "/debug/open")), 200);
  EXPECT_EQ(StatusOf(Fetch(port, "GET", "/other")), 200);
}

TEST(AdminRouteTest, IsForEverybodyOnThisMachineIfThereIsNoAdminListener) {
  RunningServer running(RunningServer::AnyPort(), AddRoutes);
  EXPECT_EQ(BodyOf(Fetch(running.port(), "GET", "/secret")), "anybody\n");
  // A proxy on this machine asks for somebody else.
  for (const char* field : {"X-Forwarded-For: 203.0.113.7",
                            "Forwarded: for=203.0.113.7", "Via: 1.1 proxy"}) {
    EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/secret",
                             std::string(field) + "\r\n")),
              404)
        << field;
  }
}

TEST(AdminRouteTest,
     IsForNobodyWhereOthersCanConnectAndThereIsNoAdminListener) {
  Server::Options options = RunningServer::AnyPort();
  options.address = "0.0.0.0";
  RunningServer running(options, AddRoutes);
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/secret")), 404);
  EXPECT_EQ(BodyOf(Fetch(running.port(), "GET", "/public")), "anybody\n");
}

}  // namespace
}  // namespace tickerhub::testing
