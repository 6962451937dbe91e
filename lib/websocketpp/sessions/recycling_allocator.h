#ifndef TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_RECYCLING_ALLOCATOR_H_
#define TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_RECYCLING_ALLOCATOR_H_

#include <cstddef>
#include <memory>
#include <utility>

namespace tickerhub::internal {

/// For small objects that come and go one at a time. Each thread keeps the
/// memory of one object that it has freed, and gives it to the next.
///
/// Threads: an object may be freed on another thread than the one that made it.
template <typename T>
class RecyclingAllocator {
 public:
  using value_type = T;

  RecyclingAllocator() = default;
  template <typename U>
  // NOLINTNEXTLINE(google-explicit-constructor): allocators convert.
  RecyclingAllocator(const RecyclingAllocator<U>&) {}

  T* allocate(std::size_t count) {
    Spare& spare = SpareOfThisThread();
    if (count == 1 && spare.memory != nullptr) {
      return std::exchange(spare.memory, nullptr);
    }
    return std::allocator<T>().allocate(count);
  }

  void deallocate(T* memory, std::size_t count) {
    Spare& spare = SpareOfThisThread();
    if (count == 1 && spare.memory == nullptr && !spare.thread_ends) {
      spare.memory = memory;
    } else {
      std::allocator<T>().deallocate(memory, count);
    }
  }

  template <typename U>
  friend bool operator==(const RecyclingAllocator& /*a*/,
                         const RecyclingAllocator<U>& /*b*/) {
    return true;
  }
  template <typename U>
  friend bool operator!=(const RecyclingAllocator& /*a*/,
                         const RecyclingAllocator<U>& /*b*/) {
    return false;
  }

 private:
  // Has no destructor, so that objects may be freed to the very end of a
  // thread.
  struct Spare {
    T* memory;
    bool thread_ends;
  };
  struct Emptying {
    ~Emptying() {
      Spare& spare = SpareOfThisThread();
      spare.thread_ends = true;
      if (spare.memory != nullptr) {
        std::allocator<T>().deallocate(spare.memory, 1);
      }
      spare.memory = nullptr;
    }
  };

  static Spare& SpareOfThisThread() {
    thread_local Spare spare = {nullptr, false};
    thread_local const Emptying at_end;
    static_cast<void>(at_end);
    return spare;
  }
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_RECYCLING_ALLOCATOR_H_
