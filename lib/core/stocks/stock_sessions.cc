#include "stocks/stock_sessions.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "protocol/error_message.h"
#include "protocol/follow_query.h"

namespace tickerhub::internal {

using protocol::ClientMessage;
using protocol::MessageType;

StockSessions::StockSessions(const Tracker& tracker)
    : tracker_(tracker),
      book_(tracker.writer.book()),
      refresh_(tracker.broadcaster, tracker.scheduler, tracker.options.refresh,
               [this](SessionId id, const SessionInfo& info) {
                 sessions_.at(id).may_add = MayAdd(info);
               }),
      history_budget_(tracker.options.history.requests, tracker.scheduler,
                      "The past is asked for",
                      tracker.counters.history_limited),
      follow_budget_(tracker.options.following, tracker.scheduler,
                     "What is followed is changed",
                     tracker.counters.following_limited) {}

void StockSessions::OnOpen(SessionId id, const SessionInfo& info) {
  const auto [it, is_new] = sessions_.try_emplace(
      id, Session{AddressKey::OfStranger(info.request.remote_address),
                  tracker_.publishers.OfPace(nullptr),
                  {},
                  MayAdd(info)});
  if (!is_new) return;
  refresh_.OnOpen(id, info);
  tracker_.counters.sessions = sessions_.size();
  Session& session = it->second;
  StockSubscriptions& subscriptions = session.publisher->subscriptions();
  subscriptions.Join();
  const std::optional<protocol::DecodeResult> query =
      protocol::DecodeFollowQuery(info.request.query);
  if (!query) {
    tracker_.publishers.OnFollowersChanged(session.publisher);
    return StartFollowing(id, session);
  }
  ++tracker_.counters.requests;
  subscriptions.FollowOnly({}, session.publisher->published(),
                           &session.follows);
  const Request request{id, session, query->message};
  if (!query->ok) Refuse(request, query->error, query->error_message);
  if (query->ok && TrySubscribe(request)) return;
  // It follows nothing: who asked for a little must not get all.
  tracker_.publishers.OnFollowersChanged(session.publisher);
  ConfirmFollows(request);
}

void StockSessions::OnDrained(SessionId id, std::uint64_t since) {
  const auto it = sessions_.find(id);
  if (it == sessions_.end()) return;
  const Session& session = it->second;
  ++tracker_.counters.resyncs;
  const SharedMessages::Resync resync =
      session.follows.all()
          ? tracker_.messages.ResyncAll(since)
          : tracker_.messages.ResyncOf(session.follows.Names(), since);
  if (resync.is_snapshot) ++tracker_.counters.resyncs_by_snapshot;
  for (const Payload& message : resync.messages) {
    tracker_.broadcaster.Send(id, message, Delivery::kLatest);
  }
}

void StockSessions::OnClose(SessionId id) {
  const auto it = sessions_.find(id);
  if (it == sessions_.end()) return;
  PricePublisher* const publisher = it->second.publisher;
  publisher->subscriptions().Leave(&it->second.follows);
  sessions_.erase(it);
  refresh_.OnClose(id);
  tracker_.client_stocks.Forget(id);
  tracker_.counters.sessions = sessions_.size();
  tracker_.publishers.OnFollowersChanged(publisher);
}

void StockSessions::OnRemoved(const Symbol& symbol) {
  for (auto it = sessions_.begin();
       it != sessions_.end() && tracker_.publishers.IsFollowedByName(symbol);
       ++it) {
    Session& session = it->second;
    const std::optional<TopicId> topic =
        session.publisher->subscriptions().Unfollow(symbol, &session.follows);
    if (topic) tracker_.broadcaster.Unsubscribe(it->first, *topic);
  }
}

void StockSessions::OnMessage(SessionId id, const InboundMessage& inbound) {
  const auto it = sessions_.find(id);
  if (it == sessions_.end()) return;
  ++tracker_.counters.requests;
  protocol::DecodeResult decoded;
  if (!inbound.binary) decoded = protocol::Decode(inbound.data);
  const ClientMessage& message = decoded.message;
  const auto answer =
      message.type == MessageType::kAddStock      ? &StockSessions::AddStock
      : message.type == MessageType::kRemoveStock ? &StockSessions::RemoveStock
      : message.type == MessageType::kSubscribe   ? &StockSessions::Subscribe
      : message.type == MessageType::kUnsubscribe ? &StockSessions::Unsubscribe
      : message.type == MessageType::kRefresh     ? &StockSessions::Refresh
      : message.type == MessageType::kHistory     ? &StockSessions::History
                                                  : nullptr;
  // Of a message for the other channel the fields don't matter.
  const bool is_foreign = message.type != MessageType::kUnknown &&
                          answer == nullptr &&
                          decoded.error == ErrorCode::kInvalidField;
  const Request request{id, it->second, message};
  if (inbound.binary) {
    Refuse(request, ErrorCode::kBinary, "Send text, not binary messages.");
  } else if (decoded.ok && answer != nullptr) {
    (this->*answer)(request);
  } else if (decoded.ok || is_foreign) {
    Refuse(request, ErrorCode::kUnknownType,
           "There is no such type on this channel.");
  } else {
    Refuse(request, decoded.error, decoded.error_message);
  }
}

void StockSessions::Refresh(const Request& request) {
  if (const auto refusal = refresh_.Handle(request.id, request.message)) {
    Refuse(request, refusal->code, refusal->message);
  }
}

void StockSessions::History(const Request& request) {
  const auto& [id, session, message] = request;
  if (!message.stocks) {
    return Refuse(request, ErrorCode::kMissingField, "'stocks' is missing.");
  }
  if (IsTooOften(request, history_budget_)) return;
  const std::optional<std::vector<Symbol>> symbols = ReadSymbols(request);
  if (!symbols) return;
  const auto answer = tracker_.history.Answer(
      *symbols, {message.interval, message.limit, message.since},
      message.request_id);
  if (const auto* rejection = std::get_if<Rejection>(&answer)) {
    return Refuse(request, rejection->code, rejection->message);
  }
  tracker_.broadcaster.Send(id, std::get<Payload>(answer), Delivery::kEvery);
}

std::variant<Payload, Rejection> StockSessions::HistoryFor(
    std::string_view name, std::string_view query,
    const RemoteAddress& address) {
  const auto asked = HistoryQuery::Read(query);
  if (const auto* rejection = std::get_if<Rejection>(&asked)) return *rejection;
  if (auto refusal = history_budget_.ChargeHttp("", address)) return *refusal;
  const auto found = FindStocks({std::string(name)});
  if (const auto* rejection = std::get_if<Rejection>(&found)) return *rejection;
  return tracker_.history.Answer(std::get<std::vector<Symbol>>(found),
                                 std::get<HistoryQuery>(asked), "");
}

// What a client types means the stock of exactly that name, or else that in
// upper case.
Symbol StockSessions::Typed(const Symbol& symbol) const {
  return book_.Find(symbol) != nullptr ? symbol : symbol.UpperCased();
}

std::optional<Symbol> StockSessions::ReadSymbol(const Request& request) {
  if (!request.message.stock) {
    Refuse(request, ErrorCode::kMissingField, "'stock' is missing.");
    return std::nullopt;
  }
  const std::optional<Symbol> symbol = Symbol::Parse(*request.message.stock);
  if (!symbol) {
    Refuse(request, ErrorCode::kInvalidSymbol,
           "That is not a symbol: " + std::string(Symbol::Rule()) + ".");
    return std::nullopt;
  }
  return Typed(*symbol);
}

void StockSessions::RemoveStock(const Request& request) {
  const std::optional<Symbol> symbol = ReadSymbol(request);
  if (!symbol) return;
  if (book_.Find(*symbol) == nullptr) {
    Refuse(request, ErrorCode::kUnknownStock,
           symbol->ToString() + " is not tracked.");
  } else if (!tracker_.client_stocks.IsOf(request.id, *symbol)) {
    Refuse(request, ErrorCode::kNotYours,
           "Only the connection that added " + symbol->ToString() +
               " may remove it.");
  } else {
    tracker_.writer.Remove(*symbol);
  }
}

void StockSessions::AddStock(const Request& request) {
  const std::optional<Symbol> symbol = ReadSymbol(request);
  if (!symbol) return;
  const std::string name = symbol->ToString();
  if (book_.Find(*symbol) != nullptr) {
    Refuse(request, ErrorCode::kAlreadyTracked, name + " is already tracked.");
  } else if (!request.session.may_add) {
    Refuse(request, ErrorCode::kAddingDisabled, "You may not add stocks here.");
  } else if (book_.size() >= book_.max_symbols()) {
    ++tracker_.counters.stocks_refused;
    Refuse(request, ErrorCode::kTooManyStocks,
           "No further stocks can be tracked.");
  } else if (const auto refusal = tracker_.client_stocks.Check(
                 request.id, request.session.address)) {
    Refuse(request, refusal->code, refusal->message);
  } else if (const std::optional<Price> price =
                 tracker_.poller.PriceOf(*symbol)) {
    tracker_.client_stocks.Add(request.id, request.session.address, *symbol);
    const Timestamp now = tracker_.scheduler.Now();
    const PriceUpdate update{*symbol, *price,
                             tracker_.poller.TimeOfPrices(now)};
    tracker_.writer.Apply(&update, 1);
  } else {
    Refuse(request, ErrorCode::kNoPrice, "There is no price for " + name + ".");
  }
}

bool StockSessions::TrySubscribe(const Request& request) {
  const auto& [id, session, message] = request;
  const std::optional<const Pace*> pace = ReadPace(request);
  if (!pace) return false;
  if (!message.stocks) {
    SetPace(request, *pace);
    session.publisher->subscriptions().FollowAll(&session.follows);
    tracker_.publishers.OnFollowersChanged(session.publisher);
    ConfirmFollows(request);
    return true;
  }
  const std::optional<std::vector<Symbol>> named = ReadSymbols(request);
  if (!named) return false;
  const std::vector<Symbol> old = session.follows.Names();
  std::vector<Symbol> symbols;
  std::set_union(old.begin(), old.end(), named->begin(), named->end(),
                 std::back_inserter(symbols));
  return FollowOnly(request, *pace, symbols);
}

void StockSessions::Unsubscribe(const Request& request) {
  if (!MayChoose(request)) return;
  const auto& [id, session, message] = request;
  if (!message.stocks) {
    FollowOnly(request, session.publisher->pace(), {});
    return;
  }
  const std::optional<std::vector<Symbol>> named = ReadSymbols(request);
  if (!named) return;
  std::vector<Symbol> old = session.follows.Names();
  if (session.follows.all()) {
    if (book_.size() - named->size() > tracker_.options.max_subscriptions) {
      return RefuseSubscriptions(request);  // without sorting a large book
    }
    old.reserve(book_.size());
    book_.ForEach([&](const Quote& quote) { old.push_back(quote.symbol); });
    std::sort(old.begin(), old.end());
  }
  std::vector<Symbol> symbols;
  std::set_difference(old.begin(), old.end(), named->begin(), named->end(),
                      std::back_inserter(symbols));
  FollowOnly(request, session.publisher->pace(), symbols);
}

std::variant<std::vector<Symbol>, Rejection> StockSessions::FindStocks(
    const std::vector<std::string>& names) const {
  std::vector<Symbol> symbols;
  symbols.reserve(names.size());
  for (const std::string& name : names) {
    std::optional<Symbol> symbol = Symbol::Parse(name);
    if (symbol) symbol = Typed(*symbol);
    if (!symbol || book_.Find(*symbol) == nullptr) {
      return Rejection{ErrorCode::kUnknownStock,
                       symbol ? symbol->ToString() + " is not tracked."
                              : "One of 'stocks' is not tracked."};
    }
    symbols.push_back(*symbol);
  }
  std::sort(symbols.begin(), symbols.end());
  symbols.erase(std::unique(symbols.begin(), symbols.end()), symbols.end());
  return symbols;
}

std::optional<std::vector<Symbol>> StockSessions::ReadSymbols(
    const Request& request) {
  auto found = FindStocks(*request.message.stocks);
  if (const auto* rejection = std::get_if<Rejection>(&found)) {
    Refuse(request, rejection->code, rejection->message);
    return std::nullopt;
  }
  return std::get<std::vector<Symbol>>(std::move(found));
}

bool StockSessions::FollowOnly(const Request& request, const Pace* pace,
                               const std::vector<Symbol>& symbols) {
  const auto& [id, session, message] = request;
  if (symbols.size() > tracker_.options.max_subscriptions) {
    RefuseSubscriptions(request);
    return false;
  }
  SetPace(request, pace);
  PricePublisher* const publisher = session.publisher;
  publisher->subscriptions().FollowOnly(symbols, publisher->published(),
                                        &session.follows);
  tracker_.publishers.OnFollowersChanged(publisher);
  ConfirmFollows(request);
  return true;
}

std::optional<const Pace*> StockSessions::ReadPace(const Request& request) {
  const auto& [id, session, message] = request;
  if (!message.max_rate) return session.publisher->pace();
  const Pace* pace = FastestPaceWithin(*message.max_rate);
  if (pace == nullptr && *message.max_rate > 0) {
    Refuse(request, ErrorCode::kInvalidField,
           "'maxRate' must be 0, for no limit, or at least " +
               std::string(std::begin(kPaces)->name) + ".");
    return std::nullopt;
  }
  return pace;
}

void StockSessions::SetPace(const Request& request, const Pace* pace) {
  const auto& [id, session, message] = request;
  PricePublisher* const from = session.publisher;
  if (from->pace() == pace) return;
  from->subscriptions().Leave(&session.follows);
  tracker_.publishers.OnFollowersChanged(from);
  session.publisher = tracker_.publishers.OfPace(pace);
  session.publisher->subscriptions().Join();
}

void StockSessions::RefuseSubscriptions(const Request& request) {
  ++tracker_.counters.subscriptions_refused;
  Refuse(request, ErrorCode::kTooManySubscriptions,
         "One client may follow at most " +
             std::to_string(tracker_.options.max_subscriptions) +
             " stocks by name.");
}

void StockSessions::ConfirmFollows(const Request& request) {
  const auto& [id, session, message] = request;
  const Pace* pace = session.publisher->pace();
  const std::string_view max_rate = pace == nullptr ? "" : pace->name;
  tracker_.broadcaster.Send(
      id,
      session.follows.all()
          ? protocol::EncodeSubscribedToAll(max_rate, message.request_id)
          : protocol::EncodeSubscribed(session.follows.Names(), max_rate,
                                       message.request_id),
      Delivery::kEvery);
  StartFollowing(id, session);
}

// However many topics changed, the loop of the session is told once.
void StockSessions::StartFollowing(SessionId id, const Session& session) {
  SendSnapshot(id, session);
  tracker_.broadcaster.SetSubscriptions(
      id, session.publisher->subscriptions().TopicsOf(session.follows));
}

void StockSessions::SendSnapshot(SessionId id, const Session& session) {
  tracker_.broadcaster.Send(
      id,
      session.follows.all()
          ? tracker_.messages.Snapshot()
          : tracker_.messages.SnapshotOf(session.follows.Names()),
      Delivery::kLatest);
}

std::variant<Payload, Rejection> StockSessions::SnapshotFor(
    std::string_view query) {
  const std::optional<protocol::DecodeResult> asked =
      protocol::DecodeFollowQuery(query);
  if (!asked) return tracker_.messages.Snapshot();
  if (!asked->ok) return Rejection{asked->error, asked->error_message};
  if (!asked->message.stocks) return tracker_.messages.Snapshot();
  const auto found = FindStocks(*asked->message.stocks);
  if (const auto* rejection = std::get_if<Rejection>(&found)) return *rejection;
  return tracker_.messages.SnapshotOf(std::get<std::vector<Symbol>>(found));
}

void StockSessions::Refuse(const Request& request, ErrorCode code,
                           std::string_view sentence) {
  ++tracker_.counters.errors;
  tracker_.broadcaster.Send(
      request.id,
      protocol::EncodeError(code, sentence, request.message.request_id),
      Delivery::kEvery);
}

}  // namespace tickerhub::internal
