#include "sessions/recycling_allocator.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <thread>

namespace tickerhub::internal {
namespace {

std::shared_ptr<int> Make(int value) {
  return std::allocate_shared<int>(RecyclingAllocator<int>(), value);
}

std::uintptr_t AddressOf(const std::shared_ptr<int>& object) {
  return reinterpret_cast<std::uintptr_t>(object.get());
}

TEST(RecyclingAllocatorTest, GivesTheMemoryOfTheLastObjectToTheNext) {
  std::shared_ptr<int> object = Make(1);
  const std::uintptr_t address = AddressOf(object);
  for (int i = 0; i < 3; ++i) {
    object.reset();
    object = Make(i);
    EXPECT_EQ(AddressOf(object), address);
    EXPECT_EQ(*object, i);
  }
}

TEST(RecyclingAllocatorTest, GivesNobodyTheMemoryOfAnObjectInUse) {
  const std::shared_ptr<int> first = Make(1);
  const std::shared_ptr<int> second = Make(2);
  const std::shared_ptr<int> third = Make(3);
  EXPECT_EQ(*first + *second + *third, 6);
}

// A sanitizer or valgrind finds what is freed twice, or never.
TEST(RecyclingAllocatorTest, LetsAnotherThreadFreeAnObject) {
  for (int i = 0; i < 3; ++i) {
    std::shared_ptr<int> object = Make(1);
    std::thread other([taken = std::move(object)]() mutable {
      const std::shared_ptr<int> own = Make(2);
      taken.reset();
      const std::shared_ptr<int> next = Make(3);
      EXPECT_EQ(*own + *next, 5);
    });
    other.join();
  }
}

}  // namespace
}  // namespace tickerhub::internal
