#ifndef TICKERHUB_BENCHMARKS_FANOUT_PEERS_H_
#define TICKERHUB_BENCHMARKS_FANOUT_PEERS_H_

// The servers that fanout_bench compares, as functions that listen on any port
// of 127.0.0.1, obey the commands on standard input (command.h) and return at
// its end. All set TCP_NODELAY.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fanout/command.h"

namespace tickerhub::fanout {

/// What the kernel asks for: one thread, one epoll, one send() of a ready frame
/// for each client. Nothing less can deliver; nothing else is done.
int ServeFloor();

/// tickerhub::Server with this many event loops.
int ServeTickerhub(int event_loops, bool compression = false);

/// websocketpp with its stock configuration, as its examples broadcast:
/// send(handle, string) for each connection.
int ServeWebsocketpp();

/// Boost.Beast as its multi-client chat example: a shared string, a queue and
/// an asynchronous write for each session.
int ServeBeast();

/// The commands that are the same for all peers. Returns whether it was one.
bool ObeyCommonCommand(const Command& command);

/// Prints "listening PORT".
void SayListening(std::uint16_t port);

/// Writes to standard output at once.
void Answer(std::string_view line);

}  // namespace tickerhub::fanout

#endif  // TICKERHUB_BENCHMARKS_FANOUT_PEERS_H_
