// The stocks that clients add: how many, how often, how long they stay, and who
// may remove them.

#include "stocks/client_stocks.h"

#include <chrono>
#include <string>

#include "stock_tracker_fixture.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr ClientBudget::Rate kUnlimited{0, 0};

// Knows a price for everything.
class EverySource : public PriceSource {
 public:
  std::optional<Price> PriceOf(const Symbol& /*symbol*/) override {
    return P("1");
  }
  void Track(const Symbol&, Price) override {}
  void Untrack(const Symbol&) override {}
  std::optional<milliseconds> Poll(const PollTime&,
                                   std::vector<PriceUpdate>*) override {
    return std::nullopt;
  }
};

class ClientStocksTest : public StockTrackerFixture {
 protected:
  ~ClientStocksTest() override { tracker_.reset(); }

  void Start(const StockTracker::Options& options) {
    Make(options);
    tracker_->Follow(every_);
    Open(kAnn);
    Open(kBob);
  }
  // "new-stock", "stock-removed" or the code of the error.
  std::string Do(SessionId session, const std::string& type,
                 const std::string& stock) {
    const auto answers =
        Ask(session, R"({"type":")" + type + R"(","stock":")" + stock + "\"}");
    if (answers.empty()) return "nothing";
    for (const char* word :
         {"new-stock", "stock-removed", "rate-limited", "too-many-stocks",
          "not-yours", "unknown-stock", "already-tracked", "invalid-symbol",
          "missing-field"}) {
      if (answers.back().find('"' + std::string(word) + '"') !=
          std::string::npos) {
        return word;
      }
    }
    return answers.back();
  }
  std::string Add(SessionId session, const std::string& stock) {
    return Do(session, "add-stock", stock);
  }
  std::string Remove(SessionId session, const std::string& stock) {
    return Do(session, "remove-stock", stock);
  }

  EverySource every_;
};

// A client may add and remove stocks as long as it is connected.
TEST(ClientStocksMemoryTest, ForgetsWhatAConnectedClientHasRemoved) {
  StockTracker::Options options;
  options.adding = {kUnlimited, kUnlimited, kUnlimited};
  testing::ManualScheduler scheduler;
  testing::RecordingBroadcaster broadcaster;
  StockTracker::Counters counters;
  StockBook book(options.book);
  internal::BookWriter writer(book, counters, scheduler);
  internal::PricePublishers publishers(
      {options, book, broadcaster, scheduler, counters});
  internal::ClientStocks stocks(options, scheduler, writer, publishers,
                                counters);
  writer.AddListener(stocks);
  const internal::AddressKey nobody{RemoteAddress()};
  for (const char* name : {"A", "B"}) {
    const PriceUpdate update{*Symbol::Parse(name), P("1"), scheduler.Now()};
    stocks.Add(SessionId{1}, nobody, update.symbol);
    writer.Apply(&update, 1);
    EXPECT_EQ(stocks.clients(), 1u);
    writer.Remove(update.symbol);
    EXPECT_EQ(stocks.clients(), 0u);
  }
}

