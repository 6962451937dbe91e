#ifndef TICKERHUB_LIB_WEBSOCKETPP_PAGE_RENDERER_H_
#define TICKERHUB_LIB_WEBSOCKETPP_PAGE_RENDERER_H_

#include <asio/post.hpp>
#include <asio/thread_pool.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "content/page_cache.h"
#include "hub/hub.h"
#include "threads/start_thread.h"

namespace tickerhub::internal {

/// The thread that renders the pages of a server. It starts with the first
/// page. It ends when this object is destroyed: before the loops do, because it
/// hands the pages to them.
///
/// Threads: call from the hub's thread only.
class PageRenderer {
 public:
  PageRenderer(Hub& hub, LogSink& log) : hub_(hub), log_(log) {}

  /// Makes the cache of a page that is rendered here. `name` is for the log.
  std::unique_ptr<PageCache> MakeCache(RenderedPage page, std::string name) {
    if (!thread_) {
      const SignalsBlocked blocked;
      thread_.emplace(1);
    }
    PageCache::Threads threads;
    threads.hub = [this](PageCache::Task task) {
      hub_.Enqueue(std::move(task));
    };
    threads.renderer = [this](PageCache::Task task) {
      asio::post(*thread_, std::move(task));
    };
    return std::make_unique<PageCache>(
        std::move(page), std::move(threads),
        [this, name = std::move(name)] { log_.WriteException(name); });
  }

 private:
  Hub& hub_;
  LogSink& log_;
  std::optional<asio::thread_pool> thread_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_PAGE_RENDERER_H_
