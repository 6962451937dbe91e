#ifndef TICKERHUB_EXAMPLES_STOCK_TRACKER_STOCK_PAGE_H_
#define TICKERHUB_EXAMPLES_STOCK_TRACKER_STOCK_PAGE_H_

// The page of the stock tracker with the prices of this moment in it. Its
// variables are described in examples/pages/README.md.

#include <kainjow/mustache.hpp>
#include <string>

#include "tickerhub/stock_tracker.h"

namespace tickerhub::examples {

class StockPage {
 public:
  /// `tracker` must outlive the page.
  StockPage(StockTracker& tracker, const std::string& page_template,
            bool clients_may_add);

  /// Rendered once for each change of the book, however many ask.
  const std::string& Html();

 private:
  kainjow::mustache::data Variables();

  StockTracker& tracker_;
  kainjow::mustache::mustache template_;
  bool clients_may_add_;
  bool rendered_ = false;
  Sequence rendered_sequence_ = 0;
  std::string html_;
};

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_STOCK_TRACKER_STOCK_PAGE_H_
