#include "protocol/inbox_messages.h"

#include <utility>
#include <variant>

#include "protocol/json_values.h"
#include "protocol/notification_messages.h"
#include "text/json.h"

namespace tickerhub::internal::protocol {
namespace {

constexpr std::size_t kUsualInbox = 256;

void AppendBool(std::string* out, std::string_view name, bool value) {
  out->append(",\"").append(name).append(value ? "\":true" : "\":false");
}

void AppendGroup(std::string* out, std::string_view group) {
  AppendField(out, "group", "#" + std::string(group));
}

}  // namespace

Payload EncodeInbox(const NotificationLog::Page& page, std::string_view epoch,
                    std::size_t max_bytes, std::string_view request_id) {
  std::string data;
  bool more = page.more;
  for (std::size_t i = 0; i < page.entries.size(); ++i) {
    const auto* const notification =
        std::get_if<Notification>(&page.entries[i].record);
    if (notification == nullptr) continue;
    const Payload one = EncodeNotification(*notification, page.read[i]);
    if (!data.empty() && data.size() + one.text().size() > max_bytes) {
      more = true;
      break;
    }
    if (!data.empty()) data += ',';
    data.append(one.text());
  }
  std::string text =
      BeginMessage(kUsualInbox + data.size(), "{\"type\":\"inbox\",\"epoch\":");
  AppendString(&text, epoch);
  AppendField(&text, "lastId", page.last_id);
  AppendField(&text, "unread", page.unread);
  AppendBool(&text, "complete", page.complete);
  AppendBool(&text, "more", more);
  text.append(",\"data\":[").append(data).append("]");
  return EndMessage(std::move(text), request_id);
}

Payload EncodeRead(const ReadMark& mark) {
  std::string text = BeginMessage(kUsualInbox, "{\"type\":\"read\"");
  if (mark.up_to > 0) AppendField(&text, "upTo", mark.up_to);
  text.append(",\"ids\":[");
  for (std::size_t i = 0; i < mark.ids.size(); ++i) {
    if (i > 0) text += ',';
    AppendNumber(&text, mark.ids[i]);
  }
  text += ']';
  return EndMessage(std::move(text));
}

Payload EncodeDeleted(std::uint64_t id) {
  std::string text = BeginMessage(kUsualInbox, "{\"type\":\"deleted\"");
  AppendField(&text, "id", id);
  return EndMessage(std::move(text));
}

Payload EncodeKept(std::uint64_t id, std::string_view request_id) {
  std::string text = BeginMessage(kUsualInbox, "{\"type\":\"kept\"");
  AppendField(&text, "id", id);
  return EndMessage(std::move(text), request_id);
}

Payload EncodeMembers(std::string_view group,
                      const std::vector<Member>& members, std::size_t total,
                      std::string_view request_id) {
  std::string text = BeginMessage(kUsualInbox, "{\"type\":\"members\"");
  AppendGroup(&text, group);
  AppendField(&text, "total", total);
  text.append(",\"data\":[");
  for (std::size_t i = 0; i < members.size(); ++i) {
    text.append(i > 0 ? ",{\"identifier\":" : "{\"identifier\":");
    AppendString(&text, members[i].identifier);
    AppendField(&text, "devices", members[i].devices);
    if (members[i].devices > 0) {
      text.append(",\"since\":");
      AppendTime(&text, members[i].since);
    }
    text += '}';
  }
  text += ']';
  return EndMessage(std::move(text), request_id);
}

Payload EncodeGroups(const std::vector<std::string>& groups,
                     std::string_view request_id) {
  std::string text =
      BeginMessage(kUsualInbox, "{\"type\":\"groups\",\"data\":[");
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i > 0) text += ',';
    AppendString(&text, "#" + groups[i]);
  }
  text += ']';
  return EndMessage(std::move(text), request_id);
}

Payload EncodeMembership(std::string_view group, std::string_view identifier,
                         bool joined) {
  std::string text = BeginMessage(
      kUsualInbox, joined ? "{\"type\":\"joined\"" : "{\"type\":\"left\"");
  AppendGroup(&text, group);
  AppendField(&text, "identifier", identifier);
  return EndMessage(std::move(text));
}

}  // namespace tickerhub::internal::protocol
