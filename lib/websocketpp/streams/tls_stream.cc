#include "streams/tls_stream.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <limits>
#include <system_error>

namespace tickerhub::internal {

void TlsStream::Free::operator()(ssl_st* ssl) const { SSL_free(ssl); }

// The queue of errors is always empty before a call, so what SSL_get_error()
// finds there is of this call. A caller who wants to know takes it first.
Stream::Outcome TlsStream::Judge(int result) const {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_NONE:
      return Stream::Outcome::kDone;
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return Stream::Outcome::kNotReady;
    case SSL_ERROR_ZERO_RETURN:
      return Stream::Outcome::kEnded;
    default:
      return Stream::Outcome::kBroken;
  }
}

Stream::Outcome TlsStream::Handshake() {
  const int result = SSL_accept(ssl_.get());
  return result == 1 ? Stream::Outcome::kDone : Judge(result);
}

bool TlsStream::was_resumed() const {
  return SSL_session_reused(ssl_.get()) == 1;
}

Stream::Result TlsStream::Read(char* buffer, std::size_t size) {
  const auto most = static_cast<int>(
      std::min<std::size_t>(size, std::numeric_limits<int>::max()));
  const int count = SSL_read(ssl_.get(), buffer, most);
  if (count > 0) {
    return {Stream::Outcome::kDone, static_cast<std::size_t>(count)};
  }
  const Stream::Outcome outcome = Judge(count);
  if (outcome == Stream::Outcome::kBroken) ERR_clear_error();
  return {outcome, 0};
}

bool TlsStream::may_have_more(const TlsWire& wire) const {
  return !wire.drained || SSL_has_pending(ssl_.get()) == 1;
}

Stream::Result TlsStream::Write(const TlsWire& wire, std::string_view bytes) {
  std::size_t done = 0;
  do {
    const auto most =
        static_cast<int>(std::min(bytes.size() - done, kMaxRecordBytes));
    const int count = SSL_write(ssl_.get(), bytes.data() + done, most);
    if (count <= 0) {
      ERR_clear_error();
      return {Stream::Outcome::kBroken, done};
    }
    done += static_cast<std::size_t>(count);
  } while (done < bytes.size() && !wire.blocked);
  return {Stream::Outcome::kDone, done};
}

void TlsStream::Finish() {
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

std::string TakeTlsFailure() {
  std::array<char, 256> text = {};
  const unsigned long code = ERR_get_error();  // the first is the cause
  ERR_clear_error();
  if (code == 0) return {};
  if (ERR_SYSTEM_ERROR(code)) {
    return std::generic_category().message(ERR_GET_REASON(code));
  }
  const char* const reason = ERR_reason_error_string(code);
  if (reason != nullptr) return reason;
  ERR_error_string_n(code, text.data(), text.size());
  return text.data();
}

}  // namespace tickerhub::internal
