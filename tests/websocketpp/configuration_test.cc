// Mistakes of the program that sets up a server: a sentence from Listen().

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"

namespace tickerhub::testing {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

std::string ListenError(const std::function<void(Server::Options&)>& change,
                        const std::function<void(Server&)>& setup = nullptr) {
  Server::Options options = RunningServer::AnyPort();
  if (change) change(options);
  Server server(options);
  if (setup) setup(server);
  const Status status = server.Listen();
  EXPECT_TRUE(status.ok() || status.code() == StatusCode::kInvalidArgument);
  return status.message();
}

std::string SetupError(const std::function<void(Server&)>& setup) {
  return ListenError(nullptr, setup);
}

void Answer(const HttpRequest&, const HttpReply& reply) { reply({}); }

TEST(ConfigurationTest, ANumberOutOfRangeIsASentence) {
  using Options = Server::Options;
  EXPECT_EQ(ListenError([](Options& o) { o.event_loops = 0; }),
            "Server::Options::event_loops is 0; choose 1 to 64");
  EXPECT_EQ(ListenError([](Options& o) { o.event_loops = 65; }),
            "Server::Options::event_loops is 65; choose 1 to 64");
  EXPECT_EQ(ListenError([](Options& o) { o.event_loops = -1; }),
            "Server::Options::event_loops is -1; choose 1 to 64");
  EXPECT_EQ(ListenError([](Options& o) { o.max_connections = 0; }),
            "Server::Options::max_connections is 0; choose 1 or more");
  EXPECT_EQ(ListenError([](Options& o) { o.max_message_bytes = 0; }),
            "Server::Options::max_message_bytes is 0; choose 1 or more");
  EXPECT_EQ(ListenError([](Options& o) { o.max_queued_bytes = 0; }),
            "Server::Options::max_queued_bytes is 0; choose 1 or more");
  EXPECT_EQ(ListenError([](Options& o) { o.max_unhandled_messages = 0; }),
            "Server::Options::max_unhandled_messages is 0; choose 1 to "
            "4294967295");
  EXPECT_EQ(ListenError([](Options& o) {
              o.socket_send_buffer_bytes = std::size_t{1} << 31;
            }),
            "Server::Options::socket_send_buffer_bytes is 2147483648; choose 0 "
            "to 2147483647");
}

TEST(ConfigurationTest, ATimeOutOfRangeIsASentence) {
  using Options = Server::Options;
  EXPECT_NE(ListenError([](Options& o) {
              o.handshake_timeout = milliseconds(0);
            }).find("handshake_timeout is 0 ms; choose 1 ms or more"),
            std::string::npos);
  EXPECT_NE(ListenError([](Options& o) {
              o.stop_timeout = milliseconds(-1);
            }).find("stop_timeout is -1 ms; choose 0 ms or more"),
            std::string::npos);
  EXPECT_NE(ListenError([](Options& o) {
              o.ping_interval = hours(900'000);
            }).find("(a hundred years) at most"),
            std::string::npos);
  EXPECT_NE(ListenError([](Options& o) {
              o.idle_timeout = o.ping_interval;
            }).find("choose more than twice ping_interval"),
            std::string::npos);
}

TEST(ConfigurationTest, AnOriginThatIsNoneIsASentence) {
  EXPECT_EQ(ListenError([](Server::Options& o) {
              o.allowed_origins = {"https://a.example", "*"};
            }),
            "Server::Options::allowed_origins has '*', which is none; choose "
            "one like https://example.com, in lower case and without a path");
}

TEST(ConfigurationTest, APathThatIsNoneIsASentence) {
  const auto add = [](const char* path) {
    return SetupError([path](Server& server) { server.AddChannel(path); });
  };
  for (const char* const path : {"", "stocks", "/a b", "/a?b", "/a#b", "/\n"}) {
    EXPECT_NE(add(path).find("a path begins with '/'"), std::string::npos)
        << path;
  }
  EXPECT_NE(SetupError([](Server& s) {
              s.Route("GET", "api", Answer);
            }).find("a route has the path 'api'"),
            std::string::npos);
  EXPECT_NE(SetupError([](Server& s) {
              s.ServeFile("x.js", {});
            }).find("a file has the path 'x.js'"),
            std::string::npos);
}

TEST(ConfigurationTest, APathThatIsTakenIsASentence) {
  ScriptedHandler handler;
  EXPECT_EQ(SetupError([&](Server& server) {
              server.AddChannel("/a").SetHandler(handler);
              server.AddChannel("/a").SetHandler(handler);
            }),
            "two channels have the path /a; give each its own");
  EXPECT_EQ(SetupError([](Server& server) {
              server.Route("GET", "/x", Answer);
              server.Route("POST", "/x", Answer);
              server.Route("GET", "/x", Answer);
            }),
            "the route GET /x was added twice");
  EXPECT_EQ(SetupError([](Server& server) {
              server.ServeFile("/x", {"text/plain", "one"});
              server.ServeFile("/x", {"text/plain", "another"});
            }),
            "the file /x was added twice, with different content");
  EXPECT_EQ(SetupError([](Server& server) {
              server.ServeFile("/x", {"text/plain", "one"});
              server.ServeFile("/x", {"text/plain", "one"});
            }),
            "");
  EXPECT_EQ(SetupError([](Server& server) {
              server.ServeFile("/x", {});
              server.Route("GET", "/x", Answer);
            }),
            "/x is a file and a route; give one of them another path");
}

TEST(ConfigurationTest, AChannelThatLacksSomethingIsASentence) {
  EXPECT_EQ(SetupError([](Server& server) { server.AddChannel("/a"); }),
            "the channel /a has no handler; call Channel::SetHandler()");
  ScriptedHandler handler;
  const auto with = [&](ChannelOptions options) {
    return SetupError([&](Server& server) {
      server.AddChannel("/a", options).SetHandler(handler);
    });
  };
  ChannelOptions options;
  options.subprotocols = {"a b"};
  EXPECT_NE(with(options).find("has the subprotocol 'a b'"), std::string::npos);
  options.subprotocols = {"a", "a"};
  EXPECT_NE(with(options).find("given twice"), std::string::npos);
  options = {};
  options.max_queued_bytes = 0;
  EXPECT_EQ(with(options),
            "max_queued_bytes of the channel /a is 0; choose 1 or more");
}

TEST(ConfigurationTest, ARouteThatCannotBeIsASentence) {
  EXPECT_NE(SetupError([](Server& s) {
              s.Route("GE T", "/x", Answer);
            }).find("has the method 'GE T'"),
            std::string::npos);
  EXPECT_EQ(SetupError([](Server& s) { s.Route("GET", "/x", nullptr); }),
            "the route GET /x has no handler");
  EXPECT_NE(SetupError([](Server& s) {
              s.Route("GET", "/x*", Answer);
            }).find("'*' that does not stand behind the last '/'"),
            std::string::npos);
  EXPECT_NE(SetupError([](Server& s) {
              s.Route("GET", "/*/x", Answer);
            }).find("'*' that does not stand behind the last '/'"),
            std::string::npos);
}

TEST(ConfigurationTest, AGuardThatCannotBeIsASentence) {
  const auto guard = [](HttpRequest&) { return std::nullopt; };
  const auto add = [&](const char* path) {
    return SetupError([&](Server& server) { server.Guard(path, guard); });
  };
  EXPECT_NE(add("api").find("a guard has the path 'api'"), std::string::npos);
  EXPECT_NE(add("/api*").find("'*' that does not stand behind the last '/'"),
            std::string::npos);
  EXPECT_EQ(SetupError([](Server& s) { s.Guard("/x", nullptr); }),
            "the guard of /x has no function");
  EXPECT_EQ(SetupError([&](Server& server) {
              server.Guard("/x", guard);
              server.Guard("/x", guard);
            }),
            "the guard of /x was added twice");
}

TEST(ConfigurationTest, RefusesAGuardThatNobodyAsks) {
  const auto guard = [](HttpRequest&) -> std::optional<HttpResponse> {
    return std::nullopt;
  };
  EXPECT_EQ(SetupError([&](Server& s) { s.Guard("/api/stock", guard); }),
            "the guard of /api/stock guards nothing: there is no route and no "
            "page");
  ScriptedHandler handler;
  EXPECT_EQ(SetupError([&](Server& server) {
              server.AddChannel("/stocks").SetHandler(handler);
              server.Guard("/stocks", guard);
            }),
            "the guard of /stocks is not asked by the channel there; call "
            "Channel::SetAdmission()");
  for (const auto& paths : {std::pair("/api/stocks", "/api/*"),
                            {"/api/*", "/api/stocks"},
                            {"/api/*", "/api/stocks/*"},
                            {"/a", "/a"}}) {
    EXPECT_EQ(SetupError([&](Server& server) {
                server.Route("GET", paths.first, Answer);
                server.Guard(paths.second, guard);
              }),
              "")
        << paths.second;
  }
}

TEST(ConfigurationTest, RefusesAMethodThatNoClientAsksFor) {
  const auto error = [](const char* method) {
    return SetupError([&](Server& s) { s.Route(method, "/x", Answer); });
  };
  EXPECT_EQ(error("get"),
            "the route /x has the method 'get', which no client asks for; "
            "write it in capitals");
  EXPECT_EQ(error("HEAD"),
            "the route HEAD /x is never asked; that for GET answers HEAD too");
  EXPECT_EQ(error("PROPFIND"), "");
}

TEST(ConfigurationTest, RefusesACertificateThatNoListenerUses) {
  EXPECT_EQ(ListenError([](Server::Options& options) {
              options.tls_certificate_file = "certificate.pem";
              options.tls_key_file = "key.pem";
            }),
            "Server::Options::tls_certificate_file is set, but no listener "
            "speaks TLS; set Listener::tls");
}

// In debug builds these end the program; see the death tests below.
#ifdef NDEBUG

TEST(ConfigurationTest, AChangeThatIsTooLateIsLoggedAndHasNoEffect) {
  RunningServer running;
  ScriptedHandler handler;
  running.OnHub([&] {
    Channel& late = running.server().AddChannel("/late");
    late.SetHandler(handler);
    late.Publish({}, Delivery::kEvery, 0);
    late.Send({1}, Payload("x"), Delivery::kEvery);
    running.server().Route("GET", "/late", Answer);
    running.server().ServeFile("/late", {});
    running.out().SetAdmission(nullptr);
  });
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/late")), 404);
  std::vector<std::string> calls;
  for (const std::string& line : running.log()) {
    calls.push_back(line.substr(0, line.find(' ')));
    EXPECT_NE(line.find("was called after Server::Listen()"),
              std::string::npos);
  }
  EXPECT_EQ(calls, (std::vector<std::string>{
                       "Server::AddChannel()", "Channel::SetHandler()",
                       "Server::Route()", "Server::ServeFile()",
                       "Channel::SetAdmission()"}));
}

TEST(WrongThreadTest, OfAChannelIsLoggedOnce) {
  RunningServer running;
  running.OnHub([] {});  // the hub runs
  running.out().Send({1}, Payload("x"), Delivery::kEvery);
  running.out().Send({1}, Payload("x"), Delivery::kEvery);
  running.out().SetSubscriptions({1}, {});
  EXPECT_EQ(
      running.log(),
      (std::vector<std::string>{
          "Channel::Send() was called from another thread than the hub's; wrap "
          "the call into Server::Post() or Scheduler::Post()",
          "Channel::SetSubscriptions() was called from another thread than the "
          "hub's; wrap the call into Server::Post() or Scheduler::Post()"}));
}

TEST(ConfigurationTest, RunWithoutListenReturnsAtOnceWithASentence) {
  std::vector<std::string> log;
  Server::Options options = RunningServer::AnyPort();
  options.log = [&](LogLevel, std::string_view line) {
    log.emplace_back(line);
  };
  Server server(options);
  server.Run();
  ASSERT_EQ(log.size(), 1U);
  EXPECT_NE(log[0].find("Listen() has not succeeded"), std::string::npos);
}

#else

TEST(ConfigurationDeathTest, AChangeThatIsTooLateEndsTheProgram) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        Server server(RunningServer::AnyPort());
        (void)server.Listen();
        server.Route("GET", "/late", Answer);
      },
      "Server::Route\\(\\) was called after Server::Listen\\(\\)");
}

TEST(ConfigurationDeathTest, RunWithoutListenEndsTheProgram) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        Server server(RunningServer::AnyPort());
        server.Run();
      },
      "Listen\\(\\) has not succeeded");
}

#endif

}  // namespace
}  // namespace tickerhub::testing
