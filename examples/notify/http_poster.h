#ifndef TICKERHUB_EXAMPLES_NOTIFY_HTTP_POSTER_H_
#define TICKERHUB_EXAMPLES_NOTIFY_HTTP_POSTER_H_

// POSTs JSON to one server, over one connection after the other. libcurl does
// it.

#include <memory>
#include <string>

#include "notify/options.h"

namespace tickerhub::examples {

class HttpPoster {
 public:
  /// `options` must outlive it.
  explicit HttpPoster(const NotifyOptions& options);
  ~HttpPoster();
  HttpPoster(const HttpPoster&) = delete;
  HttpPoster& operator=(const HttpPoster&) = delete;

  struct Answer {
    std::string failure;  ///< why there is none; never says the token
    long status = 0;      ///< of HTTP
    std::string body;
  };
  /// `key` may be empty: see Idempotency-Key in docs/protocol.md.
  Answer Post(const std::string& body, const std::string& key);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_NOTIFY_HTTP_POSTER_H_
