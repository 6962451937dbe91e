#include "content/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "text/ascii.h"
#include "text/field_value.h"

namespace tickerhub::internal {
namespace {

constexpr int kGzipWindowBits = 15 + 16;  // zlib: 16 asks for gzip's header
constexpr int kGzipMemoryLevel = 8;       // zlib's default

constexpr int kWholeWeight = 1'000;

// A weight (RFC 9110 §12.4.2) in thousandths. One that is malformed refuses.
int ReadWeight(std::string_view text) {
  constexpr std::size_t kMostChars = 5;  // "0.999"
  const bool is_whole = !text.empty() && text[0] == '1';
  if (text.empty() || text.size() > kMostChars ||
      (text[0] != '0' && !is_whole) || (text.size() > 1 && text[1] != '.')) {
    return 0;
  }
  int weight = is_whole ? kWholeWeight : 0;
  int place = kWholeWeight;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    constexpr int kTen = 10;
    place /= kTen;
    if (c < '0' || c > (is_whole ? '0' : '9')) return 0;
    weight += place * (c - '0');
  }
  return weight;
}

// The weight among the parameters of a coding.
int WeightOf(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = TakeElement(&parameters, ';');
    if (parameter.size() >= 2 && LowerCase(parameter[0]) == 'q' &&
        parameter[1] == '=') {
      return ReadWeight(parameter.substr(2));
    }
  }
  return kWholeWeight;
}

}  // namespace

std::string Gzip(std::string_view content) {
  z_stream stream = {};
  if (content.size() > std::numeric_limits<uInt>::max() ||
      deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindowBits,
                   kGzipMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
    return {};
  }
  std::string compressed(content.size(), '\0');
  // zlib only reads the input.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_out = static_cast<uInt>(compressed.size());
  const int result = deflate(&stream, Z_FINISH);
  compressed.resize(result == Z_STREAM_END ? stream.total_out : 0);
  deflateEnd(&stream);
  return compressed;
}

bool AcceptsGzip(std::string_view accept_encoding) {
  std::optional<int> gzip;
  int any = 0;
  int identity = 0;  // not named: taken, but not asked for
  while (!accept_encoding.empty()) {
    std::string_view element = TakeElement(&accept_encoding, ',');
    const std::string_view coding = TakeElement(&element, ';');
    if (EqualsIgnoringCase(coding, "gzip") ||
        EqualsIgnoringCase(coding, "x-gzip")) {
      gzip = WeightOf(element);
    } else if (EqualsIgnoringCase(coding, "identity")) {
      identity = WeightOf(element);
    } else if (coding == "*") {
      any = WeightOf(element);
    }
  }
  const int weight = gzip.value_or(any);
  return weight > 0 && weight >= identity;
}

bool IsCompressible(std::string_view content_type) {
  const std::string_view type = MediaTypeOf(content_type);
  if (BeginsWith(type, "text/")) return true;
  for (const std::string_view end :
       {"json", "javascript", "xml", "wasm"}) {  // "image/svg+xml"
    if (type != end && EndsWith(type, end)) return true;
  }
  return false;
}

}  // namespace tickerhub::internal
