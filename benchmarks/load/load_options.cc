#include "load/load_options.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <limits>

#include "load/load_figures.h"
#include "load/load_target.h"

namespace tickerhub::load {
namespace {

constexpr double kMaxSeconds = 7 * 24 * 3600;

constexpr char kFooter[] =
    "Examples:\n"
    "  tickerhub-load --clients 10000 --duration 60\n"
    "  tickerhub-load --url ws://hub.example:8080/stocks --clients 1000 "
    "--slow-readers 1 --json\n"
    "\n"
    "Exit status: 0 if every update arrived at every client that is not a "
    "slow\n"
    "reader, 1 if not, 2 after a usage error.";

void AddOptions(CLI::App& app, LoadOptions* options) {
  const auto add = [&app](const char* name, auto* value, auto least, auto most,
                          const char* type, const char* help) {
    return app.add_option(name, *value, help)
        ->check(CLI::Range(least, most))
        ->type_name(type)
        ->capture_default_str();
  };
  constexpr std::size_t kOne = 1;
  constexpr std::size_t kMillion = 1'000'000;
  app.add_option("--url", options->url, "The server's channel of stocks")
      ->type_name("URL")
      ->capture_default_str();
  add("--clients", &options->clients, kOne, kMillion, "N", "How many connect");
  add("--ramp", &options->ramp, kOne, kMillion, "N",
      "Connections begun in a second");
  add("--duration", &options->duration, 0.0, kMaxSeconds, "SECONDS",
      "Seconds to go on once all are connected");
  add("--settle", &options->settle, 0.0, kMaxSeconds, "SECONDS",
      "Seconds at most that clients then get to prove, by a later message, "
      "that they missed nothing");
  add("--slow-readers", &options->slow_readers, 0.0, 100.0, "PERCENT",
      "Of the clients, so many percent read slowly");
  add("--slow-rate", &options->slow_rate, 0U,
      std::numeric_limits<std::uint32_t>::max() - 1, "BYTES",
      "Bytes a second that these read; 0: nothing");
  add("--processes", &options->processes, kOne, kMaxProcesses, "N",
      "Processes to spread the clients over")
      ->default_str("as few as limits on descriptors and ports allow");
  app.add_flag("--compression", options->compression,
               "Offer permessage-deflate, as browsers do; the report says how "
               "many connections\nagreed");
  app.add_flag("--json", options->json, "Report as JSON");
}

// Checks what no single option can know. Returns a sentence if it is wrong.
std::string FindTarget(LoadOptions* options) {
  std::string error = ResolveTarget(options->url, &options->target);
  if (!error.empty()) return "--url: " + error;
  options->target.compression = options->compression;
  options->processes =
      FitProcesses(options->clients, options->processes,
                   IsIpv4Loopback(options->target), FindRoom(), &error);
  return error;
}

}  // namespace

std::optional<int> ReadLoadOptions(int argc, char** argv,
                                   LoadOptions* options) {
  CLI::App app(
      "Connects many clients to a tickerhub stock server, checks that every "
      "update\narrives at each, and measures how long it takes.",
      "tickerhub-load");
  app.footer(kFooter);
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::Throw);
  AddOptions(app, options);
  std::string error;
  try {
    app.parse(argc, argv);
    error = FindTarget(options);
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    return 0;
  } catch (const CLI::ParseError& parse_error) {
    error = parse_error.what();
  }
  if (error.empty()) return std::nullopt;
  std::fprintf(stderr, "tickerhub-load: %s\n", error.c_str());
  return 2;
}

}  // namespace tickerhub::load
