#include "load/load_options.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <limits>

#include "load/load_figures.h"
#include "load/load_target.h"

namespace tickerhub::load {
namespace {

constexpr int kUsageError = 2;
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

// CLI11 has no seconds that may be fractions.
std::chrono::milliseconds FromSeconds(double seconds) {
  return std::chrono::milliseconds(std::llround(seconds * 1000));
}

struct RawSeconds {
  double duration;
  double settle;
};

void AddOptions(CLI::App& app, LoadOptions* options, RawSeconds* seconds) {
  app.add_option("--url", options->url, "The server's channel of stocks")
      ->type_name("URL")
      ->capture_default_str();
  app.add_option("--clients", options->clients, "How many connect")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--ramp", options->ramp, "Connections begun in a second")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--duration", seconds->duration,
                 "Seconds to go on once all are connected")
      ->check(CLI::Range(0.0, kMaxSeconds))
      ->type_name("SECONDS")
      ->capture_default_str();
  app.add_option("--settle", seconds->settle,
                 "Seconds at most that clients then get to prove, by a later "
                 "message, that they missed nothing")
      ->check(CLI::Range(0.0, kMaxSeconds))
      ->type_name("SECONDS")
      ->capture_default_str();
  app.add_option("--slow-readers", options->slow_readers,
                 "Of the clients, so many percent read slowly")
      ->check(CLI::Range(0.0, 100.0))
      ->type_name("PERCENT")
      ->capture_default_str();
  app.add_option("--slow-rate", options->slow_rate,
                 "Bytes a second that these read; 0: nothing")
      ->check(CLI::Range(0U, std::numeric_limits<std::uint32_t>::max() - 1))
      ->type_name("BYTES")
      ->capture_default_str();
  app.add_option("--processes", options->processes,
                 "Processes to spread the clients over")
      ->check(CLI::Range(std::size_t{1}, kMaxProcesses))
      ->type_name("N")
      ->default_str("as few as limits on descriptors and ports allow");
  app.add_flag("--compression", options->compression,
               "Offer permessage-deflate, as browsers do; the report says how "
               "many connections\nagreed");
  app.add_flag("--json", options->json, "Report as JSON");
}

// What no single option can know. Returns a sentence or nothing.
std::string FindTarget(LoadOptions* options) {
  LoadUrl url;
  std::string error = ParseLoadUrl(options->url, &url);
  if (!error.empty()) return "--url: " + error;
  error = ResolveTarget(url, &options->target);
  if (!error.empty()) return "--url: " + error;
  options->target.compression = options->compression;
  options->source_for_each_process = IsIpv4Loopback(options->target);
  options->processes =
      FitProcesses(options->clients, options->processes,
                   options->source_for_each_process, FindRoom(), &error);
  return error;
}

int SayUsageError(const std::string& sentence) {
  std::fprintf(stderr, "tickerhub-load: %s\n", sentence.c_str());
  return kUsageError;
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
  RawSeconds seconds{std::chrono::duration<double>(options->duration).count(),
                     std::chrono::duration<double>(options->settle).count()};
  AddOptions(app, options, &seconds);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    return 0;
  } catch (const CLI::ParseError& error) {
    return SayUsageError(error.what());
  }
  options->duration = FromSeconds(seconds.duration);
  options->settle = FromSeconds(seconds.settle);
  const std::string error = FindTarget(options);
  if (!error.empty()) return SayUsageError(error);
  return std::nullopt;
}

}  // namespace tickerhub::load
