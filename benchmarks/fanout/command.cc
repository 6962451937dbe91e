#include <algorithm>
#include <cstdlib>

#include "fanout/peers.h"

namespace tickerhub::fanout {
namespace {

Command ReadLine(const std::string& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  char* rest = const_cast<char*>(line.c_str() + end);
  Command command;
  command.name = line.substr(0, end);
  command.first = std::strtoull(rest, &rest, 10);
  command.count = std::strtoull(rest, &rest, 10);
  command.bytes = std::strtoull(rest, &rest, 10);
  return command;
}

// "CHV":3.17,"XBKQ":271.88,… The peers in Node make the same.
std::string ManyPrices() {
  constexpr std::uint32_t kPrices = 1000;
  std::string text;
  std::uint32_t random = 1;
  const auto next = [&random](std::uint32_t below) {
    random = random * 1664525 + 1013904223;
    return (random >> 16) % below;
  };
  const auto letter = [](std::uint32_t place) {
    return static_cast<char>('A' + place % 26);
  };
  for (std::uint32_t i = 0; i < kPrices; ++i) {
    // Three letters are never the same twice: 7919 is prime.
    const std::uint32_t name = i * 7919;
    text += i == 0 ? "\"" : ",\"";
    text += {letter(name), letter(name / 26), letter(name / 676)};
    if (next(2) == 1) text += letter(next(26));
    // Half of them below 100.
    const std::uint32_t most = next(2) == 1 ? 100 : 900;
    text += "\":" + std::to_string(1 + next(most));
    text += "." + std::to_string(10 + next(90));
  }
  return text;
}

// From the front of all prices, those that fit into so many bytes.
std::string_view PricesThatFit(std::size_t bytes) {
  static const std::string kAll = ManyPrices();
  if (bytes >= kAll.size()) return kAll;
  const std::size_t end = kAll.rfind(',', bytes);
  return std::string_view(kAll).substr(
      0, end == std::string::npos ? kAll.find(',') : end);
}

}  // namespace

std::string ToLine(const Command& command) {
  return command.name + " " + std::to_string(command.first) + " " +
         std::to_string(command.count) + " " + std::to_string(command.bytes) +
         "\n";
}

std::vector<Command> CommandStream::Push(std::string_view bytes) {
  rest_ += bytes;
  std::vector<Command> commands;
  std::size_t end = 0;
  while ((end = rest_.find('\n')) != std::string::npos) {
    commands.push_back(ReadLine(rest_.substr(0, end)));
    rest_.erase(0, end + 1);
  }
  return commands;
}

std::string MessageText(std::uint64_t seq, std::size_t bytes) {
  std::string text;
  text.reserve(std::max<std::size_t>(bytes, 128));
  text.append(R"({"type":"update","seq":)").append(std::to_string(seq));
  text.append(R"(,"since":)").append(std::to_string(seq - 1));
  text += R"(,"data":{)";
  constexpr std::string_view kEnd = "}}";
  const std::size_t taken = text.size() + kEnd.size();
  text += PricesThatFit(bytes > taken ? bytes - taken : 0);
  text += kEnd;
  if (text.size() < bytes) text.append(bytes - text.size(), ' ');
  return text;
}

std::uint32_t SymbolOf(std::uint64_t seq) {
  // 61 has no factor in common with 1,000.
  return static_cast<std::uint32_t>(seq * 61 % kSymbols);
}

std::vector<std::uint32_t> FollowedBy(std::uint32_t client) {
  std::vector<std::uint32_t> symbols;
  std::uint64_t state = client;
  while (symbols.size() < kFollowed) {
    // Knuth's linear congruential generator.
    state = state * 6364136223846793005 + 1442695040888963407;
    const auto symbol = static_cast<std::uint32_t>((state >> 33) % kSymbols);
    if (std::find(symbols.begin(), symbols.end(), symbol) == symbols.end()) {
      symbols.push_back(symbol);
    }
  }
  return symbols;
}

}  // namespace tickerhub::fanout
