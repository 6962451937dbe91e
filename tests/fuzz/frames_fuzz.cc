// Frames of a client. The same bytes mean the same, whole and in pieces.

#include <algorithm>
#include <string>
#include <string_view>

#include "frames/frame_reader.h"
#include "frames/message_deflate.h"
#include "fuzz/expect.h"
#include "text/utf8.h"

using tickerhub::CloseCode;
using tickerhub::fuzz::Expect;
using tickerhub::internal::FrameReader;

namespace {

constexpr std::size_t kMaxMessage = 1'000;
constexpr std::size_t kMaxControl = 125;  // RFC 6455 §5.5

// Writes down what the reader finds.
class Log final : public FrameReader::Sink {
 public:
  void OnMessage(std::string data, bool binary) override {
    ExpectGoesOn();
    Expect(data.size() <= kMaxMessage, "a message is within its bound");
    Expect(binary || tickerhub::internal::IsValidUtf8(data), "text is UTF-8");
    text += (binary ? "binary " : "text ") + data + '\n';
  }
  void OnPing(std::string_view data) override { OnControl("ping ", data); }
  void OnPong(std::string_view data) override { OnControl("pong ", data); }
  void OnClose(std::uint16_t code, std::string_view reason) override {
    OnControl("close " + std::to_string(code) + ' ', reason);
    ended_ = true;
  }
  void OnError(CloseCode code, std::string_view) override {
    ExpectGoesOn();
    text += "error " + std::to_string(static_cast<int>(code));
    ended_ = true;
  }

  std::string text;

 private:
  void ExpectGoesOn() const { Expect(!ended_, "nothing follows the end"); }
  void OnControl(const std::string& kind, std::string_view data) {
    ExpectGoesOn();
    Expect(data.size() <= kMaxControl, "a control frame is short");
    text += kind;
    text += data;
    text += '\n';
  }

  bool ended_ = false;
};

std::string Read(std::string bytes, std::size_t piece, bool deflate) {
  static tickerhub::internal::ZlibMessageInflater inflater;
  FrameReader::Options options;
  options.max_message_bytes = kMaxMessage;
  if (deflate) options.inflater = &inflater;
  FrameReader reader(options);
  Log log;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const std::size_t size = std::min(piece, bytes.size() - at);
    Expect(reader.Take(&bytes[at], size, &log) == size, "it takes everything");
  }
  return log.text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string_view input = tickerhub::fuzz::AsText(data, size);
  const std::uint8_t choice = tickerhub::fuzz::TakeByte(&input);
  const bool deflate = (choice & 0x80) != 0;
  const std::string bytes(input);
  std::string shorter = Read(bytes, bytes.size() + 1, deflate);
  std::string longer = Read(bytes, 1 + choice % 0x80, deflate);
  if (deflate) {
    // How early a fault of compressed data shows depends on the pieces.
    shorter.resize(std::min(shorter.find("error"), shorter.size()));
    longer.resize(std::min(longer.find("error"), longer.size()));
    if (shorter.size() > longer.size()) shorter.swap(longer);
    longer.resize(shorter.size());
  }
  Expect(shorter == longer, "pieces mean what the whole means");
  return 0;
}
