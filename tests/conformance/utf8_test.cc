// RFC 6455 §8.1 with RFC 3629: text is UTF-8, wherever it is cut, and what is
// not is refused as soon as that is certain.

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conversation.h"
#include "echo_test.h"

namespace tickerhub::testing {
namespace {

// "good" bytes may begin a text; with the next one it can't be one any more. If
// all are good, the text is wrong because it ends there.
struct Bad {
  const char* name;
  std::string bytes;
  std::size_t good;
};

const std::vector<std::string>& ValidTexts() {
  static const std::vector<std::string> texts = {
      "", std::string(1, '\0'), "\x7F", "hello$world", "hello\xC2\xA2world",
      "hello\xE2\x82\xACworld", "hello\xF0\xA4\xAD\xA2world",
      "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5",
      "Hello-\xC2\xB5@\xC3\x9F\xC3\xB6\xC3\xA4\xC3\xBC\xC3\xA0\xC3\xA1-UTF-8!!",
      // The first and the last of each length.
      "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xEF\xBF\xBF",
      "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF",
      // Around the surrogates, and at the seams of the leads.
      "\xED\x9F\xBF", "\xEE\x80\x80", "\xE1\x80\x80", "\xEC\xBF\xBF",
      "\xF1\x80\x80\x80", "\xF3\xBF\xBF\xBF",
      // Specials, and what is no character but may be sent.
      "\xEF\xBF\xB9\xEF\xBF\xBA\xEF\xBF\xBB\xEF\xBF\xBC\xEF\xBF\xBD",
      "\xEF\xBF\xBE\xEF\xBF\xBF\xEF\xB7\x90", "\xF0\x9F\xBF\xBE",
      "\xF0\x9F\xBF\xBF", "\xF4\x8F\xBF\xBE", "\xEF\xBB\xBF with a mark",
      "\xF0\x9F\x98\x80\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD"};
  return texts;
}

const std::vector<Bad>& BadTexts() {
  static const std::vector<Bad> texts = {
      {"a continuation byte, the first", "\x80", 0},
      {"a continuation byte, the last", "\xBF", 0},
      {"two continuation bytes", "\x80\xBF", 0},
      {"six continuation bytes", "\x80\xBF\x80\xBF\x80\xBF", 0},
      {"one continuation byte too many", "\xE2\x82\xAC\xAC", 3},
      {"lead C0, overlong slash", "\xC0\xAF", 0},
      {"lead C0, overlong NUL", "\xC0\x80", 0},
      {"lead C1", "\xC1\xBF", 0},
      {"overlong in three, the smallest", "\xE0\x80\x80", 1},
      {"overlong in three, slash", "\xE0\x80\xAF", 1},
      {"overlong in three, the largest", "\xE0\x9F\xBF", 1},
      {"overlong in four, the smallest", "\xF0\x80\x80\x80", 1},
      {"overlong in four, slash", "\xF0\x80\x80\xAF", 1},
      {"overlong in four, the largest", "\xF0\x8F\xBF\xBF", 1},
      {"overlong in five", "\xF8\x80\x80\x80\xAF", 0},
      {"overlong in six", "\xFC\x80\x80\x80\x80\xAF", 0},
      {"the first surrogate", "\xED\xA0\x80", 1},
      {"the last high surrogate", "\xED\xAF\xBF", 1},
      {"the first low surrogate", "\xED\xB0\x80", 1},
      {"the last surrogate", "\xED\xBF\xBF", 1},
      {"a pair of surrogates", "\xED\xA0\x80\xED\xB0\x80", 1},
      {"U+110000", "\xF4\x90\x80\x80", 1},
      {"U+13FFFF", "\xF4\xBF\xBF\xBF", 1},
      {"lead F5", "\xF5\x80\x80\x80", 0},
      {"lead F7", "\xF7\xBF\xBF\xBF", 0},
      {"five bytes", "\xF8\x88\x80\x80\x80", 0},
      {"the last of five bytes", "\xFB\xBF\xBF\xBF\xBF", 0},
      {"six bytes", "\xFC\x84\x80\x80\x80\x80", 0},
      {"the last of six bytes", "\xFD\xBF\xBF\xBF\xBF\xBF", 0},
      {"FE", "\xFE", 0},
      {"FF", "\xFF", 0},
      {"UTF-16 with its mark", std::string("\xFF\xFE\x41\x00", 4), 0},
      {"a lead of two, then a letter",
       "\xC3"
       "A",
       1},
      {"a lead of two, then a lead", "\xC3\xC3\xA4", 1},
      {"a lead of three, then a letter",
       "\xE2"
       "A",
       1},
      {"two of three, then a letter",
       "\xE2\x82"
       "A",
       2},
      {"a lead of four, then a letter",
       "\xF0"
       "A",
       1},
      {"two of four, then a letter",
       "\xF0\x9F"
       "A",
       2},
      {"three of four, then a letter",
       "\xF0\x9F\x98"
       "A",
       3},
      {"three of four, then a lead", "\xF0\x9F\x98\xF0\x9F\x98\x80", 3},
      {"one of two, then the end", "\xDF", 1},
      {"one of three, then the end", "\xE2", 1},
      {"two of three, then the end", "\xE2\x82", 2},
      {"one of four, then the end", "\xF0", 1},
      {"two of four, then the end", "\xF0\x9F", 2},
      {"three of four, then the end", "\xF0\x9F\x98", 3}};
  return texts;
}

class Utf8Test : public EchoTest {};

TEST_F(Utf8Test, IsEchoed) {
  std::vector<Case> cases;
  for (const std::string& text : ValidTexts()) {
    cases.push_back(Echoed("whole", ClientFrame(kText, text), {Text(text)}));
  }
  Run(cases);
}

TEST_F(Utf8Test, IsEchoedWhereverItsFramesCutIt) {
  std::vector<Case> cases;
  for (const std::string& text : ValidTexts()) {
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      cases.push_back(Echoed("cut at " + std::to_string(cut),
                             InFragments(kText, text, {cut}), {Text(text)}));
    }
    cases.push_back(
        Echoed("in bytes", InFragmentsOf(kText, text, 1), {Text(text)}));
  }
  RunOnce(cases);
}

TEST_F(Utf8Test, IsRefusedIfItIsNotValid) {
  std::vector<Case> cases;
  for (const Bad& bad : BadTexts()) {
    for (const char* before : {"", "ASCII: ", "\xE2\x82\xAC: "}) {
      cases.push_back(
          Refused(bad.name, ClientFrame(kText, before + bad.bytes), 1007));
    }
    if (bad.good < bad.bytes.size()) {
      cases.push_back(Refused(std::string(bad.name) + ", and more",
                              ClientFrame(kText, bad.bytes + " more"), 1007));
    }
  }
  Run(cases);
}

TEST_F(Utf8Test, IsRefusedIfItIsNotValidWhereverItsFramesCutIt) {
  std::vector<Case> cases;
  for (const Bad& bad : BadTexts()) {
    const std::string text = "a " + bad.bytes;
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      cases.push_back(
          Refused(std::string(bad.name) + ", cut at " + std::to_string(cut),
                  InFragments(kText, text, {cut}), 1007));
    }
    cases.push_back(Refused(std::string(bad.name) + ", in bytes",
                            InFragmentsOf(kText, text, 1), 1007));
    cases.push_back(Refused(std::string(bad.name) + ", in bytes and nothings",
                            InFragments(kText, text, {0, 1, 0, 1, 0, 1}),
                            1007));
  }
  RunOnce(cases);
}

