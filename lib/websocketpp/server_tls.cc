#include "server_tls.h"

#include <algorithm>

namespace tickerhub::internal {

bool ServerTls::IsSpoken() const {
  return std::any_of(listeners_.begin(), listeners_.end(),
                     [](const Listener& listener) { return listener.tls; });
}

TlsFiles ServerTls::Files() const {
  return {options_.tls_certificate_file, options_.tls_key_file};
}

Status ServerTls::Load() {
  if (!IsSpoken()) return {};
  if (Status status = context_.Load(Files()); !status.ok()) return status;
  const Status dates = TlsContext::CheckDates(Files());
  if (!dates.ok()) log_.Write(LogLevel::kWarning, dates.message());
  return {};
}

Status ServerTls::Reload() {
  if (!IsSpoken()) {
    return {StatusCode::kInvalidArgument, "no listener speaks TLS"};
  }
  Status status = TlsContext::CheckDates(Files());
  return status.ok() ? context_.Load(Files()) : status;
}

void ServerTls::OnHangUp() {
  if (!IsSpoken()) {
    log_.Write(LogLevel::kInfo,
               "SIGHUP: there is no certificate to read again");
    return;
  }
  const Status status = Reload();
  if (status.ok()) {
    log_.Write(LogLevel::kInfo,
               "SIGHUP: new connections get the certificate "
               "that is in '" +
                   options_.tls_certificate_file + "' now");
  } else {
    log_.Write(
        LogLevel::kError,
        "SIGHUP: the certificate in use stays, because " + status.message());
  }
}

}  // namespace tickerhub::internal
