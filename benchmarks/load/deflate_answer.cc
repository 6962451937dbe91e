#include "load/deflate_answer.h"

#include <algorithm>
#include <array>

#include "http/field_value.h"

namespace tickerhub::load {
namespace {

constexpr std::string_view kBits = "server_max_window_bits=";

bool IsWindowBits(std::string_view text) {
  constexpr std::array<std::string_view, 8> kAll = {"8",  "9",  "10", "11",
                                                    "12", "13", "14", "15"};
  return std::find(kAll.begin(), kAll.end(), text) != kAll.end();
}

}  // namespace

DeflateAnswer ReadDeflateAnswer(std::string_view chosen) {
  if (chosen.find(',') != std::string_view::npos) return DeflateAnswer::kOther;
  if (internal::TakeElement(&chosen, ';') != "permessage-deflate") {
    return DeflateAnswer::kOther;
  }
  int server_no_takeover = 0;
  int client_no_takeover = 0;
  int window_bits = 0;
  while (!chosen.empty()) {
    const std::string_view parameter = internal::TakeElement(&chosen, ';');
    if (parameter == "server_no_context_takeover") {
      ++server_no_takeover;
    } else if (parameter == "client_no_context_takeover") {
      ++client_no_takeover;
    } else if (parameter.substr(0, kBits.size()) == kBits &&
               IsWindowBits(parameter.substr(kBits.size()))) {
      // Without being asked (§7.1.2.1). The inflater's window is the largest,
      // so any will do.
      ++window_bits;
    } else {
      return DeflateAnswer::kInvalid;
    }
  }
  // The first one is what this client can't do without.
  return server_no_takeover == 1 && client_no_takeover <= 1 && window_bits <= 1
             ? DeflateAnswer::kAgreed
             : DeflateAnswer::kInvalid;
}

}  // namespace tickerhub::load
