#ifndef TICKERHUB_EXAMPLES_GUIDE_ORDER_BOOK_H_
#define TICKERHUB_EXAMPLES_GUIDE_ORDER_BOOK_H_

#include <tickerhub/tickerhub.h>

#include <map>
#include <string>

// A channel with JSON of its own: {"150.25":300,"150.5":100}, the amount at
// each price. A client gets all of it first and then what has changed, at most
// ten times a second. An amount of 0 says that a price is gone.
class OrderBook : public tickerhub::ChannelHandler {
 public:
  OrderBook(tickerhub::Broadcaster& out, tickerhub::Scheduler& scheduler)
      : out_(out), timer_(scheduler) {}

  void Set(tickerhub::Price price, int amount) {
    amounts_[price] = changed_[price] = amount;
    if (amount == 0) amounts_.erase(price);
    if (timer_.pending()) return;
    timer_.Start(std::chrono::milliseconds(100), [this] { Publish(); });
  }

  void OnOpen(tickerhub::SessionId session,
              const tickerhub::SessionInfo& /*info*/) override {
    OnDrained(session, 0);
    out_.Subscribe(session, kChanges);
  }
  // A reader that was slow missed some changes: it gets everything again.
  void OnDrained(tickerhub::SessionId session, std::uint64_t) override {
    out_.Send(session, Json(amounts_), tickerhub::Delivery::kLatest);
  }
  void OnMessage(tickerhub::SessionId session,
                 const tickerhub::InboundMessage&) override {
    out_.Close(session, tickerhub::CloseCode::kPolicy, "only the server talks");
  }

 private:
  using Amounts = std::map<tickerhub::Price, int>;
  static constexpr tickerhub::TopicId kChanges = 0;

  void Publish() {
    out_.Publish({{kChanges, Json(changed_)}}, tickerhub::Delivery::kLatest, 0);
    changed_.clear();
  }
  static tickerhub::Payload Json(const Amounts& amounts) {
    std::string text;
    for (const auto& [price, amount] : amounts) {
      text += (text.empty() ? "{\"" : ",\"") + price.ToString() +
              "\":" + std::to_string(amount);
    }
    return tickerhub::Payload(text.empty() ? "{}" : text + "}");
  }

  tickerhub::Broadcaster& out_;
  tickerhub::Timer timer_;
  Amounts amounts_, changed_;
};

#endif  // TICKERHUB_EXAMPLES_GUIDE_ORDER_BOOK_H_
