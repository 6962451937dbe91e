// Keys and times: the same once, later, not any more.

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "testing/log_check.h"

namespace tickerhub::testing::internal {
namespace {

using Texts = std::vector<std::string>;

// The messages that a listener gets.
class HeardMessages {
 public:
  explicit HeardMessages(NotificationLog& log) : log_(log) {
    log.SetListener([this](const std::vector<LogEntry>& entries) {
      const std::lock_guard<std::mutex> lock(mutex_);
      for (const LogEntry& entry : entries) {
        const auto* const one = std::get_if<Notification>(&entry.record);
        if (one != nullptr) messages_.push_back(one->message);
      }
    });
  }
  ~HeardMessages() { log_.SetListener(nullptr); }
  HeardMessages(const HeardMessages&) = delete;
  HeardMessages& operator=(const HeardMessages&) = delete;

  Texts Get() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return messages_;
  }

 private:
  NotificationLog& log_;
  std::mutex mutex_;
  Texts messages_;
};

void TheSameKeyIsTheSameNotification(LogCheck& check) {
  NotificationLog& log = check.log();
  HeardMessages heard(log);
  const auto first = Append(log, Keyed("api", "k", At(0)));
  check.IsTrue(!AckOf(log, Keyed("api", "k", At(1))).outcome,
               "an outcome that is not known");
  Append(log, Outcome{first, 3, 4});
  const auto again = AckOf(log, Keyed("api", "k", At(2)));
  check.IsTrue(again.duplicate, "it is a duplicate");
  check.IsTrue(!again.error && !again.scheduled, "it is nothing else");
  check.AreEqual(again.id, first, "id of the duplicate");
  check.IsTrue(again.outcome.has_value(), "the outcome is known");
  if (again.outcome) {
    check.AreEqual(again.outcome->delivered, 3u, "delivered");
    check.AreEqual(again.outcome->queued, 4u, "queued");
  }
  check.IsTrue(!AckOf(log, Keyed("ann", "k", At(2))).duplicate,
               "the key of another sender");
  check.IsTrue(!AckOf(log, Keyed("api", "j", At(2))).duplicate, "another key");
  check.IsTrue(!AckOf(log, ToAll("x")).duplicate, "one without a key");
  check.IsTrue(!AckOf(log, ToAll("x")).duplicate, "another one without");
  check.AreEqual(heard.Get().size(), 5u, "notifications that came");
}

void KeepsWhatIsToComeLater(LogCheck& check) {
  NotificationLog& log = check.log();
  HeardMessages heard(log);
  Notification later = Keyed("api", "k", At(0));
  later.message = "later";
  later.deliver_at = At(200);
  const auto ack = AckOf(log, later);
  check.IsTrue(ack.scheduled && !ack.duplicate && !ack.error, "it waits");
  check.AreEqual(ack.id, 0u, "the id of one that waits");
  const auto again = AckOf(log, later);
  check.IsTrue(again.duplicate && again.scheduled, "a duplicate that waits");
  Notification sooner = ToAll("sooner");
  sooner.deliver_at = At(100);
  Append(log, sooner);
  check.AreEqual(log.last_id(), 0u, "last_id()");
  check.IsTrue(Release(log, At(99)) == At(100), "the next is due at 100");
  check.AreEqual(heard.Get(), Texts{}, "messages at 99");
  check.IsTrue(Release(log, At(100)) == At(200), "the next is due at 200");
  check.AreEqual(heard.Get(), Texts{"sooner"}, "messages at 100");
  check.IsTrue(!Release(log, At(500)), "there is no next");
  check.AreEqual(heard.Get(), Texts{"sooner", "later"}, "messages at 500");
  const auto page = Read(log, After(0));
  check.AreEqual(page.entries.size(), 2u, "entries of the page");
  if (page.entries.size() != 2) return;
  check.IsTrue(page.entries[0].id < page.entries[1].id, "their order");
  check.IsTrue(page.entries[1].time == At(200), "the time is deliver_at");
  log.Release(At(600), nullptr);
  Notification past = ToAll("past");
  past.time = At(600);
  past.deliver_at = At(600);
  check.IsTrue(!AckOf(log, past).scheduled, "what is due does not wait");
}

void ReleasesInTheOrderOfTime(LogCheck& check) {
  NotificationLog& log = check.log();
  HeardMessages heard(log);
  for (const int time : {30, 10, 20, 10}) {
    Notification one = ToAll(std::to_string(time));
    one.deliver_at = At(time);
    Append(log, one);
  }
  Release(log, At(1'000));
  check.AreEqual(heard.Get(), Texts{"10", "10", "20", "30"}, "messages");
}

void NobodySeesWhatHasExpired(LogCheck& check) {
  NotificationLog& log = check.log();
  Notification brief = To("ann", "x");
  brief.expires = At(100);
  const auto id = Append(log, brief);
  NotificationLog::Query query = After(0, "ann");
  query.now = At(99);
  check.AreEqual(Read(log, query).unread, 1u, "unread before its end");
  check.AreIds(IdsOf(Read(log, query)), {id}, "entries before its end");
  query.now = At(100);
  const auto page = Read(log, query);
  check.AreIds(IdsOf(page), {}, "entries at its end");
  check.IsTrue(page.complete, "nobody misses it");
  check.AreEqual(page.unread, 0u, "unread at its end");
  query.before = id + 1;
  check.AreIds(IdsOf(Read(log, query)), {}, "entries backward");
  check.AreEqual(Find(log, "ann").unread, 0u, "UserState::unread");
}

void ANewerOneTakesThePlaceOfAnOlder(LogCheck& check) {
  NotificationLog& log = check.log();
  const auto tagged = [](const char* from, const char* tag) {
    Notification notification = ToAll("x");
    notification.from = from;
    notification.tag = tag;
    return notification;
  };
  Append(log, tagged("ci", "build"));
  const auto deploy = Append(log, tagged("ci", "deploy"));
  const auto of_ann = Append(log, tagged("ann", "build"));
  Notification personal = tagged("ci", "build");
  personal.audience = Audience::User("ann");
  const auto to_ann = Append(log, personal);
  const auto newer = Append(log, tagged("ci", "build"));
  check.AreIds(IdsOf(Read(log, After(0))), {deploy, of_ann, newer}, "for all");
  check.AreIds(IdsOf(Read(log, After(0, "ann"))),
               {deploy, of_ann, to_ann, newer}, "for ann");
  check.IsTrue(Read(log, After(0)).complete, "nobody misses the older one");
  check.AreEqual(Read(log, After(0, "ann")).unread, 4u, "unread");
  const auto newest = Append(log, tagged("ci", "build"));
  check.AreIds(IdsOf(Read(log, After(0))), {deploy, of_ann, newest},
               "for all, again");
}

void ANewerOneTakesThePlaceInAGroup(LogCheck& check) {
  NotificationLog& log = check.log();
  Append(log, Membership{"ops", "ann", true});
  Notification one = ToGroup("ops", "x");
  one.tag = "t";
  Append(log, one);
  Append(log, Membership{"ops", "bob", true});
  const auto newer = Append(log, one);
  for (const char* name : {"ann", "bob"}) {
    const auto page = Read(log, After(0, name));
    check.AreIds(UnreadOf(page), {newer}, name);
    check.AreEqual(page.unread, 1u, "unread");
  }
}

}  // namespace

std::vector<LogPromise> TimePromises() {
  return {
      {"TheSameKeyIsTheSameNotification", TheSameKeyIsTheSameNotification},
      {"KeepsWhatIsToComeLater", KeepsWhatIsToComeLater},
      {"ReleasesInTheOrderOfTime", ReleasesInTheOrderOfTime},
      {"NobodySeesWhatHasExpired", NobodySeesWhatHasExpired},
      {"ANewerOneTakesThePlaceOfAnOlder", ANewerOneTakesThePlaceOfAnOlder},
      {"ANewerOneTakesThePlaceInAGroup", ANewerOneTakesThePlaceInAGroup},
  };
}

}  // namespace tickerhub::testing::internal
