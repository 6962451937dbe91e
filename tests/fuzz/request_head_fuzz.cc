// HTTP requests. The same bytes mean the same, whole and in pieces.

#include <optional>
#include <string>
#include <string_view>
#include <websocketpp/http/constants.hpp>

#include "fuzz/expect.h"
#include "handshake/strict_request.h"
#include "text/field_value.h"

using tickerhub::fuzz::Expect;
using tickerhub::internal::StrictRequest;

namespace {

struct Outcome {
  int refused = 0;  // the status; 0: not refused
  bool ready = false;
  std::size_t taken = 0;
  std::string text;  // what it has understood
};

Outcome Read(std::string_view bytes, std::size_t piece) {
  constexpr std::size_t kMaxBody = 2'000;
  StrictRequest request;
  request.set_max_body_size(kMaxBody);
  Outcome outcome;
  try {
    while (!bytes.empty() && !request.ready()) {
      const std::string_view next = bytes.substr(0, piece);
      request.consume(next.data(), next.size());
      Expect(request.unused() <= next.size(), "it leaves what there is");
      const std::size_t taken = next.size() - request.unused();
      Expect(taken == next.size() || request.ready(), "it takes what it needs");
      outcome.taken += taken;
      bytes.remove_prefix(taken);
    }
  } catch (const ::websocketpp::http::exception& refusal) {
    outcome.refused = refusal.m_error_code;
    return outcome;
  }
  outcome.ready = request.ready();
  if (!outcome.ready) return outcome;
  Expect(request.get_body().size() <= kMaxBody, "the body is within its bound");
  outcome.text = request.get_method() + ' ' + request.get_uri() + ' ' +
                 (request.is_handshake() ? "handshake" : "request") + '\n' +
                 request.get_body() + '\n';
  tickerhub::ConnectRequest head;
  request.TakeInto(&head);
  Expect(!head.path.empty() && head.path.front() == '/', "the path is a path");
  outcome.text += head.path + '?' + head.query;
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string_view input = tickerhub::fuzz::AsText(data, size);
  const std::size_t piece = 1 + tickerhub::fuzz::TakeByte(&input) % 64;
  const Outcome whole = Read(input, input.size());
  const Outcome pieces = Read(input, piece);
  Expect(whole.refused == pieces.refused, "pieces are refused as the whole is");
  if (whole.refused != 0) return 0;
  Expect(whole.ready == pieces.ready, "pieces are as ready as the whole");
  Expect(whole.taken == pieces.taken, "the request ends at the same byte");
  Expect(whole.text == pieces.text, "pieces mean what the whole means");
  return 0;
}
