// What a QuoteUpdate does to a book: each field by itself, and days.

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "support/symbols.h"
#include "tickerhub/stock_book.h"

namespace tickerhub {
namespace {

using testing::Sym;

Price Figure(std::string_view text) { return Price::Parse(text).value(); }
Timestamp At(int ms) { return Timestamp(std::chrono::milliseconds(ms)); }

class QuoteUpdateTest : public ::testing::Test {
 protected:
  QuoteUpdateTest() { book_.Add("TSLA", Figure("800"), At(1'000)); }

  static QuoteUpdate Update(int ms) { return QuoteUpdate(Sym("TSLA"), At(ms)); }
  static QuoteUpdate Priced(int ms, std::string_view price) {
    QuoteUpdate update = Update(ms);
    update.price = Figure(price);
    return update;
  }

  StockBook::BatchResult Apply(const std::vector<QuoteUpdate>& updates) {
    return book_.Apply(updates.data(), updates.size());
  }
  const Quote& Tesla() const { return *book_.Find(Sym("TSLA")); }

  StockBook book_;
};

TEST_F(QuoteUpdateTest, ABookOfPricesHasNoDetails) {
  book_.SetPrice(Sym("TSLA"), Figure("810"), At(2'000));
  EXPECT_EQ(Apply({Priced(3'000, "811")}).changed, 1u);
  EXPECT_FALSE(Tesla().details);
  EXPECT_EQ(sizeof(Quote), 168u);         // quote.h says so
  EXPECT_EQ(sizeof(QuoteDetails), 272u);  // and the allocator's 16
}

TEST_F(QuoteUpdateTest, EachFieldRemembersTheChangeThatSetIt) {
  QuoteUpdate first = Update(1'000);
  first.bid = Figure("799.5");
  first.ask = Figure("800.5");
  first.name = QuoteText::Parse("Tesla, Inc.");
  EXPECT_EQ(Apply({first}).changed, 1u);
  QuoteUpdate second = Update(1'001);
  second.ask = Figure("800.6");
  second.bid_size = Figure("0.00013");
  second.name = QuoteText::Parse("Tesla, Inc.");
  EXPECT_EQ(Apply({second}).changed, 1u);
  EXPECT_EQ(Tesla().details->bid.sequence, 2u);
  EXPECT_EQ(Tesla().details->ask.sequence, 3u);
  EXPECT_EQ(Tesla().details->bid_size.sequence, 3u);
  EXPECT_EQ(Tesla().details->bid_size.value.ToString(), "0.00013");
  EXPECT_EQ(Tesla().details->name.sequence, 2u);
  EXPECT_FALSE(Tesla().details->volume.is_known());
  EXPECT_EQ(Tesla().sequence, 3u);
  EXPECT_EQ(Tesla().price, Figure("800"));
}

TEST_F(QuoteUpdateTest, WhatIsTheSameChangesNothing) {
  QuoteUpdate update = Priced(1'000, "800");
  update.bid = Figure("799.5");
  Apply({update});
  update.bid = Figure("799.50");
  EXPECT_EQ(Apply({update}).unchanged, 1u);
  EXPECT_EQ(book_.sequence(), 2u);
  EXPECT_EQ(Tesla().details->bid.value.ToString(), "799.5");
}

TEST_F(QuoteUpdateTest, PricesAreComparedWithPricesAndTheRestWithTheRest) {
  QuoteUpdate quoted = Update(5'000);
  quoted.bid = Figure("799");
  Apply({quoted});
  // A trade that is told later than the bid of a later moment.
  EXPECT_EQ(Apply({Priced(4'000, "801")}).out_of_order, 0u);
  EXPECT_EQ(Tesla().price, Figure("801"));
  quoted.time = At(4'999);
  quoted.bid = Figure("700");
  const auto late = Apply({quoted});
  EXPECT_EQ(late.out_of_order, 1u);
  EXPECT_EQ(late.unchanged, 1u);
  EXPECT_EQ(Tesla().details->bid.value, Figure("799"));
}

TEST_F(QuoteUpdateTest, TheHighAndLowOfAFeedOnlyWiden) {
  QuoteUpdate update = Priced(2'000, "801");
  update.high = Figure("820");
  update.low = Figure("805");
  Apply({update});
  EXPECT_EQ(Tesla().high, Figure("820"));
  EXPECT_EQ(Tesla().low, Figure("800"));
}

TEST_F(QuoteUpdateTest, AnUpdateWithoutAPriceAddsNothing) {
  QuoteUpdate update(Sym("NVDA"), At(1));
  update.bid = Figure("12");
  EXPECT_EQ(Apply({update}).not_tracked, 1u);
  update.price = Figure("12.5");
  EXPECT_EQ(book_.Add(update), StockBook::AddResult::kAdded);
  EXPECT_EQ(book_.Find(Sym("NVDA"))->details->bid.sequence, 2u);
  EXPECT_EQ(book_.sequence(), 2u);
}

TEST_F(QuoteUpdateTest, ARemovedSymbolLeavesNoDetails) {
  QuoteUpdate update = Update(1);
  update.name = QuoteText::Parse("Tesla");
  Apply({update});
  book_.Remove(Sym("TSLA"));
  book_.Add("NVDA", Figure("12.5"), At(2));
  EXPECT_FALSE(book_.Find(Sym("NVDA"))->details);
}

TEST_F(QuoteUpdateTest, TheFirstPreviousCloseIsTheReference) {
  QuoteUpdate update = Update(1'000);
  update.previous_close = Figure("790");
  Apply({update});
  EXPECT_EQ(Tesla().reference, Figure("790"));
  EXPECT_EQ(Tesla().details->reset_sequence, 2u);
  EXPECT_EQ(Tesla().high, Figure("800"));
  EXPECT_EQ(Apply({update}).unchanged, 1u);
}

TEST_F(QuoteUpdateTest, AnotherPreviousCloseBeginsADay) {
  QuoteUpdate update = Priced(1'000, "800");
  update.previous_close = Figure("790");
  update.volume = Figure("5000");
  update.open = Figure("795");
  Apply({update});
  QuoteUpdate next = Priced(2'000, "812");
  next.previous_close = Figure("801");
  next.bid = Figure("811");
  Apply({next});
  EXPECT_EQ(Tesla().reference, Figure("801"));
  EXPECT_EQ(Tesla().high, Figure("812"));
  EXPECT_EQ(Tesla().low, Figure("812"));
  EXPECT_EQ(Tesla().details->open.value, Figure("812"));
  EXPECT_FALSE(Tesla().details->volume.is_known());
  EXPECT_EQ(Tesla().details->bid.value, Figure("811"));
}

TEST_F(QuoteUpdateTest, ADayBeginsWithItsFirstPrice) {
  book_.SetPrice(Sym("TSLA"), Figure("810"), At(2'000));
  book_.SetPrice(Sym("TSLA"), Figure("805"), At(3'000));
  book_.StartDay();
  EXPECT_EQ(Tesla().reference, Figure("805"));
  EXPECT_EQ(Tesla().high, Figure("805"));
  EXPECT_EQ(Tesla().low, Figure("805"));
  EXPECT_EQ(book_.sequence(), 4u);
  book_.SetPrice(Sym("TSLA"), Figure("700"), At(2'500));  // of yesterday
  EXPECT_EQ(Tesla().low, Figure("805"));
  book_.SetPrice(Sym("TSLA"), Figure("830"), At(4'000));
  EXPECT_EQ(Tesla().low, Figure("830"));
  EXPECT_EQ(Tesla().high, Figure("830"));
  EXPECT_EQ(Tesla().details->open.value, Figure("830"));
  book_.SetPrice(Sym("TSLA"), Figure("829"), At(5'000));
  EXPECT_EQ(Tesla().low, Figure("829"));
  EXPECT_EQ(Tesla().high, Figure("830"));
}

TEST_F(QuoteUpdateTest, ADayMayBeginAtTheSamePrice) {
  book_.StartDay();
  EXPECT_EQ(book_.SetPrice(Sym("TSLA"), Figure("800"), At(2'000)),
            StockBook::SetResult::kChanged);  // it is the open now
  EXPECT_EQ(Tesla().details->open.value, Figure("800"));
  EXPECT_EQ(book_.SetPrice(Sym("TSLA"), Figure("800"), At(3'000)),
            StockBook::SetResult::kUnchanged);
  book_.SetPrice(Sym("TSLA"), Figure("790"), At(4'000));
  EXPECT_EQ(Tesla().high, Figure("800"));
  EXPECT_EQ(Tesla().low, Figure("790"));
}

TEST_F(QuoteUpdateTest, ADayWithoutAPriceDoesNotBeginAgain) {
  book_.StartDay();
  const Sequence sequence = book_.sequence();
  book_.StartDay();
  EXPECT_EQ(book_.sequence(), sequence);
}

// The clock begins the day, then the feed tells the official close.
TEST_F(QuoteUpdateTest, TheFeedCorrectsThePreviousCloseOfTheBook) {
  QuoteUpdate update = Priced(1'000, "800");
  update.previous_close = Figure("790");
  Apply({update});
  book_.StartDay();
  EXPECT_EQ(Tesla().details->previous_close.value, Figure("800"));
  book_.SetPrice(Sym("TSLA"), Figure("805"), At(2'000));
  book_.SetPrice(Sym("TSLA"), Figure("803"), At(3'000));
  QuoteUpdate official = Update(3'000);
  official.previous_close = Figure("800.02");
  Apply({official});
  EXPECT_EQ(Tesla().reference, Figure("800.02"));
  EXPECT_EQ(Tesla().high, Figure("805"));
  EXPECT_EQ(Tesla().low, Figure("803"));
}

TEST(QuoteTextTest, RefusesWhatNobodySees) {
  for (const std::string_view good :
       {"Apple Inc.", "\"A\" & <b>", "トヨタ自動車", "Société Générale", "€"}) {
    ASSERT_TRUE(QuoteText::Parse(good)) << good;
    EXPECT_EQ(QuoteText::Parse(good)->value(), good);
  }
  for (const std::string_view bad :
       {"", " ", " A", "A ", "A\nB", "A\x7f", "A\xff", "A\u200bB", "A\u202eB",
        "A\u2028B", "A\u00adB", "A\u2800B", "A\u3164B"}) {
    EXPECT_FALSE(QuoteText::Parse(bad)) << bad;
  }
  EXPECT_TRUE(QuoteText::Parse(std::string(QuoteText::kMaxBytes, 'A')));
  EXPECT_FALSE(QuoteText::Parse(std::string(QuoteText::kMaxBytes + 1, 'A')));
}

}  // namespace
}  // namespace tickerhub
