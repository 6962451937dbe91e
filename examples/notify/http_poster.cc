#include "notify/http_poster.h"

#include <curl/curl.h>

#include <cstddef>

namespace tickerhub::examples {
namespace {

// What a hundred outcomes take is far below.
constexpr std::size_t kMostAnswerBytes = 1024 * 1024;

struct FreeHeaders {
  void operator()(curl_slist* headers) const { curl_slist_free_all(headers); }
};

class Headers {
 public:
  void Add(const std::string& line) {
    // On failure the list stays as it was; then a header is missing, and the
    // server says so.
    curl_slist* const longer = curl_slist_append(list_.get(), line.c_str());
    if (longer == nullptr) return;
    (void)list_.release();
    list_.reset(longer);
  }
  curl_slist* get() const { return list_.get(); }

 private:
  std::unique_ptr<curl_slist, FreeHeaders> list_;
};

// libcurl's CURLOPT_WRITEFUNCTION. Less than it was given ends the transfer.
std::size_t Keep(char* bytes, std::size_t size, std::size_t count, void* body) {
  auto& text = *static_cast<std::string*>(body);
  const std::size_t got = size * count;
  if (text.size() + got > kMostAnswerBytes) return 0;
  text.append(bytes, got);
  return got;
}

}  // namespace

class HttpPoster::Impl {
 public:
  explicit Impl(const NotifyOptions& options) : options_(options) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    curl_ = curl_easy_init();
  }
  ~Impl() {
    curl_easy_cleanup(curl_);
    curl_global_cleanup();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Answer Post(const std::string& body, const std::string& key) {
    Answer answer;
    if (curl_ == nullptr) {
      answer.failure = "there is no memory left";
      return answer;
    }
    Headers headers;
    headers.Add("Content-Type: application/json");
    headers.Add("Expect:");  // no round trip before the body
    if (!options_.token.empty()) {
      headers.Add("Authorization: Bearer " + options_.token);
    }
    if (!key.empty()) headers.Add("Idempotency-Key: " + key);
    const std::string url = options_.server + "api/notifications";
    char reason[CURL_ERROR_SIZE] = "";
    curl_easy_reset(curl_);
    Set(CURLOPT_URL, url.c_str());
    Set(CURLOPT_HTTPHEADER, headers.get());
    Set(CURLOPT_POSTFIELDS, body.c_str());
    Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    Set(CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count()));
    Set(CURLOPT_NOSIGNAL, 1L);
    Set(CURLOPT_ERRORBUFFER, reason);
    Set(CURLOPT_WRITEFUNCTION, &Keep);
    Set(CURLOPT_WRITEDATA, &answer.body);
    if (!options_.ca_file.empty()) {
      Set(CURLOPT_CAINFO, options_.ca_file.c_str());
    }
    const CURLcode code = curl_easy_perform(curl_);
    Set(CURLOPT_ERRORBUFFER, nullptr);
    if (code != CURLE_OK) {
      answer.failure = *reason != '\0' ? reason : curl_easy_strerror(code);
      return answer;
    }
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &answer.status);
    return answer;
  }

 private:
  template <typename Value>
  void Set(CURLoption option, Value value) {
    curl_easy_setopt(curl_, option, value);
  }

  const NotifyOptions& options_;
  CURL* curl_ = nullptr;
};

HttpPoster::HttpPoster(const NotifyOptions& options)
    : impl_(std::make_unique<Impl>(options)) {}
HttpPoster::~HttpPoster() = default;

HttpPoster::Answer HttpPoster::Post(const std::string& body,
                                    const std::string& key) {
  return impl_->Post(body, key);
}

}  // namespace tickerhub::examples
