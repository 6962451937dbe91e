#include <array>
#include <utility>

#include "text/ascii.h"
#include "tickerhub/websocketpp/http.h"

namespace tickerhub {

std::string_view ContentTypeOf(std::string_view file_name) {
  using Entry = std::pair<std::string_view, std::string_view>;
  static constexpr std::array<Entry, 14> kTypes{{
      {".html", "text/html; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".json", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".txt", "text/plain; charset=utf-8"},
      {".csv", "text/csv; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".wasm", "application/wasm"},
  }};
  for (const auto& [ending, type] : kTypes) {
    if (internal::EndsWith(file_name, ending)) return type;
  }
  return "application/octet-stream";
}

}  // namespace tickerhub
