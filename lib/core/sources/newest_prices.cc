#include "sources/newest_prices.h"

#include <algorithm>
#include <array>

namespace tickerhub::internal {
namespace {

constexpr std::size_t kCacheLine = 64;
constexpr std::size_t kBits = 64;  // of a word of marks
constexpr std::size_t kMostSymbols = std::size_t{1} << 31;

// As many threads as may add a symbol at the same moment, each the one that
// goes past the limit.
constexpr std::size_t kMostThreads = 512;

std::size_t EntriesFor(std::size_t symbols) { return symbols + kMostThreads; }

// At most half of them are used.
std::size_t SlotsFor(std::size_t symbols) {
  std::size_t slots = 1;
  while (slots < 2 * EntriesFor(symbols)) slots *= 2;
  return slots;
}

// Bits that do not choose the slot.
std::uintptr_t TagOf(std::uint64_t hash) {
  return static_cast<std::uintptr_t>(hash >> 58);
}

// The lowest bit that is set. REQUIRES: word is not 0.
std::size_t LowestBit(std::uint64_t word) {
  return static_cast<std::size_t>(__builtin_ctzll(word));
}

}  // namespace

// On a cache line of its own: whoever fills a box disturbs nobody.
struct alignas(kCacheLine) NewestPrices::Box {
  Price price;
  Timestamp time;
};

// Its alignment leaves room for a tag in a pointer to it.
struct alignas(kCacheLine) NewestPrices::Entry {
  static constexpr std::size_t kNoNumber = SIZE_MAX;

  explicit Entry(const Symbol& of) : symbol(of) {}
  ~Entry() { delete BoxIn(place.load()); }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  bool Is(const SymbolWords& words) const { return WordsOf(symbol) == words; }

