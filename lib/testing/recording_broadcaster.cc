#include "tickerhub/testing/recording_broadcaster.h"

namespace tickerhub::testing {

void RecordingBroadcaster::Send(SessionId session, const Payload& payload,
                                Delivery delivery) {
  if (closed_.count(session) > 0) return;
  Session& to = sessions_[session];
  to.messages.push_back({std::string(payload.text()), delivery, false});
  if (delivery == Delivery::kLatest) to.skipped_since.reset();
}

void RecordingBroadcaster::Subscribe(SessionId session, TopicId topic) {
  if (closed_.count(session) > 0) return;
  sessions_[session].topics.insert(topic);
}

void RecordingBroadcaster::Unsubscribe(SessionId session, TopicId topic) {
  const auto it = sessions_.find(session);
  if (it != sessions_.end()) it->second.topics.erase(topic);
}

void RecordingBroadcaster::SetSubscriptions(SessionId session,
                                            std::vector<TopicId> topics) {
  if (closed_.count(session) > 0) return;
  sessions_[session].topics = {topics.begin(), topics.end()};
}

void RecordingBroadcaster::Publish(std::vector<Publication> publications,
                                   Delivery delivery, std::uint64_t since) {
  publication_count_ += publications.size();
  for (auto& [id, to] : sessions_) {
    for (const Publication& publication : publications) {
      if (to.topics.count(publication.topic) == 0) continue;
      if (delivery == Delivery::kLatest && (to.stalled || to.skipped_since)) {
        if (!to.skipped_since) to.skipped_since = since;
        continue;
      }
      to.messages.push_back(
          {std::string(publication.payload.text()), delivery, true});
    }
  }
}

void RecordingBroadcaster::Close(SessionId session, CloseCode code,
                                 std::string_view reason) {
  closed_.emplace(session, Closed{code, std::string(FittingReason(reason))});
  const auto it = sessions_.find(session);
  if (it != sessions_.end()) it->second.topics.clear();
}

void RecordingBroadcaster::SetStalled(SessionId session, bool stalled) {
  sessions_[session].stalled = stalled;
}

bool RecordingBroadcaster::WasSkipped(SessionId session) const {
  const auto it = sessions_.find(session);
  return it != sessions_.end() && it->second.skipped_since.has_value();
}

std::uint64_t RecordingBroadcaster::SkippedSince(SessionId session) const {
  const auto it = sessions_.find(session);
  return it == sessions_.end() ? 0 : it->second.skipped_since.value_or(0);
}

const std::vector<RecordingBroadcaster::Message>&
RecordingBroadcaster::MessagesTo(SessionId session) const {
  static const std::vector<Message> kNothing;
  const auto it = sessions_.find(session);
  return it == sessions_.end() ? kNothing : it->second.messages;
}

std::vector<std::string> RecordingBroadcaster::TextsTo(
    SessionId session) const {
  std::vector<std::string> texts;
  for (const Message& message : MessagesTo(session)) {
    texts.push_back(message.text);
  }
  return texts;
}

std::string RecordingBroadcaster::LastTextTo(SessionId session) const {
  const std::vector<Message>& messages = MessagesTo(session);
  return messages.empty() ? std::string() : messages.back().text;
}

void RecordingBroadcaster::ClearMessages() {
  for (auto& [id, session] : sessions_) session.messages.clear();
}

bool RecordingBroadcaster::IsSubscribed(SessionId session,
                                        TopicId topic) const {
  const auto it = sessions_.find(session);
  return it != sessions_.end() && it->second.topics.count(topic) > 0;
}

const RecordingBroadcaster::Closed* RecordingBroadcaster::ClosedOf(
    SessionId session) const {
  const auto it = closed_.find(session);
  return it == closed_.end() ? nullptr : &it->second;
}

}  // namespace tickerhub::testing
