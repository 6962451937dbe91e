#include "content/page_cache.h"

#include "content/gzip.h"

namespace tickerhub::internal {

std::optional<PageCache::Copy> PageCache::GetAt(SteadyTime now, Ready ready) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (collected_ && now - *collected_ < page_.max_age) return newest_;
  waiting_.push_back(std::move(ready));
  if (waiting_.size() > 1) return std::nullopt;
  asked_ = now;
  threads_.hub([this] { Collect(); });
  return std::nullopt;
}

void PageCache::Collect() {
  try {
    threads_.renderer([this, render = page_.collect()] { Render(render); });
  } catch (...) {
    on_failure_();
    Finish(nullptr);
  }
}

void PageCache::Render(const RenderedPage::Render& render) {
  Copy copy;
  try {
    std::string content = render();
    std::string gzip = Gzip(content);
    copy = std::make_shared<const PageCopy>(
        PageCopy{std::move(content), std::move(gzip)});
  } catch (...) {
    on_failure_();
  }
  Finish(copy);
}

void PageCache::Finish(const Copy& copy) {
  std::vector<Ready> waiting;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    newest_ = copy;
    collected_ = asked_;
    waiting.swap(waiting_);
  }
  for (const Ready& ready : waiting) ready(copy);
}

HttpResponse PageCache::ResponseOf(const PageCopy& copy,
                                   bool takes_gzip) const {
  HttpResponse response;
  response.content_type = page_.content_type;
  response.headers = page_.headers;
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (takes_gzip && !copy.gzip.empty()) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.body = copy.gzip;
  } else {
    response.body = copy.content;
  }
  return response;
}

}  // namespace tickerhub::internal
