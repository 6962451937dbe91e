#include "frames/frame_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "support/raw_socket.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::uint8_t kFin = 0x80;
constexpr std::uint8_t kRsv1 = 0x40;
constexpr std::uint8_t kContinue = 0;
constexpr std::uint8_t kText = 1;
constexpr std::uint8_t kBinary = 2;
constexpr std::uint8_t kClose = 8;
constexpr std::uint8_t kPing = 9;
constexpr std::uint8_t kPong = 10;

// A masked frame, its length in the shortest form.
std::string Frame(int first_byte, std::string_view payload) {
  return testing::ClientFrame(first_byte, payload, /*fin=*/false);
}

std::string CloseFrame(std::uint16_t code, std::string_view reason = {}) {
  return Frame(kFin | kClose, testing::ClosePayload(code, reason));
}

// Writes down what the reader finds.
class Record final : public internal::FrameReader::Sink {
 public:
  void OnMessage(std::string data, bool binary) override {
    events.push_back((binary ? "binary " : "text ") + data);
    if (pauses != nullptr) pauses->Pause();
  }
  void OnPing(std::string_view data) override {
    events.push_back("ping " + std::string(data));
  }
  void OnPong(std::string_view data) override {
    events.push_back("pong " + std::string(data));
  }
  void OnClose(std::uint16_t code, std::string_view reason) override {
    events.push_back("close " + std::to_string(code) + " " +
                     std::string(reason));
  }
  void OnError(CloseCode code, std::string_view) override {
    events.push_back("error " + std::to_string(static_cast<int>(code)));
  }

  std::vector<std::string> events;
  internal::FrameReader* pauses = nullptr;
};

// "Inflates" by writing the payload twice; what begins with "!" is corrupt.
class DoublingInflater : public internal::MessageInflater {
 public:
  Result Inflate(std::string_view compressed, std::size_t max_bytes,
                 std::string* out) override {
    if (compressed.substr(0, 1) == "!") return Result::kCorrupt;
    if (compressed.size() * 2 > max_bytes) return Result::kTooBig;
    out->append(compressed).append(compressed);
    return Result::kDone;
  }
  Result InflateBeginning(std::string_view compressed, std::size_t max_bytes,
                          std::string* out) override {
    ++looks;
    return Inflate(compressed, max_bytes, out);
  }

  int looks = 0;
};

std::vector<std::string> Read(
    std::string bytes, const internal::FrameReader::Options& options = {},
    std::size_t piece = SIZE_MAX) {
  internal::FrameReader reader(options);
  Record record;
  for (std::size_t i = 0; i < bytes.size();
       i += std::min(piece, bytes.size())) {
    reader.Take(bytes.data() + i, std::min(piece, bytes.size() - i), &record);
  }
  return record.events;
}

TEST(FrameReaderTest, ReadsTextAndBinaryApart) {
  EXPECT_THAT(
      Read(Frame(kFin | kText, "hällo") + Frame(kFin | kBinary, "\xFF")),
      ElementsAre("text hällo", "binary \xFF"));
}

TEST(FrameReaderTest, ReadsEmptyMessages) {
  EXPECT_THAT(Read(Frame(kFin | kText, "") + Frame(kFin | kBinary, "")),
              ElementsAre("text ", "binary "));
}

TEST(FrameReaderTest, ReadsEveryLengthFormAtItsBorders) {
  internal::FrameReader::Options options;
  options.max_message_bytes = 70000;
  for (const std::size_t size : {125U, 126U, 127U, 65535U, 65536U, 70000U}) {
    const std::string payload(size, 'x');
    EXPECT_THAT(Read(Frame(kFin | kText, payload), options),
                ElementsAre("text " + payload))
        << size;
  }
}

TEST(FrameReaderTest, FindsTheSameWhereverTheBytesAreCut) {
  const std::string bytes =
      Frame(kText, "one \xE2\x82") + Frame(kFin | kPing, "p") +
      Frame(kContinue, "\xAC ") + Frame(kContinue, "") +
      Frame(kFin | kContinue, "two") + Frame(kFin | kPong, "") +
      Frame(kFin | kBinary, std::string(300, '\xC0')) + CloseFrame(1000, "bye");
  const std::vector<std::string> whole = Read(bytes);
  ASSERT_THAT(whole, ElementsAre("ping p", "text one \xE2\x82\xAC two", "pong ",
                                 "binary " + std::string(300, '\xC0'),
                                 "close 1000 bye"));
  for (std::size_t piece = 1; piece < 40; ++piece) {
    EXPECT_EQ(Read(bytes, {}, piece), whole) << piece;
  }
}

