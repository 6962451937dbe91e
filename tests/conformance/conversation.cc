#include "conversation.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <utility>

namespace tickerhub::testing {
namespace {

constexpr std::size_t kMostBytesSentSingly = 600;
constexpr char kAbrupt[] = "the end";

using Words = std::vector<std::string>;

std::string Printable(std::string_view payload) {
  std::string text;
  for (const char c : payload) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= ' ' && byte < 0x7F) {
      text += c;
    } else {
      std::array<char, 8> hex{};
      std::snprintf(hex.data(), hex.size(), "\\x%02X", byte);
      text += hex.data();
    }
  }
  return text;
}

std::string Message(const std::string& what, std::string_view payload) {
  constexpr std::size_t kMostShown = 60;
  if (payload.size() <= kMostShown) {
    return what + " \"" + Printable(payload) + "\"";
  }
  const uLong sum = crc32_z(0, reinterpret_cast<const Bytef*>(payload.data()),
                            payload.size());
  return what + " of " + std::to_string(payload.size()) + " bytes, sum " +
         std::to_string(sum);
}

// RFC 7692 §7.2.2, with a new stream for each message: no context takeover.
std::string Inflate(std::string data, int window_bits) {
  data.append("\x00\x00\xFF\xFF", 4);
  z_stream z{};
  if (inflateInit2(&z, -window_bits) != Z_OK) return "(no inflater)";
  std::string out;
  std::array<char, 65536> buffer;
  z.next_in = reinterpret_cast<Bytef*>(data.data());
  z.avail_in = static_cast<uInt>(data.size());
  int result = Z_OK;
  do {
    z.next_out = reinterpret_cast<Bytef*>(buffer.data());
    z.avail_out = static_cast<uInt>(buffer.size());
    result = inflate(&z, Z_SYNC_FLUSH);
    out.append(buffer.data(), buffer.size() - z.avail_out);
  } while (result == Z_OK && (z.avail_in > 0 || z.avail_out == 0));
  inflateEnd(&z);
  return result == Z_OK || result == Z_BUF_ERROR ? out : "(corrupt)";
}

std::string InWords(RawSocket::Frame frame, int window_bits) {
  std::string words;
  if ((frame.opcode & kRsv1) != 0) {
    words = "compressed ";
    frame.opcode &= ~kRsv1;
    frame.payload = Inflate(std::move(frame.payload), window_bits);
  }
  if (frame.opcode == kText) {
    words += Text(frame.payload);
  } else if (frame.opcode == kBinary) {
    words += Binary(frame.payload);
  } else if (frame.opcode == kPong) {
    words += Pong(frame.payload);
  } else if (frame.opcode == kCloseOpcode) {
    words += Closed(frame.close_code());
  } else {
    words += Message("opcode " + std::to_string(frame.opcode), frame.payload);
  }
  if (!frame.fin) words += ", not final";
  if (frame.masked) words += ", masked";
  if (!frame.shortest) words += ", its length not in the shortest form";
  return words;
}

// One connection to the server, as a case sees it.
class Conversation {
 public:
  Conversation(const RunOptions& options, bool singly)
      : options_(options), singly_(singly), socket_(options.port) {}

  // Empty if the server agreed, else what it said.
  std::string Open() {
    if (!socket_.connected() ||
        !socket_.Send(OfferRequest("/", options_.offer))) {
      return "no connection";
    }
    const std::string response = socket_.ReadUntil("\r\n\r\n");
    const bool agreed =
        HeaderOf(response, "Sec-WebSocket-Extensions").empty() ==
        options_.offer.empty();
    return StatusOf(response) == 101 && agreed ? "" : response;
  }

  // Sends, and reads as many answers as are expected, or up to the end.
  Words Play(const Step& step) {
    Send(step.sent);
    Words got;
    while (got.size() < step.answers.size() && !ended_) got.push_back(Next());
    return got;
  }

  // The client's closing, if the server has not closed yet.
  Words End() {
    if (ended_) return {};
    Send(ClientFrame(kCloseOpcode, ClosePayload(1000)));
    Words got;
    while (!ended_) got.push_back(Next());
    return got;
  }
  bool ended() const { return ended_; }

 private:
  // A server that has refused what came before need not take all of it.
  void Send(std::string_view bytes) {
    if (singly_ && bytes.size() <= kMostBytesSentSingly) {
      for (const char c : bytes) socket_.Send(std::string_view(&c, 1));
    } else {
      socket_.Send(bytes);
    }
  }

