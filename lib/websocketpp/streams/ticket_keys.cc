#include "streams/ticket_keys.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>

namespace tickerhub::internal {
namespace {

template <typename Bytes>
bool FillWithRandom(Bytes* bytes) {
  return RAND_bytes(bytes->data(), static_cast<int>(bytes->size())) == 1;
}

void Wipe(TicketKey* key) { OPENSSL_cleanse(key, sizeof *key); }

}  // namespace

TicketKeys::~TicketKeys() {
  for (TicketKey& key : keys_) Wipe(&key);
}

std::optional<TicketKey> TicketKeys::Newest() {
  const SteadyTime now = now_();
  const std::lock_guard<std::mutex> lock(mutex_);
  ForgetOld(now);
  if (keys_.empty() || now - keys_.back().made >= kUsed) {
    TicketKey key = {};
    key.made = now;
    if (!FillWithRandom(&key.name) || !FillWithRandom(&key.cipher) ||
        !FillWithRandom(&key.mac)) {
      return std::nullopt;
    }
    keys_.push_back(key);
  }
  return keys_.back();
}

std::optional<TicketKeys::Found> TicketKeys::Find(const std::uint8_t* name) {
  const SteadyTime now = now_();
  const std::lock_guard<std::mutex> lock(mutex_);
  ForgetOld(now);
  const auto found =
      std::find_if(keys_.begin(), keys_.end(), [name](const TicketKey& key) {
        return std::memcmp(key.name.data(), name, key.name.size()) == 0;
      });
  if (found == keys_.end()) return std::nullopt;
  return Found{*found, &*found == &keys_.back() && now - found->made < kUsed};
}

void TicketKeys::ForgetOld(SteadyTime now) {
  while (!keys_.empty() && now - keys_.front().made >= kUsed + kTicketLife) {
    Wipe(&keys_.front());
    keys_.pop_front();
  }
}

}  // namespace tickerhub::internal
