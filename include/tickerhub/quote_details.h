#ifndef TICKERHUB_QUOTE_DETAILS_H_
#define TICKERHUB_QUOTE_DETAILS_H_

// QuoteDetails are what a quote has beside its price: bid, ask, volume and the
// like. A quote has them only once somebody has set one, so a book of prices
// pays a null pointer for them. Read them through Quote::details:
//
//     const tickerhub::Symbol aapl = *tickerhub::Symbol::Parse("AAPL");
//     const tickerhub::Quote* quote = tracker.book().Find(aapl);
//     if (quote->details && quote->details->bid.is_known()) {
//       std::cout << quote->details->bid.value.ToString() << std::endl;
//     }
//
// Set them with a QuoteUpdate (quote.h). Each is merged by itself: it remembers
// the change that set it last, and is sent to those who do not know that yet.
//
// Sizes and volumes are decimals too, exact as the venue wrote them: a crypto
// exchange trades 0.00013 of a coin.
//
// Memory: about 290 bytes of the heap for each quote that has details, and the
// texts beyond 15 bytes. A copy of a quote has a copy of them.
//
// Threads: values; use them from any thread as you use a std::string.

#include <cstdint>
#include <memory>

#include "tickerhub/export.h"
#include "tickerhub/price.h"
#include "tickerhub/quote_text.h"
#include "tickerhub/timestamp.h"

namespace tickerhub {

/// Numbers the changes of a StockBook. The empty book has 0. Each call that
/// changes something takes the next number; one batch takes one.
using Sequence = std::uint64_t;

struct TICKERHUB_EXPORT QuoteDetails {
  /// A number, and when it came.
  struct Figure {
    Price value;            ///< zero if it is not known
    Sequence sequence = 0;  ///< the change that set it; 0: it is not known
    bool is_known() const { return sequence != 0; }
  };
  /// A text likewise.
  struct Text {
    QuoteText value;        ///< empty if it is not known
    Sequence sequence = 0;  ///< as that of a figure
    bool is_known() const { return sequence != 0; }
  };

  // What changes often comes first: it shares two lines of the cache.
  Figure bid;      ///< the highest price that a buyer offers
  Figure ask;      ///< the lowest price that a seller asks
  Figure volume;   ///< traded since the day has begun
  Timestamp time;  ///< of the newest detail, whatever it set; never goes back
  /// The newest change that no single field tells: another reference, or a day
  /// that has begun. Who knows only older ones needs the whole quote. 0: none.
  Sequence reset_sequence = 0;
  Figure bid_size;        ///< how much the buyer takes
  Figure ask_size;        ///< how much the seller has
  Figure open;            ///< the first price of the day
  Figure previous_close;  ///< the last price of the day before
  Text name;              ///< of the instrument: "Apple Inc."
  Text currency;          ///< of the prices: "USD"
  /// `previous_close` is the last price of the book's own, because
  /// StockBook::StartDay() came before the feed's.
  bool previous_close_is_own = false;
};

/// Owns the details of one quote, if it has any. Copies copy them; moving takes
/// them away.
class TICKERHUB_EXPORT OptionalDetails {
 public:
  OptionalDetails() = default;
  OptionalDetails(const OptionalDetails& other) : details_(Copy(other)) {}
  OptionalDetails(OptionalDetails&&) noexcept = default;
  OptionalDetails& operator=(const OptionalDetails& other) {
    if (this != &other) details_ = Copy(other);
    return *this;
  }
  OptionalDetails& operator=(OptionalDetails&&) noexcept = default;
  ~OptionalDetails() = default;

  explicit operator bool() const { return details_ != nullptr; }
  const QuoteDetails* get() const { return details_.get(); }
  /// REQUIRES: there are details.
  const QuoteDetails* operator->() const { return details_.get(); }
  const QuoteDetails& operator*() const { return *details_; }

  /// Returns the details, and makes them first if there are none.
  QuoteDetails& Make() {
    if (!details_) details_ = std::make_unique<QuoteDetails>();
    return *details_;
  }

 private:
  static std::unique_ptr<QuoteDetails> Copy(const OptionalDetails& other) {
    if (!other) return nullptr;
    return std::make_unique<QuoteDetails>(*other);
  }

  std::unique_ptr<QuoteDetails> details_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_QUOTE_DETAILS_H_
