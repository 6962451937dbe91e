// A client that follows docs/protocol.md to the letter, against random
// operations: whatever happens, it must never find that it has missed anything,
// and must end up knowing what the book knows.

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "stock_model_client.h"
#include "tickerhub/stock_tracker.h"
#include "tickerhub/testing/manual_scheduler.h"
#include "tickerhub/testing/recording_broadcaster.h"

namespace tickerhub {
namespace {

using std::chrono::milliseconds;

// Has a price for everything and sends nothing by itself.
class AnyPriceSource : public PriceSource {
 public:
  std::optional<Price> PriceOf(const Symbol&) override {
    return Price::Of(1, 0);
  }
  void Track(const Symbol&, Price) override {}
  std::optional<milliseconds> Poll(const PollTime&,
                                   std::vector<PriceUpdate>*) override {
    return std::nullopt;
  }
  void SetWake(std::function<void()>) override {}
};

class World {
 public:
  explicit World(unsigned seed)
      : random_(seed),
        stocks_stay_(seed % 3 != 1),
        tracker_(out_, scheduler_, OptionsOfWorld(seed)) {
    tracker_.Follow(source_);
    for (const Witness& witness : witnesses_) tracker_.OnOpen(witness.id, {});
    tracker_.OnMessage(witnesses_[1].id,
                       {R"({"type":"subscribe","maxRate":20})"});
  }

  void Step() {
    switch (Below(20)) {
      case 0:
        return Open();
      case 1:
        return Below(3) == 0 ? Close() : Open();
      case 2:
      case 3:
        return SetStalled(true);
      case 4:
      case 5:
        return Below(2) == 0 ? SetStalled(false) : TellDrained();
      case 6:
      case 7:
        return Subscribe();
      case 8:
        tracker_.AddStock(AnyName(), AnyPriceNow());
        return;
      case 9:
        // In some worlds this is rare: then changes, not snapshots, bring most
        // readers up to date.
        if (!stocks_stay_ || Below(40) == 0) {
          tracker_.RemoveStock(*Symbol::Parse(AnyName()));
        }
        return;
      case 10:
        return scheduler_.Advance(milliseconds(Below(12)));
      case 11:
        return Apply();
      case 12:
        return Ask(R"({"type":"add-stock","stock":")" + AnyName() + "\"}");
      case 13:
        return Below(4) == 0 ? tracker_.Flush() : Apply();
      case 14:
      case 15:
      case 16:
      case 17:
        return ApplyQuotes();
      case 18:
        return Below(20) == 0 ? tracker_.StartDay() : SetReference();
      default:
        tracker_.SetPrice(AnyName(), AnyPriceNow());
    }
  }

  // Reads what has come for each client. Returns what is wrong.
  std::string Read() {
    for (auto& [id, client] : clients_) {
      const auto& messages = out_.MessagesTo(id);
      for (; client.read < messages.size(); ++client.read) {
        client.model.Take(messages[client.read].text);
      }
      if (!client.model.failure().empty()) return client.model.failure();
      if (client.model.has_missed()) return "missed something";
    }
    for (Witness& witness : witnesses_) {
      std::string wrong = Read(&witness);
      if (!wrong.empty()) return wrong;
    }
    return "";
  }

  // What is wrong with the clients' knowledge once all has been published.
  std::string Compare() {
    scheduler_.Advance(kSlowest);
    std::string wrong = Read();
    // Not a structured binding: C++17 lets no lambda refer to one.
    for (const auto& entry : clients_) {
      const Client& client = entry.second;
      if (out_.WasSkipped(entry.first)) continue;
      std::size_t expected = 0;
      tracker_.book().ForEach([&](const Quote& q) {
        const auto it = client.model.stocks().find(q.symbol.ToString());
        if (it == client.model.stocks().end()) return;
        ++expected;
        if (!(it->second == ViewOf(q))) {
          wrong = "stale " + q.symbol.ToString();
        }
      });
      if (expected != client.model.stocks().size()) wrong = "knows too much";
      if (client.model.follows_all() && expected != tracker_.book().size()) {
        wrong = "knows too little";
      }
    }
    return wrong;
  }

