#ifndef TICKERHUB_TESTS_WEBSOCKETPP_HANDSHAKE_READ_REQUEST_H_
#define TICKERHUB_TESTS_WEBSOCKETPP_HANDSHAKE_READ_REQUEST_H_

// Gives bytes to a StrictRequest, and makes such bytes.

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "handshake/strict_request.h"

namespace tickerhub::testing::heads {

using internal::StrictRequest;

inline constexpr int kTaken = 0;
inline constexpr int kIncomplete = -1;
inline constexpr std::size_t kMaxBody = 100;

/// Gives `bytes` to a request in pieces of `size`. Returns kTaken, kIncomplete,
/// or the status of the refusal.
inline int Read(std::string_view bytes, StrictRequest* request,
                std::size_t size = std::string_view::npos) {
  request->set_max_body_size(kMaxBody);
  try {
    while (!bytes.empty() && !request->ready()) {
      const std::string_view piece = bytes.substr(0, size);
      request->consume(piece.data(), piece.size());
      EXPECT_TRUE(request->unused() == 0 || request->ready());
      bytes.remove_prefix(piece.size());
    }
  } catch (const ::websocketpp::http::exception& refusal) {
    return refusal.m_error_code;
  }
  return request->ready() ? kTaken : kIncomplete;
}

/// The outcome, which must not depend on how the bytes come.
inline int StatusOf(std::string_view bytes) {
  StrictRequest at_once;
  StrictRequest by_byte;
  const int status = Read(bytes, &at_once);
  EXPECT_EQ(Read(bytes, &by_byte, 1), status) << bytes;
  return status;
}

inline std::string Get(std::string_view target, std::string_view fields = "") {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n" +
         std::string(fields) + "\r\n";
}

inline constexpr char kKey[] =
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
inline constexpr char kVersion[] = "Sec-WebSocket-Version: 13\r\n";

inline std::string Handshake(std::string_view fields = "") {
  return Get("/a", "Upgrade: websocket\r\nConnection: Upgrade\r\n" +
                       std::string(kKey) + kVersion + std::string(fields));
}

}  // namespace tickerhub::testing::heads

#endif  // TICKERHUB_TESTS_WEBSOCKETPP_HANDSHAKE_READ_REQUEST_H_
