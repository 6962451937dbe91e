#ifndef TICKERHUB_LIB_WEBSOCKETPP_CONNECTIONS_OWNED_DESCRIPTOR_H_
#define TICKERHUB_LIB_WEBSOCKETPP_CONNECTIONS_OWNED_DESCRIPTOR_H_

#include <unistd.h>

#include <utility>

namespace tickerhub::internal {

/// A descriptor on its way to whoever will own it. Closes it if it does not get
/// there.
class OwnedDescriptor {
 public:
  explicit OwnedDescriptor(int number) : number_(number) {}
  OwnedDescriptor(OwnedDescriptor&& other) noexcept
      : number_(other.Release()) {}
  OwnedDescriptor& operator=(OwnedDescriptor&&) = delete;
  OwnedDescriptor(const OwnedDescriptor&) = delete;
  OwnedDescriptor& operator=(const OwnedDescriptor&) = delete;
  ~OwnedDescriptor() {
    if (number_ >= 0) ::close(number_);
  }

  int number() const { return number_; }
  /// The caller owns it from now on.
  int Release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_CONNECTIONS_OWNED_DESCRIPTOR_H_