  StockTracker::Counters counters() const { return tracker_.counters(); }

 private:
  // Within this time everything has been published, at whatever rate.
  static constexpr milliseconds kSlowest{200};

  // Follows all from the start and never stalls.
  struct Witness {
    SessionId id;
    std::size_t read = 0;
    std::uint64_t last = 0;
  };

  struct Client {
    ModelClient model;
    std::size_t read = 0;
  };

  struct Drained {
    SessionId id;
    std::uint64_t since;
  };

  static StockTracker::Options OptionsOfWorld(unsigned seed) {
    constexpr double kMaxRates[] = {0, 0, 5, 30};
    StockTracker::Options options;
    options.book.max_symbols = 10;
    options.max_rate = kMaxRates[seed % 4];
    options.heartbeat_interval = milliseconds(60);
    options.adding = options.following = {{0, 0}, {0, 0}, {0, 0}};
    return options;
  }

  unsigned Below(unsigned n) { return static_cast<unsigned>(random_() % n); }
  std::string AnyName() { return "S" + std::to_string(Below(14)); }
  Price AnyPriceNow() { return Price::Of(1 + Below(40) * 25, 2); }

  std::optional<SessionId> AnyClient() {
    if (clients_.empty()) return std::nullopt;
    auto it = clients_.begin();
    std::advance(it, Below(static_cast<unsigned>(clients_.size())));
    return it->first;
  }

  void Open() {
    if (clients_.size() >= 12) return;
    const SessionId id{++last_id_};
    clients_.emplace(id, Client());
    SessionInfo info;
    if (Below(2) == 0) info.request.query = AnyQuery();
    tracker_.OnOpen(id, info);
  }

  std::string AnyQuery() {
    std::string query;
    if (Below(4) > 0) {
      query = "stocks=";
      for (unsigned i = Below(4); i > 0; --i) {
        query += AnyName() + (i > 1 ? "," : "");
      }
    }
    if (Below(3) == 0) {
      constexpr const char* kRates[] = {"0", "5", "7", "10", "20", "99", "-1"};
      query += "&maxRate=" + std::string(kRates[Below(7)]);
    }
    return query;
  }

  void Close() {
    const std::optional<SessionId> id = AnyClient();
    if (!id) return;
    out_.Close(*id, CloseCode::kGoingAway, "");
    tracker_.OnClose(*id);
    clients_.erase(*id);
  }

  void SetStalled(bool stalled) {
    const std::optional<SessionId> id = AnyClient();
    if (!id) return;
    out_.SetStalled(*id, stalled);
    if (!stalled && out_.WasSkipped(*id)) {
      drained_.push_back({*id, out_.SkippedSince(*id)});
    }
  }

  // The tracker hears later that a session has drained. Meanwhile anything may
  // happen to it: it may be up to date by a request, skipped again, or gone.
  void TellDrained() {
    for (unsigned i = 1 + Below(4); i > 0 && !drained_.empty(); --i) {
      tracker_.OnDrained(drained_.front().id, drained_.front().since);
      drained_.pop_front();
    }
  }

  void Subscribe() {
    std::string request = Below(2) == 0 ? "" : "un";
    request = R"({"type":")" + request + "subscribe\"";
    if (Below(4) > 0) {
      request += R"(,"stocks":[)";
      for (unsigned i = Below(4); i > 0; --i) {
        request += '"' + AnyName() + (i > 1 ? "\"," : "\"");
      }
      request += ']';
    }
    if (Below(3) == 0) {
      constexpr const char* kRates[] = {"0", "5", "7", "10", "20", "99", "-1"};
      request += R"(,"maxRate":)" + std::string(kRates[Below(7)]);
    }
    Ask(request + "}");
  }

  void Ask(const std::string& request) {
    const std::optional<SessionId> id = AnyClient();
    if (id) tracker_.OnMessage(*id, {request, false});
  }

