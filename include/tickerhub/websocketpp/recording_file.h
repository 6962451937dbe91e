#ifndef TICKERHUB_WEBSOCKETPP_RECORDING_FILE_H_
#define TICKERHUB_WEBSOCKETPP_RECORDING_FILE_H_

// Reads a file for a ReplaySource on a thread of its own, so that a slow disk
// or a pipe without a writer holds up nobody.
//
//     tickerhub::ReplaySource replay(
//         std::make_unique<tickerhub::RecordingFile>(server.scheduler(),
//                                                    "monday.csv"),
//         tickerhub::ReplaySource::Options());
//     tracker.Follow(replay);
//
// The file may be a pipe with a name (FIFO). What cannot be opened or read, a
// directory for example, fails with a sentence. The thread reads at most
// kMaxWaiting pieces of 64 KiB ahead.
//
// Threads: construct, use and destroy on the hub's thread. The scheduler must
// outlive this.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "tickerhub/byte_source.h"
#include "tickerhub/export.h"
#include "tickerhub/scheduler.h"

namespace tickerhub {

class TICKERHUB_EXPORT RecordingFile : public ByteSource {
 public:
  /// The most pieces that wait for the hub. The thread waits then, too.
  static constexpr std::size_t kMaxWaiting = 4;

  /// Starts to read.
  RecordingFile(Scheduler& scheduler, std::string path);
  /// Stops to read, and waits for the thread.
  ~RecordingFile() override;
  RecordingFile(const RecordingFile&) = delete;
  RecordingFile& operator=(const RecordingFile&) = delete;

  State Read(std::string* bytes) override;
  /// Returns false for a pipe.
  bool Rewind() override;
  std::string error() const override;
  void SetWake(std::function<void()> wake) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_WEBSOCKETPP_RECORDING_FILE_H_
