// Plain HTTP beside the channels: routes, files, and what is refused.

#include "tickerhub/websocketpp/http.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "support/raw_socket.h"
#include "support/running_server.h"

namespace tickerhub::testing {
namespace {

HttpResponse Text(std::string text) {
  HttpResponse response;
  response.body = std::move(text);
  return response;
}

std::string Post(std::uint16_t port, std::string_view target,
                 std::string_view body, std::string_view headers = "") {
  return Exchange(port, "POST " + std::string(target) +
                            " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
                            std::to_string(body.size()) + "\r\n" +
                            std::string(headers) + "\r\n" + std::string(body));
}

TEST(HttpRouteTest, GetsTheRequestOnTheHubsThread) {
  HttpRequest seen;
  std::thread::id thread;
  RunningServer running(RunningServer::AnyPort(), [&](Server& server) {
    server.Route("POST", "/echo",
                 [&](const HttpRequest& request, const HttpReply& reply) {
                   seen = request;
                   thread = std::this_thread::get_id();
                   reply({201,
                          "text/csv",
                          "a,b\n" + request.body,
                          {{"X-Extra", "yes"}, {"Cache-Control", "no-store"}}});
                 });
  });
  const std::string response =
      Post(running.port(), "/echo?x=1&y=%20/?z", "c,d\n", "X-Mine: Value\r\n");
  EXPECT_EQ(StatusOf(response), 201);
  EXPECT_EQ(BodyOf(response), "a,b\nc,d\n");
  EXPECT_EQ(HeaderOf(response, "Content-Type"), "text/csv");
  EXPECT_EQ(HeaderOf(response, "Content-Length"), "8");
  EXPECT_EQ(HeaderOf(response, "X-Extra"), "yes");
  EXPECT_EQ(HeaderOf(response, "Cache-Control"), "no-store");
  EXPECT_EQ(HeaderOf(response, "Connection"), "close");
  EXPECT_EQ(HeaderOf(response, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(HeaderOf(response, "Referrer-Policy"), "no-referrer");
  EXPECT_EQ(HeaderOf(response, "Date").size(),
            std::string("Sun, 06 Nov 1994 08:49:37 GMT").size());
  EXPECT_EQ(HeaderOf(response, "Server"), "");

  EXPECT_EQ(thread, running.hub_thread());
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.path, "/echo");
  EXPECT_EQ(seen.query, "x=1&y=%20/?z");
  EXPECT_EQ(seen.body, "c,d\n");
  EXPECT_EQ(seen.remote_address.ToString(), "127.0.0.1");
  EXPECT_EQ(seen.Header("x-mine"), "Value");
  EXPECT_EQ(seen.Header("x-other"), "");
  EXPECT_TRUE(running.Counts([](const Server::Counters& c) {
    return c.http_requests == 1 && c.connections == 0;
  }));
  EXPECT_EQ(running.counters().handshakes_failed, 0U);
}

TEST(HttpRouteTest, MayAnswerLater) {
  HttpReply kept;
  RunningServer running(RunningServer::AnyPort(), [&](Server& server) {
    server.Route(
        "GET", "/later", [&kept, &server](const HttpRequest&, HttpReply reply) {
          kept = std::move(reply);
          server.scheduler().RunAfter(std::chrono::milliseconds(20), [&kept] {
            kept(Text("at last"));
            kept(Text("a second answer does nothing"));
            kept = nullptr;
          });
        });
  });
  const std::string response = Fetch(running.port(), "GET", "/later");
  EXPECT_EQ(StatusOf(response), 200);
  EXPECT_EQ(BodyOf(response), "at last");
}

TEST(HttpRouteTest, ThatDropsItsReplyMakes500) {
  RunningServer running(RunningServer::AnyPort(), [](Server& server) {
    server.Route("GET", "/drop", [](const HttpRequest&, const HttpReply&) {});
  });
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/drop")), 500);
}

TEST(HttpRouteTest, ThatThrowsMakes500AndStopsNothing) {
  RunningServer running(RunningServer::AnyPort(), [](Server& server) {
    server.Route("GET", "/throw", [](const HttpRequest&, const HttpReply&) {
      throw std::runtime_error("the route is broken");
    });
  });
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/throw")), 500);
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/healthz")), 200);
  // The answer goes out while the exception passes, so before the line.
  ASSERT_TRUE(Eventually([&] { return !running.log().empty(); }));
  EXPECT_EQ(running.log().size(), 1U);
  EXPECT_NE(running.log()[0].find("the route is broken"), std::string::npos);
}

TEST(HttpRouteTest, ThatNeverAnswersIsCutOffAfterTheTimeout) {
  HttpReply kept;
  Server::Options options = RunningServer::AnyPort();
  options.handshake_timeout = std::chrono::milliseconds(60);
  RunningServer running(options, [&](Server& server) {
    server.Route("GET", "/never", [&kept](const HttpRequest&, HttpReply reply) {
      kept = std::move(reply);
    });
  });
  EXPECT_EQ(Fetch(running.port(), "GET", "/never"), "");
  EXPECT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.connections == 0; }));
  // Too late, which is no harm.
  running.OnHub([&] { kept(Text("too late")); });
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/healthz")), 200);
}

