#include "fanout/plan.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <iterator>

namespace tickerhub::fanout {
namespace {

/// Rotates the peers from round to round, so that none always comes after the
/// same one. `wanted` chooses among the peers.
template <typename Predicate>
void AddCell(const Turn& cell, std::uint32_t rounds,
             const std::vector<Peer>& peers, Predicate wanted,
             std::vector<Turn>* plan) {
  std::vector<Peer> some;
  std::copy_if(peers.begin(), peers.end(), std::back_inserter(some), wanted);
  for (std::uint32_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < some.size(); ++i) {
      Turn& turn = plan->emplace_back(cell);
      turn.round = round;
      turn.peer = some[(i + round) % some.size()];
    }
  }
}

}  // namespace

std::optional<int> ReadPlanOptions(int argc, const char* const* argv,
                                   PlanOptions* options) {
  CLI::App app(
      "Compares what a broadcast costs in this library and in others, over "
      "real sockets on\nloopback. Google Benchmark's options "
      "(--benchmark_filter=…) work too.",
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
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    return 0;
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "fanout_bench: %s\n", error.what());
    return 2;
  }
  if (quick) options->clients = {1000};
  if (rounds->count() > 0) {
    options->connect_rounds = options->rounds;
  } else if (quick) {
    options->rounds = 5;
    options->connect_rounds = 3;
  }
  options->rest = app.remaining();
  return std::nullopt;
}

std::vector<Peer> FindPeers(const PlanOptions& options) {
  const std::string server = TICKERHUB_FANOUT_SERVER;
  const std::string scripts = TICKERHUB_FANOUT_PEERS;
  std::vector<Peer> all;
  for (const char* name : {
           "floor",
           "tickerhub",
           "tickerhub-deflate",
           "tickerhub-2loops",
           "websocketpp",
#ifdef TICKERHUB_FANOUT_WITH_BEAST
           "beast",
#endif
#ifdef TICKERHUB_FANOUT_WITH_UWEBSOCKETS
           "uwebsockets",
#endif
       }) {
    all.push_back({name, {server, name}});
  }
  all[2].compression = true;
  if (std::filesystem::exists(scripts + "/node_modules/ws")) {
    all.push_back({"ws", {"node", scripts + "/ws.mjs"}});
    all.push_back({"express-ws", {"node", scripts + "/express_ws.mjs"}});
  } else {
    std::fprintf(stderr, "no Node peers: run npm ci in %s first\n",
                 scripts.c_str());
  }
  const std::vector<std::string>& only = options.peers;
  all.erase(std::remove_if(all.begin(), all.end(),
                           [&only](const Peer& peer) {
                             return peer.name != "floor" && !only.empty() &&
                                    std::find(only.begin(), only.end(),
                                              peer.name) == only.end();
                           }),
            all.end());
  return all;
}

std::string Turn::Name() const {
  return std::string(NameOf(scenario)) + "/" + peer.name +
         "/clients:" + std::to_string(clients) +
         "/bytes:" + std::to_string(bytes) + "/round:" + std::to_string(round);
}

RoundRequest Turn::Request() const {
  if (scenario == Scenario::kConnect) return {scenario, bytes, 0, 0, 0};
  if (clients >= 5000) return {scenario, bytes, 3, 8, 200'000};
  if (clients >= 500) return {scenario, bytes, 3, 20, 50'000};
  if (clients >= 50) return {scenario, bytes, 3, 30, 10'000};
  // A few frames at a time spread widely, so there are more of them.
  return {scenario, bytes, 3, 100, 10'000};
}

std::vector<Turn> MakePlan(const PlanOptions& options,
                           const std::vector<Peer>& peers) {
  const auto all = [](const Peer&) { return true; };
  const auto ours = [](const Peer& peer) { return peer.name == "tickerhub"; };
  const auto batching = [&ours](const Peer& peer) {
    return ours(peer) || peer.name == "floor" || peer.name == "uwebsockets";
  };
  // One number of clients tells enough about connecting, compression, eight
  // changes in a tick, and clients that follow some of many symbols. Connecting
  // comes first, while nothing else is connected.
  std::vector<Turn> plan;
  AddCell({Scenario::kConnect, 1000, 0, 0, {}}, options.connect_rounds, peers,
          all, &plan);
  for (const std::uint32_t clients : options.clients) {
    for (const std::uint32_t bytes : options.bytes) {
      const bool compressed = clients == 1000 && bytes == 4096;
      AddCell(
          {Scenario::kAll, clients, bytes, 0, {}}, options.rounds, peers,
          [compressed](const Peer& peer) {
            return compressed || !peer.compression;
          },
          &plan);
    }
    if (clients == 1000) {
      AddCell({Scenario::kEight, clients, 76, 0, {}}, options.rounds, peers,
              batching, &plan);
    }
  }
  AddCell({Scenario::kSubset, 10'000, 76, 0, {}}, options.rounds, peers, ours,
          &plan);
  return plan;
}

}  // namespace tickerhub::fanout
