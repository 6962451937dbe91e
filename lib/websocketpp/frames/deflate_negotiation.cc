#include "frames/deflate_negotiation.h"

#include <optional>
#include <utility>

#include "text/ascii.h"
#include "text/field_value.h"

namespace tickerhub::internal {
namespace {

using Outcome = DeflateAgreement::Outcome;

struct Parameter {
  std::string_view name;
  std::optional<std::string_view> value;
};

// What one offer of permessage-deflate asks for, as far as it was read.
struct Offer {
  bool server_no_context_takeover = false;
  bool client_no_context_takeover = false;
  bool client_max_window_bits = false;
  std::string_view server_max_window_bits;
  bool can_be_met = true;
};

// 8 to 15, without leading zeros (RFC 7692 §7.1.2.1).
std::optional<int> ReadWindowBits(std::string_view text) {
  if (text == "8" || text == "9") return text[0] - '0';
  if (text.size() == 2 && text[0] == '1' && text[1] >= '0' && text[1] <= '5') {
    return 10 + (text[1] - '0');
  }
  return std::nullopt;
}

// Returns whether the parameter is valid, is new and can be met.
bool AddParameter(const Parameter& parameter, Offer* offer) {
  const auto& [name, value] = parameter;
  if (name == "server_no_context_takeover") {
    return !std::exchange(offer->server_no_context_takeover, true) && !value;
  }
  if (name == "client_no_context_takeover") {
    return !std::exchange(offer->client_no_context_takeover, true) && !value;
  }
  if (name == "client_max_window_bits") {
    // The inflater has the largest window, so every value can be met.
    return !std::exchange(offer->client_max_window_bits, true) &&
           (!value || ReadWindowBits(*value));
  }
  if (name == "server_max_window_bits") {
    if (!offer->server_max_window_bits.empty() || !value) return false;
    offer->server_max_window_bits = *value;
    const std::optional<int> bits = ReadWindowBits(*value);
    return bits && *bits > 8;
  }
  return false;
}

DeflateAgreement AgreeTo(const Offer& offer) {
  DeflateAgreement agreement;
  agreement.outcome = Outcome::kAgreed;
  agreement.response =
      "permessage-deflate; server_no_context_takeover; "
      "client_no_context_takeover";
  if (!offer.server_max_window_bits.empty()) {
    agreement.server_window_bits =
        *ReadWindowBits(offer.server_max_window_bits);
    agreement.response += "; server_max_window_bits=";
    agreement.response += offer.server_max_window_bits;
  }
  return agreement;
}

// ---- RFC 6455 §9.1: 1#( token *( ";" token [ "=" value ] ) )

bool TakeChar(std::string_view* text, char wanted) {
  SkipBlanks(text);
  if (text->empty() || text->front() != wanted) return false;
  text->remove_prefix(1);
  return true;
}

// Takes a token, or a token in quotes. Returns nothing if it is neither.
std::optional<std::string_view> TakeValue(std::string_view* text) {
  const bool quoted = TakeChar(text, '"');
  if (!quoted) SkipBlanks(text);
  const std::string_view value = TakeToken(text);
  if (value.empty()) return std::nullopt;
  if (quoted) {
    if (text->empty() || text->front() != '"') return std::nullopt;
    text->remove_prefix(1);
  }
  return value;
}

// Takes what follows a ';'. Returns nothing if it is malformed.
std::optional<Parameter> TakeParameter(std::string_view* text) {
  SkipBlanks(text);
  Parameter parameter;
  parameter.name = TakeToken(text);
  if (parameter.name.empty()) return std::nullopt;
  if (TakeChar(text, '=')) {
    parameter.value = TakeValue(text);
    if (!parameter.value) return std::nullopt;
  }
  return parameter;
}

// Takes the parameters of an extension and adds them to the offer. Returns
// false if they are malformed.
bool TakeParameters(std::string_view* text, Offer* offer) {
  while (TakeChar(text, ';')) {
    const auto parameter = TakeParameter(text);
    if (!parameter) return false;
    offer->can_be_met &= AddParameter(*parameter, offer);
  }
  SkipBlanks(text);
  return text->empty() || text->front() == ',';
}

}  // namespace

DeflateAgreement NegotiateDeflate(std::string_view offers) {
  std::optional<Offer> chosen;
  for (SkipBlanks(&offers); !offers.empty(); SkipBlanks(&offers)) {
    // Lists may have empty elements, RFC 9110 §5.6.1.2.
    if (TakeChar(&offers, ',')) continue;
    const std::string_view name = TakeToken(&offers);
    Offer offer;
    if (name.empty() || !TakeParameters(&offers, &offer)) {
      DeflateAgreement malformed;
      malformed.outcome = Outcome::kMalformed;
      return malformed;
    }
    if (!chosen && name == "permessage-deflate" && offer.can_be_met) {
      chosen = offer;
    }
  }
  return chosen ? AgreeTo(*chosen) : DeflateAgreement();
}

}  // namespace tickerhub::internal
