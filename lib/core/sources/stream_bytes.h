#ifndef TICKERHUB_LIB_CORE_SOURCES_STREAM_BYTES_H_
#define TICKERHUB_LIB_CORE_SOURCES_STREAM_BYTES_H_

#include <istream>
#include <memory>
#include <string>

#include "tickerhub/byte_source.h"

namespace tickerhub::internal {

/// The bytes of a stream, read where Read() is called.
class StreamBytes : public ByteSource {
 public:
  /// REQUIRES: `stream` is not null.
  explicit StreamBytes(std::unique_ptr<std::istream> stream);
  ~StreamBytes() override;

  State Read(std::string* bytes) override;
  bool Rewind() override;

 private:
  std::unique_ptr<std::istream> stream_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_SOURCES_STREAM_BYTES_H_
