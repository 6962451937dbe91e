#ifndef TICKERHUB_EXAMPLES_COMMON_LIMITS_OPTIONS_H_
#define TICKERHUB_EXAMPLES_COMMON_LIMITS_OPTIONS_H_

// What clients may cost, as options of both servers: docs/security.md has the
// table of all limits.

#include <cstddef>
#include <cstdint>
#include <string>

#include "common/command_line.h"
#include "tickerhub/client_budget.h"
#include "tickerhub/websocketpp/channel.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub::examples {

/// The library's own settings, of which only the limits count.
struct LimitsOptions {
  Server::Options server;
  ChannelOptions channel;
};

/// Adds --max-connections and all the others, in a group of their own. The
/// values in `*limits` are the defaults.
void AddLimitsOptions(CommandLine* line, LimitsOptions* limits);

/// Throws UsageError for limits that make no sense together.
void CheckLimits(const LimitsOptions& limits);

/// Sets the limits of `*options`, and nothing else of it.
void ApplyLimits(const LimitsOptions& limits, Server::Options* options);

constexpr std::uint64_t kLargestSize = std::uint64_t{1} << 40;

/// Adds an option that is a whole number from `least` to `most`.
void AddSizeOption(CommandLine* line, const std::string& name,
                   std::uint64_t least, std::size_t* value,
                   const std::string& description,
                   std::uint64_t most = kLargestSize);

/// Adds an option that is a budget: "0.2:20,1:50,5:200", the rates a second and
/// the bursts of a client, of an address and of all.
void AddBudgetOption(CommandLine* line, const std::string& name,
                     ClientBudget* budget, const std::string& description);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_LIMITS_OPTIONS_H_