// A frame of a text of which no more than its beginning ever comes.
std::string Begun(int opcode, std::string_view beginning) {
  std::string frame =
      ClientFrame(opcode, std::string(beginning) + std::string(100, ' '));
  frame.resize(frame.size() - 100);
  return frame;
}

TEST_F(Utf8Test, IsRefusedWithTheFirstByteThatMakesItInvalid) {
  std::vector<Case> cases;
  for (const Bad& bad : BadTexts()) {
    if (bad.good == bad.bytes.size()) continue;
    const std::string good = "a " + bad.bytes.substr(0, bad.good);
    const std::string worse = bad.bytes.substr(bad.good, 1);
    // The answer to the ping says that the server has seen the good part.
    const Step first = {
        ClientFrame(kText, good, /*fin=*/false) + ClientFrame(kPing, "p"),
        {Pong("p")}};
    cases.push_back({std::string(bad.name) + ", in a frame that is not whole",
                     {first, {Begun(kContinuation, worse), {Closed(1007)}}}});
    cases.push_back(
        {std::string(bad.name) + ", in a message that is not whole",
         {first, {ClientFrame(kContinuation, worse, false), {Closed(1007)}}}});
    cases.push_back(Refused(std::string(bad.name) + ", in the first frame",
                            Begun(kText, good + worse), 1007));
  }
  Run(cases);
}

