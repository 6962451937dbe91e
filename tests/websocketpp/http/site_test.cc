#include "http/site.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

namespace tickerhub::testing {
namespace {

class SiteAnswerTest : public ::testing::Test {
 protected:
  SiteAnswerTest() {
    site_.channels.emplace_back().path = "/stocks";
    site_.files["/app.js"] = {{"text/javascript", "content"}, "\"tag\"", ""};
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
    return internal::AnswerFromSite(site_, &request).response;
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
  EXPECT_EQ(HeaderOf(*route, "Allow"), "GET, HEAD, POST, OPTIONS");
  const auto file = Answer("POST", "/app.js");
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(file->status, 405);
  EXPECT_EQ(HeaderOf(*file, "Allow"), "GET, HEAD, OPTIONS");
}

// RFC 9110 §9.3.7.
TEST_F(SiteAnswerTest, AnswersOptionsWithTheMethods) {
  for (const auto& [path, allow] :
       {std::pair("/api", "GET, HEAD, POST, OPTIONS"),
        std::pair("/app.js", "GET, HEAD, OPTIONS"),
        std::pair("/stocks", "GET, HEAD, OPTIONS"),
        std::pair("/healthz", "GET, HEAD, OPTIONS"),
        std::pair("*", "GET, HEAD, OPTIONS")}) {
    SCOPED_TRACE(path);
    const auto response = Answer("OPTIONS", path);
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->status, 204);
    EXPECT_EQ(HeaderOf(*response, "Allow"), allow);
    EXPECT_EQ(response->body, "");
  }
  EXPECT_EQ(StatusOf("OPTIONS", "/nothing"), 404);
  site_.routes["/own"] = {{"OPTIONS", site_.routes["/api"]["GET"]}};
  EXPECT_FALSE(Answer("OPTIONS", "/own").has_value());
}

TEST_F(SiteAnswerTest, NamesThePathThatDiffersByASlash) {
  site_.routes["/files/*"] = site_.routes["/api"];
  const auto told = [&](const char* path) {
    const auto response = Answer("GET", path);
    return response ? response->body : "";
  };
  EXPECT_EQ(told("/api/"),
            "there is nothing at this address; there is something at /api\n");
  EXPECT_EQ(told("/stocks///"),
            "there is nothing at this address; there is something at "
            "/stocks\n");
  EXPECT_EQ(told("/files"),
            "there is nothing at this address; there is something at "
            "/files/\n");
  for (const char* path : {"/", "//", "/nothing", "/nothing/", "*"}) {
    EXPECT_EQ(told(path), "there is nothing at this address\n") << path;
  }
}

TEST_F(SiteAnswerTest, SaysThatAProxyHasDroppedTheUpgrade) {
  HttpRequest request;
  request.method = "GET";
  request.path = "/stocks";
  EXPECT_EQ(internal::AnswerFromSite(site_, &request).response->body,
            "this address speaks WebSocket only\n");
  request.headers.Append("Sec-WebSocket-Key", "x");
  EXPECT_NE(internal::AnswerFromSite(site_, &request)
                .response->body.find("proxy_http_version 1.1"),
            std::string::npos);
}

// RFC 9110 §14.
TEST_F(SiteAnswerTest, ServesAPartOfAFile) {
  const auto answer = [&](const char* range, const char* if_range = "") {
    HttpRequest request;
    request.method = "GET";
    request.path = "/app.js";
    request.headers.Append("Range", range);
    if (*if_range != 0) request.headers.Append("If-Range", if_range);
    return *internal::AnswerFromSite(site_, &request).response;
  };
  const HttpResponse part = answer("bytes=1-3");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "ont");
  EXPECT_EQ(HeaderOf(part, "Content-Range"), "bytes 1-3/7");
  EXPECT_EQ(HeaderOf(part, "ETag"), "\"tag\"");
  EXPECT_EQ(part.content_type, "text/javascript");
  EXPECT_EQ(answer("bytes=1-", "\"tag\"").body, "ontent");
  EXPECT_EQ(HeaderOf(answer("bytes=9-"), "Content-Range"), "bytes */7");
  EXPECT_EQ(answer("bytes=9-").status, 416);
  for (const HttpResponse& whole :
       {answer("bytes=1-", "\"other\""), answer("bytes=1-", "W/\"tag\""),
        answer("bytes=1-2,4-5"), answer("lines=1-2")}) {
    EXPECT_EQ(whole.status, 200);
    EXPECT_EQ(whole.body, "content");
    EXPECT_EQ(HeaderOf(whole, "Accept-Ranges"), "bytes");
  }
}

class TwoFormsOfAFileTest : public SiteAnswerTest {
 protected:
  TwoFormsOfAFileTest() { site_.files["/app.js"].gzip = "gzipped"; }