  const Symbol symbol;
  std::atomic<std::size_t> number{kNoNumber};  // set once, soon after
  std::atomic<Place> place{0};
  std::optional<Price> last;  // the taker's
};

NewestPrices::NewestPrices(std::size_t max_symbols)
    : max_symbols_(std::min(max_symbols, kMostSymbols)),
      slots_(SlotsFor(max_symbols_)),
      entries_(EntriesFor(max_symbols_)),
      marks_((entries_.size() + kBits - 1) / kBits) {}

NewestPrices::~NewestPrices() {
  for (const auto& slot : slots_) delete EntryIn(slot.load());
}

// A box belongs to no NewestPrices as long as it is spare, so all share it.
std::unique_ptr<NewestPrices::Box>& NewestPrices::SpareOfThisThread() {
  thread_local std::unique_ptr<Box> spare;
  return spare;
}

NewestPrices::PutResult NewestPrices::Put(const PriceUpdate& update) {
  Entry* entry = Find(WordsOf(update.symbol));
  if (entry == nullptr) entry = Add(update.symbol);
  if (entry == nullptr) return PutResult::kFull;
  return PutInto(entry, update.price, update.time);
}

std::optional<NewestPrices::PutResult> NewestPrices::PutKnown(
    std::string_view text, Price price, Timestamp time) {
  const std::optional<SymbolWords> words = WordsOfText(text);
  Entry* const entry = words ? Find(*words) : nullptr;
  if (entry == nullptr) return std::nullopt;
  return PutInto(entry, price, time);
}

NewestPrices::PutResult NewestPrices::PutInto(Entry* entry, Price price,
                                              Timestamp time) {
  std::unique_ptr<Box>& spare = SpareOfThisThread();
  if (!spare) spare = std::make_unique<Box>();
  spare->price = price;
  spare->time = time;
  const auto filled = reinterpret_cast<Place>(spare.release()) | kFresh;
  const Place before = entry->place.exchange(filled);
  spare.reset(BoxIn(before));
  __builtin_prefetch(spare.get(), 1);  // for the next Put()

  // All of these are sequentially consistent. If the bit is still set here, its
  // clearing is yet to come, and so is the taker's exchange, which then finds
  // what was put above. If there is no number yet, the bit is yet to be set, by
  // the thread that adds the symbol.
  const std::size_t number = entry->number.load();
  if (number != Entry::kNoNumber) {
    std::atomic<std::uint64_t>& marks = marks_[number / kBits];
    const std::uint64_t mark = std::uint64_t{1} << (number % kBits);
    if ((marks.load() & mark) == 0) marks.fetch_or(mark);
  }
  return (before & kFresh) != 0 ? PutResult::kReplaced : PutResult::kPut;
}

std::size_t NewestPrices::FindSlot(const SymbolWords& symbol,
                                   std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = static_cast<std::size_t>(hash) & mask;
  for (;; at = (at + 1) & mask) {
    const Slot slot = slots_[at].load(std::memory_order_acquire);
    if (slot == 0) return at;
    if ((slot & kTag) == TagOf(hash) && EntryIn(slot)->Is(symbol)) {
      return at;
    }
  }
}

NewestPrices::Entry* NewestPrices::Find(const SymbolWords& symbol) const {
  const std::size_t slot = FindSlot(symbol, HashOf(symbol));
  return EntryIn(slots_[slot].load(std::memory_order_acquire));
}

// Other threads may fill the slot first, with another symbol or with the same.
NewestPrices::Entry* NewestPrices::Add(const Symbol& symbol) {
  if (symbols_.load() >= max_symbols_) return nullptr;
  auto added = std::make_unique<Entry>(symbol);
  const SymbolWords words = WordsOf(symbol);
  const std::uint64_t hash = HashOf(words);
  const Slot filled = reinterpret_cast<Slot>(added.get()) | TagOf(hash);
  for (;;) {
    Slot found = 0;
    const std::size_t slot = FindSlot(words, hash);
    if (slots_[slot].compare_exchange_strong(found, filled)) break;
    if (EntryIn(found)->Is(words)) return EntryIn(found);
  }
  Entry* const entry = added.release();
  const std::size_t number = symbols_++;
  // Past the end if more threads than kMostThreads have come here at once.
  if (number >= entries_.size()) return nullptr;
  entries_[number] = entry;
  entry->number = number;
  return entry;
}

bool NewestPrices::Take(std::vector<PriceUpdate>* updates) {
  const std::size_t before = updates->size();
  for (std::size_t word = 0; word < marks_.size(); ++word) {
    if (marks_[word].load() != 0) TakeWord(word, updates);
  }
  return updates->size() > before;
}

// What the putting threads have written last is in their caches. It is asked
// for as early as possible, for all entries of the word at once.
void NewestPrices::TakeWord(std::size_t word,
                            std::vector<PriceUpdate>* updates) {
  std::array<Entry*, kBits> entries;
  std::size_t count = 0;
  for (std::uint64_t marks = marks_[word].exchange(0); marks != 0;
       marks &= marks - 1) {
    entries[count] = entries_[word * kBits + LowestBit(marks)].load();
    __builtin_prefetch(entries[count], 1);
    ++count;
  }
  for (std::size_t i = 0; i < count; ++i) {
    __builtin_prefetch(BoxIn(entries[i]->place.load()));
  }
  for (std::size_t i = 0; i < count; ++i) TakeEntry(entries[i], updates);
}

void NewestPrices::TakeEntry(Entry* entry, std::vector<PriceUpdate>* updates) {
  // A bit may be set again after what it was set for was taken.
  if ((entry->place.load() & kFresh) == 0) return;
  const Place taken =
      entry->place.exchange(reinterpret_cast<Place>(spare_.release()));
  spare_.reset(BoxIn(taken));
  entry->last = spare_->price;
  updates->push_back({entry->symbol, spare_->price, spare_->time});
}

std::optional<Price> NewestPrices::LastTaken(const Symbol& symbol) const {
  const Entry* const entry = Find(WordsOf(symbol));
  return entry == nullptr ? std::nullopt : entry->last;
}

}  // namespace tickerhub::internal
