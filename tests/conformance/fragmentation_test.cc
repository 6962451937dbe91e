// RFC 6455 §5.4: messages in several frames.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "conversation.h"
#include "echo_test.h"

namespace tickerhub::testing {
namespace {

constexpr int kManyFrames = 70'000;

// `payload` as text and as binary, in fragments of each size.
std::vector<Case> FragmentedBy(const std::vector<std::size_t>& sizes,
                               const std::string& payload) {
  std::vector<Case> cases;
  for (const std::size_t size : sizes) {
    const std::string name = "fragments of " + std::to_string(size);
    cases.push_back(Echoed("text in " + name,
                           InFragmentsOf(kText, payload, size),
                           {Text(payload)}));
    cases.push_back(Echoed("binary in " + name,
                           InFragmentsOf(kBinary, payload, size),
                           {Binary(payload)}));
  }
  return cases;
}

class FragmentationTest : public EchoTest {};

TEST_F(FragmentationTest, JoinsFragmentsOfEverySize) {
  std::string payload;
  for (int i = 0; i < 300; ++i) payload += static_cast<char>('a' + i % 26);
  Run(FragmentedBy(
      {1, 2, 3, 4, 5, 7, 8, 64, 125, 126, 127, 128, 149, 150, 151, 299},
      payload));
}

TEST_F(FragmentationTest, JoinsFragmentsOfAMessageOfMegabytes) {
  const std::string payload(std::size_t{1} << 22, '*');
  RunOnce(FragmentedBy({256, 1024, 4096, 65535, 65536, 1 << 20}, payload));
}

TEST_F(FragmentationTest, JoinsSplitsAtEveryPlace) {
  const std::string payload = "a message that is cut once, somewhere";
  std::vector<Case> cases;
  for (std::size_t cut = 0; cut <= payload.size(); ++cut) {
    cases.push_back(Echoed("cut at " + std::to_string(cut),
                           InFragments(kText, payload, {cut}),
                           {Text(payload)}));
  }
  Run(cases);
}

TEST_F(FragmentationTest, TakesEmptyFragments) {
  Run({Echoed("all of three", InFragments(kText, "", {0, 0}), {Text("")}),
       Echoed("all of a binary", InFragments(kBinary, "", {0, 0}),
              {Binary("")}),
       Echoed("the first", InFragments(kText, "rest", {0}), {Text("rest")}),
       Echoed("the middle", InFragments(kText, "abcd", {2, 0}), {Text("abcd")}),
       Echoed("the last", InFragments(kText, "abcd", {2, 2}), {Text("abcd")}),
       Echoed("all but the middle", InFragments(kText, "abcd", {0, 4}),
              {Text("abcd")})});
}

TEST_F(FragmentationTest, JoinsSeventyThousandFrames) {
  const std::string payload(kManyFrames, 'x');
  const std::string empty =
      InFragments(kText, "", std::vector<std::size_t>(kManyFrames - 1, 0));
  RunOnce({Echoed("of a byte, text", InFragmentsOf(kText, payload, 1),
                  {Text(payload)}),
           Echoed("of a byte, binary", InFragmentsOf(kBinary, payload, 1),
                  {Binary(payload)}),
           Echoed("of nothing", empty, {Text("")})});
}

TEST_F(FragmentationTest, AnswersControlFramesBetweenFragmentsAtOnce) {
  const std::string first = ClientFrame(kText, "one, ", /*fin=*/false);
  const std::string second = ClientFrame(kContinuation, "two, ", false);
  const std::string third = ClientFrame(kContinuation, "three");
  const std::string whole = Text("one, two, three");
  Run({{"a ping after each fragment",
        {{first + ClientFrame(kPing, "a"), {Pong("a")}},
         {second + ClientFrame(kPing, "b"), {Pong("b")}},
         {third, {whole}}}},
       {"a ping after each fragment, all at once",
        {{first + ClientFrame(kPing, "a") + second + ClientFrame(kPing, "b"),
          {Pong("a"), Pong("b")}},
         {third, {whole}}}},
       {"pongs between fragments",
        {{first + ClientFrame(kPong, "x") + second + ClientFrame(kPong, "") +
              third,
          {whole}}}},
       {"an empty ping before an empty last fragment",
        {{first + ClientFrame(kPing, ""), {Pong("")}},
         {ClientFrame(kContinuation, ""), {Text("one, ")}}}},
       {"two messages with pings inside",
        {{first + ClientFrame(kPing, "a"), {Pong("a")}},
         {second + third, {whole}},
         {ClientFrame(kBinary, "b", false) + ClientFrame(kPing, "c"),
          {Pong("c")}},
         {ClientFrame(kContinuation, "d"), {Binary("bd")}}}},
       {"a close inside a message, which is dropped",
        {{first + ClientFrame(kCloseOpcode, ClosePayload(1001)),
          {Closed(1001)}}}}});
}

TEST_F(FragmentationTest, RefusesAContinuationOfNothing) {
  const std::string message = InFragments(kText, "abcd", {2});
  std::vector<Case> cases;
  for (const bool fin : {true, false}) {
    const std::string how = fin ? "" : ", not final";
    const std::string stray = ClientFrame(kContinuation, "x", fin);
    cases.push_back(Refused("at the beginning" + how, stray, 1002));
    cases.push_back(Refused("empty, at the beginning" + how,
                            ClientFrame(kContinuation, "", fin), 1002));
    cases.push_back(Echoed("behind a whole message" + how,
                           ClientFrame(kText, "a") + stray,
                           {Text("a"), Closed(1002)}));
    cases.push_back(Echoed("behind a fragmented message" + how, message + stray,
                           {Text("abcd"), Closed(1002)}));
    cases.push_back(Echoed("behind a ping" + how,
                           ClientFrame(kPing, "p") + stray,
                           {Pong("p"), Closed(1002)}));
    cases.push_back(Refused("and a text behind it" + how,
                            stray + ClientFrame(kText, "unread"), 1002));
  }
  Run(cases);
}

TEST_F(FragmentationTest, RefusesAMessageInsideAMessage) {
  std::vector<Case> cases;
  for (const int outer : {kText, kBinary}) {
    for (const int inner : {kText, kBinary}) {
      const std::string begun = ClientFrame(outer, "a", /*fin=*/false);
      cases.push_back(Refused("whole", begun + ClientFrame(inner, "b"), 1002));
      cases.push_back(Refused("empty", begun + ClientFrame(inner, ""), 1002));
      cases.push_back(
          Refused("begun", begun + ClientFrame(inner, "b", false), 1002));
      cases.push_back(Refused("behind a continuation",
                              begun + ClientFrame(kContinuation, "b", false) +
                                  ClientFrame(inner, "c"),
                              1002));
    }
  }
  Run(cases);
}

}  // namespace
}  // namespace tickerhub::testing
