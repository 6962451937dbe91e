#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/error_message.h"
#include "protocol/stock_messages.h"
#include "stocks/stock_tracker_impl.h"

namespace tickerhub {

namespace protocol = internal::protocol;

using protocol::ClientMessage;
using protocol::ErrorCode;
using protocol::MessageType;

void StockTracker::Impl::OnMessage(SessionId id,
                                   const InboundMessage& inbound) {
  const auto it = sessions_.find(id);
  if (it == sessions_.end()) return;
  ++stats_.requests;
  const bool in_rate =
      it->second.requests.TryTake(request_limit_, scheduler_.SteadyNow());
  // Decoded even if it comes too fast: the answer carries its requestId.
  protocol::DecodeResult decoded;
  if (!inbound.binary) decoded = protocol::Decode(inbound.data);
  const ClientMessage& message = decoded.message;
  const bool is_ours = message.type == MessageType::kAddStock ||
                       message.type == MessageType::kSubscribe ||
                       message.type == MessageType::kUnsubscribe;
  // Of a message for the other channel the fields don't matter.
  const bool is_foreign = message.type != MessageType::kUnknown && !is_ours &&
                          decoded.error == ErrorCode::kInvalidField;
  if (!in_rate) {
    ++stats_.rate_limited;
    SendError(id, ErrorCode::kRateLimited, "Too many requests; slow down.",
              message);
  } else if (inbound.binary) {
    SendError(id, ErrorCode::kBinary, "Send text, not binary messages.",
              message);
  } else if (decoded.ok && is_ours) {
    Answer(id, &it->second, message);
  } else if (decoded.ok || is_foreign) {
    SendError(id, ErrorCode::kUnknownType,
              "There is no such type on this channel.", message);
  } else {
    SendError(id, decoded.error, decoded.error_message, message);
  }
}

void StockTracker::Impl::Answer(SessionId id, Session* session,
                                const ClientMessage& message) {
  if (message.type == MessageType::kAddStock) {
    AddStockFor(id, message);
  } else if (message.type == MessageType::kSubscribe) {
    Subscribe(id, session, message);
  } else {
    Unsubscribe(id, session, message);
  }
}

void StockTracker::Impl::AddStockFor(SessionId id,
                                     const ClientMessage& message) {
  if (!message.stock) {
    SendError(id, ErrorCode::kMissingField, "'stock' is missing.", message);
    return;
  }
  const std::optional<Symbol> symbol = Symbol::Parse(*message.stock);
  if (!symbol) {
    SendError(id, ErrorCode::kInvalidSymbol,
              "That is not a symbol: " + std::string(Symbol::Rule()) + ".",
              message);
    return;
  }
  const std::string name = symbol->ToString();
  if (book_.Find(*symbol) != nullptr) {
    SendError(id, ErrorCode::kAlreadyTracked, name + " is already tracked.",
              message);
  } else if (!options_.clients_may_add) {
    SendError(id, ErrorCode::kAddingDisabled,
              "Clients may not add stocks here.", message);
  } else if (book_.size() >= book_.max_symbols()) {
    ++stats_.stocks_refused;
    SendError(id, ErrorCode::kTooManyStocks,
              "No further stocks can be tracked.", message);
  } else if (const std::optional<Price> price = feed_.PriceOf(*symbol)) {
    Add(*symbol, *price, scheduler_.Now());
    out_.Send();
  } else {
    SendError(id, ErrorCode::kNoPrice, "There is no price for " + name + ".",
              message);
  }
}

void StockTracker::Impl::Subscribe(SessionId id, Session* session,
                                   const ClientMessage& message) {
  const std::optional<const internal::Pace*> pace =
      ReadPace(id, *session, message);
  if (!pace) return;
  if (!message.stocks) {
    SetPace(id, session, *pace);
    session->stream->subscriptions().FollowAll(id, &session->follows);
    OnFollowersChanged(session->stream);
    ConfirmFollows(id, *session, message);
    return;
  }
  const std::optional<std::vector<Symbol>> named = ReadSymbols(id, message);
  if (!named) return;
  const std::vector<Symbol> old = session->follows.Names();
  std::vector<Symbol> symbols;
  std::set_union(old.begin(), old.end(), named->begin(), named->end(),
                 std::back_inserter(symbols));
  FollowOnly(id, session, *pace, symbols, message);
}

void StockTracker::Impl::Unsubscribe(SessionId id, Session* session,
                                     const ClientMessage& message) {
  if (!message.stocks) {
    FollowOnly(id, session, session->stream->pace(), {}, message);
    return;
  }
  const std::optional<std::vector<Symbol>> named = ReadSymbols(id, message);
  if (!named) return;
  std::vector<Symbol> old;
  if (!session->follows.all()) {
    old = session->follows.Names();
  } else if (book_.size() - named->size() > options_.max_subscriptions) {
    RefuseSubscriptions(id, message);  // without sorting a large book for it
    return;
  } else {
    old = AllSymbols();
  }
  std::vector<Symbol> symbols;
  std::set_difference(old.begin(), old.end(), named->begin(), named->end(),
                      std::back_inserter(symbols));
  FollowOnly(id, session, session->stream->pace(), symbols, message);
}

std::optional<std::vector<Symbol>> StockTracker::Impl::ReadSymbols(
    SessionId id, const ClientMessage& message) {
  std::vector<Symbol> symbols;
  symbols.reserve(message.stocks->size());
  for (const std::string& name : *message.stocks) {
    const std::optional<Symbol> symbol = Symbol::Parse(name);
    if (!symbol || book_.Find(*symbol) == nullptr) {
      SendError(id, ErrorCode::kUnknownStock,
                symbol ? symbol->ToString() + " is not tracked."
                       : "One of 'stocks' is not tracked.",
                message);
      return std::nullopt;
    }
    symbols.push_back(*symbol);
  }
  std::sort(symbols.begin(), symbols.end());
  symbols.erase(std::unique(symbols.begin(), symbols.end()), symbols.end());
  return symbols;
}

std::vector<Symbol> StockTracker::Impl::AllSymbols() const {
  std::vector<Symbol> symbols;
  symbols.reserve(book_.size());
  book_.ForEach([&](const Quote& q) { symbols.push_back(q.symbol); });
  std::sort(symbols.begin(), symbols.end());
  return symbols;
}

void StockTracker::Impl::FollowOnly(SessionId id, Session* session,
                                    const internal::Pace* pace,
                                    const std::vector<Symbol>& symbols,
                                    const ClientMessage& message) {
  if (symbols.size() > options_.max_subscriptions) {
    RefuseSubscriptions(id, message);
    return;
  }
  SetPace(id, session, pace);
  internal::StockStream* const stream = session->stream;
  stream->subscriptions().FollowOnly(id, symbols, stream->published(),
                                     &session->follows);
  OnFollowersChanged(stream);
  ConfirmFollows(id, *session, message);
}

std::optional<const internal::Pace*> StockTracker::Impl::ReadPace(
    SessionId id, const Session& session, const ClientMessage& message) {
  if (!message.max_rate) return session.stream->pace();
  const internal::Pace* pace = internal::FastestPaceWithin(*message.max_rate);
  if (pace == nullptr && *message.max_rate > 0) {
    SendError(id, ErrorCode::kInvalidField,
              "'maxRate' must be 0, for no limit, or at least " +
                  std::string(std::begin(internal::kPaces)->name) + ".",
              message);
    return std::nullopt;
  }
  return pace;
}

void StockTracker::Impl::SetPace(SessionId id, Session* session,
                                 const internal::Pace* pace) {
  internal::StockStream* const from = session->stream;
  if (from->pace() == pace) return;
  from->subscriptions().Leave(id, &session->follows);
  OnFollowersChanged(from);
  session->stream = StreamOf(pace);
  session->stream->subscriptions().Join(id);
}

void StockTracker::Impl::RefuseSubscriptions(SessionId id,
                                             const ClientMessage& message) {
  ++stats_.subscriptions_refused;
  SendError(id, ErrorCode::kTooManySubscriptions,
            "One client may follow at most " +
                std::to_string(options_.max_subscriptions) + " stocks by name.",
            message);
}

void StockTracker::Impl::ConfirmFollows(SessionId id, const Session& session,
                                        const ClientMessage& message) {
  const internal::Pace* pace = session.stream->pace();
  const std::string_view max_rate = pace == nullptr ? "" : pace->name;
  broadcaster_.Send(
      id,
      session.follows.all()
          ? protocol::EncodeSubscribedToAll(max_rate, message.request_id)
          : protocol::EncodeSubscribed(session.follows.Names(), max_rate,
                                       message.request_id),
      Delivery::kEvery);
  SendSnapshot(id, session);
}

void StockTracker::Impl::SendError(SessionId id, ErrorCode code,
                                   std::string_view sentence,
                                   const ClientMessage& message) {
  ++stats_.errors;
  broadcaster_.Send(id,
                    protocol::EncodeError(code, sentence, message.request_id),
                    Delivery::kEvery);
}

}  // namespace tickerhub
