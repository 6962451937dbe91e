#ifndef TICKERHUB_LIB_WEBSOCKETPP_HTTP_HTTP_DATE_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HTTP_HTTP_DATE_H_

#include <ctime>
#include <string>

namespace tickerhub::internal {

/// "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate, RFC 9110 §5.6.7), in English
/// whatever the locale. Any thread may call.
std::string HttpDate(std::time_t time);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HTTP_HTTP_DATE_H_