TEST_F(ClientStocksTest, HaveDefaults) {
  const StockTracker::Options options;
  EXPECT_EQ(options.adding.client.per_second, 0.2);
  EXPECT_EQ(options.adding.client.burst, 20);
  EXPECT_EQ(options.adding.address.burst, 50);
  EXPECT_EQ(options.adding.all.burst, 200);
  EXPECT_EQ(options.max_client_stocks, 2'000u);
  EXPECT_EQ(options.client_stock_lifetime.count(), 0);
}

TEST_F(ClientStocksTest, AHundredClientsCannotFillTheBook) {
  Start({});
  for (std::uint64_t client = 1; client <= 100; ++client) {
    if (client > 2) Open({client});
    for (int i = 0; i < 100; ++i) {
      Add({client}, "S" + std::to_string(client) + "." + std::to_string(i));
    }
  }
  EXPECT_EQ(tracker_->book().size(), 200u);
  EXPECT_EQ(tracker_->counters().adding_limited, 9'800u);
  // However long they go on.
  for (int second = 0; second < 400; ++second) {
    Pass(1'000);
    out_.ClearMessages();
    for (std::uint64_t client = 1; client <= 40; ++client) {
      Add({client},
          "T" + std::to_string(client) + "." + std::to_string(second));
    }
  }
  EXPECT_EQ(tracker_->book().size(), 2'000u);
  EXPECT_GT(tracker_->counters().client_stocks_refused, 0u);
  EXPECT_EQ(Add(kAnn, "LAST"), "too-many-stocks");
  EXPECT_EQ(tracker_->AddStock("OURS", P("1")), StockBook::AddResult::kAdded);
}

TEST_F(ClientStocksTest, AreAddedAsOftenAsTheBudgetOfAClientAllows) {
  StockTracker::Options options;
  options.adding = {{1, 2}, kUnlimited, kUnlimited};
  Start(options);
  EXPECT_EQ(Add(kAnn, "A"), "new-stock");
  EXPECT_EQ(Add(kAnn, "A"), "already-tracked");  // costs nothing
  EXPECT_EQ(Add(kAnn, "B"), "new-stock");
  EXPECT_EQ(Add(kAnn, "C"), "rate-limited");
  EXPECT_EQ(Add(kBob, "D"), "new-stock");
  Pass(1'000);
  EXPECT_EQ(Add(kAnn, "C"), "new-stock");
  EXPECT_EQ(Add(kAnn, "E"), "rate-limited");
  EXPECT_EQ(tracker_->counters().adding_limited, 2u);
}

TEST_F(ClientStocksTest, AreBoundedForEachAddress) {
  StockTracker::Options options;
  options.adding = {kUnlimited, {1, 1}, kUnlimited};
  Make(options);
  tracker_->Follow(every_);
  SessionInfo info;
  info.request.remote_address = *RemoteAddress::Parse("203.0.113.7");
  tracker_->OnOpen(kAnn, info);
  tracker_->OnOpen(kBob, info);
  EXPECT_EQ(Add(kAnn, "A"), "new-stock");
  EXPECT_EQ(Add(kBob, "B"), "rate-limited");
}

TEST_F(ClientStocksTest, AreRemovedByWhoAddedThem) {
  Start({});
  tracker_->AddStock("OURS", P("1"));
  Add(kAnn, "A");
  EXPECT_EQ(Remove(kBob, "A"), "not-yours");
  EXPECT_EQ(Remove(kAnn, "OURS"), "not-yours");
  EXPECT_EQ(Remove(kAnn, "B"), "unknown-stock");
  EXPECT_EQ(Remove(kAnn, "A;B"), "invalid-symbol");
  EXPECT_THAT(Ask(kAnn, R"({"type":"remove-stock"})"),
              ElementsAre(HasSubstr("missing-field")));
  out_.ClearMessages();
  EXPECT_EQ(Remove(kAnn, "A"), "stock-removed");
  EXPECT_THAT(out_.TextsTo(kBob), ElementsAre(HasSubstr("stock-removed")));
  // It is another stock when it comes back.
  tracker_->AddStock("A", P("1"));
  EXPECT_EQ(Remove(kAnn, "A"), "not-yours");
}

TEST_F(ClientStocksTest, StayByDefault) {
  Start({});
  Add(kAnn, "A");
  tracker_->OnClose(kAnn);
  scheduler_.Advance(std::chrono::hours(24));
  EXPECT_EQ(tracker_->book().size(), 1u);
}

TEST_F(ClientStocksTest, ExpireWhenNobodyUsesThem) {
  StockTracker::Options options;
  options.client_stock_lifetime = std::chrono::minutes(10);
  options.heartbeat_interval = milliseconds(0);
  Start(options);
  tracker_->AddStock("OURS", P("1"));
  Add(kAnn, "A");
  Add(kAnn, "B");
  scheduler_.Advance(std::chrono::hours(1));  // Ann is there
  EXPECT_EQ(tracker_->book().size(), 3u);
  Ask(kBob, R"({"type":"subscribe","stocks":["B"]})");
  tracker_->OnClose(kAnn);
  scheduler_.Advance(std::chrono::minutes(9));
  EXPECT_EQ(tracker_->book().size(), 3u);
  out_.ClearMessages();
  scheduler_.Advance(std::chrono::minutes(3));
  EXPECT_EQ(tracker_->book().Find(S("A")), nullptr);
  EXPECT_NE(tracker_->book().Find(S("B")), nullptr);  // Bob follows it
  EXPECT_THAT(out_.TextsTo(kBob), ElementsAre(HasSubstr("stock-removed")));
  tracker_->OnClose(kBob);
  scheduler_.Advance(std::chrono::minutes(12));
  EXPECT_EQ(tracker_->book().size(), 1u);
  EXPECT_EQ(tracker_->counters().client_stocks_expired, 2u);
  scheduler_.Advance(std::chrono::minutes(12));
  EXPECT_EQ(scheduler_.pending(), 0u);  // nothing is left to look after
}

}  // namespace
}  // namespace tickerhub