TEST(HttpRouteTest, MayKeepItsReplyBeyondTheServersLife) {
  HttpReply kept;
  {
    Server::Options options = RunningServer::AnyPort();
    options.stop_timeout = std::chrono::milliseconds(50);
    RunningServer running(options, [&](Server& server) {
      server.Route("GET", "/never",
                   [&kept](const HttpRequest&, HttpReply reply) {
                     kept = std::move(reply);
                   });
    });
    RawSocket socket(running.port());
    ASSERT_TRUE(socket.Send("GET /never HTTP/1.1\r\nHost: x\r\n\r\n"));
    ASSERT_TRUE(running.Counts(
        [](const Server::Counters& c) { return c.http_requests == 1; }));
    running.OnHub([] {});
  }
  ASSERT_NE(kept, nullptr);
  kept(Text("nobody is there"));
}

TEST(HttpRouteTest, SurvivesAClientThatLeavesBeforeTheAnswer) {
  std::promise<HttpReply> asked;
  RunningServer running(RunningServer::AnyPort(), [&](Server& server) {
    server.Route("GET", "/slow", [&](const HttpRequest&, HttpReply reply) {
      asked.set_value(std::move(reply));
    });
  });
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
  HttpReply reply = asked.get_future().get();
  socket.Reset();
  running.OnHub([&] { reply(Text(std::string(1 << 20, 'x'))); });
  EXPECT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.connections == 0; }));
}

TEST(HttpRouteTest, AnswersHeadWithTheHeadersOfGet) {
  RunningServer running(RunningServer::AnyPort(), [](Server& server) {
    server.Route("GET", "/page",
                 [](const HttpRequest& request, const HttpReply& reply) {
                   reply(Text(request.method + " of twelve."));
                 });
    server.ServeFile("/file", {"text/css", "body{}"});
  });
  const std::string page = Fetch(running.port(), "HEAD", "/page");
  EXPECT_EQ(StatusOf(page), 200);
  EXPECT_EQ(HeaderOf(page, "Content-Length"), "14");
  EXPECT_EQ(BodyOf(page), "");
  const std::string file = Fetch(running.port(), "HEAD", "/file");
  EXPECT_EQ(HeaderOf(file, "Content-Length"), "6");
  EXPECT_EQ(HeaderOf(file, "Content-Type"), "text/css");
  EXPECT_EQ(BodyOf(file), "");
  EXPECT_EQ(StatusOf(Fetch(running.port(), "HEAD", "/nowhere")), 404);
}

TEST(HttpRouteTest, SendsALargeAnswerWhole) {
  const std::string large(3 << 20, 'l');
  RunningServer running(RunningServer::AnyPort(), [&](Server& server) {
    server.Route("GET", "/large",
                 [&](const HttpRequest&, const HttpReply& reply) {
                   reply(Text(large));
                 });
  });
  EXPECT_TRUE(BodyOf(Fetch(running.port(), "GET", "/large")) == large);
}

