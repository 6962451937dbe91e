// RFC 7692: compressed messages, by bytes made with zlib here.

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conversation.h"
#include "echo_process.h"

namespace tickerhub::testing {
namespace {

using namespace std::string_literals;  // NOLINT: strings with zeros in them

constexpr int kDeflatedText = kText | kRsv1;
constexpr int kDeflatedBinary = kBinary | kRsv1;
// Smaller messages come back as they are.
constexpr std::size_t kSmallestCompressed = 256;

struct DeflateOptions {
  int window_bits = 15;
  int level = Z_DEFAULT_COMPRESSION;
  int strategy = Z_DEFAULT_STRATEGY;
  int flush = Z_SYNC_FLUSH;
};

// What `flush` makes of `text`, whole.
std::string RawDeflate(std::string_view text, const DeflateOptions& options) {
  z_stream z{};
  if (deflateInit2(&z, options.level, Z_DEFLATED, -options.window_bits, 8,
                   options.strategy) != Z_OK) {
    return {};
  }
  std::string out(deflateBound(&z, static_cast<uLong>(text.size())) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, options.flush);
  out.resize(out.size() - z.avail_out);
  deflateEnd(&z);
  return out;
}

// A payload as §7.2.1 has it: without the four bytes at the end.
std::string Deflated(std::string_view text,
                     const DeflateOptions& options = DeflateOptions()) {
  std::string out = RawDeflate(text, options);
  out.resize(out.size() - 4);
  return out;
}

// §7.2.3.4: one block, marked as the last, and the beginning of an empty one.
std::string DeflatedWithLastBlock(std::string_view text) {
  DeflateOptions options;
  options.flush = Z_FINISH;
  return RawDeflate(text, options) + '\0';
}

std::string Prices(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += "\"SYM" + std::to_string(i) + "\":" + std::to_string(i * 37 % 1000);
  }
  return text;
}

std::string Noise(std::size_t size) {
  std::uint32_t state = 1;
  std::string noise;
  for (std::size_t i = 0; i < size; ++i) {
    state = state * 1664525 + 1013904223;
    noise += static_cast<char>(state >> 24);
  }
  return noise;
}

// How an echo of `payload` comes back: compressed if that makes it smaller.
std::string EchoOf(std::string_view payload, bool binary = false) {
  const std::string words = binary ? Binary(payload) : Text(payload);
  const bool worth_it = payload.size() >= kSmallestCompressed &&
                        Deflated(payload).size() < payload.size();
  return worth_it ? Compressed(words) : words;
}

class DeflateTest : public ::testing::Test {
 protected:
  DeflateTest() {
    options_.port = echo_.port();
    options_.offer = "permessage-deflate; client_max_window_bits";
  }
  void Run(const std::vector<Case>& cases) { RunCases(cases, options_); }

