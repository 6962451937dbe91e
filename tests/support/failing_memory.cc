#include "support/failing_memory.h"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <thread>

namespace {

std::atomic<std::size_t> left{0};  // 0: none fails
std::atomic<bool> failed{false};
std::atomic<std::thread::id> clients;

bool Fails() {
  if (left.load() == 0 || std::this_thread::get_id() == clients.load()) {
    return false;
  }
  if (left.fetch_sub(1) != 1) return false;
  failed = true;
  return true;
}

}  // namespace

namespace tickerhub::testing {

void FailAllocation(std::size_t nth) {
  clients = std::this_thread::get_id();
  failed = false;
  left = nth;
}

bool StopFailing() {
  left = 0;
  return failed.exchange(false);
}

}  // namespace tickerhub::testing

void* operator new(std::size_t size) {
  void* const memory = Fails() ? nullptr : std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
