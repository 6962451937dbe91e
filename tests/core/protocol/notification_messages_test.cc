#include "protocol/notification_messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "support/parsed_json.h"

namespace tickerhub::internal::protocol {
namespace {

using ::testing::ElementsAre;

constexpr char kHostile[] = "a\"b\\c</script>\n\x01\xc3\xa9";

ParsedJson Parse(const Payload& payload) { return ParsedJson(payload.text()); }

std::vector<NotificationRouter::User> SomeUsers() {
  return {{"ann", {"k3f9a2x7qm", "p20dj4n8ze"}, false},
          {"zq81mm3k0a", {"zq81mm3k0a"}, true}};
}

TEST(NotificationMessagesTest, LevelsHaveNamesBothWays) {
  const std::vector<std::pair<NotificationLevel, std::string>> levels = {
      {NotificationLevel::kInfo, "info"},
      {NotificationLevel::kSuccess, "success"},
      {NotificationLevel::kWarning, "warning"},
      {NotificationLevel::kCritical, "critical"}};
  for (const auto& [level, name] : levels) {
    EXPECT_EQ(LevelName(level), name);
    EXPECT_EQ(ParseLevel(name), level);
  }
  EXPECT_FALSE(ParseLevel("Info").has_value());
  EXPECT_FALSE(ParseLevel("").has_value());
  EXPECT_FALSE(ParseLevel("fatal").has_value());
}

TEST(NotificationMessagesTest, EncodesId) {
  EXPECT_EQ(
      EncodeId("k3f9a2x7qm", "9f3c", 41).text(),
      R"({"type":"id","clientId":"k3f9a2x7qm","epoch":"9f3c","lastId":41})");
}

TEST(NotificationMessagesTest, EncodesUsers) {
  const EncodedUsers encoded = EncodeUsers(SomeUsers(), 3, 10'000);
  EXPECT_EQ(encoded.listed, 2u);
  EXPECT_EQ(encoded.payload.text(),
            R"({"type":"users","total":3,"data":[)"
            R"({"identifier":"ann","clientIds":["k3f9a2x7qm","p20dj4n8ze"]},)"
            R"({"identifier":"zq81mm3k0a","clientIds":["zq81mm3k0a"],)"
            R"("anonymous":true}]})");
}

TEST(NotificationMessagesTest, EncodesNobody) {
  const EncodedUsers encoded = EncodeUsers({}, 0, 10'000);
  EXPECT_EQ(encoded.payload.text(), R"({"type":"users","total":0,"data":[]})");
  EXPECT_EQ(encoded.listed, 0u);
}

TEST(NotificationMessagesTest, CutsUsersToTheBytesThereAre) {
  const std::size_t whole =
      EncodeUsers(SomeUsers(), 2, 10'000).payload.text().size();
  EXPECT_EQ(EncodeUsers(SomeUsers(), 2, whole).listed, 2u);
  const EncodedUsers cut = EncodeUsers(SomeUsers(), 2, whole - 1);
  EXPECT_EQ(cut.listed, 1u);
  const ParsedJson json = Parse(cut.payload);
  ASSERT_EQ(json["data"].Size(), 1u);
  EXPECT_STREQ(json["data"][0]["identifier"].GetString(), "ann");
  EXPECT_EQ(json.Number("total"), 2);
  EXPECT_EQ(EncodeUsers(SomeUsers(), 2, 0).payload.text(),
            R"({"type":"users","total":2,"data":[]})");
}

TEST(NotificationMessagesTest, EncodesPresence) {
  PresenceChanges changes;
  changes.joined = {"ann"};
  changes.left = {"bob", "cid", "dan"};
  changes.renamed = {{"k3f9a2x7qm", "eve"}};
  EXPECT_EQ(EncodePresence(changes, 2).text(),
            R"({"type":"presence","joined":{"total":1,"data":["ann"]},)"
            R"("left":{"total":3,"data":["bob","cid"]},)"
            R"("renamed":{"total":1,"data":[)"
            R"({"from":"k3f9a2x7qm","to":"eve"}]}})");
  EXPECT_EQ(EncodePresence(changes, 0).text(),
            R"({"type":"presence","joined":{"total":1,"data":[]},)"
            R"("left":{"total":3,"data":[]},)"
            R"("renamed":{"total":1,"data":[]}})");
}

TEST(NotificationMessagesTest, PresenceLeavesOutListsThatAreEmpty) {
  PresenceChanges changes;
  changes.left = {kHostile};
  const ParsedJson json = Parse(EncodePresence(changes, 5));
  EXPECT_THAT(json.Fields(), ElementsAre("type", "left"));
  EXPECT_STREQ(json["left"]["data"][0].GetString(), kHostile);
}

TEST(NotificationMessagesTest, EncodesAPlainNotification) {
  Notification notification;
  notification.id = 42;
  notification.message = "Lunch?";
  notification.from = "bob";
  notification.time = Timestamp(std::chrono::milliseconds(1767364200000));
  EXPECT_EQ(EncodeNotification(notification).text(),
            R"({"type":"notification","id":42,"message":"Lunch?",)"
            R"("scope":"all","from":"bob","time":1767364200000,)"
            R"("level":"info"})");
}

TEST(NotificationMessagesTest, EncodesWhatANotificationHasBesides) {
  Notification notification;
  notification.id = std::numeric_limits<std::int64_t>::max();
  notification.audience = Audience::User("ann");
  notification.message = kHostile;
  notification.from = kHostile;
  notification.title = kHostile;
  notification.link = "https://example.com/?a=1&b=2";
  notification.event = "announcement";
  notification.level = NotificationLevel::kCritical;
  const ParsedJson json = Parse(EncodeNotification(notification));
  EXPECT_EQ(json.Number("id"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(json.Text("scope"), "personal");
  EXPECT_EQ(json.Text("message"), kHostile);
  EXPECT_EQ(json.Text("from"), kHostile);
  EXPECT_EQ(json.Text("title"), kHostile);
  EXPECT_EQ(json.Text("link"), "https://example.com/?a=1&b=2");
  EXPECT_EQ(json.Text("event"), "announcement");
  EXPECT_EQ(json.Text("level"), "critical");
  EXPECT_EQ(json.Number("time"), 0);
  // Not for whom: a client knows its own names.
  EXPECT_THAT(json.Fields(),
              ElementsAre("type", "id", "message", "scope", "from", "time",
                          "level", "title", "link", "event"));
}

TEST(NotificationMessagesTest, EncodesIdentified) {
  EXPECT_EQ(EncodeIdentified("ann", "").text(),
            R"({"type":"identified","identifier":"ann"})");
  const ParsedJson json = Parse(EncodeIdentified(kHostile, "\"r1\""));
  EXPECT_EQ(json.Text("identifier"), kHostile);
  EXPECT_EQ(json.Text("requestId"), "r1");
}

TEST(NotificationMessagesTest, EncodesSent) {
  EXPECT_EQ(EncodeSent({42, 2, 1}, "").text(),
            R"({"type":"sent","id":42,"delivered":2,"queued":1})");
  EXPECT_EQ(
      EncodeSent({42, 2, 0}, "17").text(),
      R"({"type":"sent","id":42,"delivered":2,"queued":0,"requestId":17})");
}

TEST(NotificationMessagesTest, EncodesResumed) {
  EXPECT_EQ(EncodeResumed({"9f3c", 42, 3, true, false}, "").text(),
            R"({"type":"resumed","epoch":"9f3c","lastId":42,"count":3,)"
            R"("complete":true})");
  EXPECT_EQ(EncodeResumed({"9f3c", 42, 3, false, true}, "\"x\"").text(),
            R"({"type":"resumed","epoch":"9f3c","lastId":42,"count":3,)"
            R"("complete":false,"more":true,"requestId":"x"})");
}

}  // namespace
}  // namespace tickerhub::internal::protocol
