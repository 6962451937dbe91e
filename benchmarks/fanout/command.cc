#include "fanout/command.h"

#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <cstdio>

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

bool ReadLine(std::string_view line, Command* command) {
  const std::string_view name = TakeWord(&line);
  if (name == "usage") {
    command->kind = Command::Kind::kUsage;
    return true;
  }
  if (name != "tick" && name != "changes") return false;
  command->kind =
      name == "tick" ? Command::Kind::kTick : Command::Kind::kChanges;
  command->first = TakeNumber(&line);
  command->count = TakeNumber(&line);
  command->bytes = static_cast<std::size_t>(TakeNumber(&line));
  return true;
}

long Microseconds(const timeval& time) {
  return time.tv_sec * 1'000'000L + time.tv_usec;
}

}  // namespace

std::string ToLine(const Command& command) {
  if (command.kind == Command::Kind::kUsage) return "usage\n";
  std::string line =
      command.kind == Command::Kind::kTick ? "tick " : "changes ";
  return line + std::to_string(command.first) + " " +
         std::to_string(command.count) + " " + std::to_string(command.bytes) +
         "\n";
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
  std::string text = R"({"type":"update","seq":)" + std::to_string(seq) +
                     R"(,"since":)" + std::to_string(seq - 1) +
                     R"(,"data":{"AAPL":151.25,"x":")";
  constexpr std::string_view kEnd = R"("}})";
  if (text.size() + kEnd.size() < bytes) {
    text.append(bytes - text.size() - kEnd.size(), 'x');
  }
  text += kEnd;
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

void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace tickerhub::fanout