TEST(HttpErrorTest, IsA404Or405WithWhatIsAllowed) {
  RunningServer running(RunningServer::AnyPort(), [](Server& server) {
    const auto ok = [](const HttpRequest&, const HttpReply& reply) {
      reply(Text("ok"));
    };
    server.Route("GET", "/both", ok);
    server.Route("POST", "/both", ok);
    server.Route("POST", "/post", ok);
    server.ServeFile("/file", {"text/plain", "file"});
  });
  const std::uint16_t port = running.port();
  EXPECT_EQ(StatusOf(Fetch(port, "GET", "/nowhere")), 404);
  EXPECT_EQ(StatusOf(Fetch(port, "GET", "/both/")), 404);
  const std::string deleted = Fetch(port, "DELETE", "/both");
  EXPECT_EQ(StatusOf(deleted), 405);
  EXPECT_EQ(HeaderOf(deleted, "Allow"), "GET, HEAD, POST, OPTIONS");
  const std::string got = Fetch(port, "GET", "/post");
  EXPECT_EQ(StatusOf(got), 405);
  EXPECT_EQ(HeaderOf(got, "Allow"), "POST, OPTIONS");
  EXPECT_EQ(StatusOf(Fetch(port, "HEAD", "/post")), 405);
  const std::string posted = Post(port, "/file", "x");
  EXPECT_EQ(StatusOf(posted), 405);
  EXPECT_EQ(HeaderOf(posted, "Allow"), "GET, HEAD, OPTIONS");
  for (const char* path : {"/healthz", "/readyz"}) {
    const std::string refused = Post(port, path, "x");
    EXPECT_EQ(StatusOf(refused), 405) << "a hub that hangs is not asked";
    EXPECT_EQ(HeaderOf(refused, "Allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(StatusOf(Fetch(port, "DELETE", path)), 405);
    EXPECT_EQ(StatusOf(Fetch(port, "HEAD", path)), 200);
  }
}

TEST(HttpErrorTest, OnAChannelsPathIs426) {
  RunningServer running;
  const std::string response = Fetch(running.port(), "GET", "/a");
  EXPECT_EQ(StatusOf(response), 426);
  EXPECT_EQ(HeaderOf(response, "Upgrade"), "websocket");
}

TEST(HttpErrorTest, OfAnythingButHttpIs400) {
  RunningServer running;
  for (const char* garbage :
       {"\x15\x03\x01\x02\r\n\r\n", "hello\r\n\r\n", "GET /\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon here\r\n\r\n", "\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n", "G\x01T / HTTP/1.1\r\nHost: x\r\n\r\n"}) {
    const std::string response = Exchange(running.port(), garbage);
    EXPECT_EQ(StatusOf(response), 400) << garbage;
    EXPECT_EQ(HeaderOf(response, "Connection"), "close");
    EXPECT_NE(BodyOf(response), "") << garbage;
  }
  EXPECT_TRUE(running.Counts([](const Server::Counters& c) {
    return c.connections == 0 && c.handshakes_failed == 7;
  }));
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/healthz")), 200);
}

TEST(HttpErrorTest, OfHeadersOf64KilobytesIs431) {
  RunningServer running;
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/",
                           "X-Long: " + std::string(65'536, 'x') + "\r\n")),
            431);
  std::string many;
  for (int i = 0; i < 4'000; ++i) {
    many += "X-" + std::to_string(i) + ": value\r\n";
  }
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/", many)), 431);
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/healthz")), 200);
}

TEST(HttpErrorTest, OfABodyBeyondTheLimitIs413AndCounted) {
  Server::Options options = RunningServer::AnyPort();
  options.max_http_body_bytes = 1000;
  RunningServer running(options, [](Server& server) {
    server.Route("POST", "/size",
                 [](const HttpRequest& request, const HttpReply& reply) {
                   reply(Text(std::to_string(request.body.size())));
                 });
  });
  EXPECT_EQ(BodyOf(Post(running.port(), "/size", std::string(1000, 'x'))),
            "1000");
  EXPECT_EQ(running.counters().http_bodies_refused, 0U);
  EXPECT_EQ(StatusOf(Post(running.port(), "/size", std::string(1001, 'x'))),
            413);
  EXPECT_EQ(StatusOf(Post(running.port(), "/size", std::string(1 << 20, 'x'))),
            413);
  EXPECT_TRUE(running.Counts([](const Server::Counters& c) {
    return c.http_bodies_refused == 2 && c.connections == 0;
  }));
  EXPECT_EQ(running.counters().handshakes_failed, 0U);
}

TEST(HttpErrorTest, OfALengthThatIsNoNumberIs400) {
  RunningServer running(RunningServer::AnyPort(), [](Server& server) {
    server.Route("POST", "/", [](const HttpRequest&, const HttpReply& reply) {
      reply(Text("not read"));
    });
  });
  for (const char* length : {"five", "5x", "5, 5", "-1"}) {
    EXPECT_EQ(
        StatusOf(Fetch(running.port(), "POST", "/",
                       "Content-Length: " + std::string(length) + "\r\n")),
        400)
        << length;
  }
}

TEST(HealthzTest, SaysOkAndIsNotCached) {
  RunningServer running;
  const std::string response = Fetch(running.port(), "GET", "/healthz?x");
  EXPECT_EQ(StatusOf(response), 200);
  EXPECT_EQ(BodyOf(response), "ok\n");
  EXPECT_EQ(HeaderOf(response, "Cache-Control"), "no-store");
}

class FileTest : public ::testing::Test {
 protected:
  std::string Get(const std::string& headers) {
    return Fetch(running_.port(), "GET", "/app.js", headers);
  }
  RunningServer running_{
      RunningServer::AnyPort(), [](Server& server) {
        server.ServeFile("/app.js",
                         {std::string(ContentTypeOf("app.js")), "alert(1)"});
        server.ServeFile("/other.js", {"text/plain", "2"});
      }};
};

TEST_F(FileTest, ComesWithItsTypeAndATagAndMustBeAskedFor) {
  const std::string response = Get("");
  EXPECT_EQ(StatusOf(response), 200);
  EXPECT_EQ(BodyOf(response), "alert(1)");
  EXPECT_EQ(HeaderOf(response, "Content-Type"),
            "text/javascript; charset=utf-8");
  EXPECT_EQ(HeaderOf(response, "Cache-Control"), "no-cache");
  EXPECT_NE(HeaderOf(response, "ETag"), "");
  EXPECT_NE(HeaderOf(response, "ETag"),
            HeaderOf(Fetch(running_.port(), "GET", "/other.js"), "ETag"));
}

TEST_F(FileTest, IsNotSentAgainToWhoHasIt) {
  const std::string tag = HeaderOf(Get(""), "ETag");
  // RFC 9110 §13.1.2: a list, a weak comparison, or "*".
  for (const std::string& have :
       {tag, "W/" + tag, "\"x\", " + tag, tag + ",\"y\"", std::string("*")}) {
    const std::string response = Get("If-None-Match: " + have + "\r\n");
    EXPECT_EQ(StatusOf(response), 304) << have;
    EXPECT_EQ(BodyOf(response), "");
    EXPECT_EQ(HeaderOf(response, "ETag"), tag);
    EXPECT_EQ(HeaderOf(response, "Cache-Control"), "no-cache");
  }
  for (const std::string& have :
       {std::string("\"x\""), tag.substr(1), std::string("\"*\"")}) {
    EXPECT_EQ(StatusOf(Get("If-None-Match: " + have + "\r\n")), 200) << have;
  }
}

TEST(CompressedFileTest, ComesWithItsOwnLengthAlsoToHead) {
  const std::string script(10'000, 'x');
  RunningServer running(RunningServer::AnyPort(), [&](Server& server) {
    server.ServeFile("/large.js", {"text/javascript", script});
    server.ServeFile("/large.png", {"image/png", script});
  });
  const auto ask = [&](const char* method, const char* path) {
    return Fetch(running.port(), method, path, "Accept-Encoding: gzip\r\n");
  };
  const std::string got = ask("GET", "/large.js");
  EXPECT_EQ(HeaderOf(got, "Content-Encoding"), "gzip");
  EXPECT_EQ(HeaderOf(got, "Content-Length"),
            std::to_string(BodyOf(got).size()));
  EXPECT_LT(BodyOf(got).size(), 200U);
  const std::string head = ask("HEAD", "/large.js");
  for (const char* name :
       {"Content-Length", "Content-Encoding", "ETag", "Vary"}) {
    EXPECT_EQ(HeaderOf(head, name), HeaderOf(got, name)) << name;
  }
  EXPECT_EQ(BodyOf(head), "");
  EXPECT_EQ(BodyOf(ask("GET", "/large.png")), script);
  EXPECT_EQ(BodyOf(Fetch(running.port(), "GET", "/large.js")), script);
}

TEST(ContentTypeTest, FollowsTheEndingOfTheName) {
  EXPECT_EQ(ContentTypeOf("index.html"), "text/html; charset=utf-8");
  EXPECT_EQ(ContentTypeOf("a.css"), "text/css; charset=utf-8");
  EXPECT_EQ(ContentTypeOf("a.b.js"), "text/javascript; charset=utf-8");
  EXPECT_EQ(ContentTypeOf("a.mjs"), "text/javascript; charset=utf-8");
  EXPECT_EQ(ContentTypeOf("a.json"), "application/json");
  EXPECT_EQ(ContentTypeOf("a.webmanifest"), "application/manifest+json");
  EXPECT_EQ(ContentTypeOf("a.txt"), "text/plain; charset=utf-8");
  EXPECT_EQ(ContentTypeOf("a.csv"), "text/csv; charset=utf-8");
  EXPECT_EQ(ContentTypeOf("a.svg"), "image/svg+xml");
  EXPECT_EQ(ContentTypeOf("a.png"), "image/png");
  EXPECT_EQ(ContentTypeOf("a.jpg"), "image/jpeg");
  EXPECT_EQ(ContentTypeOf("a.ico"), "image/x-icon");
  EXPECT_EQ(ContentTypeOf("a.woff2"), "font/woff2");
  EXPECT_EQ(ContentTypeOf("a.wasm"), "application/wasm");
  EXPECT_EQ(ContentTypeOf("js"), "application/octet-stream");
  EXPECT_EQ(ContentTypeOf(""), "application/octet-stream");
}

}  // namespace
}  // namespace tickerhub::testing
