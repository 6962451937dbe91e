#include "http/notification_streams.h"

#include <charconv>
#include <system_error>
#include <utility>
#include <vector>

namespace tickerhub::internal {
namespace {

// How long a reader that has lost the connection should wait, in milliseconds.
constexpr char kPreamble[] = "retry: 2000\n\n";
constexpr char kHeartbeat[] = ":\n\n";

std::string EventsText(const InboxFollower::Page& page) {
  std::string text;
  if (!page.complete) {
    text += "event: gap\ndata: {\"complete\":false}\n\n";
  }
  for (const InboxFollower::Entry& entry : page.entries) {
    // JSON has its line feeds escaped, so it is one line.
    text.append("id: ")
        .append(EventIdText({page.epoch, entry.id}))
        .append("\nevent: notification\ndata: ")
        .append(entry.json)
        .append("\n\n");
  }
  return text;
}

}  // namespace

std::string EventIdText(const EventId& id) {
  return id.epoch + "-" + std::to_string(id.id);
}

std::optional<EventId> ReadEventId(std::string_view text) {
  const std::size_t dash = text.rfind('-');
  if (dash == std::string_view::npos || dash == 0) return std::nullopt;
  EventId read;
  read.epoch = text.substr(0, dash);
  const char* const end = text.data() + text.size();
  const auto [rest, error] =
      std::from_chars(text.data() + dash + 1, end, read.id);
  if (error != std::errc() || rest != end) return std::nullopt;
  return read;
}

HttpResponse NotificationStreams::Follow(Notifier::FollowQuery query,
                                         std::optional<Timestamp> expires) {
  HttpResponse response;
  response.content_type = "text/event-stream";
  response.headers = {{"Cache-Control", "no-store"},
                      {"X-Accel-Buffering", "no"}};
  response.stream = [streams = weak_from_this(), query = std::move(query),
                     expires](std::shared_ptr<HttpStream> body) {
    if (const auto alive = streams.lock()) {
      alive->Begin(query, expires, std::move(body));
    }
  };
  return response;
}

void NotificationStreams::Begin(const Notifier::FollowQuery& query,
                                std::optional<Timestamp> expires,
                                std::shared_ptr<HttpStream> body) {
  const std::uint64_t number = ++last_number_;
  Open& open = open_[number];
  open.body = std::move(body);
  open.follower = notifier_.Follow(query);
  open.expires = expires;
  WaitForBeat();
  Write(number, kPreamble);
}

void NotificationStreams::AskForPage(std::uint64_t number) {
  Open& open = open_.at(number);
  open.wants_page = false;
  open.follower->Next(
      [streams = weak_from_this(), number](const InboxFollower::Page& page) {
        if (const auto alive = streams.lock()) alive->OnPage(number, page);
      });
}

void NotificationStreams::OnPage(std::uint64_t number,
                                 const InboxFollower::Page& page) {
  const auto found = open_.find(number);
  if (found == open_.end()) return;
  found->second.wants_page = true;
  if (found->second.is_writing) {
    found->second.next = EventsText(page);
  } else {
    Write(number, EventsText(page));
  }
}

void NotificationStreams::Write(std::uint64_t number, std::string text) {
  Open& open = open_.at(number);
  open.is_writing = true;
  open.was_quiet = false;
  open.body->Write(std::move(text),
                   [streams = weak_from_this(), number](bool is_taken) {
                     if (const auto alive = streams.lock()) {
                       alive->OnWritten(number, is_taken);
                     }
                   });
}

void NotificationStreams::OnWritten(std::uint64_t number, bool is_taken) {
  const auto found = open_.find(number);
  if (found == open_.end()) return;
  if (!is_taken) {
    open_.erase(found);
    return;
  }
  Open& open = found->second;
  open.is_writing = false;
  if (!open.next.empty()) {
    Write(number, std::exchange(open.next, std::string()));
  } else if (open.wants_page) {
    AskForPage(number);
  }
}

void NotificationStreams::WaitForBeat() {
  if (std::exchange(waits_, true)) return;
  scheduler_.RunAfter(heartbeat_, [streams = weak_from_this()] {
    if (const auto alive = streams.lock()) alive->Beat();
  });
}

void NotificationStreams::Beat() {
  waits_ = false;
  const Timestamp now = scheduler_.Now();
  std::vector<std::uint64_t> quiet;
  for (auto it = open_.begin(); it != open_.end();) {
    Open& open = it->second;
    if (open.expires && *open.expires <= now) {
      it = open_.erase(it);
      continue;
    }
    if (!open.is_writing && std::exchange(open.was_quiet, true)) {
      quiet.push_back(it->first);
    }
    ++it;
  }
  for (const std::uint64_t number : quiet) Write(number, kHeartbeat);
  if (!open_.empty()) WaitForBeat();
}

}  // namespace tickerhub::internal