  std::string Next() {
    std::optional<RawSocket::Frame> frame = socket_.ReadFrame();
    if (!frame) {
      ended_ = true;
      return socket_.ended() ? kAbrupt : "nothing";
    }
    const bool closes = frame->opcode == kCloseOpcode;
    std::string words = InWords(*std::move(frame), options_.server_window_bits);
    if (closes) {
      ended_ = true;
      if (!socket_.ReadToEnd().empty()) words += ", then more";
      if (!socket_.ended()) words += ", but no end";
      if (socket_.was_reset()) words += ", then a reset";
    }
    return words;
  }

  const RunOptions& options_;
  bool singly_;
  RawSocket socket_;
  bool ended_ = false;
};

std::string Joined(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += "\n      " + word;
  return text.empty() ? "\n      (nothing)" : text;
}

// The case, with a message before it. A close may come in the same breath,
// because it stays behind the answer; a pong need not.
Case Behind(Case test) {
  Step before{ClientFrame(kText, "before"), {Text("before")}};
  Step& first = test.steps.front();
  if (!first.answers.empty() && first.answers.front().rfind("close", 0) == 0) {
    first.sent.insert(0, before.sent);
    first.answers.insert(first.answers.begin(), before.answers.front());
  } else {
    test.steps.insert(test.steps.begin(), std::move(before));
  }
  return test;
}

// Empty if all went as the case has it.
std::string WhatIsWrong(const Case& test, const RunOptions& options,
                        bool singly) {
  Conversation conversation(options, singly);
  if (std::string error = conversation.Open(); !error.empty()) {
    return "the handshake failed: " + error;
  }
  Words expected;
  Words got;
  bool closes = false;
  for (const Step& step : test.steps) {
    expected.insert(expected.end(), step.answers.begin(), step.answers.end());
    const Words answers = conversation.Play(step);
    got.insert(got.end(), answers.begin(), answers.end());
    closes =
        !step.answers.empty() && step.answers.back().rfind("close", 0) == 0;
  }
  if (!closes) expected.push_back(Closed(1000));
  const Words last = conversation.End();
  got.insert(got.end(), last.begin(), last.end());
  if (got == expected) return {};
  return "expected" + Joined(expected) + "\n    got" + Joined(got);
}

}  // namespace

std::string Text(std::string_view payload) { return Message("text", payload); }
std::string Binary(std::string_view payload) {
  return Message("binary", payload);
}
std::string Pong(std::string_view payload) { return Message("pong", payload); }
std::string Compressed(const std::string& message) {
  return "compressed " + message;
}
std::string Closed(int code) {
  return code == 0 ? "close without a code" : "close " + std::to_string(code);
}

Case Refused(std::string name, std::string bytes, int code) {
  return {std::move(name), {{std::move(bytes), {Closed(code)}}}};
}

Case Echoed(std::string name, std::string bytes,
            std::vector<std::string> answers) {
  return {std::move(name), {{std::move(bytes), std::move(answers)}}};
}

void RunCases(const std::vector<Case>& cases, const RunOptions& options) {
  ASSERT_NE(options.port, 0);
  ASSERT_FALSE(cases.empty());
  std::size_t number = 0;
  for (const Case& test : cases) {
    ++number;
    const auto report = [&](const char* how, const std::string& wrong) {
      if (wrong.empty()) return;
      ADD_FAILURE() << "case " << number << " (" << test.name << ")" << how
                    << ":\n    " << wrong;
    };
    report("", WhatIsWrong(test, options, /*singly=*/false));
    if (!options.in_every_way) continue;
    report(" byte by byte", WhatIsWrong(test, options, /*singly=*/true));
    report(" behind a message", WhatIsWrong(Behind(test), options, false));
  }
}

std::string InFragments(int opcode, std::string_view payload,
                        const std::vector<std::size_t>& sizes) {
  std::string frames;
  for (const std::size_t size : sizes) {
    frames += ClientFrame(opcode, payload.substr(0, size), /*fin=*/false);
    payload.remove_prefix(std::min(size, payload.size()));
    opcode = kContinuation;
  }
  return frames + ClientFrame(opcode, payload);
}

std::string InFragmentsOf(int opcode, std::string_view payload,
                          std::size_t size) {
  const std::size_t count = payload.empty() ? 0 : (payload.size() - 1) / size;
  return InFragments(opcode, payload, std::vector<std::size_t>(count, size));
}

}  // namespace tickerhub::testing
