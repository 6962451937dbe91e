#include "tickerhub/connect_request.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tickerhub {
namespace {

ConnectRequest WithHeader(std::string_view name, std::string_view value) {
  ConnectRequest request;
  request.headers.Append(name, value);
  return request;
}

TEST(QueryParameterTest, ReadsEachParameterByItsName) {
  constexpr std::string_view kQuery = "stocks=AAPL,MSFT&maxRate=2&flag&empty=";
  EXPECT_EQ(QueryParameter(kQuery, "stocks"), "AAPL,MSFT");
  EXPECT_EQ(QueryParameter(kQuery, "maxRate"), "2");
  EXPECT_EQ(QueryParameter(kQuery, "flag"), "");
  EXPECT_EQ(QueryParameter(kQuery, "empty"), "");
  EXPECT_EQ(QueryParameter(kQuery, "maxrate"), std::nullopt);
  EXPECT_EQ(QueryParameter("", "stocks"), std::nullopt);
}

TEST(QueryParameterTest, DecodesAsBrowsersEncode) {
  EXPECT_EQ(QueryParameter("a=BRK+B", "a"), "BRK B");
  EXPECT_EQ(QueryParameter("a=BRK%2bB%2B", "a"), "BRK+B+");
  EXPECT_EQ(QueryParameter("a=%C3%A9", "a"), "\u00e9");
  EXPECT_EQ(QueryParameter("%61=1", "a"), "1");
  EXPECT_EQ(QueryParameter("a=x=y", "a"), "x=y");
}

TEST(QueryParameterTest, LeavesWhatIsNoEscapeAsItIs) {
  EXPECT_EQ(QueryParameter("a=%", "a"), "%");
  EXPECT_EQ(QueryParameter("a=%4", "a"), "%4");
  EXPECT_EQ(QueryParameter("a=%zz%41", "a"), "%zzA");
}

TEST(QueryParameterTest, TakesTheFirstOfSeveral) {
  EXPECT_EQ(QueryParameter("&&a=1&a=2&", "a"), "1");
}

TEST(ConnectRequestTest, FindsCookiesByTheirWholeName) {
  const ConnectRequest request =
      WithHeader("cookie", "session=abc; other=1;token=a=b ; x");
  EXPECT_EQ(request.Cookie("session"), "abc");
  EXPECT_EQ(request.Cookie("other"), "1");
  EXPECT_EQ(request.Cookie("token"), "a=b");
  EXPECT_EQ(request.Cookie("sess"), std::nullopt);
  EXPECT_EQ(request.Cookie("x"), std::nullopt);
  EXPECT_EQ(ConnectRequest().Cookie("session"), std::nullopt);
}

TEST(ConnectRequestTest, ReadsABearerTokenAndNothingElse) {
  EXPECT_EQ(WithHeader("Authorization", "Bearer abc").BearerToken(), "abc");
  EXPECT_EQ(WithHeader("authorization", "bearer  abc").BearerToken(), "abc");
  EXPECT_EQ(WithHeader("Authorization", "Bearer ").BearerToken(), std::nullopt);
  EXPECT_EQ(WithHeader("Authorization", "Basic abc").BearerToken(),
            std::nullopt);
  EXPECT_EQ(ConnectRequest().BearerToken(), std::nullopt);
}

TEST(ConnectRequestTest, ListsSubprotocolsOverSeveralLines) {
  ConnectRequest request = WithHeader("Sec-WebSocket-Protocol", "a, ,b");
  request.headers.Append("sec-websocket-protocol", "c");
  EXPECT_EQ(request.Subprotocols(),
            (std::vector<std::string_view>{"a", "b", "c"}));
}

TEST(ConnectRequestTest, ChoosesTheSubprotocolThatTheServerLikesBest) {
  const ConnectRequest request = WithHeader("Sec-WebSocket-Protocol", "v1, v2");
  EXPECT_EQ(request.ChooseSubprotocol({"v2", "v1"}), "v2");
  EXPECT_EQ(request.ChooseSubprotocol({"v3", "v1"}), "v1");
  EXPECT_EQ(request.ChooseSubprotocol({"v3"}), "");
  EXPECT_EQ(request.ChooseSubprotocol({}), "");
  // Subprotocols are compared with their case (RFC 6455 §11.5).
  EXPECT_EQ(request.ChooseSubprotocol({"V1"}), "");
}

}  // namespace
}  // namespace tickerhub
