#include "http/notification_streams.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "text/read_number.h"

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
  const auto id = ReadNumber<std::uint64_t>(text.substr(dash + 1));
  if (!id) return std::nullopt;
  return EventId{std::string(text.substr(0, dash)), *id};
}

HttpResponse NotificationStreams::Respond(
    std::unique_ptr<InboxFollower> follower, std::optional<Timestamp> expires) {
  HttpResponse response;
  response.content_type = "text/event-stream";
  response.headers = {{"Cache-Control", "no-store"},
                      {"X-Accel-Buffering", "no"}};
  response.stream = [streams = weak_from_this(),
                     follower = std::shared_ptr(std::move(follower)),
                     expires](std::shared_ptr<HttpStream> body) {
    if (const auto alive = streams.lock()) {
      alive->Begin(follower, expires, std::move(body));
    }
  };
  return response;
}

void NotificationStreams::Begin(std::shared_ptr<InboxFollower> follower,
                                std::optional<Timestamp> expires,
                                std::shared_ptr<HttpStream> body) {
  const std::uint64_t number = ++last_number_;
  Open& open = open_[number];
  open.body = std::move(body);
  open.follower = std::move(follower);
  open.expires = expires;
  open.body->WhenEnded([streams = weak_from_this(), number] {
    if (const auto alive = streams.lock()) alive->open_.erase(number);
  });
  WaitForBeat(heartbeat_);
  Write(number, kPreamble);
  if (expires) EndExpired();
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
  open.written = scheduler_.SteadyNow();
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

void NotificationStreams::WaitForBeat(std::chrono::milliseconds wait) {
  if (heartbeat_.count() <= 0 || std::exchange(waits_, true)) return;
  scheduler_.RunAfter(wait, [streams = weak_from_this()] {
    if (const auto alive = streams.lock()) alive->Beat();
  });
}

// Looks at all streams at most 16 times in a heartbeat, however they lie apart:
// a comment may come so much earlier, and never later.
void NotificationStreams::Beat() {
  constexpr int kLooks = 16;
  waits_ = false;
  EndExpired();  // the wall clock may have been set forward
  const SteadyTime now = scheduler_.SteadyNow();
  const SteadyTime soon = now + heartbeat_ / kLooks;
  SteadyTime next = now + heartbeat_;
  std::vector<std::uint64_t> quiet;
  for (const auto& [number, open] : open_) {
    const SteadyTime due = open.written + heartbeat_;
    if (due > soon) {
      next = std::min(next, due);
    } else if (!open.is_writing) {
      quiet.push_back(number);
    }
  }
  for (const std::uint64_t number : quiet) Write(number, kHeartbeat);
  if (open_.empty()) return;
  WaitForBeat(std::chrono::ceil<std::chrono::milliseconds>(next - now));
}

// Ends what has expired, and comes again when the next one does.
void NotificationStreams::EndExpired() {
  const Timestamp now = scheduler_.Now();
  std::optional<Timestamp> next;
  for (auto it = open_.begin(); it != open_.end();) {
    const std::optional<Timestamp> expires = it->second.expires;
    if (expires && *expires <= now) {
      it = open_.erase(it);
      continue;
    }
    if (expires) next = std::min(*expires, next.value_or(*expires));
    ++it;
  }
  scheduler_.Cancel(std::exchange(expiry_, Scheduler::kNoTimer));
  if (!next) return;
  expiry_ = scheduler_.RunAfter(*next - now, [streams = weak_from_this()] {
    if (const auto alive = streams.lock()) alive->EndExpired();
  });
}

}  // namespace tickerhub::internal
