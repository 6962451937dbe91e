// Sends through io_uring; see floor_sender.h.

#include <liburing.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <system_error>

#include "fanout/floor_sender.h"

namespace tickerhub::fanout {
namespace {

struct Way {
  enum class Operation : std::uint8_t { kSend, kWriteFixed, kSendZeroCopy };

  Operation operation = Operation::kSend;
  /// How long the kernel's thread waits for more before it sleeps; 0: there is
  /// none, and the calling thread submits.
  unsigned thread_idle_milliseconds = 0;
};

constexpr unsigned kBatch = 1024;
// As short as the kernel lets it be: a tick of its clock, 1 to 10 ms.
constexpr unsigned kSleeps = 1;
// Longer than the pace of 1,000 clients, shorter than the next peer's warm-up.
constexpr unsigned kStaysAwake = 100;

// Frames lie in one registered buffer, in slots that take turns.
constexpr unsigned kSlots = 16;
constexpr std::size_t kSlotBytes = 64 << 10;

class UringSender final : public FloorSender {
 public:
  explicit UringSender(Way way) : way_(way) {}
  ~UringSender() override;
  UringSender(const UringSender&) = delete;
  UringSender& operator=(const UringSender&) = delete;

  /// Returns a sentence if the kernel refuses.
  std::string Open();

  void Add(int client) override;
  void Broadcast(const Payload& payload) override;

 private:
  bool has_thread() const { return way_.thread_idle_milliseconds != 0; }
  bool uses_buffer() const { return way_.operation != Way::Operation::kSend; }

  std::string RegisterBuffer();
  std::string_view ToSlot(std::string_view frame);
  io_uring_sqe* NextEntry();
  void Prepare(io_uring_sqe* entry, unsigned place, std::string_view frame,
               bool is_last);
  void Take(const io_uring_cqe& completion);
  void TakeAllThereIs();
  template <typename Condition>
  void TakeUntil(Condition condition);

