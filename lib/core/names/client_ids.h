#ifndef TICKERHUB_LIB_CORE_NAMES_CLIENT_IDS_H_
#define TICKERHUB_LIB_CORE_NAMES_CLIENT_IDS_H_

#include <cstdint>
#include <random>
#include <string>

namespace tickerhub::internal {

/// Makes client ids: ten characters of a-z and 0-9. They are names, not
/// secrets: everybody online sees them.
class ClientIds {
 public:
  /// The same seed gives the same ids. 0: random ids.
  explicit ClientIds(std::uint64_t seed) : random_(seed) {
    if (seed != 0) return;
    std::random_device device;
    std::seed_seq entropy{device(), device(), device(), device()};
    random_.seed(entropy);
  }

  std::string Next() {
    constexpr char kCharacters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    std::string id(10, ' ');
    // 36^10 < 2^52: one number has enough bits for ten characters.
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

#endif  // TICKERHUB_LIB_CORE_NAMES_CLIENT_IDS_H_
