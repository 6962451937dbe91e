// The opening handshake: RFC 6455 §4.2, and the negotiation of RFC 7692 §5.1
// and §7.1.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "echo_process.h"
#include "support/raw_socket.h"

namespace tickerhub::testing {
namespace {

constexpr char kAgreed[] =
    "permessage-deflate; server_no_context_takeover; "
    "client_no_context_takeover";
constexpr char kNone[] = "";
constexpr char kRefused[] = "refused with 400";

struct Negotiation {
  std::vector<std::string> offers;  // a header line each
  std::string answer;               // the header's value
};

// The answer to a handshake that offers this: Sec-WebSocket-Extensions, or
// kRefused.
std::string AnswerTo(const std::vector<std::string>& offers,
                     std::uint16_t port) {
  std::string request = UpgradeRequest("/");
  for (const std::string& offer : offers) {
    request.insert(request.size() - 2,
                   "Sec-WebSocket-Extensions: " + offer + "\r\n");
  }
  RawSocket socket(port);
  socket.Send(request);
  std::string response = socket.ReadUntil("\r\n\r\n");
  if (StatusOf(response) == 400) return kRefused;
  if (StatusOf(response) != 101) return response;
  return HeaderOf(response, "Sec-WebSocket-Extensions");
}

std::string WithServerBits(const std::string& bits) {
  return std::string(kAgreed) + "; server_max_window_bits=" + bits;
}

std::vector<Negotiation> All() {
  const std::string name = "permessage-deflate";
  std::vector<Negotiation> all = {
      {{name}, kAgreed},
      {{name + "; client_max_window_bits"}, kAgreed},
      {{name + "; client_no_context_takeover"}, kAgreed},
      {{name + "; server_no_context_takeover"}, kAgreed},
      {{name + "; client_no_context_takeover; server_no_context_takeover"},
       kAgreed},
      {{name + "; client_max_window_bits; server_max_window_bits=10; "
               "client_no_context_takeover; server_no_context_takeover"},
       WithServerBits("10")},
      // Blanks and quotes: RFC 6455 §9.1.
      {{"  " + name + "\t;client_max_window_bits  "}, kAgreed},
      {{name + ";server_max_window_bits=\"12\""}, WithServerBits("12")},
      {{name + " ; server_max_window_bits = 12"}, WithServerBits("12")},
      // Several offers, in one line or in several.
      {{"x-other, " + name}, kAgreed},
      {{"x-other; a; b=c; d=\"e\", " + name}, kAgreed},
      {{"x-webkit-deflate-frame, " + name + ", x-more"}, kAgreed},
      {{"x-other", name + "; server_max_window_bits=11"}, WithServerBits("11")},
      {{name + "; server_max_window_bits=9, " + name}, WithServerBits("9")},
      {{name + ", " + name + "; server_max_window_bits=9"}, kAgreed},
      {{name + "; server_max_window_bits=8, " + name +
        "; server_max_window_bits=13"},
       WithServerBits("13")},
      {{name + "; surprise, " + name}, kAgreed},
      {{name + "; server_max_window_bits=8", name}, kAgreed},
      // Nothing that can be agreed on.
      {{}, kNone},
      {{"x-other"}, kNone},
      {{"permessage-bzip2"}, kNone},
      {{"permessage-deflat"}, kNone},
      {{"permessage-deflate2"}, kNone},
      {{name + "; surprise"}, kNone},
      {{name + "; surprise=1"}, kNone},
      {{name + "; server_max_window_bits"}, kNone},
      {{name + "; client_no_context_takeover=1"}, kNone},
      {{name + "; server_no_context_takeover=true"}, kNone},
      // Each parameter twice, alike or not.
      {{name + "; client_no_context_takeover; client_no_context_takeover"},
       kNone},
      {{name + "; server_no_context_takeover; server_no_context_takeover"},
       kNone},
      {{name + "; client_max_window_bits; client_max_window_bits"}, kNone},
      {{name + "; client_max_window_bits=10; client_max_window_bits=11"},
       kNone},
      {{name + "; server_max_window_bits=10; server_max_window_bits=10"},
       kNone},
      {{name + "; server_max_window_bits=10; client_max_window_bits; "
               "server_max_window_bits=11"},
       kNone},
      // Empty elements: RFC 9110 §5.6.1.2.
      {{name + ","}, kAgreed},
      {{", " + name}, kAgreed},
      {{name + ",,"}, kAgreed},
      {{" ,\t, x-other ,," + name + " , "}, kAgreed},
      {{",", name}, kAgreed},
      {{name, ""}, kAgreed},
      {{","}, kNone},
      {{""}, kNone},
      // No list at all.
      {{name + ";"}, kRefused},
      {{name + "; ;"}, kRefused},
      {{name + "; server_max_window_bits="}, kRefused},
      {{name + "; =10"}, kRefused},
      {{name + "; server_max_window_bits=\"10"}, kRefused},
      {{name + "; server_max_window_bits=10 11"}, kRefused},
      {{"; " + name}, kRefused},
      {{"permessage deflate"}, kRefused},
      {{"\"" + name + "\""}, kRefused}};
  for (int bits = 9; bits <= 15; ++bits) {
    const std::string number = std::to_string(bits);
    all.push_back({{name + "; server_max_window_bits=" + number},
                   WithServerBits(number)});
  }
  // zlib can't compress with a window of 8 bits, but inflates any.
  all.push_back({{name + "; server_max_window_bits=8"}, kNone});
  for (int bits = 8; bits <= 15; ++bits) {
    all.push_back(
        {{name + "; client_max_window_bits=" + std::to_string(bits)}, kAgreed});
  }
  for (const char* bits : {"0", "1", "7", "16", "17", "100", "08", "09", "010",
                           "+9", "-9", "1e1", "0x9", "ten", "9.0"}) {
    all.push_back({{name + "; server_max_window_bits=" + bits}, kNone});
    all.push_back({{name + "; client_max_window_bits=" + bits}, kNone});
  }
  return all;
}

std::string Shown(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "[" + line + "] ";
  return text;
}

TEST(NegotiationTest, AgreesOnWhatItCanMeetAndOnNothingElse) {
  EchoProcess echo(Compression::kOn);
  for (const Negotiation& negotiation : All()) {
    EXPECT_EQ(AnswerTo(negotiation.offers, echo.port()), negotiation.answer)
        << Shown(negotiation.offers);
  }
}

TEST(NegotiationTest, AgreesOnNothingWithoutCompression) {
  EchoProcess echo(Compression::kOff);
  for (const Negotiation& negotiation : All()) {
    const std::string answer =
        negotiation.answer == kRefused ? kRefused : kNone;
    EXPECT_EQ(AnswerTo(negotiation.offers, echo.port()), answer)
        << Shown(negotiation.offers);
  }
}

std::string Handshake(std::string_view headers) {
  return "GET / HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) +
         "\r\n";
}

TEST(OpeningHandshakeTest, TakesWhatTheStandardAllows) {
  EchoProcess echo(Compression::kOff);
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  const std::string version = "Sec-WebSocket-Version: 13\r\n";
  const std::string upgrade = "Upgrade: websocket\r\n";
  const std::string connection = "Connection: Upgrade\r\n";
  const std::string rest = key + version;
  for (const std::string& headers :
       {upgrade + connection + rest, connection + rest + upgrade,
        "upgrade: WebSocket\r\nconnection: upgrade\r\n" + rest,
        upgrade + "Connection: keep-alive, Upgrade\r\n" + rest,
        upgrade + connection + rest + "Origin: https://example.org\r\n",
        upgrade + connection + rest + "Sec-WebSocket-Protocol: chat, talk\r\n",
        upgrade + connection + rest + "Cookie: a=b\r\nUser-Agent: x\r\n"}) {
    RawSocket socket(echo.port());
    ASSERT_TRUE(socket.Send(Handshake(headers)));
    const std::string response = socket.ReadUntil("\r\n\r\n");
    EXPECT_EQ(StatusOf(response), 101) << headers;
    // RFC 6455 §1.3 gives the answer to this key.
    EXPECT_EQ(HeaderOf(response, "Sec-WebSocket-Accept"),
              "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_EQ(HeaderOf(response, "Sec-WebSocket-Protocol"), "");
    ASSERT_TRUE(socket.Send(ClientFrame(kText, "open")));
    const auto echoed = socket.ReadFrame();
    ASSERT_TRUE(echoed.has_value()) << headers;
    EXPECT_EQ(echoed->payload, "open");
  }
}

TEST(OpeningHandshakeTest, RefusesOtherVersionsOfTheProtocol) {
  EchoProcess echo(Compression::kOff);
  for (const char* version :
       {"0", "1", "4", "7", "8", "12", "14", "99", "013", "-13", "x"}) {
    const std::string response =
        Exchange(echo.port(), UpgradeRequest("/", version));
    EXPECT_EQ(StatusOf(response), 426) << version;
    EXPECT_EQ(HeaderOf(response, "Sec-WebSocket-Version"), "13") << version;
  }
}

TEST(OpeningHandshakeTest, RefusesWhatIsNone) {
  EchoProcess echo(Compression::kOff);
  const std::string upgrade =
      "Upgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\n";
  EXPECT_EQ(StatusOf(Exchange(echo.port(), Handshake(upgrade))), 400)
      << "no key";
  EXPECT_EQ(StatusOf(Exchange(echo.port(), Handshake(""))), 426)
      << "no upgrade";
  EXPECT_EQ(StatusOf(Exchange(echo.port(), UpgradeRequest("/nowhere"))), 404);
  EXPECT_EQ(StatusOf(Exchange(echo.port(), "nonsense\r\n\r\n")), 400);
}

// A head, and what is wrong with it.
struct Refusal {
  std::string name;
  std::string bytes;
  int status = 400;
};

std::string Line(const std::string& line) { return line + "\r\n"; }

// The fields that every handshake has, but Host, and `more`.
std::string Fields(const std::string& more = "") {
  return "Upgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
         "Sec-WebSocket-Version: 13\r\n" +
         more + "\r\n";
}

std::string WithHost(const std::string& lines) {
  return "GET / HTTP/1.1\r\n" + lines + Fields();
}

std::string WithField(const std::string& line) {
  return "GET / HTTP/1.1\r\nHost: localhost\r\n" + Fields(Line(line));
}

std::string WithRequestLine(const std::string& line) {
  return line + "\r\nHost: localhost\r\n" + Fields();
}

std::vector<Refusal> AllRefusals() {
  std::vector<Refusal> all = {
      // A body, which would be read as frames: RFC 9112 §6.
      {"a body", WithField("Content-Length: 5") + "hello"},
      {"a body longer than any", WithField("Content-Length: 99999999999999")},
      {"a chunked body", WithField("Transfer-Encoding: chunked")},
      {"an empty length", WithField("Content-Length:")},
      {"an empty encoding", WithField("Transfer-Encoding: ")},
      {"two lengths in a list", WithField("Content-Length: 0, 0")},
      {"two lengths in two lines",
       WithField("Content-Length: 0\r\nContent-Length: 0")},
      // Lines: RFC 9112 §2.2, §5.1, §5.2.
      {"a folded line", WithField("X: a\r\n b")},
      {"a line feed at the end of a line", WithField("X: a\nY: b")},
      {"white space before a colon", WithField("X : a")},
      {"a line without a name", WithField(": a")},
      {"line feeds only", "GET / HTTP/1.1\nHost: localhost\n\n"},
      // Host: RFC 9112 §3.2, RFC 3986 §3.2.2.
      {"no host", WithHost("")},
      {"two hosts", WithHost("Host: a\r\nHost: a\r\n")},
      // RFC 6455 §11.3.1, §11.3.5.
      {"two keys", WithField("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")},
      {"two versions", WithField("Sec-WebSocket-Version: 13")},
      // RFC 6455 §4.1.
      {"another method", WithRequestLine("POST / HTTP/1.1")},
      {"an older HTTP", WithRequestLine("GET / HTTP/1.0")},
      {"too many fields",
       [] {
         std::string lines = "X: 0";
         for (int i = 1; i < 100; ++i) lines += "\r\nX: " + std::to_string(i);
         return WithField(lines);
       }(),
       431},
      {"too large a head", WithField("X: " + std::string(16'000, 'x')), 431}};
  for (int c = 0; c < 0x20; ++c) {
    if (c == '\t') continue;
    const std::string control(1, static_cast<char>(c));
    const std::string name = "the control character " + std::to_string(c);
    all.push_back({name + " in a value", WithField("X: a" + control + "b")});
    all.push_back({name + " in a target",
                   WithRequestLine("GET /" + control + " HTTP/1.1")});
  }
  for (const char* host : {"a b", "evil/x@y", "u@a", "[::1", "::1", "a:b",
                           "a:65536", "a:0", ":80", "a, b", "a%zz"}) {
    all.push_back({"the host " + std::string(host),
                   WithHost(Line("Host: " + std::string(host)))});
  }
  for (const char* line :
       {"GET  HTTP/1.1", "GET a HTTP/1.1", "GET * HTTP/1.1", "GET / a HTTP/1.1",
        "GET /\x7F HTTP/1.1", "GET http:// HTTP/1.1", "GET / HTTP/1.1 ",
        "GET /", " GET / HTTP/1.1", "GET / HTTP/1.x"}) {
    all.push_back({line, WithRequestLine(line)});
  }
  return all;
}

TEST(OpeningHandshakeTest, RefusesHeadsThatCouldBeReadInTwoWays) {
  EchoProcess echo(Compression::kOff);
  for (const Refusal& refusal : AllRefusals()) {
    // What follows must reach no reader of frames.
    const std::string frame = ClientFrame(kText, "smuggled");
    EXPECT_EQ(StatusOf(Exchange(echo.port(), refusal.bytes + frame)),
              refusal.status)
        << refusal.name;
  }
}

TEST(OpeningHandshakeTest, TakesTargetsAndHostsOfEveryForm) {
  EchoProcess echo(Compression::kOff);
  for (const std::string& head :
       {WithRequestLine("GET /?a=b HTTP/1.1"),
        WithRequestLine("GET http://localhost/ HTTP/1.1"),
        WithRequestLine("GET ws://localhost:80?a HTTP/1.1"),
        "\r\n" + WithRequestLine("GET / HTTP/1.1"),
        WithHost("Host: localhost:\r\n"), WithHost("Host: [::1]:80\r\n"),
        WithHost("host:a_b.example\r\n"), WithField("X:\ta\tb \xFF"),
        WithField("Content-Length: 0"), WithField("Connection: ,keep-alive,"),
        WithField("Upgrade: h2c,, "),
        WithField("Sec-WebSocket-Protocol: a,, b\r\n"
                  "Sec-WebSocket-Protocol: ,c")}) {
    RawSocket socket(echo.port());
    ASSERT_TRUE(socket.Send(head));
    EXPECT_EQ(StatusOf(socket.ReadUntil("\r\n\r\n")), 101) << head;
  }
}

TEST(OpeningHandshakeTest, LeavesFramesThatCameWithItToTheSession) {
  EchoProcess echo(Compression::kOff);
  RawSocket socket(echo.port());
  ASSERT_TRUE(socket.Send(UpgradeRequest("/") + ClientFrame(kText, "early") +
                          ClientFrame(kCloseOpcode, ClosePayload(1000))));
  ASSERT_EQ(StatusOf(socket.ReadUntil("\r\n\r\n")), 101);
  const auto echoed = socket.ReadFrame();
  ASSERT_TRUE(echoed.has_value());
  EXPECT_EQ(echoed->payload, "early");
  const auto close = socket.ReadFrame();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->close_code(), 1000);
}

}  // namespace
}  // namespace tickerhub::testing
