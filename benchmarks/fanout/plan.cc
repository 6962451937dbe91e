#include "fanout/plan.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string_view>

namespace tickerhub::fanout {
namespace {

// Where clients follow some of many symbols, and where one tick has eight
// changes for all, one number of clients tells enough.
constexpr std::uint32_t kSubsetClients = 10'000;
constexpr std::uint32_t kEightClients = 1000;
constexpr std::uint32_t kSmall = 76;
// The connecting, and what compression costs: as well.
constexpr std::uint32_t kConnectClients = 1000;
constexpr std::uint32_t kCompressedClients = 1000;
constexpr std::uint32_t kCompressedBytes = 4096;
constexpr std::uint32_t kQuickConnectRounds = 3;

bool IsTickerhub(const Peer& peer) { return peer.name == "tickerhub"; }
bool IsCompressed(std::string_view name) { return name == "tickerhub-deflate"; }

// Rotates the peers from round to round, so that none always comes after the
// same one.
void AddCell(Scenario scenario, std::uint32_t clients, std::uint32_t bytes,
             std::uint32_t rounds, const std::vector<Peer>& peers,
             std::vector<Turn>* plan) {
  for (std::uint32_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < peers.size(); ++i) {
      plan->push_back(
          {scenario, clients, bytes, round, peers[(i + round) % peers.size()]});
    }
  }
}

template <typename Predicate>
std::vector<Peer> Only(const std::vector<Peer>& peers, Predicate wanted) {
  std::vector<Peer> some;
  std::copy_if(peers.begin(), peers.end(), std::back_inserter(some), wanted);
  return some;
}

}  // namespace

std::optional<int> ReadPlanOptions(int* argc, char** argv,
                                   PlanOptions* options) {
  CLI::App app(
      "Compares what a broadcast costs in this library and in others, over "
      "real "
      "sockets on\nloopback. Google Benchmark's options (--benchmark_filter=…) "
      "work too.",
      "fanout_bench");
  app.allow_extras();
  bool quick = false;
  app.add_flag("--quick", quick, "1,000 clients and 5 rounds only: 4 minutes");
  app.add_option("--clients", options->clients, "Numbers of clients")
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--bytes", options->bytes, "Sizes of a message")
      ->delimiter(',')
      ->capture_default_str();
  auto* const rounds =
      app.add_option("--rounds", options->rounds, "Rounds of each cell")
          ->check(CLI::Range(1, 1000))
          ->capture_default_str();
  app.add_option("--peers", options->peers, "Only these and the floor")
      ->delimiter(',');
  app.add_option("--commit", options->commit, "What to call this source");
  app.add_option("--summary", options->summary_file,
                 "A file for medians and ratios as JSON");
  try {
    app.parse(*argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    return 0;
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "fanout_bench: %s\n", error.what());
    return 2;
  }
  if (quick) {
    options->clients = {1000};
    if (rounds->count() == 0) options->rounds = 5;
  }
  if (rounds->count() > 0) {
    options->connect_rounds = options->rounds;
  } else if (quick) {
    options->connect_rounds = kQuickConnectRounds;
  }
  const std::vector<std::string> rest = app.remaining();
  int kept = 1;
  for (int i = 1; i < *argc; ++i) {
    if (std::find(rest.begin(), rest.end(), argv[i]) != rest.end()) {
      argv[kept++] = argv[i];
    }
  }
  *argc = kept;
  return std::nullopt;
}

std::vector<Peer> FindPeers(const PlanOptions& options) {
  const std::string server = TICKERHUB_FANOUT_SERVER;
  const std::string scripts = TICKERHUB_FANOUT_PEERS;
  std::vector<Peer> all;
  for (const char* name : {"floor", "tickerhub", "tickerhub-deflate",
                           "tickerhub-2loops", "websocketpp",
#ifdef TICKERHUB_FANOUT_WITH_BEAST
                           "beast"
#endif
       }) {
    all.push_back({name, {server, name}, IsCompressed(name)});
  }
  if (std::filesystem::exists(scripts + "/node_modules/ws")) {
    all.push_back({"ws", {"node", scripts + "/ws.mjs"}});
    all.push_back({"express-ws", {"node", scripts + "/express_ws.mjs"}});
  } else {
    std::fprintf(stderr, "no Node peers: run npm ci in %s first\n",
                 scripts.c_str());
  }
  return Only(all, [&options](const Peer& peer) {
    return peer.name == "floor" || options.peers.empty() ||
           std::find(options.peers.begin(), options.peers.end(), peer.name) !=
               options.peers.end();
  });
}

std::string Turn::Name() const {
  return std::string(NameOf(scenario)) + "/" + peer.name +
         "/clients:" + std::to_string(clients) +
         "/bytes:" + std::to_string(bytes) + "/round:" + std::to_string(round);
}

RoundRequest Turn::Request() const {
  RoundRequest request;
  request.scenario = scenario;
  request.bytes = bytes;
  request.warm_up = 3;
  if (clients >= 5000) {
    request.ticks = 8;
    request.pace_microseconds = 200'000;
  } else if (clients >= 500) {
    request.ticks = 20;
    request.pace_microseconds = 50'000;
  } else {
    request.ticks = 30;
    request.pace_microseconds = 10'000;
  }
  if (scenario == Scenario::kConnect) {
    request.warm_up = 0;
    request.ticks = 0;
  }
  return request;
}

std::vector<Turn> MakePlan(const PlanOptions& options,
                           const std::vector<Peer>& peers) {
  std::vector<Turn> plan;
  const std::vector<Peer> ours = Only(peers, IsTickerhub);
  const std::vector<Peer> ours_and_floor = Only(peers, [](const Peer& peer) {
    return IsTickerhub(peer) || peer.name == "floor";
  });
  const std::vector<Peer> plain =
      Only(peers, [](const Peer& peer) { return !peer.compression; });
  // First, while nothing else is connected.
  AddCell(Scenario::kConnect, kConnectClients, 0, options.connect_rounds, peers,
          &plan);
  for (const std::uint32_t clients : options.clients) {
    for (const std::uint32_t bytes : options.bytes) {
      const bool compressed =
          clients == kCompressedClients && bytes == kCompressedBytes;
      AddCell(Scenario::kAll, clients, bytes, options.rounds,
              compressed ? peers : plain, &plan);
    }
    if (clients == kEightClients) {
      AddCell(Scenario::kEight, clients, kSmall, options.rounds, ours_and_floor,
              &plan);
    }
  }
  AddCell(Scenario::kSubset, kSubsetClients, kSmall, options.rounds, ours,
          &plan);
  return plan;
}

}  // namespace tickerhub::fanout
