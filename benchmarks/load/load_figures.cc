#include "load/load_figures.h"

#include <sys/mman.h>

#include <cstring>
#include <new>

namespace tickerhub::load {
namespace {

void AddCloses(const CloseCounts& from, CloseCounts* to) {
  for (const CloseCounts::Kind& kind : from.kinds()) {
    if (kind.count.Get() > 0) {
      to->Add(static_cast<std::uint16_t>(kind.code.Get()), kind.count.Get());
    }
  }
}

}  // namespace

void AddFigures(const LoadFigures& worker, LoadFigures* sum) {
  constexpr Count LoadFigures::*kCounts[] = {&LoadFigures::open,
                                             &LoadFigures::waiting,
                                             &LoadFigures::started,
                                             &LoadFigures::connected,
                                             &LoadFigures::failed,
                                             &LoadFigures::messages,
                                             &LoadFigures::updates,
                                             &LoadFigures::snapshots,
                                             &LoadFigures::bytes,
                                             &LoadFigures::inflated_bytes,
                                             &LoadFigures::compressed,
                                             &LoadFigures::slow_clients,
                                             &LoadFigures::merged,
                                             &LoadFigures::gaps,
                                             &LoadFigures::backwards,
                                             &LoadFigures::not_understood,
                                             &LoadFigures::unexpected_ends,
                                             &LoadFigures::incomplete};
  for (const auto count : kCounts) (sum->*count).Add((worker.*count).Get());
  AddCloses(worker.closes, &sum->closes);
  AddCloses(worker.slow_closes, &sum->slow_closes);
  if (!sum->first_error.set && worker.first_error.set) {
    std::memcpy(sum->first_error.text, worker.first_error.text,
                FirstError::kBytes);
    sum->first_error.set = true;
  }
  sum->handshake.Merge(worker.handshake);
  sum->first_snapshot.Merge(worker.first_snapshot);
  sum->spread.Merge(worker.spread);
  sum->age.Merge(worker.age);
}

LoadState* MapLoadState() {
  static_assert(std::atomic<std::uint64_t>::is_always_lock_free,
                "processes share these");
  void* memory = mmap(nullptr, sizeof(LoadState), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : new (memory) LoadState();
}

}  // namespace tickerhub::load
