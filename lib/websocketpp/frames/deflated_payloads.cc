#include "frames/deflated_payloads.h"

#include <string>
#include <utility>

namespace tickerhub::internal {

const Payload& DeflatedPayloads::For(const Payload& payload, int window_bits) {
  if (payload.text().size() < kMinTextBytes) return payload;
  const auto place = static_cast<std::size_t>(window_bits - kMinBits);
  const auto [found, is_new] =
      entries_.try_emplace(payload.frame().data(), Entry{payload, {}, 0});
  newest_ = found->first;
  Entry& entry = found->second;
  if (is_new) Keep(&entry, payload.frame().size());
  std::optional<Payload>& deflated = entry.by_bits[place];
  if (!deflated) {
    deflated = Deflate(payload, place);
    Keep(&entry, deflated->frame().size());
  }
  return *deflated;
}

Payload DeflatedPayloads::Deflate(const Payload& payload, std::size_t place) {
  std::unique_ptr<MessageDeflater>& deflater = deflaters_[place];
  if (!deflater) {
    deflater =
        std::make_unique<MessageDeflater>(kMinBits + static_cast<int>(place));
  }
  const std::string deflated = deflater->Deflate(payload.text());
  if (deflated.size() >= payload.text().size()) return payload;
  return Payload::Deflated(deflated, payload.kind());
}

void DeflatedPayloads::Forget() {
  if (entries_.size() < kMaxKept && kept_bytes_ < kMaxKeptBytes) return;
  auto newest = entries_.extract(newest_);
  entries_.clear();
  kept_bytes_ = newest.mapped().bytes;
  entries_.insert(std::move(newest));
}

}  // namespace tickerhub::internal
