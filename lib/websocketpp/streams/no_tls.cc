// For builds without OpenSSL: every listener with TLS is refused, so there is
// no stream either.

#include "streams/tls_context.h"
#include "streams/tls_stream.h"

namespace tickerhub::internal {

TicketKeys::~TicketKeys() = default;

bool TlsContext::IsBuilt() { return false; }

Status TlsContext::Load(const TlsFiles&) {
  return {StatusCode::kUnavailable,
          "this build cannot speak TLS; install libssl-dev and build tickerhub "
          "with -DTICKERHUB_WITH_TLS=ON"};
}

Status TlsContext::CheckDates(const TlsFiles&) { return {}; }

TlsStream TlsContext::NewStream(TlsWire*) { return TlsStream(); }

void TlsStream::Free::operator()(ssl_st*) const {}
Stream::Outcome TlsStream::Handshake() { return Stream::Outcome::kBroken; }
bool TlsStream::was_resumed() const { return false; }
Stream::Result TlsStream::Read(char*, std::size_t) {
  return {Stream::Outcome::kBroken, 0};
}
bool TlsStream::may_have_more(const TlsWire&) const { return false; }
Stream::Result TlsStream::Write(const TlsWire&, std::string_view) {
  return {Stream::Outcome::kBroken, 0};
}
void TlsStream::Finish() {}

std::string TakeTlsFailure() { return {}; }

}  // namespace tickerhub::internal
