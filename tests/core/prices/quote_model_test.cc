// Random quote updates and days, into a book and into a model of one quote that
// follows the rules of docs/prices.md in the plainest way.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "support/symbols.h"
#include "tickerhub/stock_book.h"

namespace tickerhub {
namespace {

using testing::Sym;

struct PlainField {
  std::string value;
  Sequence sequence = 0;
};

class PlainQuote {
 public:
  PlainQuote(Price at, Timestamp when) : price(at), price_time(when) {
    high = low = reference = at;
  }

  void StartDay(Sequence now) {
    if (!has_price_today) return;
    BeginDay(price, now);
    if (fields.count("previousClose") > 0) {
      fields["previousClose"] = {price.ToString(), now};
      close_is_own = true;
    }
  }

  // Returns whether anything changed.
  bool Apply(const QuoteUpdate& update, Sequence now) {
    const Sequence before = sequence;
    const bool late = update.time < details_time;
    if (update.previous_close && !late) Close(*update.previous_close, now);
    if (update.price) Trade(*update.price, update.time, now);
    for (const auto& extreme : {update.high, update.low}) {
      if (extreme && has_price_today) Widen(*extreme, now);
    }
    if (update.has_details() && !late) {
      details_time = update.time;
      Set("bid", update.bid, now);
      Set("ask", update.ask, now);
      Set("bidSize", update.bid_size, now);
      Set("askSize", update.ask_size, now);
      Set("volume", update.volume, now);
      Set("open", update.open, now);
      if (update.name) SetText("name", update.name->value(), now);
    }
    return sequence != before;
  }

  Price price;
  Price high;
  Price low;
  Price reference;
  Timestamp price_time;
  Timestamp details_time{};
  bool has_price_today = true;
  bool close_is_own = false;
  Sequence sequence = 1;
  Sequence reset = 0;
  std::map<std::string, PlainField> fields;

 private:
  void Set(const std::string& name, const std::optional<Price>& value,
           Sequence now) {
    if (value) SetText(name, value->ToString(), now);
  }
  void SetText(const std::string& name, const std::string& value,
               Sequence now) {
    if (fields.count(name) > 0 && fields[name].value == value) return;
    fields[name] = {value, now};
    sequence = now;
  }

  void BeginDay(Price from, Sequence now) {
    reference = from;
    high = low = price;
    has_price_today = false;
    fields.erase("open");
    fields.erase("volume");
    reset = sequence = now;
  }

  void Close(Price value, Sequence now) {
    const bool known = fields.count("previousClose") > 0;
    const bool same =
        known && fields["previousClose"].value == value.ToString();
    if (known && !same && !close_is_own) BeginDay(value, now);
    close_is_own = false;
    if (same) return;
    fields["previousClose"] = {value.ToString(), now};
    reference = value;
    reset = sequence = now;
  }

  void Widen(Price extreme, Sequence now) {
    if (extreme > high) {
      high = extreme;
      sequence = now;
    }
    if (extreme < low) {
      low = extreme;
      sequence = now;
    }
  }

