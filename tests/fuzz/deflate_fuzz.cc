// Compression: every message comes back, and no compressed bytes do harm.

#include <string>
#include <string_view>

#include "frames/deflate_negotiation.h"
#include "frames/message_deflate.h"
#include "fuzz/expect.h"

using tickerhub::fuzz::Expect;
using Result = tickerhub::internal::MessageInflater::Result;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  constexpr std::size_t kMost = 4'000;
  static tickerhub::internal::ZlibMessageInflater inflater;
  std::string_view input = tickerhub::fuzz::AsText(data, size);
  const int window_bits = 9 + tickerhub::fuzz::TakeByte(&input) % 7;

  tickerhub::internal::MessageDeflater deflater(window_bits);
  std::string back;
  Expect(inflater.Inflate(deflater.Deflate(input), input.size(), &back) ==
             Result::kDone,
         "what was compressed can be inflated");
  Expect(back == input, "and is the same");

  std::string inflated;
  const Result whole = inflater.Inflate(input, kMost, &inflated);
  Expect(inflated.size() <= kMost, "the bound holds");
  if (whole == Result::kDone) {
    std::string beginning;
    Expect(inflater.InflateBeginning(input.substr(0, input.size() / 2), kMost,
                                     &beginning) == Result::kDone,
           "the beginning of what can be inflated can be");
    Expect(inflated.compare(0, beginning.size(), beginning) == 0,
           "the beginning is that of the whole");
  }

  const auto agreement = tickerhub::internal::NegotiateDeflate(input);
  Expect(
      agreement.server_window_bits >= 9 && agreement.server_window_bits <= 15,
      "the window is one that zlib has");
  return 0;
}
