#ifndef TICKERHUB_BYTE_SOURCE_H_
#define TICKERHUB_BYTE_SOURCE_H_

// A ByteSource is where a ReplaySource gets the bytes of its recording. It
// never blocks the hub's thread. The server's component has one that reads a
// file on a thread of its own (tickerhub/websocketpp/recording_file.h); for
// bytes in memory, give a std::istringstream to the ReplaySource.
//
//     class Upload : public tickerhub::ByteSource {
//      public:
//       State Read(std::string* bytes) override {
//         if (text_.empty()) return State::kEnd;
//         bytes->swap(text_);
//         text_.clear();
//         return State::kBytes;
//       }
//       bool Rewind() override { return false; }
//
//      private:
//       std::string text_ = "1767364200,AAPL,150\n";
//     };
//
// Threads: the ReplaySource calls all functions on the hub's thread. Call the
// wake callback there only.

#include <cstdint>
#include <functional>
#include <string>

#include "tickerhub/export.h"

namespace tickerhub {

class TICKERHUB_EXPORT ByteSource {
 public:
  enum class State : std::uint8_t {
    kBytes,       ///< some were read
    kNothingYet,  ///< more will come; the wake callback says when
    kEnd,         ///< all were read
    kFailed,      ///< nobody can read on; error() says why
  };

  virtual ~ByteSource() = default;

  /// Sets `*bytes` to the next piece, 64 KiB or so. Does not wait for one.
  virtual State Read(std::string* bytes) = 0;

  /// The next Read() gives the first bytes again. Returns false if that cannot
  /// be. REQUIRES: Read() has returned kEnd.
  virtual bool Rewind() = 0;

  /// Why Read() has failed: a sentence without a full stop.
  virtual std::string error() const { return "the bytes cannot be read"; }

  /// Call `wake` when there may be something after kNothingYet. May be empty.
  // NOLINTNEXTLINE(performance-unnecessary-value-param): sources move it.
  virtual void SetWake(std::function<void()> /*wake*/) {}
};

}  // namespace tickerhub

#endif  // TICKERHUB_BYTE_SOURCE_H_
