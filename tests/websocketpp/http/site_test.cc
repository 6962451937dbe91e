#include "http/site.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace tickerhub::testing {
namespace {

class SiteAnswerTest : public ::testing::Test {
 protected:
  SiteAnswerTest() {
    site_.channels.emplace_back().path = "/stocks";
    site_.files["/app.js"] = {{"text/javascript", "content"}, "\"tag\""};
    const HttpHandler handler = [](const HttpRequest&, const HttpReply&) {};
    site_.routes["/api"] = {{"GET", handler}, {"POST", handler}};
  }

  std::optional<HttpResponse> Answer(const std::string& method,
                                     const std::string& path,
                                     const std::string& if_none_match = {}) {
    HttpRequest request;
    request.method = method;
    request.path = path;
    if (!if_none_match.empty()) {
      request.headers.Append("if-none-match", if_none_match);
    }
    return internal::AnswerFromSite(site_, request);
  }

  int StatusOf(const std::string& method, const std::string& path,
               const std::string& if_none_match = {}) {
    const auto response = Answer(method, path, if_none_match);
    return response ? response->status : 0;
  }

  static std::string HeaderOf(const HttpResponse& response,
                              const std::string& name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return "(none)";
  }

  internal::Site site_;
};

TEST_F(SiteAnswerTest, ServesAFileWithItsTag) {
  const auto response = Answer("GET", "/app.js");
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->content_type, "text/javascript");
  EXPECT_EQ(response->body, "content");
  EXPECT_EQ(HeaderOf(*response, "ETag"), "\"tag\"");
  EXPECT_EQ(HeaderOf(*response, "Cache-Control"), "no-cache");
}

TEST_F(SiteAnswerTest, Answers304ToAClientThatHasTheFile) {
  for (const char* tags :
       {"\"tag\"", "W/\"tag\"", "\"other\", \"tag\"", "\"other\",W/\"tag\"",
        "*", "  \"tag\"  ", ",\"tag\","}) {
    SCOPED_TRACE(tags);
    const auto response = Answer("GET", "/app.js", tags);
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->status, 304);
    EXPECT_EQ(response->body, "");
    EXPECT_EQ(HeaderOf(*response, "ETag"), "\"tag\"");
  }
  for (const char* tags : {"\"other\"", "tag", "\"tag", "W/", ",", "\"*\""}) {
    EXPECT_EQ(StatusOf("GET", "/app.js", tags), 200) << tags;
  }
}

TEST_F(SiteAnswerTest, LeavesARouteToTheHub) {
  EXPECT_FALSE(Answer("GET", "/api").has_value());
  EXPECT_FALSE(Answer("POST", "/api").has_value());
}

TEST_F(SiteAnswerTest, SaysWhichMethodsAnAddressKnows) {
  const auto route = Answer("DELETE", "/api");
  ASSERT_TRUE(route.has_value());
  EXPECT_EQ(route->status, 405);
  EXPECT_EQ(HeaderOf(*route, "Allow"), "GET, HEAD, POST");
  const auto file = Answer("POST", "/app.js");
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(file->status, 405);
  EXPECT_EQ(HeaderOf(*file, "Allow"), "GET, HEAD");
}

TEST_F(SiteAnswerTest, AnswersForEverythingElse) {
  EXPECT_EQ(StatusOf("GET", "/healthz"), 200);
  EXPECT_EQ(StatusOf("GET", "/stocks"), 426);
  EXPECT_EQ(StatusOf("GET", "/nothing"), 404);
  EXPECT_EQ(StatusOf("GET", "/app.js/"), 404);
}

TEST_F(SiteAnswerTest, AProgramMayServeHealthzItself) {
  site_.files["/healthz"] = {{"text/plain", "mine"}, "\"tag\""};
  const auto response = Answer("GET", "/healthz");
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->body, "mine");
}

TEST(EtagTest, DiffersWithTheContent) {
  EXPECT_EQ(internal::EtagOf("one"), internal::EtagOf("one"));
  EXPECT_NE(internal::EtagOf("one"), internal::EtagOf("two"));
  EXPECT_EQ(internal::EtagOf("").front(), '"');
  EXPECT_EQ(internal::EtagOf("").back(), '"');
}

}  // namespace
}  // namespace tickerhub::testing
