// Which route answers a path, and what a route may not answer.

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "support/raw_socket.h"
#include "support/running_server.h"

namespace tickerhub::testing {
namespace {

TEST(RouteTest, APrefixStandsForEverythingBelowIt) {
  RunningServer running(RunningServer::AnyPort(), [](Server& server) {
    const auto answer_with = [](const char* name) {
      return [name](const HttpRequest& request, const HttpReply& reply) {
        HttpResponse response;
        response.body = name + (" " + request.path);
        reply(response);
      };
    };
    server.Route("GET", "/p/*", answer_with("a"));
    server.Route("GET", "/p/b/*", answer_with("b"));
    server.Route("GET", "/p/exact", answer_with("exact"));
    server.ServeFile("/p/file", {"text/plain", "file"});
  });
  const auto body = [&](std::string_view path) {
    return BodyOf(Fetch(running.port(), "GET", path));
  };
  EXPECT_EQ(body("/p/"), "a /p/");
  EXPECT_EQ(body("/p/x/y"), "a /p/x/y");
  EXPECT_EQ(body("/p/b"), "a /p/b");
  EXPECT_EQ(body("/p/b/c"), "b /p/b/c");
  EXPECT_EQ(body("/p/exact"), "exact /p/exact");
  EXPECT_EQ(body("/p/file"), "file");
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/p")), 404);
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/pb/c")), 404);
  EXPECT_EQ(StatusOf(Fetch(running.port(), "DELETE", "/p/x")), 405);
}

TEST(RouteTest, AnswersWithAnyStatusThatThereMayBe) {
  RunningServer running(RunningServer::AnyPort(), [](Server& server) {
    server.Route("GET", "/status/*",
                 [](const HttpRequest& request, const HttpReply& reply) {
                   HttpResponse response;
                   response.status = std::stoi(request.rest);
                   reply(response);
                 });
  });
  for (const int status : {200, 299, 418, 511, 512, 520, 599}) {
    const std::string path = "/status/" + std::to_string(status);
    const std::string response = Fetch(running.port(), "GET", path);
    EXPECT_EQ(StatusOf(response), status);
    EXPECT_EQ(response.find(":status"), std::string::npos) << response;
  }
}

TEST(RouteTest, APrefixRouteGetsTheRestDecodedAndSafe) {
  int calls = 0;
  RunningServer running(RunningServer::AnyPort(), [&](Server& server) {
    const auto answer = [&calls](const HttpRequest& request,
                                 const HttpReply& reply) {
      ++calls;
      HttpResponse response;
      response.body = "rest '" + request.rest + "' of " + request.path;
      reply(response);
    };
    server.Route("GET", "/files/*", answer);
    server.Route("GET", "/files/one", answer);
  });
  const auto get = [&](std::string_view path) {
    return Fetch(running.port(), "GET", path);
  };
  EXPECT_EQ(BodyOf(get("/files/a%20b/c.txt?x=%zz")),
            "rest 'a b/c.txt' of /files/a%20b/c.txt");
  EXPECT_EQ(BodyOf(get("/files/")), "rest '' of /files/");
  EXPECT_EQ(BodyOf(get("/files/one")), "rest '' of /files/one");
  const int answered = calls;
  for (const char* path :
       {"/files/../secret", "/files/%2e%2e/secret", "/files//etc/passwd",
        "/files/a%00", "/files/a%2fb", "/files/%"}) {
    EXPECT_EQ(StatusOf(get(path)), 400) << path;
  }
  EXPECT_EQ(calls, answered);
}

TEST(RouteTest, AResponseThatWouldBeMisreadIsNotSent) {
  HttpResponse response;
  RunningServer running(RunningServer::AnyPort(), [&](Server& server) {
    server.Route("GET", "/x", [&](const HttpRequest&, const HttpReply& reply) {
      reply(response);
    });
  });
  const auto refused_with = [&](const HttpResponse& wrong) {
    response = wrong;
    EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/x")), 500);
    return running.log().back();
  };
  const std::string kNotSent = "the response of a route is not sent: ";
  HttpResponse wrong;
  wrong.headers = {{"X-Name", "a\r\nSet-Cookie: b"}};
  EXPECT_EQ(
      refused_with(wrong),
      kNotSent + "the value of the header X-Name has a control character");
  wrong.headers = {{"X Name", "a"}};
  EXPECT_EQ(refused_with(wrong), kNotSent + "a header's name is no token");
  wrong.headers = {{"", "a"}};
  EXPECT_EQ(refused_with(wrong), kNotSent + "a header's name is no token");
  wrong.headers.clear();
  wrong.content_type = "text/html\n";
  EXPECT_EQ(refused_with(wrong),
            kNotSent + "the content type has a control character");
  wrong.content_type = "text/html";
  for (const int status : {0, 101, 199, 600}) {
    wrong.status = status;
    EXPECT_EQ(refused_with(wrong), kNotSent + "status " +
                                       std::to_string(status) +
                                       " is none; choose one from 200 to 599");
  }
}

}  // namespace
}  // namespace tickerhub::testing