TEST(FrameReaderTest, JoinsSeventyThousandFrames) {
  std::string bytes = Frame(kText, "");
  for (int i = 0; i < 70'000; ++i) bytes += Frame(kContinue, "a");
  bytes += Frame(kFin | kContinue, "");
  internal::FrameReader::Options options;
  options.max_message_bytes = 70'000;
  EXPECT_THAT(Read(bytes, options),
              ElementsAre("text " + std::string(70'000, 'a')));
}

TEST(FrameReaderTest, RefusesWhatTheProtocolDoesNotAllow) {
  std::string unmasked = Frame(kFin | kText, "x");
  unmasked[1] = 1;
  std::string long_form = {static_cast<char>(kFin | kText),
                           static_cast<char>(0x80 | 126), 0, 5};
  std::string negative = {static_cast<char>(kFin | kText),
                          static_cast<char>(0x80 | 127), '\x80'};
  const std::pair<const char*, std::string> cases[] = {
      {"not masked", unmasked},
      {"RSV1 without an extension", Frame(kFin | kRsv1 | kText, "x")},
      {"RSV2", Frame(kFin | 0x20 | kText, "x")},
      {"RSV3", Frame(kFin | 0x10 | kText, "x")},
      {"RSV1 on a ping", Frame(kFin | kRsv1 | kPing, "x")},
      {"a data opcode that is not known", Frame(kFin | 3, "x")},
      {"a control opcode that is not known", Frame(kFin | 11, "x")},
      {"a fragmented ping", Frame(kPing, "x")},
      {"a ping of 126 bytes", Frame(kFin | kPing, std::string(126, 'x'))},
      {"a continuation of nothing", Frame(kFin | kContinue, "x")},
      {"a message inside a message",
       Frame(kText, "x") + Frame(kFin | kText, "y")},
      {"a length that is not the shortest", long_form + std::string(9, 'x')},
      {"a length of 2^63", negative + std::string(11, '\0')},
      {"a close code of one byte", Frame(kFin | kClose, "x")},
  };
  for (const auto& [what, bytes] : cases) {
    EXPECT_THAT(Read(bytes), ElementsAre("error 1002")) << what;
    // Nothing that follows is read.
    EXPECT_THAT(Read(bytes + Frame(kFin | kText, "more"), {}, 1),
                ElementsAre("error 1002"))
        << what;
  }
}

TEST(FrameReaderTest, AcceptsExactlyTheValidCloseCodes) {
  EXPECT_THAT(Read(Frame(kFin | kClose, "")), ElementsAre("close 1005 "));
  for (int code = 0; code <= 5100; ++code) {
    const bool valid = (code >= 1000 && code <= 1003) ||
                       (code >= 1007 && code <= 1014) ||
                       (code >= 3000 && code <= 4999);
    EXPECT_THAT(Read(CloseFrame(static_cast<std::uint16_t>(code), "r")),
                ElementsAre(valid ? "close " + std::to_string(code) + " r"
                                  : "error 1002"))
        << code;
  }
  EXPECT_THAT(Read(CloseFrame(1000, "\xC3")), ElementsAre("error 1007"));
  EXPECT_THAT(Read(CloseFrame(1000, std::string(123, 'r'))),
              ElementsAre("close 1000 " + std::string(123, 'r')));
  EXPECT_THAT(Read(CloseFrame(1000, std::string(124, 'r'))),
              ElementsAre("error 1002"));
}

TEST(FrameReaderTest, RefusesTextThatIsNotUtf8WhereverItIsCut) {
  const std::string_view bad[] = {
      "\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80",
      "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF",
      // Cut off inside a character, at the end of the message.
      "\xC3", "\xE2\x82", "\xF0\x9F\x98"};
  for (const std::string_view tail : bad) {
    const std::string text = "0123456789abcdef" + std::string(tail);
    EXPECT_THAT(Read(Frame(kFin | kText, text)), ElementsAre("error 1007"));
    EXPECT_THAT(Read(Frame(kFin | kText, text), {}, 1),
                ElementsAre("error 1007"));
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      EXPECT_THAT(Read(Frame(kText, text.substr(0, cut)) +
                       Frame(kFin | kContinue, text.substr(cut))),
                  ElementsAre("error 1007"))
          << cut;
    }
    // Binary doesn't care.
    EXPECT_THAT(Read(Frame(kFin | kBinary, text)),
                ElementsAre("binary " + text));
  }
}

TEST(FrameReaderTest, RefusesBadTextBeforeItsMessageHasEnded) {
  EXPECT_THAT(Read(Frame(kText, "\xFF")), ElementsAre("error 1007"));
}

TEST(FrameReaderTest, AcceptsAllOfUnicode) {
  std::string text;
  for (const char* character :
       {"\x01", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
        "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80",
        "\xF4\x8F\xBF\xBF"}) {
    text += character;
    text += "fill to a word or so";
  }
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_THAT(Read(Frame(kText, text.substr(0, cut)) +
                     Frame(kFin | kContinue, text.substr(cut))),
                ElementsAre("text " + text))
        << cut;
  }
}

TEST(FrameReaderTest, RefusesMessagesPastTheLimitBeforeTheyHaveCome) {
  internal::FrameReader::Options options;
  options.max_message_bytes = 10;
  EXPECT_THAT(Read(Frame(kFin | kText, "0123456789"), options),
              ElementsAre("text 0123456789"));
  // Its header is enough.
  EXPECT_THAT(Read(Frame(kFin | kText, "01234567890").substr(0, 6), options),
              ElementsAre("error 1009"));
  EXPECT_THAT(Read(Frame(kText, "012345") +
                       Frame(kFin | kContinue, "67890").substr(0, 6),
                   options),
              ElementsAre("error 1009"));
  std::string huge = {static_cast<char>(kFin | kBinary),
                      static_cast<char>(0x80 | 127), '\x7F'};
  EXPECT_THAT(Read(huge + std::string(11, '\xFF'), options),
              ElementsAre("error 1009"));
  // Control frames don't count.
  EXPECT_THAT(
      Read(Frame(kText, "01234567") + Frame(kFin | kPing, "a long ping") +
               Frame(kFin | kContinue, "89"),
           options),
      ElementsAre("ping a long ping", "text 0123456789"));
}

TEST(FrameReaderTest, InflatesMessagesMarkedAsCompressed) {
  DoublingInflater inflater;
  internal::FrameReader::Options options;
  options.inflater = &inflater;
  options.max_message_bytes = 10;
  EXPECT_THAT(Read(Frame(kFin | kRsv1 | kText, "ab") + Frame(kFin | kText, "c"),
                   options),
              ElementsAre("text abab", "text c"));
  EXPECT_THAT(
      Read(Frame(kRsv1 | kText, "a") + Frame(kFin | kContinue, "b"), options),
      ElementsAre("text abab"));
  EXPECT_THAT(
      Read(Frame(kRsv1 | kText, "a") + Frame(kFin | kRsv1 | kContinue, "b"),
           options),
      ElementsAre("error 1002"));
  EXPECT_THAT(Read(Frame(kFin | kRsv1 | kText, "!"), options),
              ElementsAre("error 1007"));
  EXPECT_THAT(Read(Frame(kFin | kRsv1 | kText, "123456"), options),
              ElementsAre("error 1009"));
  // UTF-8 is that of what was inflated.
  EXPECT_THAT(Read(Frame(kFin | kRsv1 | kText, "\x82\xC2"), options),
              ElementsAre("error 1007"));
  EXPECT_THAT(Read(Frame(kFin | kRsv1 | kText, "\xC2"), options),
              ElementsAre("error 1007"));
  EXPECT_THAT(Read(Frame(kFin | kRsv1 | kBinary, "\xFF"), options),
              ElementsAre("binary \xFF\xFF"));
}

TEST(FrameReaderTest, RefusesCompressedMessagesBeforeTheirEndHasCome) {
  DoublingInflater inflater;
  internal::FrameReader::Options options;
  options.inflater = &inflater;
  options.max_message_bytes = 10;
  EXPECT_THAT(Read(Frame(kRsv1 | kText, "12345"), options), IsEmpty());
  EXPECT_THAT(Read(Frame(kRsv1 | kText, "123456"), options),
              ElementsAre("error 1009"));
  EXPECT_THAT(
      Read(Frame(kRsv1 | kText, "123") + Frame(kContinue, "456"), options),
      ElementsAre("error 1009"));
  std::string unfinished = Frame(kFin | kRsv1 | kText, "1234567");
  unfinished.pop_back();
  EXPECT_THAT(Read(unfinished, options), ElementsAre("error 1009"));
  EXPECT_THAT(Read(Frame(kRsv1 | kBinary, "!"), options),
              ElementsAre("error 1007"));
  EXPECT_THAT(Read(Frame(kRsv1 | kText, "\xFF"), options),
              ElementsAre("error 1007"));
  EXPECT_THAT(Read(Frame(kRsv1 | kBinary, "\xFF"), options), IsEmpty());
}

TEST(FrameReaderTest, LooksIntoAnUnfinishedMessageAFewTimesOnly) {
  DoublingInflater inflater;
  internal::FrameReader::Options options;
  options.inflater = &inflater;
  options.max_message_bytes = 100'000;
  std::string frames = Frame(kRsv1 | kText, "");
  for (int i = 0; i < 50'000; ++i) frames += Frame(kContinue, "x");
  const std::string text(100'000, 'x');
  EXPECT_THAT(Read(frames + Frame(kFin | kContinue, ""), options),
              ElementsAre("text " + text));
  EXPECT_LT(inflater.looks, 40);
  // Whole messages are inflated once.
  inflater.looks = 0;
  EXPECT_THAT(
      Read(Frame(kFin | kRsv1 | kText, text.substr(0, 50'000)), options),
      ElementsAre("text " + text));
  EXPECT_EQ(inflater.looks, 0);
}

TEST(FrameReaderTest, SurvivesRandomBytes) {
  std::mt19937 random(1);
  DoublingInflater inflater;
  internal::FrameReader::Options plain;
  plain.max_message_bytes = 64;
  internal::FrameReader::Options inflating = plain;
  inflating.inflater = &inflater;
  // Where the bytes are cut decides how soon it is found out that a compressed
  // message is wrong.
  const auto without_error = [](std::vector<std::string> events) {
    if (!events.empty() && events.back().rfind("error", 0) == 0) {
      events.pop_back();
    }
    return events;
  };
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(random() % 64, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    const std::size_t piece = 1 + random() % 5;
    EXPECT_EQ(Read(bytes, plain, piece), Read(bytes, plain));
    EXPECT_EQ(without_error(Read(bytes, inflating, piece)),
              without_error(Read(bytes, inflating)));
  }
}

TEST(FrameReaderTest, LeavesTheBytesBehindTheMessageThatPausesIt) {
  internal::FrameReader reader({});
  Record record;
  record.pauses = &reader;
  std::string bytes = Frame(kFin | kText, "one") + Frame(kFin | kPing, "p") +
                      Frame(kFin | kText, "two") + Frame(kFin | kText, "");
  std::vector<std::size_t> taken;
  for (std::size_t done = 0; done < bytes.size(); done += taken.back()) {
    taken.push_back(
        reader.Take(bytes.data() + done, bytes.size() - done, &record));
  }
  EXPECT_THAT(taken, ElementsAre(9U, 7U + 9U, 6U));
  EXPECT_THAT(record.events,
              ElementsAre("text one", "ping p", "text two", "text "));
}

TEST(FrameReaderTest, ReadsNothingAfterStop) {
  internal::FrameReader reader({});
  Record record;
  reader.Stop();
  std::string bytes = Frame(kFin | kText, "x");
  EXPECT_EQ(reader.Take(bytes.data(), bytes.size(), &record), bytes.size());
  EXPECT_THAT(record.events, IsEmpty());
}

}  // namespace
}  // namespace tickerhub
