#ifndef TICKERHUB_LIB_CORE_HISTORY_BOUNDED_RING_H_
#define TICKERHUB_LIB_CORE_HISTORY_BOUNDED_RING_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace tickerhub::internal {

/// What all rings may take together.
struct RingMemory {
  std::size_t limit = 0;
  std::size_t used = 0;
  std::uint64_t refused = 0;  ///< times that a ring could not grow

  bool Take(std::size_t bytes) {
    if (bytes > limit - std::min(limit, used)) {
      ++refused;
      return false;
    }
    used += bytes;
    return true;
  }
};

/// The newest values of a sequence. Grows by doubling as they come, to a most.
/// If there is no memory for more, it gives up its oldest, too.
template <typename Value>
class BoundedRing {
 public:
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// 0 is the oldest.
  const Value& operator[](std::size_t i) const { return values_[At(i)]; }
  Value& operator[](std::size_t i) { return values_[At(i)]; }
  const Value& back() const { return (*this)[size_ - 1]; }
  Value& back() { return (*this)[size_ - 1]; }

  /// REQUIRES: most > 0.
  void Push(Value value, std::size_t most, RingMemory* memory) {
    if (size_ == values_.size() && !Grow(most, memory)) {
      if (values_.empty()) return;
      PopOldest();
    }
    values_[At(size_)] = std::move(value);
    ++size_;
  }

  void PopOldest() {
    first_ = At(1);
    --size_;
  }

  void PopNewest() { --size_; }

  /// Gives its memory back. Use it no more.
  void Release(RingMemory* memory) {
    memory->used -= values_.size() * sizeof(Value);
    *this = BoundedRing();
  }

 private:
  static constexpr std::size_t kFirstSize = 8;

  std::size_t At(std::size_t i) const {
    const std::size_t place = first_ + i;
    return place < values_.size() ? place : place - values_.size();
  }

  bool Grow(std::size_t most, RingMemory* memory) {
    const std::size_t wanted =
        std::min(most, std::max(kFirstSize, 2 * values_.size()));
    if (wanted <= values_.size()) return false;
    if (!memory->Take((wanted - values_.size()) * sizeof(Value))) return false;
    std::vector<Value> grown(wanted);
    for (std::size_t i = 0; i < size_; ++i) {
      grown[i] = std::move((*this)[i]);
    }
    values_ = std::move(grown);
    first_ = 0;
    return true;
  }

  std::vector<Value> values_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_HISTORY_BOUNDED_RING_H_
