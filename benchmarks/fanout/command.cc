#include "fanout/command.h"

#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <iterator>
#include <utility>

namespace tickerhub::fanout {
namespace {

std::string_view TakeWord(std::string_view* line) {
  const std::size_t start =
      std::min(line->find_first_not_of(' '), line->size());
  const std::size_t end = std::min(line->find(' ', start), line->size());
  const std::string_view word = line->substr(start, end - start);
  line->remove_prefix(end);
  return word;
}

std::uint64_t TakeNumber(std::string_view* line) {
  const std::string_view word = TakeWord(line);
  std::uint64_t number = 0;
  std::from_chars(word.data(), word.data() + word.size(), number);
  return number;
}

constexpr std::pair<Command::Kind, std::string_view> kNames[] = {
    {Command::Kind::kTick, "tick"},   {Command::Kind::kChanges, "changes"},
    {Command::Kind::kUsage, "usage"}, {Command::Kind::kCount, "count"},
    {Command::Kind::kDump, "dump"},
};

bool ReadLine(std::string_view line, Command* command) {
  const std::string_view word = TakeWord(&line);
  const auto* const found =
      std::find_if(std::begin(kNames), std::end(kNames),
                   [word](const auto& entry) { return entry.second == word; });
  if (found == std::end(kNames)) return false;
  command->kind = found->first;
  command->first = TakeNumber(&line);
  command->count = TakeNumber(&line);
  command->bytes = static_cast<std::size_t>(TakeNumber(&line));
  return true;
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
    text += letter(name);
    text += letter(name / 26);
    text += letter(name / 676);
    if (next(2) == 1) text += letter(next(26));
    text += "\":";
    // Half of them below 100.
    const std::uint32_t most = next(2) == 1 ? 100 : 900;
    text += std::to_string(1 + next(most));
    text += '.';
    text += std::to_string(10 + next(90));
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

long Microseconds(const timeval& time) {
  return time.tv_sec * 1'000'000L + time.tv_usec;
}

}  // namespace

std::string ToLine(const Command& command) {
  std::string line(kNames[static_cast<int>(command.kind)].second);
  if (command.kind == Command::Kind::kTick ||
      command.kind == Command::Kind::kChanges) {
    line += " " + std::to_string(command.first) + " " +
            std::to_string(command.count) + " " + std::to_string(command.bytes);
  }
  return line + "\n";
}

std::vector<Command> CommandStream::Push(std::string_view bytes) {
  rest_ += bytes;
  std::vector<Command> commands;
  std::size_t end = 0;
  while ((end = rest_.find('\n')) != std::string::npos) {
    Command command;
    if (ReadLine(std::string_view(rest_).substr(0, end), &command)) {
      commands.push_back(command);
    }
    rest_.erase(0, end + 1);
  }
  return commands;
}

std::string MessageText(std::uint64_t seq, std::size_t bytes) {
  std::string text;
  text.reserve(std::max<std::size_t>(bytes, 128));
  text += R"({"type":"update","seq":)";
  text += std::to_string(seq);
  text += R"(,"since":)";
  text += std::to_string(seq - 1);
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

std::string FollowText(const std::vector<std::uint32_t>& symbols) {
  std::string text = "follow";
  for (const std::uint32_t symbol : symbols) {
    text += ' ';
    text += std::to_string(symbol);
  }
  return text;
}

std::vector<std::uint32_t> ReadFollowText(std::string_view text) {
  std::vector<std::uint32_t> symbols;
  if (TakeWord(&text) != "follow") return symbols;
  while (!text.empty()) {
    symbols.push_back(static_cast<std::uint32_t>(TakeNumber(&text)));
  }
  return symbols;
}

std::string UsageLine() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  char line[64];
  std::snprintf(line, sizeof line, "usage %ld %ld\n",
                Microseconds(usage.ru_utime), Microseconds(usage.ru_stime));
  return line;
}

}  // namespace tickerhub::fanout
