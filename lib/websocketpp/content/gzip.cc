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

// Whether the parameters of a coding have a weight of 0.
bool IsRefused(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = TakeElement(&parameters, ';');
    if (parameter.size() < 3 || LowerCase(parameter[0]) != 'q' ||
        parameter[1] != '=') {
      continue;
    }
    const std::string_view weight = parameter.substr(2);
    return std::all_of(weight.begin(), weight.end(),
                       [](char c) { return c == '0' || c == '.'; });
  }
  return false;
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
  std::optional<bool> any;
  while (!accept_encoding.empty()) {
    std::string_view element = TakeElement(&accept_encoding, ',');
    const std::string_view coding = TakeElement(&element, ';');
    if (EqualsIgnoringCase(coding, "gzip") ||
        EqualsIgnoringCase(coding, "x-gzip")) {
      return !IsRefused(element);
    }
    if (coding == "*") any = !IsRefused(element);
  }
  return any.value_or(false);
}

}  // namespace tickerhub::internal
