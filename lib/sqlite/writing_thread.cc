#include "writing_thread.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "limits/log_bytes.h"
#include "threads/start_thread.h"

namespace tickerhub::internal {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kPruneStep = 256;
// Of what failed: a release, a step of retention.
constexpr std::chrono::seconds kTryAgain{1};

NotificationLog::Ack Refused(NotificationLog::Error error,
                             std::string sentence) {
  NotificationLog::Ack ack;
  ack.error = error;
  ack.sentence = std::move(sentence);
  return ack;
}

bool IsFull(const DatabaseFault& fault) { return fault.code() == SQLITE_FULL; }

std::string SentenceOf(const DatabaseFault& fault) {
  if (IsFull(fault)) {
    return "There is no space for the notification log on the disk.";
  }
  return std::string("The notification log cannot be written: ") +
         fault.what() + ".";
}

}  // namespace

WritingThread::WritingThread(StoreFile& file, const Log::Options& options,
                             ProblemReports& problems)
    : file_(file),
      options_(options),
      problems_(problems),
      checkpoints_(*file.to_checkpoint, *file.to_write, problems) {
  Publish();
  thread_ = StartThread([this] { Run(); });
}

void WritingThread::SetListener(Log::Listener listener) {
  const std::lock_guard<std::mutex> lock(mutex_);
  listener_ = std::make_shared<const Log::Listener>(std::move(listener));
}

void WritingThread::Append(LogRecord record, Log::AckCallback ack) {
  const std::size_t bytes = TextBytes(record);
  std::unique_lock<std::mutex> lock(mutex_);
  const bool is_busy = in_flight_ >= options_.max_in_flight ||
                       in_flight_bytes_ + bytes > options_.max_in_flight_bytes;
  if (is_busy || is_closing_) {
    lock.unlock();
    if (is_busy) ++refused_busy_;
    if (!ack) return;
    ack(is_busy ? Refused(Log::Error::kBusy, "Too many appends are in flight.")
                : Refused(Log::Error::kClosed, "The log has ended."));
    return;
  }
  ++in_flight_;
  in_flight_bytes_ += bytes;
  const bool was_empty = waiting_.empty();
  Task& task = waiting_.emplace_back();
  task.record = std::move(record);
  task.ack = std::move(ack);
  task.bytes = bytes;
  lock.unlock();
  if (was_empty) changed_.notify_one();
}

void WritingThread::Release(Timestamp now, Released done) {
  std::unique_lock<std::mutex> lock(mutex_);
  if (is_closing_) {
    lock.unlock();
    if (done) done(std::nullopt);
    return;
  }
  Task& task = waiting_.emplace_back();
  task.now = now;
  task.done = std::move(done);
  lock.unlock();
  changed_.notify_one();
}

void WritingThread::NoteTime(Timestamp now) {
  now_ = now.time_since_epoch().count();
  const std::int64_t second = std::chrono::duration_cast<std::chrono::seconds>(
                                  steady_clock::now().time_since_epoch())
                                  .count();
  // Most callers only look: writing would cost all of them.
  if (woken_at_ == second || woken_at_.exchange(second) == second) return;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_woken_ = true;
  }
  changed_.notify_one();
}

WritingThread::Figures WritingThread::figures() const {
  const std::lock_guard<std::mutex> lock(figures_mutex_);
  Figures figures = figures_;
  figures.counters.refused_busy = refused_busy_;
  return figures;
}

void WritingThread::Close() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_closing_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void WritingThread::Run() {
  Batch batch;
  while (WaitForBatch(&batch)) {
    const std::size_t size = batch.size();
    if (size > 0) Write(&batch);
    batch.clear();
    if (MayPrune()) Prune(std::max(kPruneStep, 2 * size));
    checkpoints_.AfterCommit(file_.wal_pages);
  }
}

// Returns false at the end. The batch is empty if retention has time.
bool WritingThread::WaitForBatch(Batch* batch) {
  const bool may_prune = MayPrune();
  std::unique_lock<std::mutex> lock(mutex_);
  const auto is_called = [this] {
    return is_closing_ || is_woken_ || !waiting_.empty();
  };
  if (steady_clock::now() < prune_again_) {
    changed_.wait_until(lock, prune_again_, is_called);
  } else if (!may_prune) {
    changed_.wait(lock, is_called);
  }
  is_woken_ = false;
  if (waiting_.empty()) return !is_closing_;
  std::swap(*batch, waiting_);  // the batch is empty, and keeps its room
  return true;
}

void WritingThread::Write(Batch* batch) {
  std::vector<LogEntry> entries;
  const Log::Counters counters = figures_.counters;
  const std::optional<DatabaseFault> fault = TryToWrite(batch, &entries);
  if (fault) {
    entries.clear();
    Reload(counters);
    Fail(*fault, batch);
    problems_.Tell(ProblemReports::kWriting,
                   SentenceOf(*fault) + " What comes is refused.");
  }
  Publish();
  if (!entries.empty()) Tell(std::move(entries));
  for (Task& task : *batch) CallBack(&task);
}

