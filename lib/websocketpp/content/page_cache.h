#ifndef TICKERHUB_LIB_WEBSOCKETPP_CONTENT_PAGE_CACHE_H_
#define TICKERHUB_LIB_WEBSOCKETPP_CONTENT_PAGE_CACHE_H_

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tickerhub/timestamp.h"
#include "tickerhub/websocketpp/http.h"

namespace tickerhub::internal {

/// A rendered page, as it is sent.
struct PageCopy {
  std::string content;
  std::string gzip;  ///< empty if it is no smaller
};

/// The newest copy of a RenderedPage, and those who wait for the next one. The
/// hub's thread collects what the page shows, and another thread renders and
/// compresses it, once for all who ask within RenderedPage::max_age.
///
/// Threads: any thread may call Get().
class PageCache {
 public:
  using Task = std::function<void()>;
  /// Where a page is made. Each runs a task on that thread, later.
  struct Threads {
    std::function<void(Task)> hub;
    std::function<void(Task)> renderer;
  };
  /// Null if the page cannot be made.
  using Copy = std::shared_ptr<const PageCopy>;
  /// Is called on the hub's thread or on the renderer's.
  using Ready = std::function<void(Copy)>;

  /// `threads` must end, or drop their tasks, before the cache is destroyed.
  /// `on_failure` is called while an exception of the page is handled.
  PageCache(RenderedPage page, Threads threads, Task on_failure)
      : page_(std::move(page)),
        threads_(std::move(threads)),
        on_failure_(std::move(on_failure)) {}

  /// Returns the newest copy if it is new enough. Otherwise returns nothing,
  /// and calls `ready` with the next one.
  std::optional<Copy> Get(Ready ready) {
    return GetAt(std::chrono::steady_clock::now(), std::move(ready));
  }
  /// Get() with the time of the caller.
  std::optional<Copy> GetAt(SteadyTime now, Ready ready);

  /// The page as a response to a client that takes gzip or not.
  HttpResponse ResponseOf(const PageCopy& copy, bool takes_gzip) const;

 private:
  void Collect();
  void Render(const RenderedPage::Render& render);
  void Finish(const Copy& copy);

  const RenderedPage page_;
  const Threads threads_;
  const Task on_failure_;
  std::mutex mutex_;  // guards what follows
  Copy newest_;
  std::optional<SteadyTime> collected_;  // when newest_ was
  SteadyTime asked_{};                   // when the next one was asked for
  std::vector<Ready> waiting_;           // not empty: one is being made
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_CONTENT_PAGE_CACHE_H_
