#ifndef TICKERHUB_BENCHMARKS_FANOUT_PEERS_H_
#define TICKERHUB_BENCHMARKS_FANOUT_PEERS_H_

// The servers that fanout_bench compares, as functions that listen on any port
// of 127.0.0.1, obey the commands on standard input and return at its end. All
// set TCP_NODELAY.
//
// A command is a line. The server prints "listening PORT" once it is ready.
//
//   tick FIRST COUNT BYTES     publish COUNT messages to all, numbered from
//                              FIRST, of BYTES bytes each, in one tick
//   changes FIRST COUNT BYTES  publish COUNT messages, each to those who follow
//                              its symbol, in one tick
//   usage                      answer the microseconds of CPU in user mode
//   count, dump                begin to count instructions anew, and write down
//                              how many there were (under callgrind); answer
//                              "done"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tickerhub::fanout {

struct Command {
  std::string name;
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  std::size_t bytes = 0;
};

/// With its line feed.
std::string ToLine(const Command& command);

/// Takes commands out of a stream that comes in any pieces.
class CommandStream {
 public:
  std::vector<Command> Push(std::string_view bytes);

 private:
  std::string rest_;
};

/// Symbols of the scenario in which clients follow a few of many.
inline constexpr std::uint32_t kSymbols = 1000;
inline constexpr std::uint32_t kFollowed = 10;

/// The JSON text of message `seq`: an update with as many prices as fit into
/// `bytes` (one at least, a thousand at most), filled up with blanks to that
/// length. The symbols and prices compress as those of a market do.
std::string MessageText(std::uint64_t seq, std::size_t bytes);

/// The symbol, below kSymbols, that message `seq` of a "changes" tick is about.
/// Those of a hundred messages in a row are different.
std::uint32_t SymbolOf(std::uint64_t seq);

/// What a client follows: kFollowed different symbols.
std::vector<std::uint32_t> FollowedBy(std::uint32_t client);

/// A client sends kFollow and its number to follow its symbols alone. The
/// server answers kFollowing once that is so.
inline constexpr std::string_view kFollow = "follow ";
inline constexpr std::string_view kFollowing = R"({"type":"following"})";

/// What the kernel asks for: one thread, one epoll, one send() of a ready frame
/// for each client.
int ServeFloor();

/// The same with OpenSSL and one SSL_write() for each client.
int ServeFloorTls();

/// The certificate of the peers that speak TLS: the files that
/// TICKERHUB_TLS_CERT and TICKERHUB_TLS_KEY name.
struct TlsFiles {
  std::string certificate;
  std::string key;
};
TlsFiles PeerTlsFiles();

/// tickerhub::Server with one event loop, unless the options say otherwise.
struct TickerhubOptions {
  int event_loops = 1;
  bool compression = false;
  bool admission = false;  ///< asks one that accepts everybody
  bool tls = false;        ///< with the certificate of PeerTlsFiles()
};
int ServeTickerhub(const TickerhubOptions& options);

/// websocketpp with its stock configuration, as its examples broadcast:
/// send(handle, string) for each connection.
int ServeWebsocketpp();

/// Boost.Beast as its multi-client chat example: a shared string, a queue and
/// an asynchronous write for each session.
int ServeBeast();

/// uWebSockets' publish() to one topic.
int ServeUWebSockets();

/// Obeys the commands that are the same for all peers. Returns false if it is
/// another command.
bool ObeyCommonCommand(const Command& command);

/// Obeys all commands of a peer that has only ticks: publishes a text at a
/// time.
void ObeyTicks(const std::vector<Command>& commands,
               const std::function<void(std::string)>& publish);

/// Where the peers that run-soak starts listen: what TICKERHUB_PEER_ADDRESS
/// says, or 127.0.0.1.
std::string PeerAddress();

/// Prints "listening PORT".
void SayListening(std::uint16_t port);

}  // namespace tickerhub::fanout

#endif  // TICKERHUB_BENCHMARKS_FANOUT_PEERS_H_
