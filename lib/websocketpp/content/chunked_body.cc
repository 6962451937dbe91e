#include "content/chunked_body.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "text/ascii.h"
#include "text/field_value.h"

namespace tickerhub::internal {
namespace {

constexpr int kHexadecimal = 16;
// More digits than any size needs. Readers that count in 32 or 64 bits could
// see another number.
constexpr std::size_t kMaxSizeDigits = 8;
constexpr std::string_view kChunkEnd = "\r\n";

}  // namespace

ChunkedBody::Outcome ChunkedBody::Take(std::string_view* bytes,
                                       std::size_t max_bytes,
                                       std::string* body) {
  Outcome outcome = Outcome::kMore;
  while (!bytes->empty() && outcome == Outcome::kMore) {
    if (state_ == State::kData) {
      outcome = TakeData(bytes, body);
      continue;
    }
    const std::size_t end = bytes->find('\n');
    const bool whole = end != std::string_view::npos;
    const std::string_view piece =
        bytes->substr(0, whole ? end + 1 : bytes->size());
    bytes->remove_prefix(piece.size());
    line_.append(piece);
    if (line_.size() > kMaxLineBytes) return Outcome::kTooLong;
    if (!whole) break;
    outcome = TakeLine(line_, max_bytes, *body);
    line_.clear();
  }
  return outcome;
}

ChunkedBody::Outcome ChunkedBody::TakeData(std::string_view* bytes,
                                           std::string* body) {
  const std::size_t some = std::min(chunk_bytes_to_come_, bytes->size());
  body->append(bytes->substr(0, some));
  bytes->remove_prefix(some);
  chunk_bytes_to_come_ -= some;
  if (chunk_bytes_to_come_ == 0) state_ = State::kDataEnd;
  return Outcome::kMore;
}

// `line` ends with a line feed.
ChunkedBody::Outcome ChunkedBody::TakeLine(std::string_view line,
                                           std::size_t max_bytes,
                                           const std::string& body) {
  if (line.size() < kChunkEnd.size() || line[line.size() - 2] != '\r') {
    return Outcome::kMalformed;
  }
  line.remove_suffix(kChunkEnd.size());
  if (!IsFieldValue(line)) return Outcome::kMalformed;
  switch (state_) {
    case State::kSize:
      return TakeSize(line, max_bytes, body);
    case State::kDataEnd:
      state_ = State::kSize;
      return line.empty() ? Outcome::kMore : Outcome::kMalformed;
    default:
      return TakeTrailer(line);
  }
}

ChunkedBody::Outcome ChunkedBody::TakeSize(std::string_view line,
                                           std::size_t max_bytes,
                                           const std::string& body) {
  const auto digits_end = std::find_if(line.begin(), line.end(),
                                       [](char c) { return HexDigit(c) < 0; });
  const auto digits = static_cast<std::size_t>(digits_end - line.begin());
  const std::string_view extensions = line.substr(digits);
  if (digits == 0 || digits > kMaxSizeDigits ||
      (!extensions.empty() && extensions.front() != ';')) {
    return Outcome::kMalformed;
  }
  std::from_chars(line.data(), line.data() + digits, chunk_bytes_to_come_,
                  kHexadecimal);
  if (chunk_bytes_to_come_ > max_bytes - std::min(max_bytes, body.size())) {
    return Outcome::kTooLarge;
  }
  state_ = chunk_bytes_to_come_ == 0 ? State::kTrailer : State::kData;
  return CountExtra(extensions.size());
}

ChunkedBody::Outcome ChunkedBody::TakeTrailer(std::string_view line) {
  if (line.empty()) return Outcome::kDone;
  const std::size_t bytes = line.size();
  const std::string_view name = TakeToken(&line);
  if (name.empty() || line.empty() || line.front() != ':') {
    return Outcome::kMalformed;
  }
  return CountExtra(bytes);
}

ChunkedBody::Outcome ChunkedBody::CountExtra(std::size_t bytes) {
  extra_bytes_ += bytes;
  return extra_bytes_ > kMaxExtraBytes ? Outcome::kTooLong : Outcome::kMore;
}

}  // namespace tickerhub::internal