  void Apply() {
    std::vector<PriceUpdate> updates;
    for (unsigned i = Below(6); i > 0; --i) {
      updates.push_back(
          {*Symbol::Parse(AnyName()), AnyPriceNow(), scheduler_.Now()});
    }
    tracker_.Apply(updates);
  }

  void SetReference() {
    if (Below(4) == 0) {
      tracker_.SetReference(*Symbol::Parse(AnyName()), AnyPriceNow());
    }
  }

  std::optional<Price> MaybeAFigure() {
    if (Below(4) > 0) return std::nullopt;
    return Price::Of(Below(5), static_cast<int>(Below(3)));
  }

  // Some come late, some say nothing.
  void ApplyQuotes() {
    std::vector<QuoteUpdate> updates;
    for (unsigned i = Below(6); i > 0; --i) {
      QuoteUpdate update(*Symbol::Parse(AnyName()),
                         scheduler_.Now() - milliseconds(Below(4) * 5));
      if (Below(2) == 0) update.price = AnyPriceNow();
      for (std::optional<Price>* const figure :
           {&update.bid, &update.ask, &update.bid_size, &update.ask_size,
            &update.volume, &update.open}) {
        *figure = MaybeAFigure();
      }
      if (Below(8) == 0) update.high = AnyPriceNow();
      if (Below(8) == 0) update.low = AnyPriceNow();
      if (Below(20) == 0) update.previous_close = AnyPriceNow();
      if (Below(9) == 0)
        update.name = QuoteText::Parse("\"A\" & <b> " + AnyName());
      if (Below(9) == 0) update.currency = QuoteText::Parse("€");
      updates.push_back(update);
    }
    tracker_.Apply(updates);
  }

  // For who was there from the start and never stalled each message continues
  // from exactly the one before.
  std::string Read(Witness* witness) {
    const auto& messages = out_.MessagesTo(witness->id);
    for (; witness->read < messages.size(); ++witness->read) {
      const std::string& text = messages[witness->read].text;
      rapidjson::Document json;
      json.Parse(text.c_str());
      if (!json.HasMember("seq")) continue;  // `subscribed`
      const std::uint64_t seq = json["seq"].GetUint64();
      const std::uint64_t since =
          json.HasMember("since") ? json["since"].GetUint64() : seq;
      if (since != witness->last) return "a gap at a witness: " + text;
      witness->last = seq;
    }
    return "";
  }

  std::mt19937 random_;
  const bool stocks_stay_;
  testing::ManualScheduler scheduler_;
  testing::RecordingBroadcaster out_;
  AnyPriceSource source_;
  StockTracker tracker_;
  std::map<SessionId, Client> clients_;
  std::deque<Drained> drained_;  // on their way to the tracker
  std::uint64_t last_id_ = 2;
  // One is told of each change, the other at a pace of its own.
  Witness witnesses_[2] = {{SessionId{1}}, {SessionId{2}}};
};

TEST(StockTrackerModelTest, NoClientEverMissesAnything) {
  std::uint64_t by_snapshot = 0;
  std::uint64_t by_changes = 0;
  std::uint64_t refused = 0;
  std::uint64_t delayed = 0;
  for (unsigned seed = 1; seed <= 60; ++seed) {
    World world(seed);
    for (int step = 0; step < 1500; ++step) {
      world.Step();
      ASSERT_EQ(world.Read(), "") << "seed " << seed << ", step " << step;
      // In some worlds much time passes often, in others much is pending.
      if (step % (seed % 3 == 0 ? 10 : 97) != 0) continue;
      ASSERT_EQ(world.Compare(), "") << "seed " << seed << ", step " << step;
    }
    by_snapshot += world.counters().resyncs_by_snapshot;
    by_changes +=
        world.counters().resyncs - world.counters().resyncs_by_snapshot;
    refused += world.counters().stocks_refused;
    delayed += world.counters().ticks_delayed;
  }
  // That it did come to what is hard.
  EXPECT_GT(by_snapshot, 1000u);
  EXPECT_GT(by_changes, 500u);
  EXPECT_GT(refused, 1000u);
  EXPECT_GT(delayed, 1000u);
}

}  // namespace
}  // namespace tickerhub
