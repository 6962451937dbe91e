// The answers that websocketpp gives, as text.

#include "handshake/complete_response.h"

#include <gtest/gtest.h>

#include <string>

#include "support/raw_socket.h"

namespace tickerhub {
namespace {

using internal::CompleteResponse;
using testing::BodyOf;
using testing::HeaderOf;
namespace status_code = ::websocketpp::http::status_code;

TEST(CompleteResponseTest, AnswersAHandshake) {
  CompleteResponse response;
  response.append_header("Sec-WebSocket-Extensions", "permessage-deflate");
  response.set_status(status_code::switching_protocols);
  response.Accept("dGhlIHNhbXBsZSBub25jZQ==");
  EXPECT_EQ(response.raw(),
            "HTTP/1.1 101 Switching Protocols\r\n"
            "Sec-WebSocket-Extensions: permessage-deflate\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
}

TEST(CompleteResponseTest, CompletesARefusalOfWebsocketpp) {
  CompleteResponse response;
  response.append_header("Sec-WebSocket-Extensions", "x");
  response.set_status(status_code::not_found);
  const std::string text = response.raw();
  EXPECT_EQ(text.find("HTTP/1.1 404 Not Found\r\n"), 0U);
  EXPECT_EQ(HeaderOf(text, "Sec-WebSocket-Extensions"), "x");
  EXPECT_EQ(HeaderOf(text, "Connection"), "close");
  EXPECT_EQ(HeaderOf(text, "Content-Length"), "10");
  EXPECT_NE(HeaderOf(text, "Date"), "");
  EXPECT_EQ(BodyOf(text), "Not Found\n");
}

TEST(CompleteResponseTest, SaysWhyItRefuses) {
  CompleteResponse response;
  response.set_status(status_code::upgrade_required, "speak version 13");
  const std::string text = response.raw();
  EXPECT_EQ(text.find("HTTP/1.1 426 Upgrade Required\r\n"), 0U);
  EXPECT_EQ(HeaderOf(text, "Sec-WebSocket-Version"), "13");
  EXPECT_EQ(HeaderOf(text, "Upgrade"), "websocket");
  EXPECT_EQ(HeaderOf(text, "Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(HeaderOf(text, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(HeaderOf(text, "Content-Length"), "17");
  EXPECT_EQ(BodyOf(text), "speak version 13\n");
}

TEST(CompleteResponseTest, KeepsFieldsOfOneNameApartAndReplacesThemAll) {
  CompleteResponse response;
  response.append_header("Set-Cookie", "a=b, c");
  response.append_header("set-cookie", "d");
  response.append_header("Connection", "keep-alive");
  response.append_header("connection", "x");
  response.append_header("Server", "mine");
  response.replace_header("CONNECTION", "close");
  response.replace_header("Date", "today");
  response.remove_header("Server");  // websocketpp does so
  response.set_status(status_code::ok);
  response.set_body("body");
  EXPECT_EQ(response.raw(),
            "HTTP/1.1 200 OK\r\nSet-Cookie: a=b, c\r\nset-cookie: d\r\n"
            "Server: mine\r\nCONNECTION: close\r\nDate: today\r\n"
            "Content-Length: 4\r\n\r\nbody");
}

}  // namespace
}  // namespace tickerhub
