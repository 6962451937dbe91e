#include "tickerhub/sqlite/sqlite_notification_log.h"

#include <atomic>
#include <utility>

#include "reading_threads.h"
#include "store_file.h"
#include "writing_thread.h"

namespace tickerhub {

class SqliteNotificationLog::Impl {
 public:
  explicit Impl(Options options) : options_(std::move(options)) {}
  ~Impl() {
    if (writing_ == nullptr) return;
    // What is called back at the end may still read.
    writing_->Close();
    reading_->Close();
  }

  Status Open() {
    Status status = internal::OpenStoreFile(options_, &file_);
    if (!status.ok()) return status;
    reading_ = std::make_unique<internal::ReadingThreads>(
        file_.to_read, options_.max_waiting_readings);
    writing_ =
        std::make_unique<internal::WritingThread>(file_, options_, problems_);
    return status;
  }

  const std::string& epoch() const { return file_.epoch; }
  const std::string& upgrade() const { return file_.upgrade; }
  internal::WritingThread& writing() { return *writing_; }

  void Read(Query query, std::function<void(Page)> done) {
    NoteTime(query.now);
    Answer<Page>(
        [query = std::move(query)](auto& reader) { return reader.Read(query); },
        [this, done = std::move(done)](Page page) {
          if (page.error == Error::kFailed) {
            page.complete = false;
            page.last_id = page.kept_after = writing_->figures().last_id;
          }
          done(std::move(page));
        });
  }

  void FindUser(std::string user, std::function<void(UserState)> done) {
    Answer<UserState>(
        [this, user = std::move(user)](auto& reader) {
          return reader.FindUser(user, writing_->now());
        },
        std::move(done));
  }

  void Members(std::string group, std::function<void(MemberList)> done) {
    Answer<MemberList>(
        [group = std::move(group)](auto& reader) {
          MemberList members;
          members.names = reader.Members(group);
          return members;
        },
        std::move(done));
  }

  // What has ended before `now` does not count as unread any more.
  void NoteTime(Timestamp now) {
    if (now != Timestamp{}) writing_->NoteTime(now);
  }

  Counters counters() const {
    Counters counters = writing_->figures().counters;
    counters.failed_readings = failed_readings_;
    counters.refused_readings = refused_readings_;
    return counters;
  }

 private:
  // Calls `done` once, with what `read` finds or with an error.
  template <typename Result, typename Reading>
  void Answer(Reading read, std::function<void(Result)> done) {
    const bool is_taken = reading_->Post(
        [this, read = std::move(read), done](internal::StoreReader& reader) {
          Result result;
          try {
            result = read(reader);
          } catch (const internal::DatabaseFault& fault) {
            NoteFailure(fault);
            result = Result();
            result.error = Error::kFailed;
          }
          done(std::move(result));
        });
    if (is_taken) return;
    ++refused_readings_;
    Result busy;
    busy.error = Error::kBusy;
    done(std::move(busy));
  }

  void NoteFailure(const internal::DatabaseFault& fault) {
    ++failed_readings_;
    problems_.Tell(internal::ProblemReports::kReading,
                   std::string("The notification log cannot be read: ") +
                       fault.what() + ".");
  }

  const Options options_;
  internal::ProblemReports problems_{options_.on_problem};
  std::atomic<std::uint64_t> failed_readings_{0};
  std::atomic<std::uint64_t> refused_readings_{0};
  internal::StoreFile file_;
  std::unique_ptr<internal::ReadingThreads> reading_;
  std::unique_ptr<internal::WritingThread> writing_;
};

SqliteNotificationLog::Opened SqliteNotificationLog::Open(Options options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  Opened opened;
  opened.status = impl->Open();
  if (opened.status.ok()) {
    opened.upgrade = impl->upgrade();
    opened.log.reset(new SqliteNotificationLog(std::move(impl)));
  }
  return opened;
}

SqliteNotificationLog::SqliteNotificationLog(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)) {}

SqliteNotificationLog::~SqliteNotificationLog() = default;

const std::string& SqliteNotificationLog::epoch() const {
  return impl_->epoch();
}

std::uint64_t SqliteNotificationLog::last_id() const {
  return impl_->writing().figures().last_id;
}

void SqliteNotificationLog::SetListener(Listener listener) {
  impl_->writing().SetListener(std::move(listener));
}

void SqliteNotificationLog::Append(LogRecord record, AckCallback ack) {
  if (const auto* const notification = std::get_if<Notification>(&record)) {
    impl_->NoteTime(notification->time);
  }
  impl_->writing().Append(std::move(record), std::move(ack));
}

void SqliteNotificationLog::Read(Query query, std::function<void(Page)> done) {
  impl_->Read(std::move(query), std::move(done));
}

void SqliteNotificationLog::FindUser(std::string user,
                                     std::function<void(UserState)> done) {
  impl_->FindUser(std::move(user), std::move(done));
}

void SqliteNotificationLog::Members(std::string group,
                                    std::function<void(MemberList)> done) {
  impl_->Members(std::move(group), std::move(done));
}

void SqliteNotificationLog::Release(
    Timestamp now, std::function<void(std::optional<Timestamp> next)> done) {
  impl_->NoteTime(now);
  impl_->writing().Release(now, std::move(done));
}

std::size_t SqliteNotificationLog::size() const {
  return impl_->writing().figures().size;
}

std::size_t SqliteNotificationLog::bytes() const {
  return impl_->writing().figures().bytes;
}

std::size_t SqliteNotificationLog::users() const {
  return impl_->writing().figures().users;
}

std::size_t SqliteNotificationLog::scheduled() const {
  return impl_->writing().figures().scheduled;
}

SqliteNotificationLog::Counters SqliteNotificationLog::counters() const {
  return impl_->counters();
}

}  // namespace tickerhub
