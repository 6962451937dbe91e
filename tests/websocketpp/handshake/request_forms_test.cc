// Requests as clients and proxies write them, by bytes: HTTP/1.0, the absolute
// form, chunks, and who waits for "100 Continue".

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "websocketpp/handshake/read_request.h"

namespace tickerhub::testing::heads {
namespace {

// RFC 9112 §6.1 and §6.3: requests that hide another one.
TEST(RequestFormsTest, TakesChunksAndNothingThatIsNearlyThat) {
  constexpr char kChunks[] = "5\r\nhello\r\n0\r\n\r\n";
  const auto status = [&](std::string_view lines) {
    return StatusOf(Get("/", lines) + kChunks);
  };
  EXPECT_EQ(status("Transfer-Encoding: chunked\r\n"), kTaken);
  EXPECT_EQ(status("transfer-encoding:\tChunked \r\n"), kTaken);
  for (const char* encoding :
       {"gzip", "gzip, chunked", "chunked, chunked", "chunked,", "\"chunked\"",
        "chunked;q=1", "xchunked", "identity", "chun ked"}) {
    EXPECT_EQ(status("Transfer-Encoding: " + std::string(encoding) + "\r\n"),
              501)
        << encoding;
  }
  for (const char* lines :
       {"Transfer-Encoding:\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 0\r\nTransfer-Encoding: x\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\ntransfer-encoding: x\r\n",
        "Transfer-Encoding : chunked\r\n", "Transfer-Encoding\r\n: chunked\r\n",
        "Transfer-Encoding: \vchunked\r\n"}) {
    EXPECT_EQ(status(lines), 400) << lines;
  }
  EXPECT_EQ(StatusOf("POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: "
                     "chunked\r\n\r\n0\r\n\r\n"),
            400);
  const std::string head = Get("/", "Transfer-Encoding: chunked\r\n");
  EXPECT_EQ(StatusOf(head + "5\r\nhell"), kIncomplete);
  EXPECT_EQ(StatusOf(head + "0\r\n"), kIncomplete);
  EXPECT_EQ(StatusOf(head + "5 \r\nhello\r\n"), 400);
  EXPECT_EQ(StatusOf(head + "65\r\n"), 413);
  EXPECT_EQ(StatusOf(head + "5;" + std::string(5'000, 'x')), 400);

  StrictRequest request;
  request.set_max_body_size(kMaxBody);
  const std::string bytes = head + kChunks + "GET /hidden";
  request.consume(bytes.data(), bytes.size());
  EXPECT_EQ(request.unused(), std::string_view("GET /hidden").size());
  EXPECT_EQ(request.get_body(), "hello");
}

// RFC 9112 §3.2, RFC 1945: HTTP/1.0 has no Host. Health checks use it.
TEST(RequestFormsTest, TakesHttp10WithoutAHost) {
  EXPECT_EQ(StatusOf("GET / HTTP/1.0\r\n\r\n"), kTaken);
  EXPECT_EQ(StatusOf("GET / HTTP/1.0\r\nHost: x\r\n\r\n"), kTaken);
  EXPECT_EQ(StatusOf("GET / HTTP/1.0\r\nHost: a b\r\n\r\n"), 400);
  EXPECT_EQ(StatusOf("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(StatusOf("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(StatusOf("GET / HTTP/1.9\r\n\r\n"), 400);
  for (const char* version : {"HTTP/0.9", "HTTP/2.0", "HTTP/3.1"}) {
    EXPECT_EQ(StatusOf("GET / " + std::string(version) + "\r\nHost: x\r\n\r\n"),
              505)
        << version;
  }
}

// RFC 9112 §3.2.2.
TEST(RequestFormsTest, TakesTheHostOfATargetInAbsoluteForm) {
  StrictRequest request;
  EXPECT_EQ(Read("GET http://right.example:81/a?b HTTP/1.1\r\nX: y\r\n"
                 "Host: wrong.example\r\nZ: z\r\n\r\n",
                 &request),
            kTaken);
  ConnectRequest taken;
  request.TakeInto(&taken);
  EXPECT_EQ(taken.path, "/a");
  EXPECT_EQ(taken.query, "b");
  EXPECT_EQ(taken.headers.Joined("Host"), "right.example:81");
  EXPECT_EQ(taken.headers.size(), 3U);
  EXPECT_EQ(taken.headers.Get("Z"), "z");
  EXPECT_EQ(StatusOf("GET http://a/ HTTP/1.1\r\nHost: a b\r\n\r\n"), 400);
  EXPECT_EQ(StatusOf("GET http://a/ HTTP/1.1\r\n\r\n"), 400);
}

// RFC 9110 §10.1.1.
TEST(RequestFormsTest, TellsOnceWhoWaitsForContinue) {
  const auto waits = [](std::string_view head) {
    StrictRequest request;
    const int status = Read(head, &request);
    const bool expected = request.TakeExpectation();
    EXPECT_FALSE(request.TakeExpectation());
    return status == kIncomplete && expected;
  };
  EXPECT_TRUE(waits(Get("/", "Expect: 100-Continue\r\nContent-Length: 5\r\n")));
  EXPECT_TRUE(waits(
      Get("/", "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n")));
  EXPECT_FALSE(waits(Get("/", "Content-Length: 5\r\n")));
  EXPECT_FALSE(
      waits("POST / HTTP/1.0\r\nExpect: 100-continue\r\n"
            "Content-Length: 5\r\n\r\n"));
  // The body is there, or there is none.
  const std::string head =
      Get("/", "Expect: 100-continue\r\nContent-Length: 5\r\n");
  EXPECT_FALSE(waits(head + "hello"));
  EXPECT_EQ(StatusOf(Get("/", "Expect: 100-continue\r\n")), kTaken);
  EXPECT_EQ(StatusOf(Get("/",
                         "Expect: 100-continue\r\nContent-Length: "
                         "0\r\n")),
            kTaken);
  EXPECT_EQ(StatusOf(Get("/", "Expect: tea\r\nContent-Length: 5\r\n")), 417);
  EXPECT_EQ(StatusOf(Get("/",
                         "Expect: 100-continue\r\nExpect: tea\r\n"
                         "Content-Length: 5\r\n")),
            417);
  EXPECT_EQ(StatusOf(Get("/",
                         "Expect: 100-continue\r\nContent-Length: "
                         "101\r\n")),
            413);
}

}  // namespace
}  // namespace tickerhub::testing::heads
