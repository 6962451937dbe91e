// A notifier with its log, three clients and the HTTP API: what they send, one
// line after the other. Each line that a client sends is answered, and what it
// gets is JSON and in order.
//
// The first byte of the input chooses the notifier, that of each line what
// becomes of the rest: '1', '2', '3' a message of that client, '[' with the
// line a batch, 'j' a body of one notification, 'i' the inbox of a user, '+' so
// many seconds, 'x' another first client. Anything else: the line is a message
// of the first client.

#include <rapidjson/document.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fuzz/expect.h"
#include "text/json_array.h"
#include "tickerhub/in_memory_notification_log.h"
#include "tickerhub/notifier.h"
#include "tickerhub/testing/manual_scheduler.h"
#include "tickerhub/testing/recording_broadcaster.h"

using tickerhub::fuzz::Expect;

namespace {

using tickerhub::InMemoryNotificationLog;
using tickerhub::Notifier;
using tickerhub::Payload;
using tickerhub::Rejection;
using tickerhub::SessionId;

constexpr std::uint64_t kClients = 3;
constexpr std::uint64_t kSeed = 7;

// Small, so that the fuzzer comes to each limit.
InMemoryNotificationLog::Options LogOptions() {
  InMemoryNotificationLog::Options options;
  options.max_notifications = 20;
  options.max_per_user = 10;
  options.max_users = 6;
  options.max_marks_per_user = 3;
  options.max_groups = options.max_members = 3;
  options.max_scheduled = 3;
  options.max_keys = 5;
  options.epoch = "0123456789abcdef";
  return options;
}

Notifier::Options NotifierOptions(std::uint8_t choice) {
  Notifier::Options options;
  options.identity_from_admission = (choice & 1) != 0;
  if ((choice & 2) != 0) {
    options.unknown_users = Notifier::Options::UnknownUsers::kQueue;
  }
  if ((choice & 4) != 0) options.max_resumed = 2;
  options.max_batch = 8;
  options.client_id_seed = kSeed;
  options.refresh.check = [](std::string_view token) {
    tickerhub::TokenAnswer answer;
    answer.identity.user = token;
    answer.identity.expires = tickerhub::Timestamp::max();
    return answer;
  };
  return options;
}

class Conversation {
 public:
  explicit Conversation(std::uint8_t choice)
      : notifier_(out_, scheduler_, log_, NotifierOptions(choice)) {
    for (std::uint64_t i = 1; i <= kClients; ++i) Open(i);
  }

  void Take(std::string_view line) {
    switch (line.empty() ? '\0' : line.front()) {
      case '1':
      case '2':
      case '3':
        return Send(static_cast<std::uint64_t>(line.front() - '0'),
                    line.substr(1));
      case '[':
        return Batch(line);
      case 'j':
        return Submit(line.substr(1));
      case 'i':
        return ReadInbox(line.substr(1));
      case '+':
        scheduler_.Advance(std::chrono::seconds(
            tickerhub::fuzz::TakeByte(&(line = line.substr(1)))));
        break;
      case 'x':
        notifier_.OnClose({1});
        Open(1);
        break;
      default:
        Send(1, line);
    }
    LookAtMessages();
  }

 private:
  void Open(std::uint64_t client) {
    static constexpr const char* kUsers[] = {"", "ann", "bob"};
    tickerhub::SessionInfo info;
    info.identity = kUsers[client - 1];
    info.rights = {tickerhub::kMayRead, tickerhub::kMaySendToAll};
    info.expires = scheduler_.Now() + std::chrono::hours(1);
    newest_[client - 1] = 0;
    notifier_.OnOpen({client}, info);
    scheduler_.RunPosted();
  }

  void Send(std::uint64_t client, std::string_view text) {
    out_.ClearMessages();
    if (text.find("resume") != std::string_view::npos) newest_[client - 1] = 0;
    tickerhub::InboundMessage message;
    message.data = text;
    notifier_.OnMessage({client}, message);
    scheduler_.RunPosted();
    Expect(!out_.MessagesTo({client}).empty(), "each message is answered");
    LookAtMessages();
  }

  void Batch(std::string_view text) {
    int calls = 0;
    const auto parts = tickerhub::internal::SplitArray(text, 8);
    notifier_.SubmitBatch(
        text, {"api"},
        [&](const auto& rejection, const auto& results) {
          ++calls;
          const auto* const items =
              std::get_if<std::vector<std::string_view>>(&parts);
          Expect(rejection.has_value() == (items == nullptr),
                 "what is no array is refused");
          Expect(items == nullptr || results.size() == items->size(),
                 "there is a result for each");
        },
        "k");
    scheduler_.RunPosted();
    Expect(calls == 1, "a batch has one answer");
    LookAtMessages();
  }

  void Submit(std::string_view text) {
    int calls = 0;
    notifier_.SubmitJson(text, {"api"}, [&](const auto& result) {
      ++calls;
      Expect(!result.ok() || result.scheduled || result.id > 0,
             "what was accepted has an id");
    });
    scheduler_.RunPosted();
    Expect(calls == 1, "a notification has one answer");
    LookAtMessages();
  }

  void ReadInbox(std::string_view user) {
    int calls = 0;
    Notifier::InboxQuery query;
    query.user = user;
    notifier_.ReadInbox(
        query, {}, [&](const std::variant<Payload, Rejection>& answer) {
          ++calls;
          const auto* const inbox = std::get_if<Payload>(&answer);
          Expect(inbox != nullptr, "a log in memory is never too busy");
          rapidjson::Document document;
          Expect(Parse(std::string(inbox->text()), &document),
                 "an inbox is JSON");
        });
    scheduler_.RunPosted();
    Expect(calls == 1, "an inbox is read");
  }

  static bool Parse(const std::string& text, rapidjson::Document* document) {
    document->Parse<rapidjson::kParseValidateEncodingFlag>(text.data(),
                                                           text.size());
    return !document->HasParseError() && document->IsObject();
  }

  void LookAtMessages() {
    for (std::uint64_t client = 1; client <= kClients; ++client) {
      for (const auto& message : out_.MessagesTo({client})) {
        rapidjson::Document document;
        Expect(Parse(message.text, &document), "the server writes JSON");
        const auto type = document.FindMember("type");
        Expect(type != document.MemberEnd() && type->value.IsString(),
               "each message has a type");
        if (type->value != "notification") continue;
        const std::uint64_t id = document["id"].GetUint64();
        Expect(id > newest_[client - 1], "ids only grow, except in a resume");
        newest_[client - 1] = id;
      }
    }
    out_.ClearMessages();
    Expect(log_.size() <= LogOptions().max_notifications &&
               log_.scheduled() <= LogOptions().max_scheduled,
           "the log keeps its limits");
  }

  tickerhub::testing::ManualScheduler scheduler_;
  tickerhub::testing::RecordingBroadcaster out_;
  InMemoryNotificationLog log_{LogOptions()};
  Notifier notifier_;
  std::array<std::uint64_t, kClients> newest_{};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string_view input = tickerhub::fuzz::AsText(data, size);
  Conversation conversation(tickerhub::fuzz::TakeByte(&input));
  while (!input.empty()) {
    const std::string_view line = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(line.size() + 1, input.size()));
    conversation.Take(line);
  }
  return 0;
}
