#ifndef TICKERHUB_LIB_PAGES_STOCK_PAGE_H_
#define TICKERHUB_LIB_PAGES_STOCK_PAGE_H_

#include <kainjow/mustache.hpp>
#include <string>

#include "tickerhub/pages/pages.h"
#include "tickerhub/stock_tracker.h"

namespace tickerhub::internal {

/// The page of the stock tracker with the prices of this moment in it. Its
/// variables are described in lib/pages/README.md.
class StockPage {
 public:
  /// `tracker` must outlive the page.
  StockPage(StockTracker& tracker, const std::string& page_template,
            StockPageOptions options);

  /// Rendered once for each change of the book, however many ask.
  const std::string& Html();

 private:
  kainjow::mustache::data Variables();

  StockTracker& tracker_;
  kainjow::mustache::mustache template_;
  StockPageOptions options_;
  bool rendered_ = false;
  Sequence rendered_sequence_ = 0;
  std::string html_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_PAGES_STOCK_PAGE_H_
