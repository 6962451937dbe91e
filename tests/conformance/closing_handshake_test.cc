// RFC 6455 §5.5.1 and §7: closing, from the client's side.

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "conversation.h"
#include "echo_test.h"

namespace tickerhub::testing {
namespace {

std::string CloseFrame(int code, std::string_view reason = "") {
  return ClientFrame(kCloseOpcode,
                     ClosePayload(static_cast<std::uint16_t>(code), reason));
}

class ClosingHandshakeTest : public EchoTest {};

TEST_F(ClosingHandshakeTest, IsAnsweredWithTheSameCode) {
  std::vector<Case> cases;
  for (const int code :
       {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014,
        3000, 3001, 3999, 4000, 4001, 4500, 4999}) {
    cases.push_back(Echoed("code " + std::to_string(code), CloseFrame(code),
                           {Closed(code)}));
  }
  cases.push_back(
      Echoed("no code", ClientFrame(kCloseOpcode, ""), {Closed(0)}));
  Run(cases);
}

TEST_F(ClosingHandshakeTest, RefusesCodesThatMayNotBeSent) {
  std::vector<Case> cases;
  for (const int code :
       {0,    1,    125,  126,  127,  128,    500,    998,    999,    1004,
        1005, 1006, 1015, 1016, 1017, 1099,   1100,   1999,   2000,   2500,
        2998, 2999, 5000, 5001, 9999, 0x7FFF, 0x8000, 0xE803, 0xFFFE, 65535}) {
    cases.push_back(
        Refused("code " + std::to_string(code), CloseFrame(code), 1002));
    cases.push_back(Refused("code " + std::to_string(code) + " with a reason",
                            CloseFrame(code, "why"), 1002));
  }
  Run(cases);
}

TEST_F(ClosingHandshakeTest, RefusesHalfACode) {
  Run({Refused("0x03", ClientFrame(kCloseOpcode, "\x03"), 1002),
       Refused("a zero", ClientFrame(kCloseOpcode, std::string(1, '\0')), 1002),
       Refused("a letter", ClientFrame(kCloseOpcode, "x"), 1002)});
}

TEST_F(ClosingHandshakeTest, TakesReasonsThatFit) {
  std::string euros;  // 123 bytes of three each
  for (int i = 0; i < 41; ++i) euros += "\xE2\x82\xAC";
  Run({Echoed("a short one", CloseFrame(1000, "bye"), {Closed(1000)}),
       Echoed("122 bytes", CloseFrame(1000, std::string(122, '*')),
              {Closed(1000)}),
       Echoed("123 bytes", CloseFrame(1000, std::string(123, '*')),
              {Closed(1000)}),
       Echoed("123 bytes of euros", CloseFrame(1000, euros), {Closed(1000)}),
       Refused("124 bytes", CloseFrame(1000, std::string(124, '*')), 1002)});
}

TEST_F(ClosingHandshakeTest, RefusesReasonsThatAreNotUtf8) {
  std::vector<Case> cases;
  for (const char* reason :
       {"\x80", "\xFF", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80",
        "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "cut \xE2\x82",
        "cut \xF0\x9F\x98",
        "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xED\xA0\x80"
        "edited"}) {
    cases.push_back(Refused(reason, CloseFrame(1000, reason), 1007));
    cases.push_back(Refused(reason, CloseFrame(3000, reason), 1007));
  }
  Run(cases);
}

TEST_F(ClosingHandshakeTest, IsTheEndWhateverComesBehindIt) {
  const std::string close = CloseFrame(1000);
  std::vector<Case> cases;
  for (const auto& [name, more] :
       std::vector<std::pair<std::string, std::string>>{
           {"a text", ClientFrame(kText, "unread")},
           {"a ping", ClientFrame(kPing, "unread")},
           {"a close", CloseFrame(1001)},
           {"a close that is not valid", CloseFrame(1005)},
           {"a bad frame", ClientFrame(3, "x")},
           {"text that is not UTF-8", ClientFrame(kText, "\xFF")},
           {"a frame without a mask", std::string("\x81\x01x")},
           {"64 KiB", ClientFrame(kText, std::string(65536, 'x'))}}) {
    cases.push_back(Echoed(name, close + more, {Closed(1000)}));
    cases.push_back(Refused(name + " behind a bad frame",
                            ClientFrame(3, "x") + more, 1002));
  }
  Run(cases);
}

TEST_F(ClosingHandshakeTest, ComesBehindTheAnswersToWhatCameBefore) {
  std::string messages;
  std::vector<std::string> answers;
  for (int i = 0; i < 50; ++i) {
    messages += ClientFrame(kText, std::to_string(i));
    answers.push_back(Text(std::to_string(i)));
  }
  std::vector<std::string> closed = answers;
  closed.push_back(Closed(1001));
  std::vector<std::string> failed = answers;
  failed.push_back(Closed(1007));
  const std::string large(std::size_t{1} << 20, 'x');
  Run({Echoed("50 texts and a close", messages + CloseFrame(1001), closed),
       Echoed("50 texts and a bad one", messages + ClientFrame(kText, "\xFF"),
              failed),
       Echoed("a large text and a close",
              ClientFrame(kText, large) + CloseFrame(1000),
              {Text(large), Closed(1000)})});
}

TEST_F(ClosingHandshakeTest, IsNotNeededForTheServerToGoOn) {
  for (int i = 0; i < 20; ++i) {
    RawSocket vanishing(echo_.port());
    ASSERT_TRUE(vanishing.Upgrade("/"));
    ASSERT_TRUE(vanishing.Send(ClientFrame(kText, "half", /*fin=*/false)));
    if (i % 2 == 0) {
      vanishing.Reset();
    } else {
      vanishing.Close();
    }
  }
  Run({Echoed("after 20 that vanished", ClientFrame(kText, "x"), {Text("x")})});
}

}  // namespace
}  // namespace tickerhub::testing
