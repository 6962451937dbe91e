// fanout_server PEER: one of the servers that fanout_bench compares. Started by
// fanout_bench; command.h says what it understands.

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <string>

#include "descriptors.h"
#include "fanout/command.h"
#include "fanout/peers.h"

#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#define TICKERHUB_FANOUT_WITH_CALLGRIND
#endif

namespace tickerhub::fanout {

void Answer(std::string_view line) {
  while (!line.empty()) {
    const ssize_t written = write(STDOUT_FILENO, line.data(), line.size());
    if (written <= 0) return;  // nobody listens any more
    line.remove_prefix(static_cast<std::size_t>(written));
  }
}

void SayListening(std::uint16_t port) {
  Answer("listening " + std::to_string(port) + "\n");
}

bool ObeyCommonCommand(const Command& command) {
  switch (command.kind) {
    case Command::Kind::kUsage:
      Answer(UsageLine());
      return true;
    case Command::Kind::kCount:
#ifdef TICKERHUB_FANOUT_WITH_CALLGRIND
      CALLGRIND_START_INSTRUMENTATION;
      CALLGRIND_ZERO_STATS;
#endif
      Answer("done\n");
      return true;
    case Command::Kind::kDump:
#ifdef TICKERHUB_FANOUT_WITH_CALLGRIND
      CALLGRIND_DUMP_STATS;
#endif
      Answer("done\n");
      return true;
    default:
      return false;
  }
}

namespace {

int Serve(std::string_view peer) {
  if (peer == "floor") return ServeFloor();
  if (peer == "tickerhub") return ServeTickerhub(1);
  if (peer == "tickerhub-2loops") return ServeTickerhub(2);
  if (peer == "tickerhub-deflate") return ServeTickerhub(1, true);
  if (peer == "websocketpp") return ServeWebsocketpp();
#ifdef TICKERHUB_FANOUT_WITH_BEAST
  if (peer == "beast") return ServeBeast();
#endif
  std::fprintf(stderr, "fanout_server: there is no peer \"%s\" here\n",
               std::string(peer).c_str());
  return 2;
}

}  // namespace
}  // namespace tickerhub::fanout

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: fanout_server PEER\n", stderr);
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  tickerhub::internal::RaiseDescriptorLimit();
  return tickerhub::fanout::Serve(argv[1]);
}
