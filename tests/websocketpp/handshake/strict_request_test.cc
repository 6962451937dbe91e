// The parser of requests, by bytes: what it takes, what it refuses, and with
// which status. RFC 9112 for the head, RFC 6455 §4 for the handshake.

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "websocketpp/handshake/read_request.h"

namespace tickerhub::testing::heads {
namespace {

TEST(StrictRequestTest, ReadsARequestAndLeavesWhatFollows) {
  const std::string head =
      "POST /a/b?c=d HTTP/1.1\r\nHost: example.org:80\r\nX-A:\t one \t\r\n"
      "content-length: 4\r\nX-a: two\r\n\r\n";
  const std::string bytes = head + "body" + "rest";
  StrictRequest request;
  request.set_max_body_size(kMaxBody);
  EXPECT_EQ(request.consume(bytes.data(), bytes.size()), bytes.size());
  EXPECT_EQ(request.unused(), std::string_view("rest").size());
  EXPECT_TRUE(request.ready());
  EXPECT_FALSE(request.is_handshake());
  EXPECT_EQ(request.get_method(), "POST");
  EXPECT_EQ(request.get_uri(), "/a/b?c=d");
  EXPECT_EQ(request.get_version(), "HTTP/1.1");
  EXPECT_EQ(request.get_body(), "body");
  EXPECT_EQ(request.get_header("host"), "example.org:80");
  EXPECT_EQ(request.get_header("x-A"), "one, two");
  EXPECT_EQ(request.get_header("X-B"), "");
  request.consume("more", 4);
  EXPECT_EQ(request.unused(), 4U);
}

TEST(StrictRequestTest, RefusesCharactersThatNoLineMayHave) {
  for (int c = 0; c < 0x100; ++c) {
    const std::string one(1, static_cast<char>(c));
    const bool control = c < 0x20 || c == 0x7F;
    EXPECT_EQ(StatusOf(Get("/", "X: a" + one + "b\r\n")),
              control && c != '\t' ? 400 : kTaken)
        << "in a value: " << c;
    EXPECT_EQ(StatusOf(Get("/a" + one + "b")),
              control || c == ' ' || c == '#' ? 400 : kTaken)
        << "in a target: " << c;
    EXPECT_EQ(StatusOf(Get("/", "X" + one + ": b\r\n")) == kTaken,
              std::string_view("!#$%&'*+-.^_`|~:").find(one) !=
                      std::string_view::npos ||
                  std::isalnum(c) != 0)
        << "in a name: " << c;
  }
  for (const char* value : {"\rb", "a\r", "a\nb", "a\r\r", "\n"}) {
    EXPECT_EQ(StatusOf(Get("/", "X: " + std::string(value) + "\r\n")), 400)
        << value;
  }
  // RFC 9112 §5.2: obs-fold, behind a field and before the first one.
  EXPECT_EQ(StatusOf(Get("/", "X: a\r\n b\r\n")), 400);
  EXPECT_EQ(StatusOf(Get("/", "X: a\r\n\tb\r\n")), 400);
  EXPECT_EQ(StatusOf("GET / HTTP/1.1\r\n Host: x\r\n\r\n"), 400);
}

TEST(StrictRequestTest, RefusesLinesThatEndWithoutACarriageReturn) {
  for (const char* head :
       {"GET / HTTP/1.1\nHost: x\n\n", "GET / HTTP/1.1\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\n",
        "\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"}) {
    EXPECT_EQ(StatusOf(head), 400) << head;
  }
}

TEST(StrictRequestTest, ReadsEveryFormOfATarget) {
  const auto read = [](std::string_view line) {
    StrictRequest request;
    const std::string bytes = std::string(line) + "\r\nHost: x\r\n\r\n";
    const int status = Read(bytes, &request);
    EXPECT_EQ(StatusOf(bytes), status);
    return status == kTaken ? request.get_uri() : std::to_string(status);
  };
  EXPECT_EQ(read("GET / HTTP/1.1"), "/");
  EXPECT_EQ(read("GET /?a=/b HTTP/1.0"), "/?a=/b");
  EXPECT_EQ(read("GET //a HTTP/1.1"), "//a");
  EXPECT_EQ(read("OPTIONS * HTTP/1.1"), "*");
  EXPECT_EQ(read("CONNECT a:80 HTTP/1.1"), "a:80");
  // RFC 9112 §3.2.2: a server must take the absolute form.
  EXPECT_EQ(read("GET http://a HTTP/1.1"), "/");
  EXPECT_EQ(read("GET HTTP://a:80/b?c HTTP/1.1"), "/b?c");
  EXPECT_EQ(read("GET ws://[::1]?c HTTP/1.1"), "/?c");
  for (const char* line : {"GET  HTTP/1.1",
                           "GET HTTP/1.1",
                           "GET",
                           "GET ",
                           "GET  / HTTP/1.1",
                           " GET / HTTP/1.1",
                           "GET / HTTP/1.1 ",
                           "GET /  HTTP/1.1",
                           "GET / a HTTP/1.1",
                           "GET /\tHTTP/1.1",
                           "GET a HTTP/1.1",
                           "GET ?a HTTP/1.1",
                           "GET * HTTP/1.1",
                           "OPTIONS *a HTTP/1.1",
                           "GET a:80 HTTP/1.1",
                           "CONNECT / HTTP/1.1",
                           "CONNECT a HTTP/1.1",
                           "CONNECT a: HTTP/1.1",
                           "GET http:///a HTTP/1.1",
                           "GET http://u@a/ HTTP/1.1",
                           "GET ftp://a/ HTTP/1.1",
                           "GET http:/a HTTP/1.1",
                           "G@T / HTTP/1.1",
                           "GET / HTTP/1",
                           "GET / HTTP/11",
                           "GET / http/1.1",
                           "GET / HTTP/1.1x",
                           "GET / HTTP/a.b",
                           "GET / HTTP/1,1"}) {
    EXPECT_EQ(read(line), "400") << line;
  }
}

// RFC 9112 §2.2.
TEST(StrictRequestTest, IgnoresOneEmptyLineInFrontOfARequest) {
  EXPECT_EQ(StatusOf("\r\n" + Get("/")), kTaken);
  EXPECT_EQ(StatusOf("\r\n\r\n" + Get("/")), 400);
}

// RFC 9112 §3.2, RFC 3986 §3.2.2.
TEST(StrictRequestTest, WantsOneHostThatIsOne) {
  const auto status = [](std::string_view lines) {
    return StatusOf("GET / HTTP/1.1\r\n" + std::string(lines) + "\r\n");
  };
  for (const char* host : {"a", "localhost:9000", "a.b-c_d~e", "127.0.0.1",
                           "a:", "a:1", "a:65535", "a%20b", "[::1]", "[::1]:80",
                           "[::ffff:1.2.3.4]", "[v1.a:b]", "a!$&'b", "  a  "}) {
    EXPECT_EQ(status("Host: " + std::string(host) + "\r\n"), kTaken) << host;
  }
  for (const char* host :
       {"a b",    "evil/x@y",  "a/b",         "u@a",
        "a?b",    "a#b",       "a\\b",        "[::1",
        "::1",    "[]",        "[::1]x",      "[::1]80",
        "[:::1]", "[1.2.3.4]", "[fe80::1%1]", "[::1]:x",
        "[g::1]", "[v.a]",     "[v1.]",       "[v1]",
        "a[b]",   "]",         "a:b",         "a:-1",
        "a:+1",   "a:0",       "a:65536",     "a:999999999999",
        "a:8 0",  "a:8:0",     ":80",         ":",
        "a%2",    "a%zz",      "a, b",        "a\"b",
        "a<b>",   "a\x80"}) {
    EXPECT_EQ(status("Host: " + std::string(host) + "\r\n"), 400) << host;
  }
  // A target without an authority; some clients send it so.
  EXPECT_EQ(status("Host:\r\n"), kTaken);
  EXPECT_EQ(status("Host:  \r\n"), kTaken);
  EXPECT_EQ(status(""), 400);
  EXPECT_EQ(status("X: y\r\n"), 400);
  EXPECT_EQ(status("Host: a\r\nHost: a\r\n"), 400);
  EXPECT_EQ(status("Host: a\r\nhost: b\r\n"), 400);
  EXPECT_EQ(status("Host:\r\nHost: b\r\n"), 400);
}

// RFC 9112 §6: two readers must not disagree about where a body ends.
TEST(StrictRequestTest, WantsOneLengthThatIsANumber) {
  const auto status = [](std::string_view lines) {
    return StatusOf(Get("/", lines) + "12345");
  };
  for (const char* length : {"0", "5", "00005", " 5\t"}) {
    EXPECT_EQ(status("Content-Length: " + std::string(length) + "\r\n"), kTaken)
        << length;
  }
  for (const char* length : {"", " ", "five", "5x", "5, 5", "5,6", ",5", "5,",
                             "-1", "+5", "0x5", "5.0", "5 5"}) {
    EXPECT_EQ(status("Content-Length: " + std::string(length) + "\r\n"), 400)
        << length;
  }
  EXPECT_EQ(status("Content-Length: 5\r\nContent-Length: 5\r\n"), 400);
  EXPECT_EQ(status("Content-Length: 5\r\ncontent-length: 6\r\n"), 400);
  EXPECT_EQ(status("Content-Length:\r\nContent-Length: 5\r\n"), 400);
  EXPECT_EQ(status("Content-Length: 101\r\n"), 413);
  EXPECT_EQ(status("Content-Length: 99999999999999999999\r\n"), 413);
  EXPECT_EQ(status("Content-Length: 6\r\n"), kIncomplete);
}

TEST(StrictRequestTest, RefusesAHandshakeWithABody) {
  EXPECT_EQ(StatusOf(Handshake()), kTaken);
  EXPECT_EQ(StatusOf(Handshake("Content-Length: 0\r\n")), kTaken);
  EXPECT_EQ(StatusOf(Handshake("Content-Length: 5\r\n") + "12345"), 400);
  EXPECT_EQ(StatusOf(Handshake("Content-Length: 1000\r\n")), 400);
  EXPECT_EQ(StatusOf(Handshake("Content-Length: 99999999999999999999\r\n")),
            400);
  EXPECT_EQ(StatusOf(Handshake("Transfer-Encoding: chunked\r\n")), 400);
}

// RFC 6455 §4.1. websocketpp does not look at these again.
TEST(StrictRequestTest, RefusesAHandshakeOfAnotherMethodOrHttp) {
  const auto status = [](std::string_view line) {
    const std::string head = Handshake();
    return StatusOf(std::string(line) + head.substr(head.find("\r\n")));
  };
  EXPECT_EQ(status("GET /a HTTP/1.1"), kTaken);
  for (const char* line :
       {"POST /a HTTP/1.1", "get /a HTTP/1.1", "OPTIONS * HTTP/1.1",
        "CONNECT a:1 HTTP/1.1", "GET /a HTTP/1.0", "GET /a HTTP/1.2"}) {
    EXPECT_EQ(status(line), 400) << line;
  }
  EXPECT_EQ(status("GET /a HTTP/2.0"), 505);
}

// RFC 6455 §11.3.1 and §11.3.5; RFC 6454 §7.3.
TEST(StrictRequestTest, RefusesFieldsOfAHandshakeThatComeTwice) {
  EXPECT_EQ(StatusOf(Handshake(kKey)), 400);
  EXPECT_EQ(StatusOf(Handshake("sec-websocket-key: x\r\n")), 400);
  EXPECT_EQ(StatusOf(Handshake("Sec-WebSocket-Key:\r\n")), 400);
  EXPECT_EQ(StatusOf(Handshake(kVersion)), 400);
  EXPECT_EQ(StatusOf(Handshake("Sec-WebSocket-Version: 8\r\n")), 400);
  EXPECT_EQ(StatusOf(Handshake("Origin: http://a\r\nOrigin: http://b\r\n")),
            400);
  // These are lists.
  EXPECT_EQ(StatusOf(Handshake("Sec-WebSocket-Protocol: a\r\n"
                               "Sec-WebSocket-Protocol: b\r\n"
                               "Sec-WebSocket-Extensions: a\r\n"
                               "Sec-WebSocket-Extensions: b\r\n"
                               "Connection: keep-alive\r\nUpgrade: h2c\r\n")),
            kTaken);
}

TEST(StrictRequestTest, FindsTheTokensOfAHandshakeOnAnyLine) {
  const auto is_handshake = [](std::string_view fields) {
    StrictRequest request;
    EXPECT_EQ(Read(Get("/", std::string(kKey) + kVersion + std::string(fields)),
                   &request),
              kTaken);
    return request.is_handshake();
  };
  EXPECT_TRUE(is_handshake(
      "Connection: keep-alive\r\nUpgrade: ,, h2c,\r\nConnection: , "
      "upgrade,\r\nUpgrade: WebSocket ,\r\n"));
  EXPECT_FALSE(is_handshake("Connection: ,\r\nUpgrade: websocket\r\n"));
  EXPECT_FALSE(is_handshake("Connection: upgrade\r\nUpgrade: web, socket\r\n"));
}

std::string Fields(std::size_t count) {
  std::string fields;
  for (std::size_t i = 0; i < count; ++i) {
    fields += "X-" + std::to_string(i) + ":\r\n";
  }
  return fields;
}

TEST(StrictRequestTest, TakesSoManyFieldsAndNotMore) {
  // Host is one.
  EXPECT_EQ(StatusOf(Get("/", Fields(StrictRequest::kMaxFields - 1))), kTaken);
  EXPECT_EQ(StatusOf(Get("/", Fields(StrictRequest::kMaxFields))), 431);
  std::string same;
  for (std::size_t i = 0; i < StrictRequest::kMaxFields; ++i)
    same += "X: y\r\n";
  EXPECT_EQ(StatusOf(Get("/", same)), 431);
}

TEST(StrictRequestTest, TakesAHeadOfSoManyBytesAndNotMore) {
  const auto of_size = [](std::size_t size) {
    return Get(
        "/",
        "X: " + std::string(size - Get("/", "X: \r\n").size(), 'x') + "\r\n");
  };
  EXPECT_EQ(StatusOf(of_size(StrictRequest::kMaxHeadBytes)), kTaken);
  EXPECT_EQ(StatusOf(of_size(StrictRequest::kMaxHeadBytes + 1)), 431);
  EXPECT_EQ(StatusOf(std::string(StrictRequest::kMaxHeadBytes + 1, 'x')), 431);
  EXPECT_EQ(StatusOf(std::string(StrictRequest::kMaxHeadBytes, 'x')),
            kIncomplete);
}

}  // namespace
}  // namespace tickerhub::testing::heads