  EchoProcess echo_{Compression::kOn};
  RunOptions options_;
};

TEST_F(DeflateTest, ReadsTheExamplesOfTheStandard) {
  const std::string hello = "\xf2\x48\xcd\xc9\xc9\x07\x00"s;
  const auto text = [](std::string_view payload) {
    return ClientFrame(kDeflatedText, payload);
  };
  Run({Echoed("§7.2.3.1, one block", text(hello), {Text("Hello")}),
       Echoed("§7.2.3.1, in two frames", InFragments(kDeflatedText, hello, {3}),
              {Text("Hello")}),
       Echoed("§7.2.3.3, no compression",
              text("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"s),
              {Text("Hello")}),
       Echoed("§7.2.3.4, a last block",
              text("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s), {Text("Hello")}),
       Echoed("§7.2.3.5, two blocks",
              text("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"s),
              {Text("Hello")}),
       Echoed("§7.2.3.6, nothing", text("\x00"s), {Text("")})});
}

TEST_F(DeflateTest, EchoesMessagesOfEverySize) {
  std::vector<Case> cases;
  for (const std::size_t size :
       {0U, 1U, 2U, 125U, 126U, 127U, 128U, 255U, 256U, 257U, 1024U, 4096U,
        32768U, 65535U, 65536U, 65537U, 131072U}) {
    const std::string payload = Prices(20'000).substr(0, size);
    const std::string name = std::to_string(size) + " bytes";
    cases.push_back(Echoed("text of " + name,
                           ClientFrame(kDeflatedText, Deflated(payload)),
                           {EchoOf(payload)}));
    cases.push_back(Echoed("binary of " + name,
                           ClientFrame(kDeflatedBinary, Deflated(payload)),
                           {EchoOf(payload, /*binary=*/true)}));
    cases.push_back(Echoed("text of " + name + ", not compressed",
                           ClientFrame(kText, payload), {EchoOf(payload)}));
  }
  Run(cases);
}

TEST_F(DeflateTest, ReadsEveryKindOfBlock) {
  const std::string text = Prices(2000);
  const std::string noise = Noise(70'000);
  std::vector<Case> cases;
  for (int bits = 9; bits <= 15; ++bits) {
    for (const int level : {0, 1, 6, 9}) {
      for (const int strategy :
           {Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE}) {
        DeflateOptions options;
        options.window_bits = bits;
        options.level = level;
        options.strategy = strategy;
        const std::string name = "bits " + std::to_string(bits) + ", level " +
                                 std::to_string(level) + ", strategy " +
                                 std::to_string(strategy);
        cases.push_back(
            Echoed(name, ClientFrame(kDeflatedText, Deflated(text, options)),
                   {EchoOf(text)}));
      }
    }
  }
  cases.push_back(Echoed("noise", ClientFrame(kDeflatedBinary, Deflated(noise)),
                         {EchoOf(noise, /*binary=*/true)}));
  options_.in_every_way = false;
  Run(cases);
}

TEST_F(DeflateTest, ReadsBlocksMarkedAsTheLast) {
  std::vector<Case> cases;
  for (const int count : {0, 1, 10, 1000}) {
    const std::string text = Prices(count);
    const std::string last = DeflatedWithLastBlock(text);
    cases.push_back(Echoed(std::to_string(text.size()) + " bytes",
                           ClientFrame(kDeflatedText, last), {EchoOf(text)}));
    cases.push_back(Echoed("and another message behind it",
                           ClientFrame(kDeflatedText, last) +
                               ClientFrame(kDeflatedText, Deflated("more")),
                           {EchoOf(text), Text("more")}));
    // Without the zero: more blocks behind the last one.
    cases.push_back(
        Echoed("and more blocks behind it",
               ClientFrame(kDeflatedText,
                           last.substr(0, last.size() - 1) + Deflated("more")),
               {EchoOf(text + "more")}));
  }
  Run(cases);
}

TEST_F(DeflateTest, JoinsFragmentsBeforeItInflates) {
  const std::string text = Prices(40);
  const std::string data = Deflated(text);
  std::vector<Case> cases;
  for (std::size_t cut = 0; cut <= data.size(); ++cut) {
    cases.push_back(Echoed("cut at " + std::to_string(cut),
                           InFragments(kDeflatedText, data, {cut}),
                           {EchoOf(text)}));
  }
  for (const std::size_t size : {1U, 2U, 3U, 7U, 100U}) {
    cases.push_back(Echoed("in fragments of " + std::to_string(size),
                           InFragmentsOf(kDeflatedBinary, data, size),
                           {EchoOf(text, /*binary=*/true)}));
  }
  cases.push_back(
      {"a ping inside",
       {{ClientFrame(kDeflatedText, data.substr(0, 9), false) +
             ClientFrame(kPing, "p"),
         {Pong("p")}},
        {ClientFrame(kContinuation, data.substr(9)), {EchoOf(text)}}}});
  cases.push_back(Echoed(
      "then a message that is not compressed, in fragments",
      InFragments(kDeflatedText, data, {9}) + InFragments(kText, "plain", {2}),
      {EchoOf(text), Text("plain")}));
  Run(cases);
}

TEST_F(DeflateTest, JoinsSeventyThousandFrames) {
  DeflateOptions stored;
  stored.level = 0;
  const std::string text(70'000, 'x');
  options_.in_every_way = false;
  Run({Echoed("of a byte",
              InFragmentsOf(kDeflatedText, Deflated(text, stored), 1),
              {EchoOf(text)})});
}

TEST_F(DeflateTest, EchoesMessagesOfMegabytes) {
  options_.in_every_way = false;
  const std::string zeros(std::size_t{1} << 24, '0');
  const std::string noise = Noise(std::size_t{1} << 22);
  Run({Echoed("16 MiB of zeros", ClientFrame(kDeflatedText, Deflated(zeros)),
              {EchoOf(zeros)}),
       Echoed("4 MiB of noise", ClientFrame(kDeflatedBinary, Deflated(noise)),
              {EchoOf(noise, /*binary=*/true)})});
}

TEST_F(DeflateTest, CompressesForTheWindowThatTheClientAskedFor) {
  const std::string text = Prices(5000);
  for (int bits = 9; bits <= 15; ++bits) {
    options_.offer =
        "permessage-deflate; server_max_window_bits=" + std::to_string(bits);
    options_.server_window_bits = bits;
    // The same once more: nothing may refer to the message before.
    Run({Echoed("bits " + std::to_string(bits),
                ClientFrame(kText, text) + ClientFrame(kText, text),
                {EchoOf(text), EchoOf(text)})});
  }
}

TEST_F(DeflateTest, RefusesRsv1WhereItDoesNotBelong) {
  const std::string deflated = Deflated("some text");
  std::vector<Case> cases;
  for (const int opcode : {kCloseOpcode, kPing, kPong}) {
    cases.push_back(Refused("on opcode " + std::to_string(opcode),
                            ClientFrame(opcode | kRsv1, deflated), 1002));
    cases.push_back(Refused("on an empty opcode " + std::to_string(opcode),
                            ClientFrame(opcode | kRsv1, ""), 1002));
  }
  for (const int first : {kText, kDeflatedText, kBinary, kDeflatedBinary}) {
    const std::string data =
        (first & kRsv1) != 0 ? deflated : std::string("some text");
    cases.push_back(
        Refused("on the continuation of opcode " + std::to_string(first),
                ClientFrame(first, data.substr(0, 4), /*fin=*/false) +
                    ClientFrame(kContinuation | kRsv1, data.substr(4)),
                1002));
    cases.push_back(
        Refused("on the third frame of opcode " + std::to_string(first),
                ClientFrame(first, data.substr(0, 2), /*fin=*/false) +
                    ClientFrame(kContinuation, data.substr(2, 2), false) +
                    ClientFrame(kContinuation | kRsv1, data.substr(4)),
                1002));
  }
  cases.push_back(Refused("on a continuation of nothing",
                          ClientFrame(kContinuation | kRsv1, deflated), 1002));
  for (const int bits : {0x10, 0x20, 0x30, 0x50, 0x60, 0x70}) {
    cases.push_back(Refused("other bits " + std::to_string(bits),
                            ClientFrame(kText | bits, deflated), 1002));
  }
  Run(cases);
}

TEST_F(DeflateTest, RefusesDataThatIsNotDeflate) {
  const std::string good = Deflated(Prices(50));
  // Refers to what the message before would have left in the window.
  z_stream z{};
  ASSERT_EQ(deflateInit2(&z, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string with_context;
  for (int i = 0; i < 2; ++i) {
    std::string text = "a text that is sent twice";
    with_context.assign(200, '\0');
    z.next_in = reinterpret_cast<Bytef*>(text.data());
    z.avail_in = static_cast<uInt>(text.size());
    z.next_out = reinterpret_cast<Bytef*>(with_context.data());
    z.avail_out = static_cast<uInt>(with_context.size());
    deflate(&z, Z_SYNC_FLUSH);
    with_context.resize(with_context.size() - z.avail_out - 4);
  }
  deflateEnd(&z);
  std::vector<Case> cases;
  for (const auto& [name, data] :
       std::vector<std::pair<std::string, std::string>>{
           {"ones", "\xFF\xFF\xFF\xFF"},
           {"a block type that is none", "\x07"},
           {"a stored block whose lengths differ",
            "\x00\x05\x00\x05\x00Hello"s},
           {"a stored block that is cut off", "\x00\x05\x00\xfa\xffHel"s},
           {"a stored block that the end does not fill",
            "\x00\x08\x00\xf7\xffHel"s},
           {"the first half", good.substr(0, good.size() / 2)},
           {"all but the last bytes", good.substr(0, good.size() - 3)},
           {"all but the first byte", good.substr(1)},
           {"what refers to the message before", with_context},
           {"text", "this was never compressed"},
           {"a gzip header", "\x1F\x8B\x08\x00\x00\x00\x00\x00\x00\x03"s}}) {
    cases.push_back(Refused(name, ClientFrame(kDeflatedText, data), 1007));
    cases.push_back(
        Refused(name + ", binary", ClientFrame(kDeflatedBinary, data), 1007));
    cases.push_back(Refused(name + ", in bytes",
                            InFragmentsOf(kDeflatedBinary, data, 1), 1007));
  }
  Run(cases);
}

TEST_F(DeflateTest, RefusesTextThatInflatesToWhatIsNotUtf8) {
  std::vector<Case> cases;
  for (const char* text :
       {"\x80", "\xFF", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
        "cut \xC3", "cut \xE2\x82", "cut \xF0\x9F\x98"}) {
    const std::string data = Deflated(text);
    cases.push_back(Refused("whole", ClientFrame(kDeflatedText, data), 1007));
    cases.push_back(
        Refused("in bytes", InFragmentsOf(kDeflatedText, data, 1), 1007));
    cases.push_back(
        Echoed("binary", ClientFrame(kDeflatedBinary, data), {Binary(text)}));
  }
  cases.push_back(Echoed("a euro",
                         ClientFrame(kDeflatedText, Deflated("\xE2\x82\xAC")),
                         {Text("\xE2\x82\xAC")}));
  Run(cases);
}

TEST_F(DeflateTest, AppliesTheLimitToWhatIsInflated) {
  constexpr std::size_t kLimit = std::size_t{32} << 20;
  const std::string at_limit(kLimit, 'x');
  const std::string bomb = Deflated(std::string(std::size_t{80} << 20, 'x'));
  ASSERT_LT(bomb.size(), 100'000U);
  options_.in_every_way = false;
  Run({Echoed("the most", ClientFrame(kDeflatedText, Deflated(at_limit)),
              {EchoOf(at_limit)}),
       Refused("a byte more",
               ClientFrame(kDeflatedText, Deflated(at_limit + "x")), 1009),
       Refused("80 MiB from 81 KB", ClientFrame(kDeflatedText, bomb), 1009),
       Refused("in fragments", InFragmentsOf(kDeflatedBinary, bomb, 1000),
               1009),
       // As soon as it is passed.
       Refused("without the last fragment",
               ClientFrame(kDeflatedText, bomb, /*fin=*/false), 1009),
       Refused("the first half of a frame",
               ClientFrame(kDeflatedText, bomb).substr(0, bomb.size() / 2),
               1009),
       Refused("what can't be so large compressed",
               ClientFrame(kDeflatedText, std::string(kLimit + kLimit / 8, 'x'))
                   .substr(0, 100),
               1009)});
}

TEST_F(DeflateTest, TakesNothingCompressedWithoutAnAgreement) {
  options_.offer.clear();
  Run({Refused("a text", ClientFrame(kDeflatedText, Deflated("text")), 1002),
       Echoed("a large text comes back as it is",
              ClientFrame(kText, std::string(5000, 'x')),
              {Text(std::string(5000, 'x'))})});
}

}  // namespace
}  // namespace tickerhub::testing
