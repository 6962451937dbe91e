#include "stock_page.h"

#include <algorithm>
#include <ctime>
#include <string_view>
#include <utility>
#include <variant>

#include "feed_notice.h"
#include "page_root.h"
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

std::string IsoText(Timestamp time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return {text,
          std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

// What its details take in the snapshot.
std::size_t BytesOf(const QuoteDetails& details) {
  constexpr std::size_t kKey = 20;
  std::size_t bytes = 0;
  for (const QuoteDetails::Figure* const figure :
       {&details.open, &details.previous_close, &details.bid, &details.ask,
        &details.bid_size, &details.ask_size, &details.volume}) {
    if (figure->is_known()) bytes += kKey + figure->value.ToString().size();
  }
  for (const QuoteDetails::Text* const text :
       {&details.name, &details.currency}) {
    if (!text->is_known()) continue;
    constexpr std::size_t kEscaped = 6;  // \u0026
    const std::string& value = text->value.value();
    const auto escaped = static_cast<std::size_t>(
        std::count_if(value.begin(), value.end(), [](char c) {
          return std::string_view("<>&\"\\").find(c) != std::string_view::npos;
        }));
    bytes += kKey + value.size() + (kEscaped - 1) * escaped;
  }
  return bytes;
}

// About as much as a row takes, in the table and in the snapshot.
std::size_t BytesOf(const Quote& quote) {
  constexpr std::size_t kMarkup = 390;
  std::size_t digits = 0;
  for (const Price price :
       {quote.price, quote.reference, quote.high, quote.low}) {
    digits += price.ToString().size();
  }
  return kMarkup + 5 * quote.symbol.view().size() + 2 * digits +
         (quote.details ? BytesOf(*quote.details) : 0);
}

// The snapshot message of these stocks, by the query that a client would use.
std::string SnapshotOf(const std::vector<Quote>& rows, StockTracker& tracker) {
  constexpr char kHexadecimal[] = "0123456789ABCDEF";
  std::string query = "stocks=";
  for (const Quote& quote : rows) {
    if (&quote != &rows.front()) query += ',';
    for (const char character : quote.symbol.view()) {
      const auto c = static_cast<unsigned char>(character);
      query += '%';
      query += kHexadecimal[c / 16];
      query += kHexadecimal[c % 16];
    }
  }
  const auto snapshot = tracker.SnapshotFor(rows.empty() ? "" : query);
  const auto* const message = std::get_if<Payload>(&snapshot);
  return message == nullptr ? "null" : std::string(message->text());
}

}  // namespace

StockPage::StockPage(StockTracker& tracker, const std::string& page_template,
                     StockPageOptions options)
    : tracker_(tracker),
      template_(page_template),
      options_(std::move(options)) {}

void StockPage::BringUpToDate(Order* order) const {
  const StockBook& book = tracker_.book();
  const bool is_current =
      book.size() == order->count && book.CanTellChangesSince(order->sequence);
  if (is_current) return;
  *order = {book.sequence(), book.size(), {}, Timestamp::min()};
  std::vector<const Quote*> quotes;
  quotes.reserve(book.size());
  book.ForEach([&](const Quote& quote) {
    quotes.push_back(&quote);
    order->newest = std::max(order->newest, quote.time);
  });
  const auto end = quotes.begin() + static_cast<std::ptrdiff_t>(
                                        std::min(quotes.size(), kMostRows));
  std::partial_sort(
      quotes.begin(), end, quotes.end(),
      [](const Quote* a, const Quote* b) { return a->symbol < b->symbol; });
  for (auto quote = quotes.begin(); quote != end; ++quote) {
    order->first.push_back((*quote)->symbol);
  }
}

StockPage::Content StockPage::Collect() {
  BringUpToDate(&order_);
  Content content;
  content.count = order_.count;
  std::size_t bytes = 0;
  for (const Symbol& symbol : order_.first) {
    const Quote& quote = *tracker_.book().Find(symbol);
    bytes += BytesOf(quote);
    if (bytes > kMostRowBytes) break;
    content.rows.push_back(quote);
  }
  const StockTracker::Feed feed = tracker_.feed();
  // Where a stock starts is not of the feed. Without a price of the feed no
  // time has changed since the order was made.
  content.newest = feed.newest_time.value_or(order_.newest);
  content.notice =
      FeedNotice(feed, std::chrono::time_point_cast<Timestamp::duration>(
                           std::chrono::system_clock::now()));
  content.bootstrap = SnapshotOf(content.rows, tracker_);
  return content;
}

std::string StockPage::Html(const Content& content) {
  mustache::data stocks(mustache::data::type::list);
  for (const Quote& quote : content.rows) stocks << Row(quote);
  const bool empty = content.rows.empty();
  mustache::data page;
  page.set("stocks", stocks);
  page.set("count", std::to_string(content.count));
  page.set("shown", std::to_string(content.rows.size()));
  page.set("more", content.count > content.rows.size());
  page.set("empty", empty);
  page.set("asOf", empty ? "" : IsoText(content.newest));
  page.set("asOfText", empty ? "" : MomentText(content.newest));
  page.set("notice", content.notice);
  page.set("current", content.notice.empty());
  page.set("title", options_.title);
  page.set("root", RootOf(options_.path));
  page.set("channel", WithoutSlash(options_.channel));
  page.set("canAdd", options_.clients_may_add);
  page.set("bootstrap", content.bootstrap);
  page.set("version", TICKERHUB_VERSION);
  return template_.render(page);
}

}  // namespace tickerhub::internal
