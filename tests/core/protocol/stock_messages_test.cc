#include "protocol/stock_messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "tickerhub/stock_book.h"

namespace tickerhub::internal::protocol {
namespace {

using std::chrono::milliseconds;

Price P(std::string_view text) { return Price::Parse(text).value(); }
Symbol S(std::string_view text) { return *Symbol::Parse(text); }
Timestamp T(int ms) { return Timestamp(milliseconds(1'767'364'200'000 + ms)); }

// Numbers stay text, so that decimals are compared as they were written.
class Json {
 public:
  explicit Json(const Payload& payload) {
    document_.Parse<rapidjson::kParseNumbersAsStringsFlag>(
        payload.text().data(), payload.text().size());
    EXPECT_FALSE(document_.HasParseError()) << payload.text();
    EXPECT_TRUE(document_.IsObject());
  }

  // What is at `path` ("quotes/AAPL/high") as text; "-" if nothing is.
  std::string At(const std::string& path) const {
    const rapidjson::Value* value = Find(path);
    if (value == nullptr) return "-";
    if (value->IsBool()) return value->GetBool() ? "true" : "false";
    return value->IsString() ? value->GetString() : "(container)";
  }

  // The names of the members of the object at `path`, in their order.
  std::vector<std::string> Names(const std::string& path) const {
    std::vector<std::string> names;
    const rapidjson::Value* value = Find(path);
    if (value == nullptr) return {"-"};
    for (const auto& member : value->GetObject()) {
      names.emplace_back(member.name.GetString());
    }
    return names;
  }

  std::vector<std::string> Items(const std::string& path) const {
    std::vector<std::string> items;
    for (const auto& item : Find(path)->GetArray()) {
      items.emplace_back(item.GetString());
    }
    return items;
  }

 private:
  const rapidjson::Value* Find(std::string path) const {
    const rapidjson::Value* value = &document_;
    while (!path.empty()) {
      const std::string name = path.substr(0, path.find('/'));
      path.erase(0, name.size() + 1);
      const auto it = value->FindMember(name.c_str());
      if (it == value->MemberEnd()) return nullptr;
      value = &it->value;
    }
    return value;
  }

  rapidjson::Document document_;
};

using ::testing::ElementsAre;

class StockMessagesTest : public ::testing::Test {
 protected:
  std::vector<const Quote*> All() const {
    std::vector<const Quote*> quotes;
    book_.ForEach([&](const Quote& quote) { quotes.push_back(&quote); });
    return quotes;
  }

  Payload Update(Sequence since) const {
    std::vector<const Quote*> quotes;
    book_.ForEachChangeSince(since,
                             [&](const Quote& q) { quotes.push_back(&q); });
    return EncodeUpdate(book_.sequence(), since, quotes.data(), quotes.size());
  }

