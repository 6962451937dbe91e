#include "stock_page.h"

#include <algorithm>
#include <ctime>
#include <utility>
#include <vector>

#include "price_text.h"
#include "tickerhub/version.h"

namespace tickerhub::internal {
namespace {

namespace mustache = kainjow::mustache;

mustache::data Row(const Quote& quote) {
  mustache::data row;
  row.set("symbol", quote.symbol.ToString());
  row.set("price", PriceText(quote.price));
  row.set("change", ChangeText(quote.price, quote.reference));
  row.set("percent", PercentText(quote.price, quote.reference));
  row.set("direction", Direction(quote.price, quote.reference));
  row.set("high", PriceText(quote.high));
  row.set("low", PriceText(quote.low));
  return row;
}

std::string TimeText(Timestamp time, const char* format) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof(text), format, &parts)};
}

}  // namespace

StockPage::StockPage(StockTracker& tracker, const std::string& page_template,
                     StockPageOptions options)
    : tracker_(tracker),
      template_(page_template),
      options_(std::move(options)) {}

const std::string& StockPage::Html() {
  if (!rendered_ || rendered_sequence_ != tracker_.book().sequence()) {
    html_ = template_.render(Variables());
    rendered_sequence_ = tracker_.book().sequence();
    rendered_ = true;
  }
  return html_;
}

mustache::data StockPage::Variables() {
  std::vector<Quote> quotes = tracker_.book().Snapshot();
  std::sort(quotes.begin(), quotes.end(),
            [](const Quote& a, const Quote& b) { return a.symbol < b.symbol; });
  mustache::data stocks(mustache::data::type::list);
  Timestamp newest = Timestamp::min();
  for (const Quote& quote : quotes) {
    stocks << Row(quote);
    newest = std::max(newest, quote.time);
  }
  const bool empty = quotes.empty();
  mustache::data page;
  page.set("stocks", stocks);
  page.set("count", std::to_string(quotes.size()));
  page.set("empty", empty);
  page.set("asOf", empty ? "" : TimeText(newest, "%Y-%m-%dT%H:%M:%SZ"));
  page.set("asOfText", empty ? "" : TimeText(newest, "%H:%M:%S UTC"));
  page.set("title", options_.title);
  page.set("channel", options_.channel);
  page.set("canAdd", options_.clients_may_add);
  page.set("bootstrap", std::string(tracker_.Snapshot().text()));
  page.set("version", TICKERHUB_VERSION);
  return page;
}

}  // namespace tickerhub::internal
