#ifndef TICKERHUB_LIB_WEBSOCKETPP_HUB_REFUSALS_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HUB_REFUSALS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>

#include "hub/log_sink.h"
#include "tickerhub/remote_address.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

/// Why a client was refused. The name of each is a label of a metric; see
/// Refusals::NameOf().
enum class RefusalReason : std::uint8_t {
  kServerFull,       ///< max_connections, or the descriptor limit
  kAddressFull,      ///< connections of one address
  kUserFull,         ///< connections of one user
  kAcceptRate,       ///< connections a second
  kChannelFull,      ///< ChannelOptions::max_sessions
  kAdminFull,        ///< max_admin_connections
  kDraining,         ///< the server is about to stop
  kHubHangs,         ///< nothing of the hub's thread for a second
  kBadRequest,       ///< no HTTP, or none that the server speaks
  kRequestTooLarge,  ///< its head or its body
  kTooSlow,          ///< handshake_timeout
  kNoChannel,        ///< a WebSocket handshake where there is no channel
  kOrigin,           ///< the page of another site
  kToken,            ///< the token is missing, wrong or too old
  kAdmission,        ///< the channel's admission said no
  kProxyHeader,      ///< no PROXY protocol, or from one who is not trusted
  kTlsHandshake,     ///< TLS failed
  kFlood,            ///< a session that sent too much
};

/// Counts the clients that were refused, and logs them at info level: the
/// first kLinesAMinute of a minute with a line each, the others as "and 312
/// more".
///
/// Threads: any thread may call.
class Refusals {
 public:
  static constexpr std::size_t kReasons =
      static_cast<std::size_t>(RefusalReason::kFlood) + 1;
  static constexpr int kLinesAMinute = 20;

  /// `log` must outlive this.
  explicit Refusals(LogSink& log) : log_(log) {}

  /// `sentence` says what was wrong, for the operator: "the origin
  /// https://evil.example is not allowed". It may hold what the client sent,
  /// but no token and no text of a message. It is cut after kMaxSentenceBytes.
  void Note(RefusalReason reason, const RemoteAddress& remote,
            std::string_view sentence) {
    NoteAt(std::chrono::steady_clock::now(), reason, remote, sentence);
  }
  static constexpr std::size_t kMaxSentenceBytes = 300;

  /// Note() with the time of the caller.
  void NoteAt(SteadyTime now, RefusalReason reason, const RemoteAddress& remote,
              std::string_view sentence);

  /// Counts without a line: for what a connection that is served may do often.
  void Count(RefusalReason reason) {
    counts_[static_cast<std::size_t>(reason)].fetch_add(
        1, std::memory_order_relaxed);
  }

  /// Logs how many were left out, if their minute is over. Call it once in a
  /// while.
  void TellLeftOut(SteadyTime now);

  std::uint64_t count(RefusalReason reason) const {
    return counts_[static_cast<std::size_t>(reason)].load(
        std::memory_order_relaxed);
  }

  /// "server-full".
  static std::string_view NameOf(RefusalReason reason);

 private:
  void TellLeftOutLocked(SteadyTime now);

  LogSink& log_;
  std::array<std::atomic<std::uint64_t>, kReasons> counts_{};
  std::mutex mutex_;  // guards what follows
  SteadyTime minute_began_{};
  int told_ = 0;
  std::array<std::uint64_t, kReasons> left_out_{};
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HUB_REFUSALS_H_
