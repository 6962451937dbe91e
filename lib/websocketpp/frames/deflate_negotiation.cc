#include "frames/deflate_negotiation.h"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>
#include <websocketpp/http/constants.hpp>

#include "http/field_value.h"

namespace tickerhub::internal {
namespace {

struct Parameter {
  std::string name;
  std::optional<std::string> value;
};

struct Offer {
  std::string name;
  std::vector<Parameter> parameters;
};

// RFC 6455 §9.1: extension-list = 1#( token *( ";" token [ "=" value ] ) )
class OfferParser {
 public:
  explicit OfferParser(std::string_view text) : text_(text) {}

  // Returns nothing if the list is malformed.
  std::optional<std::vector<Offer>> Parse() {
    std::vector<Offer> offers;
    SkipBlanks(&text_);
    while (!text_.empty()) {
      // Lists may have empty elements, RFC 9110 §5.6.1.2.
      if (!TakeChar(',')) {
        Offer offer;
        if (!TakeOffer(&offer)) return std::nullopt;
        offers.push_back(std::move(offer));
        if (!text_.empty() && text_.front() != ',') return std::nullopt;
      }
      SkipBlanks(&text_);
    }
    return offers;
  }

 private:
  bool TakeOffer(Offer* offer) {
    if (!TakeToken(&offer->name)) return false;
    while (TakeChar(';')) {
      Parameter parameter;
      SkipBlanks(&text_);
      if (!TakeToken(&parameter.name)) return false;
      if (TakeChar('=')) {
        SkipBlanks(&text_);
        parameter.value.emplace();
        if (!TakeValue(&*parameter.value)) return false;
      }
      offer->parameters.push_back(std::move(parameter));
    }
    return true;
  }

  // A token, or a token in quotes.
  bool TakeValue(std::string* value) {
    const bool quoted = TakeChar('"');
    if (!TakeToken(value)) return false;
    return !quoted || TakeChar('"');
  }

  bool TakeToken(std::string* token) {
    const auto end = std::find_if(text_.begin(), text_.end(),
                                  ::websocketpp::http::is_not_token_char);
    token->assign(text_.begin(), end);
    text_.remove_prefix(token->size());
    return !token->empty();
  }

  bool TakeChar(char wanted) {
    SkipBlanks(&text_);
    if (text_.empty() || text_.front() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }

  std::string_view text_;
};

// 8 to 15, without leading zeros (RFC 7692 §7.1.2.1).
std::optional<int> ReadWindowBits(const std::string& text) {
  if (text == "8" || text == "9") return text[0] - '0';
  if (text.size() == 2 && text[0] == '1' && text[1] >= '0' && text[1] <= '5') {
    return 10 + (text[1] - '0');
  }
  return std::nullopt;
}

// Returns nothing if the offer is not valid or cannot be met.
std::optional<DeflateAgreement> Take(const Offer& offer) {
  DeflateAgreement agreement;
  agreement.outcome = DeflateAgreement::Outcome::kAgreed;
  agreement.response =
      "permessage-deflate; server_no_context_takeover; "
      "client_no_context_takeover";
  std::set<std::string_view> seen;
  for (const Parameter& parameter : offer.parameters) {
    if (!seen.insert(parameter.name).second) return std::nullopt;
    if (parameter.name == "server_no_context_takeover" ||
        parameter.name == "client_no_context_takeover") {
      if (parameter.value) return std::nullopt;
    } else if (parameter.name == "client_max_window_bits") {
      // The inflater has the largest window, so every value can be met.
      if (parameter.value && !ReadWindowBits(*parameter.value)) {
        return std::nullopt;
      }
    } else if (parameter.name == "server_max_window_bits") {
      const std::optional<int> bits =
          parameter.value ? ReadWindowBits(*parameter.value) : std::nullopt;
      if (!bits || *bits == 8) return std::nullopt;
      agreement.server_window_bits = *bits;
      agreement.response += "; server_max_window_bits=" + *parameter.value;
    } else {
      return std::nullopt;
    }
  }
  return agreement;
}

}  // namespace

DeflateAgreement NegotiateDeflate(std::string_view offers) {
  DeflateAgreement none;
  const std::optional<std::vector<Offer>> parsed = OfferParser(offers).Parse();
  if (!parsed) {
    none.outcome = DeflateAgreement::Outcome::kMalformed;
    return none;
  }
  for (const Offer& offer : *parsed) {
    if (offer.name != "permessage-deflate") continue;
    if (auto agreement = Take(offer)) return *std::move(agreement);
  }
  return none;
}

}  // namespace tickerhub::internal
