#include "deflated_payloads.h"

#include <string>

namespace tickerhub {

const Payload& DeflatedPayloads::For(const Payload& payload, int window_bits) {
  if (payload.text().size() < kMinTextBytes) return payload;
  const auto place = static_cast<std::size_t>(window_bits - kMinBits);
  const auto [found, is_new] =
      entries_.try_emplace(payload.frame().data(), Entry{payload, {}});
  if (is_new) kept_bytes_ += payload.frame().size();
  std::optional<Payload>& deflated = found->second.by_bits[place];
  if (!deflated) deflated = Deflate(payload, place);
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
  kept_bytes_ += deflated.size();
  return Payload::Deflated(deflated, payload.kind());
}

void DeflatedPayloads::Forget() {
  if (entries_.size() < kMaxKept && kept_bytes_ < kMaxKeptBytes) return;
  entries_.clear();
  kept_bytes_ = 0;
}

}  // namespace tickerhub
