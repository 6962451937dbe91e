// What the messages of /stocks say of a quote beside its price.

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/stock_messages.h"
#include "support/symbols.h"
#include "tickerhub/stock_book.h"

namespace tickerhub::internal::protocol {
namespace {

using testing::Sym;

Price Amount(std::string_view text) { return Price::Parse(text).value(); }
Timestamp Moment(int ms) { return Timestamp(std::chrono::milliseconds(ms)); }

class DetailMessagesTest : public ::testing::Test {
 protected:
  DetailMessagesTest() { book_.Add("AAPL", Amount("150"), Moment(1)); }

  std::string Update(Sequence since) const {
    std::vector<const Quote*> quotes;
    book_.ForEachChangeSince(since,
                             [&](const Quote& q) { quotes.push_back(&q); });
    return std::string(
        EncodeUpdate(book_.sequence(), since, quotes.data(), quotes.size())
            .text());
  }
  void Apply(const QuoteUpdate& update) { book_.Apply(&update, 1); }

  StockBook book_;
  QuoteUpdate update_{Sym("AAPL"), Moment(2)};
};

TEST_F(DetailMessagesTest, AnUpdateHasTheFieldsThatChanged) {
  update_.bid = Amount("149.90");
  update_.ask = Amount("150.1");
  update_.bid_size = Amount("0.00013");
  Apply(update_);
  EXPECT_EQ(Update(1), R"({"type":"update","seq":2,"since":1,"time":1,)"
                       R"("data":{"AAPL":150},"quotes":{"AAPL":{"bid":149.90,)"
                       R"("ask":150.1,"bidSize":0.00013}}})");
  update_.ask = Amount("150.2");
  Apply(update_);
  EXPECT_EQ(Update(2),
            R"({"type":"update","seq":3,"since":2,"time":1,)"
            R"("data":{"AAPL":150},"quotes":{"AAPL":{"ask":150.2}}})");
}

// A reader that was skipped gets each field once, in its newest state.
TEST_F(DetailMessagesTest, FieldsAreMergedByThemselves) {
  update_.bid = Amount("149");
  update_.volume = Amount("7");
  Apply(update_);
  const Sequence seen = book_.sequence();
  for (const char* bid : {"148", "147.5"}) {
    update_.bid = Amount(bid);
    Apply(update_);
  }
  book_.SetPrice(Sym("AAPL"), Amount("152"), Moment(3));
  book_.SetPrice(Sym("AAPL"), Amount("151"), Moment(4));
  EXPECT_EQ(Update(seen), R"({"type":"update","seq":6,"since":2,"time":4,)"
                          R"("data":{"AAPL":151},)"
                          R"("quotes":{"AAPL":{"high":152,"bid":147.5}}})");
  // It still has the volume.
  EXPECT_NE(Update(1).find(R"("volume":7)"), std::string::npos);
}

// One that follows some stocks keeps a number for each, which may be lower.
TEST_F(DetailMessagesTest, ACatchUpOfOneStockHasWhatChangedAndFitsAnyNumber) {
  update_.bid = Amount("149");
  update_.volume = Amount("7");
  Apply(update_);
  update_.bid = Amount("148");
  Apply(update_);
  EXPECT_EQ(EncodeCatchUp(3, 2, *book_.Find(Sym("AAPL"))).text(),
            R"({"type":"update","seq":3,"since":0,"time":1,)"
            R"("data":{"AAPL":150},"quotes":{"AAPL":{"bid":148}}})");
}

TEST_F(DetailMessagesTest, ADayAndAReferenceSendTheWholeQuote) {
  update_.bid = Amount("149");
  update_.volume = Amount("7");
  Apply(update_);
  book_.StartDay();
  EXPECT_EQ(Update(2),
            R"({"type":"update","seq":3,"since":2,"time":1,)"
            R"("data":{"AAPL":150},"quotes":{"AAPL":{"reference":150,)"
            R"("high":150,"low":150,"time":1,"bid":149}}})");
  book_.SetPrice(Sym("AAPL"), Amount("155"), Moment(9));
  EXPECT_EQ(Update(3),
            R"({"type":"update","seq":4,"since":3,"time":9,)"
            R"("data":{"AAPL":155},"quotes":{"AAPL":{"reference":150,)"
            R"("high":155,"low":155,"time":9,"open":155,"bid":149}}})");
  book_.SetReference(Sym("AAPL"), Amount("140"));
  EXPECT_NE(Update(4).find(R"({"reference":140,"high":155,)"),
            std::string::npos);
}

TEST_F(DetailMessagesTest, TextsAreEscaped) {
  update_.name = QuoteText::Parse("\"A\" & </script> \xc3\xa9");
  Apply(update_);
  EXPECT_NE(
      Update(1).find("{\"name\":\"\\\"A\\\" \\u0026 \\u003c/script\\u003e "
                     "\xc3\xa9\"}"),
      std::string::npos)
      << Update(1);
}

TEST_F(DetailMessagesTest, ANewStockHasItsQuoteOnlyIfThereIsMoreThanAPrice) {
  QuoteUpdate added(Sym("NVDA"), Moment(5));
  added.price = Amount("12.5");
  added.previous_close = Amount("12");
  book_.Add(added);
  EXPECT_EQ(EncodeNewStock(2, 1, *book_.Find(Sym("NVDA"))).text(),
            R"({"type":"new-stock","seq":2,"since":1,"time":5,)"
            R"("data":{"stock":"NVDA","price":12.5},"quotes":{"NVDA":{)"
            R"("reference":12,"high":12.5,"low":12.5,"time":5,)"
            R"("previousClose":12}}})");
  EXPECT_EQ(EncodeNewStock(2, 1, *book_.Find(Sym("AAPL"))).text(),
            R"({"type":"new-stock","seq":2,"since":1,"time":1,)"
            R"("data":{"stock":"AAPL","price":150}})");
}

}  // namespace
}  // namespace tickerhub::internal::protocol
