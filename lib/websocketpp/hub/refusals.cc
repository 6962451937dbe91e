#include "hub/refusals.h"

#include <chrono>
#include <string>

#include "text/printable.h"

namespace tickerhub::internal {
namespace {

constexpr std::chrono::minutes kMinute{1};

constexpr std::array<std::string_view, Refusals::kReasons> kNames = {
    "server-full",  "address-full",  "user-full", "accept-rate", "channel-full",
    "admin-full",   "draining",      "hub-hangs", "bad-request", "too-large",
    "too-slow",     "no-channel",    "origin",    "token",       "admission",
    "proxy-header", "tls-handshake", "flood"};

}  // namespace

std::string_view Refusals::NameOf(RefusalReason reason) {
  return kNames[static_cast<std::size_t>(reason)];
}

void Refusals::NoteAt(SteadyTime now, RefusalReason reason,
                      const RemoteAddress& remote, std::string_view sentence) {
  Count(reason);
  const std::lock_guard<std::mutex> lock(mutex_);
  TellLeftOutLocked(now);
  if (told_ == 0) minute_began_ = now;
  if (told_ == kLinesAMinute) {
    ++left_out_[static_cast<std::size_t>(reason)];
    return;
  }
  ++told_;
  std::string line = "refused ";
  line += remote.family() == RemoteAddress::Family::kNone ? "a client"
                                                          : remote.ToString();
  line += " (";
  line += NameOf(reason);
  line += "): ";
  if (sentence.size() > kMaxSentenceBytes) {
    AppendPrintable(&line, sentence.substr(0, kMaxSentenceBytes));
    line += "...";
  } else {
    AppendPrintable(&line, sentence);
  }
  log_.Write(LogLevel::kInfo, line);
}

void Refusals::TellLeftOut(SteadyTime now) {
  const std::lock_guard<std::mutex> lock(mutex_);
  TellLeftOutLocked(now);
}

// Begins a new minute if the last one is over.
void Refusals::TellLeftOutLocked(SteadyTime now) {
  if (told_ == 0 || now - minute_began_ < kMinute) return;
  told_ = 0;
  std::uint64_t sum = 0;
  std::string parts;
  for (std::size_t i = 0; i < kReasons; ++i) {
    if (left_out_[i] == 0) continue;
    sum += left_out_[i];
    parts += (parts.empty() ? "" : ", ") + std::to_string(left_out_[i]) + " " +
             std::string(kNames[i]);
  }
  left_out_.fill(0);
  if (sum == 0) return;
  log_.Write(LogLevel::kInfo, "refused " + std::to_string(sum) +
                                  " more in that minute: " + parts);
}

}  // namespace tickerhub::internal
