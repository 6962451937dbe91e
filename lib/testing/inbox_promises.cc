// What a log knows of users: marks, deletions, groups, visits.

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "testing/log_check.h"

namespace tickerhub::testing::internal {
namespace {

using UserPage = NotificationLog::Page;
using Names = std::vector<std::string>;

void KnowsWhatAUserHasRead(LogCheck& check) {
  NotificationLog& log = check.log();
  LogIds ids;
  for (int i = 0; i < 4; ++i) ids.push_back(Append(log, ToAll("x")));
  ids.push_back(Append(log, To("ann", "5")));
  check.AreEqual(Read(log, After(0, "ann")).unread, 5u, "unread before");
  check.AreEqual(Read(log, After(0, "new")).unread, 4u, "unread of a stranger");
  check.AreEqual(Read(log, After(0)).unread, 0u, "unread without a user");
  Append(log, ReadMark{"ann", {ids[3]}, ids[1]});
  const UserPage page = Read(log, After(0, "ann"));
  check.AreIds(UnreadOf(page), {ids[2], ids[4]}, "not read");
  check.AreEqual(page.unread, 2u, "unread after");
  check.AreEqual(Find(log, "ann").unread, 2u, "UserState::unread");
  check.AreEqual(Find(log, "ann").read_up_to, ids[1], "read_up_to");
  check.AreIds(UnreadOf(Read(log, After(0, "bob"))),
               {ids[0], ids[1], ids[2], ids[3]}, "not read by bob");
  Append(log, ReadMark{"ann", {}, ids[0]});
  check.AreEqual(Find(log, "ann").read_up_to, ids[1], "it never goes back");
  Append(log, ReadMark{"ann", {}, ids[4]});
  check.AreEqual(Read(log, After(0, "ann")).unread, 0u, "all are read");
}

void AMarkDoesNotReachWhatComesLater(LogCheck& check) {
  NotificationLog& log = check.log();
  constexpr std::uint64_t kFar = std::uint64_t{1} << 40;
  const auto mark =
      Append(log, ReadMark{"ann", {kFar, ~std::uint64_t{0}}, kFar});
  Append(log, ReadMark{"ann", {mark + 2}, 0});
  Append(log, ToAll("x"));
  check.AreEqual(Read(log, After(0, "ann")).unread, 1u, "unread");
}

void TellsMarksToDevicesThatWereAway(LogCheck& check) {
  NotificationLog& log = check.log();
  const auto first = Append(log, ToAll("x"));
  const auto mark = Append(log, ReadMark{"ann", {first}, 0});
  Append(log, ReadMark{"bob", {first}, 0});
  const auto gone = Append(log, Deletion{"ann", first});
  const auto joined = Append(log, Membership{"ops", "ann", true});
  const auto left = Append(log, Membership{"ops", "ann", false});
  const UserPage page = Read(log, After(first, "ann"));
  check.AreIds(IdsOf(page), {mark, gone, joined, left}, "marks of ann");
  if (page.entries.size() != 4) return;
  check.AreIds(std::get<ReadMark>(page.entries[0].record).ids, {first},
               "ids of the mark");
  check.AreEqual(std::get<ReadMark>(page.entries[0].record).user, "ann",
                 "user of the mark");
  check.AreEqual(std::get<Deletion>(page.entries[1].record).id, first,
                 "id of the deletion");
  check.AreEqual(std::get<Membership>(page.entries[2].record).group, "ops",
                 "group of the membership");
  check.IsTrue(std::get<Membership>(page.entries[2].record).joined, "joined");
  check.IsTrue(!std::get<Membership>(page.entries[3].record).joined, "left");
  NotificationLog::Query query = After(0, "ann");
  query.before = left + 1;
  check.AreIds(IdsOf(Read(log, query)), {}, "a page backward has no marks");
}

void DeletesForOneUserOnly(LogCheck& check) {
  NotificationLog& log = check.log();
  const auto all = Append(log, ToAll("x"));
  const auto own = Append(log, To("ann", "x"));
  Append(log, Deletion{"ann", all});
  Append(log, Deletion{"ann", own});
  Append(log, Deletion{"bob", own});
  const UserPage page = Read(log, After(0, "ann"));
  check.AreEqual(page.unread, 0u, "unread of ann");
  check.AreIds(UnreadOf(page), {}, "what ann sees");
  check.IsTrue(page.complete, "nobody misses what was deleted");
  check.AreIds(UnreadOf(Read(log, After(0, "bob"))), {all}, "what bob sees");
}

void NobodyDeletesWhatIsSomebodyElses(LogCheck& check) {
  NotificationLog& log = check.log();
  const auto own = Append(log, To("ann", "x"));
  Append(log, Deletion{"bob", own});
  Append(log, Deletion{"bob", own + 7});
  Append(log, Deletion{"bob", ~std::uint64_t{0}});
  check.AreIds(UnreadOf(Read(log, After(0, "ann"))), {own}, "what ann sees");
}

void AReadOneThatIsDeletedIsNotCountedTwice(LogCheck& check) {
  NotificationLog& log = check.log();
  const auto first = Append(log, ToAll("x"));
  Append(log, ToAll("x"));
  Append(log, ReadMark{"ann", {first}, 0});
  Append(log, Deletion{"ann", first});
  check.AreEqual(Read(log, After(0, "ann")).unread, 1u, "unread");
}

void AGroupIsWhoWasAMemberThen(LogCheck& check) {
  NotificationLog& log = check.log();
  std::mutex mutex;
  std::vector<LogEntry> heard;
  log.SetListener([&](std::vector<LogEntry> entries) {
    const std::lock_guard<std::mutex> lock(mutex);
    for (LogEntry& entry : entries) heard.push_back(std::move(entry));
  });
  Append(log, ToGroup("ops", "nobody"));
  Append(log, Membership{"ops", "bob", true});
  Append(log, Membership{"ops", "ann", true});
  Append(log, Membership{"ops", "ann", true});
  check.AreEqual(MembersOf(log, "ops"), Names{"ann", "bob"}, "members");
  const auto both = Append(log, ToGroup("ops", "both"));
  Append(log, Membership{"ops", "bob", false});
  const auto alone = Append(log, ToGroup("ops", "ann alone"));
  log.SetListener(nullptr);
  check.AreIds(UnreadOf(Read(log, After(0, "ann"))), {both, alone}, "for ann");
  check.AreIds(UnreadOf(Read(log, After(0, "bob"))), {both}, "for bob");
  check.AreIds(UnreadOf(Read(log, After(0, "cid"))), {}, "for nobody else");
  check.AreIds(UnreadOf(Read(log, After(0, "ops"))), {}, "a group is no user");
  check.AreEqual(Read(log, After(0, "ann")).unread, 2u, "unread of ann");
  check.AreEqual(MembersOf(log, "ops"), Names{"ann"}, "members at the end");
  check.AreEqual(MembersOf(log, "dev"), Names{}, "members of no group");
  check.AreEqual(Find(log, "ann").groups, Names{"ops"}, "groups of ann");
  check.AreEqual(Find(log, "bob").groups, Names{}, "groups of bob");
  const std::lock_guard<std::mutex> lock(mutex);
  check.AreEqual(heard.size(), 7u, "entries that the listener got");
  if (heard.size() != 7) return;
  check.AreEqual(heard[0].members, Names{}, "members before all");
  check.AreEqual(heard[2].members, Names{"ann", "bob"}, "of a joining");
  check.AreEqual(heard[4].members, Names{"ann", "bob"}, "of a notification");
  check.AreEqual(heard[5].members, Names{"ann"}, "of a leaving");
  check.AreEqual(heard[6].members, Names{"ann"}, "of the last one");
}

void KnowsWhoWasHere(LogCheck& check) {
  NotificationLog& log = check.log();
  check.IsTrue(!Find(log, "ann").known, "nobody is known");
  Append(log, To("ann", "before she came"));
  check.IsTrue(!Find(log, "ann").known, "a recipient is not known");
  const auto visit = Append(log, Visit{"ann", "Ann", "s1"});
  Append(log, Visit{"ann", "ANN", ""});
  const NotificationLog::UserState ann = Find(log, "ann");
  check.IsTrue(ann.known, "who was here is known");
  check.AreEqual(ann.spelling, "ANN", "the newest spelling");
  check.AreEqual(ann.unread, 1u, "what came before");
  check.AreEqual(ann.secrets.size(), 1u, "secrets");
  if (ann.secrets.size() != 1) return;
  check.AreEqual(ann.secrets[0].secret, "s1", "the secret");
  check.AreEqual(ann.secrets[0].since, visit, "since when");
}

void KeepsTheFirstSecretAndTheNewest(LogCheck& check) {
  constexpr std::size_t kVisits = 20;
  for (std::size_t i = 1; i <= kVisits; ++i) {
    Append(check.log(), Visit{"ann", "ann", std::to_string(i)});
  }
  const auto secrets = Find(check.log(), "ann").secrets;
  check.AreEqual(secrets.size(), std::size_t{NotificationLog::kMaxSecrets},
                 "secrets");
  if (secrets.size() != NotificationLog::kMaxSecrets) return;
  check.AreEqual(secrets.front().secret, "1", "the first");
  check.AreEqual(secrets[1].secret,
                 std::to_string(kVisits - NotificationLog::kMaxSecrets + 2),
                 "the oldest");
  check.AreEqual(secrets.back().secret, std::to_string(kVisits), "the newest");
}

}  // namespace

std::vector<LogPromise> InboxPromises() {
  return {
      {"KnowsWhatAUserHasRead", KnowsWhatAUserHasRead},
      {"AMarkDoesNotReachWhatComesLater", AMarkDoesNotReachWhatComesLater},
      {"TellsMarksToDevicesThatWereAway", TellsMarksToDevicesThatWereAway},
      {"DeletesForOneUserOnly", DeletesForOneUserOnly},
      {"NobodyDeletesWhatIsSomebodyElses", NobodyDeletesWhatIsSomebodyElses},
      {"AReadOneThatIsDeletedIsNotCountedTwice",
       AReadOneThatIsDeletedIsNotCountedTwice},
      {"AGroupIsWhoWasAMemberThen", AGroupIsWhoWasAMemberThen},
      {"KnowsWhoWasHere", KnowsWhoWasHere},
      {"KeepsTheFirstSecretAndTheNewest", KeepsTheFirstSecretAndTheNewest},
  };
}

}  // namespace tickerhub::testing::internal