  StockBook book_;
};

TEST_F(StockMessagesTest, EncodesASnapshotAsTheProtocolShowsIt) {
  book_.Add("AAPL", P("150"), T(0));
  book_.Add("TSLA", P("800"), T(1));
  book_.SetPrice(S("AAPL"), P("149.5"), T(2));
  book_.SetPrice(S("AAPL"), P("152"), T(3));
  book_.SetPrice(S("AAPL"), P("151.25"), T(4));
  EXPECT_EQ(
      EncodeSnapshot(book_.sequence(), All(), {FeedState::kQuiet, T(4)}).text(),
      R"({"type":"update","snapshot":true,"seq":5,)"
      R"("data":{"AAPL":151.25,"TSLA":800},)"
      R"("quotes":{"AAPL":{"reference":150,"high":152,"low":149.5,)"
      R"("time":1767364200004},"TSLA":{"reference":800,"high":800,"low":800,)"
      R"("time":1767364200001}},"status":{"feed":"quiet",)"
      R"("time":1767364200004}})");
}

TEST_F(StockMessagesTest, EncodesAnEmptySnapshot) {
  EXPECT_EQ(EncodeSnapshot(0, {}, {}).text(),
            R"({"type":"update","snapshot":true,"seq":0,"data":{},)"
            R"("quotes":{},"status":{"feed":"live"}})");
}

TEST_F(StockMessagesTest, MarksASnapshotForOneWhoFellBehind) {
  EXPECT_EQ(WithSkipped(EncodeSnapshot(7, {}, {}), 12).text(),
            R"({"type":"update","snapshot":true,"skipped":12,"seq":7,)"
            R"("data":{},"quotes":{},"status":{"feed":"live"}})");
}

TEST_F(StockMessagesTest, EncodesAStatus) {
  EXPECT_EQ(EncodeStatus({FeedState::kFailed, T(0)}).text(),
            R"({"type":"status","feed":"failed","time":1767364200000})");
  EXPECT_EQ(EncodeStatus({FeedState::kEnded, {}}).text(),
            R"({"type":"status","feed":"ended"})");
}

TEST_F(StockMessagesTest, KeepsEveryDecimalOfASnapshot) {
  const std::vector<std::string> prices = {
      "0.000000000000000001", "9223372036.85477580", "150.10", "-37.63", "0.00",
      "999999999999999999"};
  for (std::size_t i = 0; i < prices.size(); ++i) {
    book_.Add("S" + std::to_string(i), P(prices[i]), T(0));
  }
  const Json json(EncodeSnapshot(book_.sequence(), All(), {}));
  for (std::size_t i = 0; i < prices.size(); ++i) {
    const std::string name = "S" + std::to_string(i);
    EXPECT_EQ(json.At("data/" + name), prices[i]);
    EXPECT_EQ(json.At("quotes/" + name + "/reference"), prices[i]);
    EXPECT_EQ(json.At("quotes/" + name + "/high"), prices[i]);
    EXPECT_EQ(json.At("quotes/" + name + "/low"), prices[i]);
  }
}

TEST_F(StockMessagesTest, EncodesAnUpdateAsTheProtocolShowsIt) {
  book_.Add("AAPL", P("151.25"), T(0));
  book_.Add("TSLA", P("800"), T(0));
  book_.SetPrice(S("AAPL"), P("151.5"), T(2000));
  EXPECT_EQ(Update(2).text(),
            R"({"type":"update","seq":3,"since":2,"time":1767364202000,)"
            R"("data":{"AAPL":151.5}})");
}

TEST_F(StockMessagesTest, GivesAnUpdateTheTimeOfTheNewestChange) {
  book_.Add("A", P("1"), T(0));
  book_.Add("B", P("1"), T(0));
  book_.Add("C", P("1"), T(0));
  book_.Apply({{S("A"), P("2"), T(10)},
               {S("B"), P("2"), T(30)},
               {S("C"), P("2"), T(20)}});
  const Json json(Update(3));
  EXPECT_EQ(json.At("time"), "1767364200030");
  EXPECT_EQ(json.Names("data").size(), 3u);
}

TEST_F(StockMessagesTest, TellsAnExtremeThatThePriceHides) {
  book_.Add("UP", P("10"), T(0));
  book_.Add("DOWN", P("10"), T(0));
  book_.Add("BOTH", P("10"), T(0));
  book_.Add("PLAIN", P("10"), T(0));
  const Sequence since = book_.sequence();
  for (const char* price : {"12.5", "11"}) {
    book_.SetPrice(S("UP"), P(price), T(1));
  }
  for (const char* price : {"7.25", "8"}) {
    book_.SetPrice(S("DOWN"), P(price), T(1));
  }
  for (const char* price : {"13", "6", "10"}) {
    book_.SetPrice(S("BOTH"), P(price), T(1));
  }
  for (const char* price : {"11", "12"}) {
    book_.SetPrice(S("PLAIN"), P(price), T(1));
  }
  const Json json(Update(since));
  EXPECT_EQ(json.At("data/UP"), "11");
  EXPECT_EQ(json.At("quotes/UP/high"), "12.5");
  EXPECT_EQ(json.At("quotes/UP/low"), "-");
  EXPECT_EQ(json.At("quotes/DOWN/high"), "-");
  EXPECT_EQ(json.At("quotes/DOWN/low"), "7.25");
  EXPECT_EQ(json.At("data/BOTH"), "10");
  EXPECT_EQ(json.At("quotes/BOTH/high"), "13");
  EXPECT_EQ(json.At("quotes/BOTH/low"), "6");
  EXPECT_EQ(json.At("data/PLAIN"), "12");
  EXPECT_EQ(json.At("quotes/PLAIN"), "-");
}

TEST_F(StockMessagesTest, DoesNotRepeatAnExtremeFromBefore) {
  book_.Add("A", P("10"), T(0));
  book_.SetPrice(S("A"), P("12"), T(1));
  const Sequence since = book_.sequence();
  book_.SetPrice(S("A"), P("11"), T(2));
  EXPECT_EQ(Json(Update(since)).At("quotes"), "-");
  EXPECT_EQ(Json(Update(since - 1)).At("quotes/A/high"), "12");
}

TEST_F(StockMessagesTest, EncodesANewStock) {
  book_.Add("NVDA", P("12.5"), T(3000));
  EXPECT_EQ(EncodeNewStock(14, 13, *book_.Find(S("NVDA"))).text(),
            R"({"type":"new-stock","seq":14,"since":13,"time":1767364203000,)"
            R"("data":{"stock":"NVDA","price":12.5}})");
}

TEST_F(StockMessagesTest, EncodesARemovedStock) {
  EXPECT_EQ(EncodeStockRemoved(15, 14, S("NVDA")).text(),
            R"({"type":"stock-removed","seq":15,"since":14,)"
            R"("data":{"stock":"NVDA"}})");
}

TEST_F(StockMessagesTest, EncodesAHeartbeat) {
  EXPECT_EQ(EncodeHeartbeat(15).text(), R"({"type":"heartbeat","seq":15})");
}

TEST_F(StockMessagesTest, EncodesSubscribed) {
  EXPECT_EQ(EncodeSubscribedToAll("", "").text(),
            R"({"type":"subscribed","stocks":"all"})");
  EXPECT_EQ(EncodeSubscribedToAll("", "\"x\"").text(),
            R"({"type":"subscribed","stocks":"all","requestId":"x"})");
  EXPECT_EQ(EncodeSubscribedToAll("0.5", "7").text(),
            R"({"type":"subscribed","stocks":"all","maxRate":0.5,)"
            R"("requestId":7})");
  EXPECT_EQ(EncodeSubscribed({}, "", "").text(),
            R"({"type":"subscribed","stocks":[]})");
  EXPECT_EQ(EncodeSubscribed({S("AAPL"), S("TSLA")}, "", "7").text(),
            R"({"type":"subscribed","stocks":["AAPL","TSLA"],"requestId":7})");
  EXPECT_EQ(EncodeSubscribed({S("AAPL")}, "20", "").text(),
            R"({"type":"subscribed","stocks":["AAPL"],"maxRate":20})");
}

TEST_F(StockMessagesTest, WritesEveryCharacterOfASymbolAsItIs) {
  const Symbol odd = S("A.-^=/:_+*$@#!9");
  book_.Add(odd, P("1"), T(0));
  const Json json(EncodeSnapshot(1, All(), {}));
  EXPECT_THAT(json.Names("data"), ElementsAre("A.-^=/:_+*$@#!9"));
  EXPECT_THAT(Json(EncodeSubscribed({odd}, "", "")).Items("stocks"),
              ElementsAre("A.-^=/:_+*$@#!9"));
}

}  // namespace
}  // namespace tickerhub::internal::protocol
