#include "notify/batch.h"

#include <unistd.h>

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <memory>

#include "common/command_line.h"
#include "tickerhub/line_splitter.h"

namespace tickerhub::examples {
namespace {

// The server takes as many and, by default, as many bytes in one request.
constexpr std::size_t kMostLines = 100;
constexpr std::size_t kMostBodyBytes = 60 * 1024;
constexpr std::size_t kMostLineBytes = 32 * 1024;
constexpr std::chrono::milliseconds kProgressInterval{500};

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != stdin) (void)std::fclose(file);
  }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

bool IsBlankLine(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

Batch::Batch(const NotifyOptions& options)
    : options_(options),
      poster_(options),
      shows_progress_(options.progress || isatty(STDERR_FILENO) != 0) {}

int Batch::Send() {
  const File file(
      options_.batch == "-" ? stdin : std::fopen(options_.batch.c_str(), "re"));
  if (!file) {
    std::fprintf(stderr, "tickerhub-notify: cannot read %s: %s\n",
                 options_.batch.c_str(),
                 std::strerror(errno));  // NOLINT(concurrency-mt-unsafe)
    return kUsageErrorStatus;
  }
  LineSplitter splitter(
      kMostLineBytes,
      [this](std::string_view line, bool whole) { Add(line, whole); });
  char bytes[16 * 1024];
  for (std::size_t got = 1; got > 0 && answers_;) {
    got = std::fread(bytes, 1, sizeof bytes, file.get());
    splitter.Push({bytes, got});
  }
  if (answers_) splitter.End();
  if (answers_) answers_ = Flush();
  ShowProgress(/*is_end=*/true);
  if (!options_.quiet || refused_ > 0 || !answers_) {
    std::printf("%" PRIu64 " accepted, %" PRIu64 " refused\n", accepted_,
                refused_);
  }
  return static_cast<int>(status_);
}

void Batch::Add(std::string_view line, bool whole) {
  const std::uint64_t number = ++line_count_;
  if (!answers_ || (whole && IsBlankLine(line))) return;
  if (!whole || !IsJsonObject(line)) {
    Refuse(number, NotifyStatus::kRefused,
           whole ? "it is not one JSON object in UTF-8"
                 : "it is longer than " + std::to_string(kMostLineBytes) +
                       " bytes");
    return;
  }
  const bool is_full =
      lines_.size() == kMostLines || bytes_ + line.size() + 1 > kMostBodyBytes;
  if (is_full) answers_ = Flush();
  if (!answers_) return;
  bytes_ += line.size() + 1;
  lines_.push_back({number, std::string(line)});
}

bool Batch::Flush() {
  if (lines_.empty()) return true;
  std::string body = "[";
  for (const Line& line : lines_) {
    body.append(body.size() > 1 ? "," : "").append(line.text);
  }
  body += ']';
  const std::uint64_t first = lines_.front().number;
  const std::string key =
      options_.key.empty() ? "" : options_.key + "/" + std::to_string(first);
  const HttpPoster::Answer answer = poster_.Post(body, key);
  if (!answer.failure.empty()) {
    Refuse(first, NotifyStatus::kUnreached,
           "from here on nothing is known to be sent: " + answer.failure);
    return false;
  }
  const auto outcomes = ReadOutcomes(answer.body, lines_.size());
  if (!outcomes) {
    // All of them were refused, or that is no notifier.
    const Outcome outcome = ReadOutcome(answer.status, answer.body);
    Refuse(first, outcome.status,
           "from here on nothing is sent: " + outcome.sentence);
    return false;
  }
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    Note(lines_[i], (*outcomes)[i]);
  }
  lines_.clear();
  bytes_ = 0;
  ShowProgress(/*is_end=*/false);
  return true;
}

void Batch::Note(const Line& line, const Outcome& outcome) {
  if (outcome.status == NotifyStatus::kAccepted) {
    ++accepted_;
  } else {
    Refuse(line.number, outcome.status, outcome.sentence);
  }
}

void Batch::Refuse(std::uint64_t number, NotifyStatus status,
                   const std::string& sentence) {
  ++refused_;
  if (status_ == NotifyStatus::kAccepted) status_ = status;
  if (has_progress_) std::fputc('\n', stderr);
  has_progress_ = false;
  std::fprintf(stderr, "tickerhub-notify: line %" PRIu64 ": %s\n", number,
               sentence.c_str());
}

void Batch::ShowProgress(bool is_end) {
  if (!shows_progress_) return;
  const auto now = std::chrono::steady_clock::now();
  if (!is_end && now - shown_at_ < kProgressInterval) return;
  shown_at_ = now;
  std::fprintf(stderr,
               "\r%" PRIu64 " lines read, %" PRIu64 " accepted, %" PRIu64
               " refused%s",
               line_count_, accepted_, refused_, is_end ? "\n" : "");
  has_progress_ = !is_end;
}

}  // namespace tickerhub::examples
