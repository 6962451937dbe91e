#ifndef TICKERHUB_LIB_CORE_NOTIFICATIONS_CLIENT_IDS_H_
#define TICKERHUB_LIB_CORE_NOTIFICATIONS_CLIENT_IDS_H_

#include <cstdint>
#include <random>
#include <string>

namespace tickerhub::internal {

/// Makes the names of connections: ten characters of a-z and 0-9. They are
/// names, not secrets: everybody online sees them.
class ClientIds {
 public:
  /// The same ids again for the same seed; random ones for 0.
  explicit ClientIds(std::uint64_t seed) : random_(seed) {
    if (seed != 0) return;
    std::random_device device;
    std::seed_seq entropy{device(), device(), device(), device()};
    random_.seed(entropy);
  }

  std::string Next() {
    constexpr char kCharacters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    std::string id(10, ' ');
    // 36^10 < 2^52, so one number has enough for all ten.
    std::uint64_t bits = random_();
    for (char& character : id) {
      character = kCharacters[bits % 36];
      bits /= 36;
    }
    return id;
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_NOTIFICATIONS_CLIENT_IDS_H_
