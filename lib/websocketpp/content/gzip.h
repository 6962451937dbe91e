#ifndef TICKERHUB_LIB_WEBSOCKETPP_CONTENT_GZIP_H_
#define TICKERHUB_LIB_WEBSOCKETPP_CONTENT_GZIP_H_

#include <string>
#include <string_view>

namespace tickerhub::internal {

/// Compresses a content (RFC 1952). Returns an empty text if that fails or
/// makes it no smaller. Any thread may call.
std::string Gzip(std::string_view content);

/// Whether a content of this media type becomes smaller in general. Pictures,
/// fonts and archives are compressed already. Any thread may call.
bool IsCompressible(std::string_view content_type);

/// Whether a client that sends this field Accept-Encoding takes gzip, and would
/// not rather have the content as it is (RFC 9110 §12.5.3). Any thread may
/// call.
bool AcceptsGzip(std::string_view accept_encoding);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_CONTENT_GZIP_H_
