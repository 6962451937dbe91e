#ifndef TICKERHUB_LIB_PAGES_STOCK_PAGE_H_
#define TICKERHUB_LIB_PAGES_STOCK_PAGE_H_

#include <cstddef>
#include <kainjow/mustache.hpp>
#include <string>
#include <vector>

#include "tickerhub/pages/pages.h"
#include "tickerhub/stock_tracker.h"

namespace tickerhub::internal {

/// The page of the stock tracker with the prices of this moment in it. Its
/// variables are described in lib/pages/README.md. It shows the first kMostRows
/// stocks, or fewer if they are long; the script gets the others over the
/// channel. So the page has no more than 100 KB, and hardly costs the hub more
/// with many stocks than with few.
class StockPage {
 public:
  static constexpr std::size_t kMostRows = 200;
  static constexpr std::size_t kMostRowBytes = 96'000;

  /// `tracker` must outlive the page.
  StockPage(StockTracker& tracker, const std::string& page_template,
            StockPageOptions options);

  /// What the page shows.
  struct Content {
    std::vector<Quote> rows;  ///< in the order of their symbols
    std::size_t count = 0;    ///< of all stocks
    Timestamp newest = Timestamp::min();
    std::string notice;     ///< if they are not those of now, or empty
    std::string bootstrap;  ///< the snapshot message of the rows
  };

  /// Takes what there is to show at this moment. Looks at all stocks only after
  /// one was added or removed. Call it on the hub's thread.
  Content Collect();
  /// Call it on one thread at a time; any may.
  std::string Html(const Content& content);

 private:
  // The first stocks, in the order of their symbols.
  struct Order {
    Sequence sequence = 0;  // of the book, when it was made
    std::size_t count = 0;
    std::vector<Symbol> first;
    Timestamp newest = Timestamp::min();  // of all
  };
  void BringOrderUpToDate();

  StockTracker& tracker_;
  Order order_;
  kainjow::mustache::mustache template_;
  StockPageOptions options_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_PAGES_STOCK_PAGE_H_