std::optional<DatabaseFault> WritingThread::TryToWrite(
    Batch* batch, std::vector<LogEntry>* entries) {
  try {
    if (file_.writer == nullptr) {
      file_.writer = std::make_unique<StoreWriter>(*file_.to_write, options_,
                                                   figures_.counters);
    }
    StoreWriter& writer = *file_.writer;
    if (file_.to_write->HasMoved()) {
      return DatabaseFault(SQLITE_IOERR, "its file was moved or deleted");
    }
    Transaction transaction(*file_.to_write, Transaction::Kind::kWriting);
    entries->reserve(batch->size());
    for (Task& task : *batch) {
      if (task.record) {
        StoreWriter::Appended appended = writer.Append(*std::move(task.record));
        task.result = std::move(appended.ack);
        if (appended.entry) entries->push_back(*std::move(appended.entry));
      } else {
        writer.Release(task.now, entries);
        task.next = writer.next_release();
      }
    }
    writer.Flush();
    transaction.Commit();
    ++writer.counters().transactions;
    return std::nullopt;
  } catch (const DatabaseFault& fault) {
    return fault;
  }
}

void WritingThread::Fail(const DatabaseFault& fault, Batch* batch) {
  const bool is_full = IsFull(fault);
  const std::string sentence = SentenceOf(fault);
  const std::lock_guard<std::mutex> lock(figures_mutex_);
  for (Task& task : *batch) {
    if (task.ack || !task.done) {
      task.result = Refused(
          is_full ? Log::Error::kNoSpace : Log::Error::kFailed, sentence);
      ++(is_full ? figures_.counters.refused_disk_full
                 : figures_.counters.refused_failed);
    } else {
      task.next = task.now + kTryAgain;
    }
  }
  if (file_.writer != nullptr) file_.writer->counters() = figures_.counters;
}

void WritingThread::Tell(std::vector<LogEntry> entries) {
  std::shared_ptr<const Log::Listener> listener;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    listener = listener_;
  }
  if (listener != nullptr && *listener) (*listener)(std::move(entries));
}

void WritingThread::CallBack(Task* task) {
  if (!task->record) {
    if (task->done) task->done(task->next);
    return;
  }
  if (task->ack) task->ack(task->result);
  in_flight_bytes_ -= task->bytes;
  --in_flight_;
}

bool WritingThread::MayPrune() {
  if (file_.writer == nullptr || steady_clock::now() < prune_again_) {
    return false;
  }
  try {
    if (now_ != 0) file_.writer->SetNow(now());
    return file_.writer->IsOver();
  } catch (const DatabaseFault& fault) {
    TellOfRetention(fault);
    prune_again_ = steady_clock::now() + kTryAgain;
    return false;
  }
}

void WritingThread::Prune(std::size_t most) {
  const Log::Counters counters = figures_.counters;
  try {
    // It does no harm if a power cut undoes it.
    file_.to_write->Execute("PRAGMA synchronous = NORMAL");
    Transaction transaction(*file_.to_write, Transaction::Kind::kWriting);
    file_.writer->Prune(most);
    file_.writer->Flush();
    transaction.Commit();
  } catch (const DatabaseFault& fault) {
    prune_again_ = steady_clock::now() + kTryAgain;
    Reload(counters);
    if (file_.writer != nullptr) ++file_.writer->counters().failed_prunings;
    TellOfRetention(fault);
  }
  if (options_.durability == Log::Durability::kFull) {
    file_.to_write->Execute("PRAGMA synchronous = FULL");
  }
  Publish();
}

void WritingThread::Reload(const Log::Counters& counters) {
  try {
    file_.writer = nullptr;
    file_.writer =
        std::make_unique<StoreWriter>(*file_.to_write, options_, counters);
  } catch (const DatabaseFault& fault) {
    problems_.Tell(ProblemReports::kReading,
                   std::string("The notification log cannot be read: ") +
                       fault.what() + ".");
  }
}

void WritingThread::Publish() {
  if (file_.writer == nullptr) return;
  const std::lock_guard<std::mutex> lock(figures_mutex_);
  const StoreWriter& writer = *file_.writer;
  figures_.last_id = writer.last_id();
  figures_.size = writer.size();
  figures_.bytes = writer.bytes();
  figures_.users = writer.users();
  figures_.scheduled = writer.scheduled();
  figures_.counters = file_.writer->counters();
}

void WritingThread::TellOfRetention(const DatabaseFault& fault) {
  problems_.Tell(ProblemReports::kRetention,
                 std::string("Retention of notifications has failed: ") +
                     fault.what() + ".");
}

}  // namespace tickerhub::internal