  Way way_;
  bool open_ = false;
  io_uring ring_{};
  char* slots_ = nullptr;
  unsigned slot_ = 0;
  std::uint64_t under_way_[kSlots] = {};  // zero-copy sends, by slot
  unsigned clients_ = 0;                  // places of the registered files
  bool last_is_done_ = false;
};

constexpr std::uint64_t kLastOne = kSlots;  // what else user data says

std::string Refusal(const char* what, int error) {
  return std::string(what) + ": " +
         std::error_code(error, std::generic_category()).message();
}

UringSender::~UringSender() {
  if (open_) io_uring_queue_exit(&ring_);
  if (slots_ != nullptr) munmap(slots_, kSlots * kSlotBytes);
}

std::string UringSender::Open() {
  io_uring_params options{};
  if (has_thread()) {
    options.flags = IORING_SETUP_SQPOLL;
    options.sq_thread_idle = way_.thread_idle_milliseconds;
  } else {
    options.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
  }
  // A zero-copy send completes twice.
  options.flags |= IORING_SETUP_CQSIZE;
  options.cq_entries = kBatch * 4;
  int error = io_uring_queue_init_params(kBatch, &ring_, &options);
  if (error < 0) return Refusal("io_uring_setup", -error);
  open_ = true;
  io_uring_register_ring_fd(&ring_);

  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  error = io_uring_register_files_sparse(
      &ring_, static_cast<unsigned>(std::min<rlim_t>(limit.rlim_cur, 1 << 15)));
  if (error < 0) return Refusal("registered files", -error);
  return uses_buffer() ? RegisterBuffer() : std::string();
}

std::string UringSender::RegisterBuffer() {
  void* const memory =
      mmap(nullptr, kSlots * kSlotBytes, PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return "no memory";
  slots_ = static_cast<char*>(memory);
  const iovec all{memory, kSlots * kSlotBytes};
  const int error = io_uring_register_buffers(&ring_, &all, 1);
  if (error < 0) return Refusal("registered buffer", -error);
  return {};
}

void UringSender::Add(int client) {
  if (io_uring_register_files_update(&ring_, clients_, &client, 1) == 1) {
    ++clients_;
  }
}

void UringSender::Broadcast(const Payload& payload) {
  if (clients_ == 0) return;
  const std::string_view frame =
      uses_buffer() ? ToSlot(payload.frame()) : payload.frame();
  last_is_done_ = false;
  for (unsigned place = 0; place < clients_; ++place) {
    Prepare(NextEntry(), place, frame, place + 1 == clients_);
  }
  io_uring_submit(&ring_);
  // Requests are tried in their order and none may wait for its socket: when
  // the last one is done, all are.
  TakeUntil([this] { return last_is_done_; });
}

// Waits until the slot's last frame is no longer under way.
std::string_view UringSender::ToSlot(std::string_view frame) {
  slot_ = (slot_ + 1) % kSlots;
  TakeUntil([this] { return under_way_[slot_] == 0; });
  char* const start = slots_ + slot_ * kSlotBytes;
  const std::size_t size = std::min(frame.size(), kSlotBytes);
  std::memcpy(start, frame.data(), size);
  return {start, size};
}

io_uring_sqe* UringSender::NextEntry() {
  for (;;) {
    io_uring_sqe* const entry = io_uring_get_sqe(&ring_);
    if (entry != nullptr) return entry;
    io_uring_submit(&ring_);
    if (has_thread()) io_uring_sqring_wait(&ring_);
    TakeAllThereIs();
  }
}

void UringSender::Prepare(io_uring_sqe* entry, unsigned place,
                          std::string_view frame, bool is_last) {
  constexpr int kFlags = MSG_NOSIGNAL | MSG_DONTWAIT;
  const int file = static_cast<int>(place);
  unsigned flags = IOSQE_FIXED_FILE;
  switch (way_.operation) {
    case Way::Operation::kSend:
      io_uring_prep_send(entry, file, frame.data(), frame.size(), kFlags);
      if (!is_last) flags |= IOSQE_CQE_SKIP_SUCCESS;
      break;
    case Way::Operation::kWriteFixed:
      io_uring_prep_write_fixed(entry, file, frame.data(),
                                static_cast<unsigned>(frame.size()), 0, 0);
      if (!is_last) flags |= IOSQE_CQE_SKIP_SUCCESS;
      break;
    case Way::Operation::kSendZeroCopy:
      io_uring_prep_send_zc_fixed(entry, file, frame.data(), frame.size(),
                                  kFlags, 0, 0);
      ++under_way_[slot_];
      break;
  }
  io_uring_sqe_set_flags(entry, flags);
  io_uring_sqe_set_data64(entry, is_last ? kLastOne + slot_ : slot_);
}

void UringSender::Take(const io_uring_cqe& completion) {
  const bool notifies = (completion.flags & IORING_CQE_F_NOTIF) != 0;
  const bool is_final = (completion.flags & IORING_CQE_F_MORE) == 0;
  if (completion.user_data >= kLastOne && !notifies) last_is_done_ = true;
  if (way_.operation == Way::Operation::kSendZeroCopy && is_final) {
    --under_way_[completion.user_data % kLastOne];
  }
}

void UringSender::TakeAllThereIs() {
  io_uring_cqe* completion = nullptr;
  while (io_uring_peek_cqe(&ring_, &completion) == 0) {
    Take(*completion);
    io_uring_cqe_seen(&ring_, completion);
  }
}

template <typename Condition>
void UringSender::TakeUntil(Condition condition) {
  TakeAllThereIs();
  while (!condition()) {
    io_uring_cqe* completion = nullptr;
    if (io_uring_wait_cqe(&ring_, &completion) == 0) TakeAllThereIs();
  }
}

bool TakeEnd(std::string_view* name, std::string_view end) {
  if (name->size() < end.size()) return false;
  if (name->substr(name->size() - end.size()) != end) return false;
  name->remove_suffix(end.size());
  return true;
}

std::optional<Way> ReadWay(std::string_view name) {
  Way way;
  if (TakeEnd(&name, "-fixed")) {
    way.operation = Way::Operation::kWriteFixed;
  } else if (TakeEnd(&name, "-zc")) {
    way.operation = Way::Operation::kSendZeroCopy;
  }
  if (TakeEnd(&name, "-sqpoll")) {
    way.thread_idle_milliseconds = kSleeps;
  } else if (TakeEnd(&name, "-spin")) {
    way.thread_idle_milliseconds = kStaysAwake;
  }
  if (name != "floor-uring") return std::nullopt;
  return way;
}

}  // namespace

std::unique_ptr<FloorSender> MakeUringSender(std::string_view name) {
  const std::optional<Way> way = ReadWay(name);
  if (!way) return nullptr;
  auto sender = std::make_unique<UringSender>(*way);
  const std::string error = sender->Open();
  if (error.empty()) return sender;
  std::fprintf(stderr, "fanout_server: %s\n", error.c_str());
  return nullptr;
}

}  // namespace tickerhub::fanout