  void Trade(Price newest, Timestamp time, Sequence now) {
    if (time < price_time) {
      if (has_price_today) Widen(newest, now);
      return;
    }
    price_time = time;
    if (!has_price_today) {
      has_price_today = true;
      high = low = newest;
      if (fields.count("open") == 0) fields["open"] = {newest.ToString(), now};
      reset = sequence = now;
    }
    if (newest != price) sequence = now;
    price = newest;
    Widen(newest, now);
  }
};

void ExpectField(const PlainQuote& plain, const std::string& name,
                 const std::string& value, Sequence sequence) {
  const auto found = plain.fields.find(name);
  ASSERT_EQ(found != plain.fields.end(), sequence != 0) << name;
  if (sequence == 0) return;
  EXPECT_EQ(value, found->second.value) << name;
  EXPECT_EQ(sequence, found->second.sequence) << name;
}

void ExpectSame(const Quote& quote, const PlainQuote& plain) {
  EXPECT_EQ(quote.price, plain.price);
  EXPECT_EQ(quote.high, plain.high);
  EXPECT_EQ(quote.low, plain.low);
  EXPECT_EQ(quote.reference, plain.reference);
  EXPECT_EQ(quote.sequence, plain.sequence);
  const QuoteDetails none;
  const QuoteDetails& details = quote.details ? *quote.details : none;
  EXPECT_EQ(details.reset_sequence, plain.reset);
  const std::pair<const char*, QuoteDetails::Figure> kFigures[] = {
      {"bid", details.bid},
      {"ask", details.ask},
      {"bidSize", details.bid_size},
      {"askSize", details.ask_size},
      {"volume", details.volume},
      {"open", details.open},
      {"previousClose", details.previous_close}};
  for (const auto& [name, figure] : kFigures) {
    ExpectField(plain, name, figure.value.ToString(), figure.sequence);
  }
  ExpectField(plain, "name", details.name.value.value(), details.name.sequence);
}

class QuoteModelTest : public ::testing::TestWithParam<unsigned> {
 protected:
  std::uint64_t Below(std::uint64_t n) { return random_() % n; }
  Price AnyPrice() {
    return Price::Of(static_cast<std::int64_t>(100 + Below(9)), 1);
  }
  void Maybe(std::optional<Price>* figure, std::uint64_t one_of) {
    if (Below(one_of) == 0) *figure = AnyPrice();
  }

  QuoteUpdate AnyUpdate(int step) {
    const int late = Below(3) == 0 ? static_cast<int>(Below(9)) : 0;
    QuoteUpdate update(
        Sym("A"), Timestamp(std::chrono::milliseconds(1'000 + step - late)));
    Maybe(&update.price, 2);
    for (auto* figure : {&update.bid, &update.ask, &update.bid_size,
                         &update.ask_size, &update.volume}) {
      Maybe(figure, 4);
    }
    Maybe(&update.open, 20);
    Maybe(&update.high, 20);
    Maybe(&update.low, 20);
    Maybe(&update.previous_close, 30);
    if (Below(20) == 0) {
      update.name = QuoteText::Parse(Below(2) == 0 ? "Ann" : "Bob");
    }
    return update;
  }

  std::mt19937_64 random_{GetParam()};
};

TEST_P(QuoteModelTest, ABookMergesAsTheModelDoes) {
  const Timestamp begin(std::chrono::milliseconds(1'000));
  StockBook book;
  book.Add("A", Price::Of(100, 1), begin);
  PlainQuote plain(Price::Of(100, 1), begin);
  for (int step = 1; step < 3'000; ++step) {
    const Sequence next = book.sequence() + 1;
    if (Below(40) == 0) {
      book.StartDay();
      plain.StartDay(next);
    } else {
      std::vector<QuoteUpdate> updates;
      for (auto i = Below(4); i > 0; --i) updates.push_back(AnyUpdate(step));
      const auto result = book.Apply(updates.data(), updates.size());
      std::size_t changed = 0;
      // One that changes what another of the batch has changed counts as well.
      for (const QuoteUpdate& update : updates) {
        const PlainQuote before = plain;
        plain.sequence = 0;
        changed += plain.Apply(update, next) ? 1 : 0;
        if (plain.sequence == 0) plain.sequence = before.sequence;
      }
      ASSERT_EQ(result.changed, changed) << "step " << step;
      ASSERT_EQ(result.changed + result.unchanged, updates.size());
    }
    ASSERT_NO_FATAL_FAILURE(ExpectSame(*book.Find(Sym("A")), plain));
    ASSERT_FALSE(HasFailure()) << "step " << step;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, QuoteModelTest, ::testing::Range(1u, 9u));

}  // namespace
}  // namespace tickerhub
