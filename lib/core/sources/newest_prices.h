#ifndef TICKERHUB_LIB_CORE_SOURCES_NEWEST_PRICES_H_
#define TICKERHUB_LIB_CORE_SOURCES_NEWEST_PRICES_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "prices/symbol_words.h"
#include "tickerhub/quote.h"

namespace tickerhub::internal {

/// The newest price of each symbol: any thread puts, one thread takes, and
/// nobody ever waits for another.
///
/// A price travels in a box. A symbol has a place for one box, and every thread
/// keeps one box to spare. To put, a thread fills its box and exchanges it for
/// the one in the place: one atomic operation, after which each box has one
/// owner again. To take, the taker exchanges its own spare box, marked as
/// empty, in the same way. So boxes go round, and nothing is allocated once
/// each symbol has one.
///
/// Which symbols have something to take is in a bitmap, by the number of the
/// symbol. The bit is set after the exchange and cleared before the taker's. So
/// what Put() has put is taken by a Take() that begins afterwards, whatever
/// other threads are doing. (Except while another thread is adding the same
/// symbol: then that one sets the bit, a moment later.)
///
/// Threads: any thread may call Put(). One thread at a time may call the rest.
class NewestPrices {
 public:
  enum class PutResult : std::uint8_t {
    kPut,
    kReplaced,  ///< put, in place of one that was not taken yet
    kFull,      ///< the symbol is new, and there is no room for it
  };

  /// Keeps at most `max_symbols` symbols. Threads that bring new ones at the
  /// same moment may go past it by one each.
  explicit NewestPrices(std::size_t max_symbols);
  ~NewestPrices();
  NewestPrices(const NewestPrices&) = delete;
  NewestPrices& operator=(const NewestPrices&) = delete;

  PutResult Put(const PriceUpdate& update);

  /// The same for the symbol that is written exactly like `text`, if it was put
  /// before. Costs less, because such a text needs no check. Otherwise returns
  /// nothing, and puts nothing.
  std::optional<PutResult> PutKnown(std::string_view text, Price price,
                                    Timestamp time);

  /// Appends what was put and not taken, in the order in which the symbols were
  /// put for the first time. Returns false if there was nothing.
  bool Take(std::vector<PriceUpdate>* updates);

  /// The newest price of `symbol` that was taken.
  std::optional<Price> LastTaken(const Symbol& symbol) const;

 private:
  struct Box;
  struct Entry;
  // A pointer to a box, plus kFresh if what is in it was not taken. 0: no box.
  using Place = std::uintptr_t;
  static constexpr Place kFresh = 1;
  static Box* BoxIn(Place place) {
    return reinterpret_cast<Box*>(place & ~kFresh);
  }

  // A pointer to an entry, plus some bits of the hash of its symbol: most of
  // the time they tell a wrong entry without a look at it. 0: no entry.
  using Slot = std::uintptr_t;
  static constexpr Slot kTag = 63;
  static Entry* EntryIn(Slot slot) {
    return reinterpret_cast<Entry*>(slot & ~kTag);
  }

  static std::unique_ptr<Box>& SpareOfThisThread();

  // Returns where the symbol is, or the empty slot where it would be.
  std::size_t FindSlot(const SymbolWords& symbol, std::uint64_t hash) const;
  Entry* Find(const SymbolWords& symbol) const;  // null if there is none
  // Returns null if there is no room.
  Entry* Add(const Symbol& symbol);
  PutResult PutInto(Entry* entry, Price price, Timestamp time);
  void TakeWord(std::size_t word, std::vector<PriceUpdate>* updates);
  void TakeEntry(Entry* entry, std::vector<PriceUpdate>* updates);

  const std::size_t max_symbols_;
  // Open addressing; a power of two. A slot that was filled does not change any
  // more.
  std::vector<std::atomic<Slot>> slots_;
  std::atomic<std::size_t> symbols_{0};
  // By number, which goes up from 0.
  std::vector<std::atomic<Entry*>> entries_;
  std::vector<std::atomic<std::uint64_t>> marks_;  // a bit for each entry
  std::unique_ptr<Box> spare_;                     // the taker's
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_SOURCES_NEWEST_PRICES_H_
