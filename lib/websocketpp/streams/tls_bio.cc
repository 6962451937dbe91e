#include "streams/tls_bio.h"

#include <memory>

namespace tickerhub::internal {
namespace {

TlsWire* WireOf(BIO* bio) { return static_cast<TlsWire*>(BIO_get_data(bio)); }

int WriteWire(BIO* bio, const char* data, int size) {
  TlsWire& wire = *WireOf(bio);
  BIO_clear_retry_flags(bio);
  const auto all = static_cast<std::size_t>(size);
  std::size_t taken = 0;
  if (!wire.blocked) {
    const Stream::Result result = wire.stream.Write(data, all);
    if (result.outcome == Stream::Outcome::kBroken) return -1;
    taken = result.bytes;
    wire.blocked = taken < all;
  }
  if (taken < all) wire.unsent.append(data + taken, all - taken);
  return size;
}

int ReadWire(BIO* bio, char* buffer, int size) {
  TlsWire& wire = *WireOf(bio);
  BIO_clear_retry_flags(bio);
  const auto room = static_cast<std::size_t>(size);
  const Stream::Result result = wire.stream.Read(buffer, room);
  wire.drained = result.bytes < room;
  switch (result.outcome) {
    case Stream::Outcome::kDone:
      return static_cast<int>(result.bytes);
    case Stream::Outcome::kNotReady:
      BIO_set_retry_read(bio);
      return -1;
    case Stream::Outcome::kEnded:
      wire.ended = true;
      return 0;
    case Stream::Outcome::kBroken:
      return -1;
  }
  return -1;
}

long ControlWire(BIO* bio, int command, long, void*) {
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_EOF:
      return WireOf(bio)->ended ? 1 : 0;
    default:
      return 0;
  }
}

int CreateWire(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

using Method = std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)>;

Method MakeMethod() {
  Method method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK,
                             "tickerhub's wire"),
                BIO_meth_free);
  if (method == nullptr || BIO_meth_set_write(method.get(), WriteWire) != 1 ||
      BIO_meth_set_read(method.get(), ReadWire) != 1 ||
      BIO_meth_set_ctrl(method.get(), ControlWire) != 1 ||
      BIO_meth_set_create(method.get(), CreateWire) != 1) {
    method.reset();
  }
  return method;
}

}  // namespace

BIO* NewWireBio(TlsWire* wire) {
  static const Method method = MakeMethod();
  BIO* const bio = method == nullptr ? nullptr : BIO_new(method.get());
  if (bio != nullptr) BIO_set_data(bio, wire);
  return bio;
}

}  // namespace tickerhub::internal