  HttpResponse Get(const std::string& accept_encoding,
                   const std::string& name = {}, const std::string& value = {},
                   const std::string& if_range = {}) {
    HttpRequest request;
    request.method = "GET";
    request.path = "/app.js";
    request.headers.Append("Accept-Encoding", accept_encoding);
    if (!name.empty()) request.headers.Append(name, value);
    if (!if_range.empty()) request.headers.Append("If-Range", if_range);
    return *internal::AnswerFromSite(site_, &request).response;
  }
};

TEST_F(TwoFormsOfAFileTest, GoesToClientsThatTakeItUnderItsOwnTag) {
  const HttpResponse gzip = Get("br, gzip;q=0.5");
  EXPECT_EQ(gzip.body, "gzipped");
  EXPECT_EQ(gzip.content_type, "text/javascript");
  EXPECT_EQ(HeaderOf(gzip, "Content-Encoding"), "gzip");
  EXPECT_EQ(HeaderOf(gzip, "ETag"), "\"tag-gzip\"");
  EXPECT_EQ(HeaderOf(gzip, "Vary"), "Accept-Encoding");
  const HttpResponse plain = Get("gzip;q=0");
  EXPECT_EQ(plain.body, "content");
  EXPECT_EQ(HeaderOf(plain, "Content-Encoding"), "(none)");
  EXPECT_EQ(HeaderOf(plain, "ETag"), "\"tag\"");
  EXPECT_EQ(HeaderOf(plain, "Vary"), "Accept-Encoding");
}

TEST_F(TwoFormsOfAFileTest, IsNotSentAgainToWhoHasThisForm) {
  EXPECT_EQ(Get("gzip", "If-None-Match", "\"tag-gzip\"").status, 304);
  EXPECT_EQ(Get("gzip", "If-None-Match", "\"tag\"").status, 200);
  EXPECT_EQ(Get("", "If-None-Match", "\"tag-gzip\"").status, 200);
  const HttpResponse kept = Get("gzip", "If-None-Match", "W/\"tag-gzip\"");
  EXPECT_EQ(kept.status, 304);
  EXPECT_EQ(HeaderOf(kept, "ETag"), "\"tag-gzip\"");
  EXPECT_EQ(HeaderOf(kept, "Vary"), "Accept-Encoding");
}

// A part is one of the form that the whole would have (RFC 9110 §14.2).
TEST_F(TwoFormsOfAFileTest, APartIsOfTheSameForm) {
  const HttpResponse part = Get("gzip", "Range", "bytes=0-2");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "gzi");
  EXPECT_EQ(HeaderOf(part, "Content-Encoding"), "gzip");
  EXPECT_EQ(HeaderOf(part, "ETag"), "\"tag-gzip\"");
  // What browsers send with a range.
  EXPECT_EQ(Get("identity;q=1, *;q=0", "Range", "bytes=0-2").body, "con");
  EXPECT_EQ(Get("gzip", "Range", "bytes=0-2", "\"tag-gzip\"").status, 206);
  EXPECT_EQ(Get("gzip", "Range", "bytes=0-2", "\"tag\"").body, "gzipped");
  const HttpResponse none = Get("gzip", "Range", "bytes=9-");
  EXPECT_EQ(none.status, 416);
  EXPECT_EQ(HeaderOf(none, "Content-Encoding"), "(none)");
}

TEST_F(TwoFormsOfAFileTest, AFileWithOneFormVariesWithNothing) {
  site_.files["/app.js"].gzip.clear();
  EXPECT_EQ(HeaderOf(Get("gzip"), "Vary"), "(none)");
  EXPECT_EQ(HeaderOf(Get("gzip"), "ETag"), "\"tag\"");
}

TEST_F(SiteAnswerTest, AnswersForEverythingElse) {
  EXPECT_EQ(StatusOf("POST", "/healthz"), 405);
  EXPECT_EQ(StatusOf("POST", "/readyz"), 405);
  EXPECT_EQ(StatusOf("GET", "/stocks"), 426);
  EXPECT_EQ(StatusOf("GET", "/nothing"), 404);
  EXPECT_EQ(StatusOf("GET", "/app.js/"), 404);
}

TEST_F(SiteAnswerTest, AProgramMayServeHealthzItself) {
  site_.files["/healthz"] = {{"text/plain", "mine"}, "\"tag\"", ""};
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
