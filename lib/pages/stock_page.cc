#include "stock_page.h"

#include <algorithm>
#include <ctime>
#include <string_view>
#include <utility>
#include <variant>

#include "feed_notice.h"
#include "page_root.h"
#include "price_text.h"
#include "threads/system_time.h"
#include "tickerhub/version.h"

namespace tickerhub::internal {
namespace {

namespace mustache = kainjow::mustache;

std::string SizeText(const QuoteDetails::Figure& size) {
  return size.is_known() ? Grouped(PriceText(size.value, 0)) : "";
}

std::string SizeTitle(const QuoteDetails::Figure& size) {
  return size.is_known() ? "Size " + SizeText(size) : "";
}

// One stock has as many decimals in all of its cells.
int RowDecimals(const Quote& quote) {
  int decimals = 0;
  for (const Price price : {quote.price, quote.high, quote.low}) {
    decimals = std::max(decimals, DecimalsOf(price));
  }
  if (!quote.details) return decimals;
  for (const auto* const figure : {&quote.details->bid, &quote.details->ask}) {
    if (!figure->is_known()) continue;
    decimals = std::max(decimals, DecimalsOf(figure->value));
  }
  return decimals;
}

void AddDetails(const QuoteDetails& details, int decimals,
                mustache::data* row) {
  const auto price = [decimals](const QuoteDetails::Figure& figure) {
    return figure.is_known() ? Grouped(PriceText(figure.value, decimals)) : "";
  };
  row->set("bid", price(details.bid));
  row->set("ask", price(details.ask));
  row->set("bidTitle", SizeTitle(details.bid_size));
  row->set("askTitle", SizeTitle(details.ask_size));
  row->set("volume", SizeText(details.volume));
  row->set("name", details.name.value.value());
  row->set("currency", details.currency.value.value());
}

mustache::data Row(const Quote& quote) {
  const int decimals = RowDecimals(quote);
  mustache::data row;
  row.set("symbol", quote.symbol.ToString());
  row.set("price", Grouped(PriceText(quote.price, decimals)));
  row.set("change", Grouped(ChangeText(quote.price, quote.reference)));
  row.set("percent", Grouped(PercentText(quote.price, quote.reference)));
  row.set("direction", Direction(quote.price, quote.reference));
  row.set("high", Grouped(PriceText(quote.high, decimals)));
  row.set("low", Grouped(PriceText(quote.low, decimals)));
  if (quote.details) AddDetails(*quote.details, decimals, &row);
  return row;
}

// The columns that are there only if a row has something for them, as classes
// of the table.
std::string ColumnClasses(const std::vector<Quote>& rows) {
  bool has_name = false;
  bool has_bid = false;
  bool has_ask = false;
  bool has_volume = false;
  for (const Quote& quote : rows) {
    if (!quote.details) continue;
    has_name = has_name || quote.details->name.is_known();
    has_bid = has_bid || quote.details->bid.is_known();
    has_ask = has_ask || quote.details->ask.is_known();
    has_volume = has_volume || quote.details->volume.is_known();
  }
  return std::string(has_name ? " has-name" : "") +
         (has_bid ? " has-bid" : "") + (has_ask ? " has-ask" : "") +
         (has_volume ? " has-volume" : "");
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
  constexpr std::size_t kMarkupOfDetails = 240;
  std::size_t digits = 0;
  for (const Price price :
       {quote.price, quote.reference, quote.high, quote.low}) {
    digits += price.ToString().size();
  }
  digits += digits / 4;  // separators
  // Each of these cells has as many decimals as the longest.
  const int decimals = RowDecimals(quote);
  for (const Price price : {quote.price, quote.high, quote.low}) {
    digits += static_cast<std::size_t>(decimals - DecimalsOf(price));
  }
  return kMarkup + 5 * quote.symbol.view().size() + 2 * digits +
         (quote.details ? kMarkupOfDetails + 2 * BytesOf(*quote.details) : 0);
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

void StockPage::BringOrderUpToDate() {
  const StockBook& book = tracker_.book();
  const bool is_current =
      book.size() == order_.count && book.CanTellChangesSince(order_.sequence);
  if (is_current) return;
  order_ = {book.sequence(), book.size(), {}, Timestamp::min()};
  std::vector<const Quote*> quotes;
  quotes.reserve(book.size());
  book.ForEach([&](const Quote& quote) {
    quotes.push_back(&quote);
    order_.newest = std::max(order_.newest, quote.time);
  });
  const auto end = quotes.begin() + static_cast<std::ptrdiff_t>(
                                        std::min(quotes.size(), kMostRows));
  std::partial_sort(
      quotes.begin(), end, quotes.end(),
      [](const Quote* a, const Quote* b) { return a->symbol < b->symbol; });
  for (auto quote = quotes.begin(); quote != end; ++quote) {
    order_.first.push_back((*quote)->symbol);
  }
}

StockPage::Content StockPage::Collect() {
  BringOrderUpToDate();
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
  content.notice = FeedNotice(feed, SystemTime());
  content.bootstrap = SnapshotOf(content.rows, tracker_);
  return content;
}

std::string StockPage::Html(const Content& content) {
  mustache::data stocks(mustache::data::type::list);
  for (const Quote& quote : content.rows) stocks << Row(quote);
  const bool empty = content.rows.empty();
  const std::string columns = ColumnClasses(content.rows);
  mustache::data page;
  page.set("stocks", stocks);
  page.set("columns", columns);
  page.set("details", !columns.empty());
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
