// The answers that websocketpp gives, as text.

#include "handshake/complete_response.h"

#include <gtest/gtest.h>

#include <string>

namespace tickerhub {
namespace {

using internal::CompleteResponse;
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
  EXPECT_EQ(response.raw(),
            "HTTP/1.1 404 Not Found\r\nSec-WebSocket-Extensions: x\r\n"
            "Connection: close\r\nContent-Length: 0\r\n\r\n");

  CompleteResponse other;
  other.set_status(status_code::upgrade_required);
  EXPECT_EQ(other.raw(),
            "HTTP/1.1 426 Upgrade Required\r\nConnection: close\r\n"
            "Content-Length: 0\r\nSec-WebSocket-Version: 13\r\n"
            "Upgrade: websocket\r\n\r\n");
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