TEST_F(Utf8Test, IsNotRefusedBeforeItIsCertain) {
  std::vector<Case> cases;
  for (const Bad& bad : BadTexts()) {
    if (bad.good < bad.bytes.size()) continue;
    const Step cut_off = {
        ClientFrame(kText, bad.bytes, /*fin=*/false) + ClientFrame(kPing, "p"),
        {Pong("p")}};
    cases.push_back(
        {bad.name,
         {cut_off, {ClientFrame(kContinuation, ""), {Closed(1007)}}}});
  }
  Run(cases);
}

TEST_F(Utf8Test, IsNotAskedOfBinaryMessages) {
  std::vector<Case> cases;
  for (const Bad& bad : BadTexts()) {
    cases.push_back(
        Echoed(bad.name, ClientFrame(kBinary, bad.bytes), {Binary(bad.bytes)}));
    cases.push_back(Echoed(std::string(bad.name) + ", in bytes",
                           InFragmentsOf(kBinary, bad.bytes, 1),
                           {Binary(bad.bytes)}));
  }
  Run(cases);
}

// Whether some character begins with these two bytes, by arithmetic rather than
// by a table like the server's: from RFC 3629 §3.
bool MayBegin(int lead, int second) {
  const int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC0 || lead > 0xF7 || (second & 0xC0) != 0x80) return false;
  const int lead_bits = lead & (0x7F >> length);
  const int rest = 6 * (length - 2);
  const int lowest = (lead_bits << 6 | (second & 0x3F)) << rest;
  const int highest = lowest | ((1 << rest) - 1);
  const std::array<int, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  const bool all_surrogates = lowest >= 0xD800 && highest <= 0xDFFF;
  return highest >= smallest[static_cast<std::size_t>(length)] &&
         lowest <= 0x10FFFF && !all_surrogates;
}

TEST_F(Utf8Test, IsJudgedRightForEveryLeadWithTheSecondBytesAtTheBorders) {
  std::vector<Case> cases;
  for (int lead = 0x80; lead <= 0xFF; ++lead) {
    for (const int second :
         {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF}) {
      std::string bytes{static_cast<char>(lead), static_cast<char>(second)};
      Case test{std::to_string(lead) + " " + std::to_string(second), {}};
      if (MayBegin(lead, second)) {
        if (lead >= 0xE0) bytes += '\x80';
        if (lead >= 0xF0) bytes += '\x80';
        test.steps = {{ClientFrame(kText, bytes), {Text(bytes)}}};
      } else {
        test.steps = {{Begun(kText, bytes), {Closed(1007)}}};
      }
      cases.push_back(std::move(test));
    }
  }
  RunOnce(cases);
}

}  // namespace
}  // namespace tickerhub::testing
