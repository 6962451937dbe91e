#include "content/gzip.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

namespace tickerhub {
namespace {

using internal::AcceptsGzip;
using internal::Gzip;

std::string Gunzip(const std::string& compressed) {
  z_stream stream = {};
  constexpr int kGzip = 15 + 16;
  EXPECT_EQ(inflateInit2(&stream, kGzip), Z_OK);
  std::string content(1'000'000, '\0');
  std::string input = compressed;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(content.data());
  stream.avail_out = static_cast<uInt>(content.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  content.resize(stream.total_out);
  inflateEnd(&stream);
  return content;
}

TEST(GzipTest, MakesAContentSmallerAndComesBack) {
  std::string content;
  for (int i = 0; i < 10'000; ++i) content += "row " + std::to_string(i % 77);
  const std::string compressed = Gzip(content);
  EXPECT_LT(compressed.size(), content.size() / 5);
  EXPECT_EQ(Gunzip(compressed), content);
}

TEST(GzipTest, IsNothingWhereItSavesNothing) {
  EXPECT_EQ(Gzip(""), "");
  EXPECT_EQ(Gzip("short"), "");
}

TEST(GzipTest, IsForTextsOnly) {
  for (const char* type :
       {"text/css; charset=utf-8", "text/javascript", "application/json",
        "application/manifest+json", "image/svg+xml", "application/wasm"}) {
    EXPECT_TRUE(internal::IsCompressible(type)) << type;
  }
  for (const char* type :
       {"image/png", "font/woff2", "application/octet-stream", "", "json",
        "image/png; note=text/css"}) {
    EXPECT_FALSE(internal::IsCompressible(type)) << type;
  }
}

// RFC 9110 §12.5.3.
TEST(GzipTest, IsForClientsThatTakeIt) {
  for (const char* field :
       {"gzip", "GZIP", "br, gzip", "deflate , gzip ;q=0.5, br", "*", "x-gzip",
        "gzip;q=1.0", "*;q=0, gzip", "identity;q=0, *;q=0.1", "gzip;q=0.001",
        "gzip;q=0.5, identity;q=0.5", "identity;q=0.9,gzip;q=1.000",
        "gzip;x=y;q=1"}) {
    EXPECT_TRUE(AcceptsGzip(field)) << field;
  }
  for (const char* field : {"",
                            "br",
                            "identity",
                            "gzip;q=0",
                            "gzip; q=0.000",
                            "gzip;Q=0",
                            "*, gzip;q=0",
                            "*;q=0",
                            "gzippy",
                            ",",
                            ";q=1",
                            "gzip;q=0.5, identity",
                            "identity;q=1, *;q=0.5",
                            "identity;q=1, *;q=0",
                            "gzip;q=",
                            "gzip;q=x",
                            "gzip;q=1.1",
                            "gzip;q=0.1234",
                            "gzip;q=2",
                            "gzip;q=0,5"}) {
    EXPECT_FALSE(AcceptsGzip(field)) << field;
  }
}

}  // namespace
}  // namespace tickerhub
