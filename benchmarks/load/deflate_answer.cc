#include "load/deflate_answer.h"

#include <algorithm>
#include <array>

namespace tickerhub::load {
namespace {

constexpr std::string_view kBits = "server_max_window_bits=";

// Takes what stands before the next semicolon, without the blanks around it.
std::string_view TakeParameter(std::string_view* list) {
  const std::size_t end = std::min(list->find(';'), list->size());
  std::string_view one = list->substr(0, end);
  list->remove_prefix(std::min(end + 1, list->size()));
  const std::size_t first = std::min(one.find_first_not_of(" \t"), one.size());
  one.remove_prefix(first);
  return one.substr(0, one.find_last_not_of(" \t") + 1);
}

bool IsWindowBits(std::string_view text) {
  constexpr std::array<std::string_view, 8> kAll = {"8",  "9",  "10", "11",
                                                    "12", "13", "14", "15"};
  return std::find(kAll.begin(), kAll.end(), text) != kAll.end();
}

}  // namespace

DeflateAnswer ReadDeflateAnswer(std::string_view chosen) {
  if (chosen.find(',') != std::string_view::npos) return DeflateAnswer::kOther;
  if (TakeParameter(&chosen) != "permessage-deflate") {
    return DeflateAnswer::kOther;
  }
  int server_no_takeover = 0;
  int client_no_takeover = 0;
  int window_bits = 0;
  while (!chosen.empty()) {
    const std::string_view parameter = TakeParameter(&chosen);
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
