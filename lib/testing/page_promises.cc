// What a page has.

#include <chrono>
#include <limits>
#include <string>
#include <vector>

#include "testing/log_check.h"

namespace tickerhub::testing::internal {
namespace {

using LogQuery = NotificationLog::Query;
using LogPage = NotificationLog::Page;

LogIds AppendToAll(NotificationLog& log, int count) {
  LogIds ids;
  for (int i = 0; i < count; ++i) ids.push_back(Append(log, ToAll("x")));
  return ids;
}

void ReadsAnEmptyLog(LogCheck& check) {
  const LogPage page = Read(check.log(), After(0, "ann"));
  check.AreIds(IdsOf(page), {}, "entries of an empty log");
  check.IsTrue(page.complete, "an empty log is complete");
  check.IsTrue(!page.more, "an empty log has no more");
  check.AreEqual(page.last_id, 0u, "the last id of an empty log");
  check.AreEqual(page.kept_after, 0u, "kept_after of an empty log");
  check.AreEqual(check.log().last_id(), 0u, "last_id() of an empty log");
}

void KeepsANotificationAsItWas(LogCheck& check) {
  Notification in = To("ann", "hello \u20ac");
  in.from = "bob";
  in.title = "t";
  in.link = "/x";
  in.event = "e";
  in.level = NotificationLevel::kCritical;
  in.priority = NotificationPriority::kHigh;
  in.time = At(77);
  in.expires = At(7'777);
  in.deliver_at = At(66);
  in.tag = "g";
  in.key = "k";
  in.actions = {{"Open", "/open"}, {"Close:\n", "https://example.org/?a=b"}};
  in.id = Append(check.log(), in);
  const LogPage page = Read(check.log(), After(0, "ann"));
  check.AreIds(IdsOf(page), {in.id}, "the page has what was appended");
  if (page.entries.size() != 1) return;
  const auto& out = std::get<Notification>(page.entries[0].record);
  check.AreEqual(out.id, in.id, "Notification::id");
  check.IsTrue(out.audience == in.audience, "audience");
  check.AreEqual(out.message, in.message, "message");
  check.AreEqual(out.from, in.from, "from");
  check.AreEqual(out.title, in.title, "title");
  check.AreEqual(out.link, in.link, "link");
  check.AreEqual(out.event, in.event, "event");
  check.IsTrue(out.level == in.level, "level");
  check.IsTrue(out.priority == in.priority, "priority");
  check.IsTrue(out.time == in.time, "time");
  check.IsTrue(page.entries[0].time == in.time, "LogEntry::time");
  check.IsTrue(out.expires == in.expires, "expires");
  check.IsTrue(out.deliver_at == in.deliver_at, "deliver_at");
  check.AreEqual(out.tag, in.tag, "tag");
  check.AreEqual(out.key, in.key, "key");
  check.IsTrue(out.actions == in.actions, "actions");
}

void KeepsBytesThatAreNoText(LogCheck& check) {
  const std::string odd("a\0b\xff\xfe", 5);
  Append(check.log(), To(odd, odd));
  const LogPage page = Read(check.log(), After(0, odd));
  check.AreEqual(page.entries.size(), 1u, "entries for an odd name");
  if (page.entries.size() != 1) return;
  check.AreEqual(std::get<Notification>(page.entries[0].record).message, odd,
                 "message");
}

void ReadsWhatIsForAllAndForTheReader(LogCheck& check) {
  NotificationLog& log = check.log();
  const auto first = Append(log, ToAll("1"));
  const auto to_ann = Append(log, To("ann", "2"));
  Append(log, To("bob", "3"));
  Notification live = ToAll("4");
  live.audience = Audience::Connection("client-a");
  check.IsTrue(Append(log, live) > to_ann,
               "one for a connection has an id like others");
  const auto last = Append(log, ToAll("5"));
  check.AreIds(IdsOf(Read(log, After(0))), {first, last}, "without a user");
  check.AreIds(IdsOf(Read(log, After(0, "ann"))), {first, to_ann, last},
               "for ann");
  check.AreIds(IdsOf(Read(log, After(0, "client-a"))), {first, last},
               "for a connection");
}

void ReadsOnlyWhatComesAfter(LogCheck& check) {
  const LogIds ids = AppendToAll(check.log(), 5);
  check.AreIds(IdsOf(Read(check.log(), After(ids[2]))), {ids[3], ids[4]},
               "after the third of five");
  for (const std::uint64_t after :
       {ids[4], ids[4] + 1, std::numeric_limits<std::uint64_t>::max()}) {
    const LogPage page = Read(check.log(), After(after, "ann"));
    check.AreIds(IdsOf(page), {}, "after the last one");
    check.IsTrue(page.complete, "nothing is missing after the last one");
    check.IsTrue(!page.more, "there is no more after the last one");
  }
}

void ReadsInPagesOfTheOldest(LogCheck& check) {
  NotificationLog& log = check.log();
  const auto a = Append(log, ToAll("a"));
  Append(log, To("bob", "b"));
  const auto c = Append(log, ToAll("c"));
  const auto d = Append(log, ToAll("d"));
  const auto e = Append(log, To("bob", "e"));
  LogQuery query = After(0);
  query.limit = 2;
  const LogPage first = Read(log, query);
  check.AreIds(IdsOf(first), {a, c}, "the first page");
  check.IsTrue(first.more, "the first page is not the last");
  check.IsTrue(first.complete, "the first page is complete");
  check.AreEqual(first.last_id, e, "last_id of the page");
  query.after = c;
  const LogPage second = Read(log, query);
  check.AreIds(IdsOf(second), {d}, "the second page");
  check.IsTrue(!second.more, "what is for others is not more");
}

void APageThatIsJustFullIsTheLast(LogCheck& check) {
  AppendToAll(check.log(), 2);
  LogQuery query = After(0);
  query.limit = 2;
  check.IsTrue(!Read(check.log(), query).more, "two of two");
  query.limit = 0;
  check.IsTrue(Read(check.log(), query).more, "none of two");
  check.AreIds(IdsOf(Read(check.log(), query)), {}, "a page of none");
}

void ReadsTheNewestFirst(LogCheck& check) {
  NotificationLog& log = check.log();
  LogIds ids;
  for (int i = 0; i < 3; ++i) {
    ids.push_back(Append(log, ToAll("x")));
    ids.push_back(Append(log, To("ann", "x")));
  }
  Append(log, ReadMark{"ann", {ids[5]}, 0});
  LogQuery query = After(0, "ann");
  query.before = ids[5];
  query.limit = 2;
  LogPage page = Read(log, query);
  check.AreIds(IdsOf(page), {ids[4], ids[3]}, "below the sixth");
  check.IsTrue(page.more, "there is more below the fourth");
  query.before = ids[3];
  query.after = ids[0];
  page = Read(log, query);
  check.AreIds(IdsOf(page), {ids[2], ids[1]}, "from the fourth to the first");
  check.IsTrue(!page.more, "there is no more above `after`");
  query = After(0, "ann");
  query.before = std::numeric_limits<std::uint64_t>::max();
  check.AreIds(IdsOf(Read(log, query)), {ids.rbegin(), ids.rend()},
               "all, without the mark");
}

void BoundsTheBytesOfAPage(LogCheck& check) {
  LogIds ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(Append(check.log(), ToAll(std::string(100, 'x'))));
  }
  LogQuery query = After(0);
  query.max_bytes = 250;
  LogPage page = Read(check.log(), query);
  check.AreIds(IdsOf(page), {ids[0], ids[1]}, "a page of 250 bytes");
  check.IsTrue(page.more, "there is more than 250 bytes");
  query.max_bytes = 1;
  check.AreIds(IdsOf(Read(check.log(), query)), {ids[0]}, "one always fits");
}

void WhoCameLaterReadsNothingPersonalOfBefore(LogCheck& check) {
  NotificationLog& log = check.log();
  Append(log, To("bob", "1"));
  const auto all = Append(log, ToAll("2"));
  const auto personal = Append(log, To("bob", "3"));
  LogQuery query = After(0, "bob");
  query.personal_after = all;
  check.AreIds(IdsOf(Read(log, query)), {all, personal}, "since the second");
  check.AreEqual(Read(log, query).unread, 2u, "unread since the second");
  query.before = personal + 1;
  check.AreIds(IdsOf(Read(log, query)), {personal, all}, "newest first");
}

void APageHasWhatWasAcknowledged(LogCheck& check) {
  for (int i = 0; i < 50; ++i) {
    const std::uint64_t id = Append(check.log(), ToAll("x"));
    const LogPage page = Read(check.log(), After(id - 1));
    check.AreIds(IdsOf(page), {id}, "what was just acknowledged");
    check.AreEqual(page.last_id, id, "last_id of the page");
    check.AreEqual(check.log().last_id(), id, "last_id()");
  }
}

void HasAnEpochOfItsOwn(LogCheck& check) {
  const std::string epoch = check.log().epoch();
  check.IsTrue(!epoch.empty(), "the epoch is not empty");
  check.AreEqual(check.log().epoch(), epoch, "the epoch stays");
  const auto other = check.MakeAnother();
  check.IsTrue(other->epoch() != epoch, "another empty log has another epoch");
}

}  // namespace

std::vector<LogPromise> PagePromises() {
  return {
      {"ReadsAnEmptyLog", ReadsAnEmptyLog},
      {"KeepsANotificationAsItWas", KeepsANotificationAsItWas},
      {"KeepsBytesThatAreNoText", KeepsBytesThatAreNoText},
      {"ReadsWhatIsForAllAndForTheReader", ReadsWhatIsForAllAndForTheReader},
      {"ReadsOnlyWhatComesAfter", ReadsOnlyWhatComesAfter},
      {"ReadsInPagesOfTheOldest", ReadsInPagesOfTheOldest},
      {"APageThatIsJustFullIsTheLast", APageThatIsJustFullIsTheLast},
      {"ReadsTheNewestFirst", ReadsTheNewestFirst},
      {"BoundsTheBytesOfAPage", BoundsTheBytesOfAPage},
      {"WhoCameLaterReadsNothingPersonalOfBefore",
       WhoCameLaterReadsNothingPersonalOfBefore},
      {"APageHasWhatWasAcknowledged", APageHasWhatWasAcknowledged},
      {"HasAnEpochOfItsOwn", HasAnEpochOfItsOwn},
  };
}

}  // namespace tickerhub::testing::internal
