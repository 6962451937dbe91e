// fanout_server PEER: one of the servers that fanout_bench compares. Started by
// fanout_bench; peers.h says what it understands.

#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "descriptors.h"
#include "fanout/peers.h"

#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#define TICKERHUB_FANOUT_WITH_CALLGRIND
#endif

namespace tickerhub::fanout {
namespace {

std::string FromEnvironment(const char* name, const char* otherwise) {
  // Nothing in this process changes its environment.
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? otherwise : value;
}

}  // namespace

void SayListening(std::uint16_t port) { std::printf("listening %d\n", port); }

std::string PeerAddress() {
  return FromEnvironment("TICKERHUB_PEER_ADDRESS", "127.0.0.1");
}

TlsFiles PeerTlsFiles() {
  return {FromEnvironment("TICKERHUB_TLS_CERT", ""),
          FromEnvironment("TICKERHUB_TLS_KEY", "")};
}

bool ObeyCommonCommand(const Command& command) {
  if (command.name == "usage") {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("%ld\n",
                usage.ru_utime.tv_sec * 1'000'000L + usage.ru_utime.tv_usec);
    return true;
  }
  if (command.name != "count" && command.name != "dump") return false;
#ifdef TICKERHUB_FANOUT_WITH_CALLGRIND
  if (command.name == "dump") {
    CALLGRIND_DUMP_STATS;
  } else {
    CALLGRIND_START_INSTRUMENTATION;
    CALLGRIND_ZERO_STATS;
  }
#endif
  std::puts("done");
  return true;
}

void ObeyTicks(const std::vector<Command>& commands,
               const std::function<void(std::string)>& publish) {
  for (const Command& command : commands) {
    if (ObeyCommonCommand(command)) continue;
    for (std::uint64_t i = 0; i < command.count; ++i) {
      publish(MessageText(command.first + i, command.bytes));
    }
  }
}

namespace {

int Serve(std::string_view peer) {
  if (peer == "floor") return ServeFloor();
  if (peer == "tickerhub") return ServeTickerhub({});
  if (peer == "tickerhub-2loops")
    return ServeTickerhub({2, false, false, false});
  if (peer == "tickerhub-deflate")
    return ServeTickerhub({1, true, false, false});
  if (peer == "tickerhub-admission")
    return ServeTickerhub({1, false, true, false});
#ifdef TICKERHUB_FANOUT_WITH_TLS
  if (peer == "floor-tls") return ServeFloorTls();
  if (peer == "tickerhub-tls") return ServeTickerhub({1, false, false, true});
#endif
  if (peer == "websocketpp") return ServeWebsocketpp();
#ifdef TICKERHUB_FANOUT_WITH_BEAST
  if (peer == "beast") return ServeBeast();
#endif
#ifdef TICKERHUB_FANOUT_WITH_UWEBSOCKETS
  if (peer == "uwebsockets") return ServeUWebSockets();
#endif
  std::fputs("fanout_server: there is no such peer here\n", stderr);
  return 2;
}

}  // namespace
}  // namespace tickerhub::fanout

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // a line at a time
  tickerhub::internal::RaiseDescriptorLimit();
  return tickerhub::fanout::Serve(argc == 2 ? argv[1] : "");
}
