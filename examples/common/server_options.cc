#include "common/server_options.h"

#include <cstdio>

#include "tickerhub/pages/pages.h"
#include "tickerhub/version.h"

namespace tickerhub::examples {

void AddServerOptions(CommandLine* line, ServerOptions* options) {
  AddIdentityOptions(line, &options->identity);
  line->BeginGroup("Server");
  AddListenOptions(line, &options->listen);
  line->AddWholeNumber(
      "--threads", 1, 64, &options->threads,
      "Event loops; the first has the thread of the services, each further "
      "one a thread of its own; one serves many thousand clients");
  line->AddFlag("--compression", &options->compression,
                "Compress for clients that offer it (permessage-deflate): "
                "fewer bytes, more work");
  line->AddText("--pages", "DIR", &options->pages,
                "Serve this directory (index.html at /, the files beside it) "
                "instead of the built-in pages");
  line->AddConfigFile();
  AddOperatorOptions(line, &options->operation);
  AddLimitsOptions(line, &options->limits);
  AddProxyOptions(line, &options->proxy);
  line->BeginGroup("About");
  line->AddHelp();
  line->AddVersion(TICKERHUB_VERSION);
}

void CheckServerOptions(const CommandLine& line, ServerOptions* options) {
  CheckListenOptions(line, options->listen);
  CheckIdentityOptions(line, &options->identity);
  CheckLimits(options->limits);
  CheckProxyOptions(options->proxy);
}

Server::Options ToLibraryOptions(const ServerOptions& options) {
  Server::Options result;
  ApplyListenOptions(options.listen, &result);
  result.event_loops = static_cast<int>(options.threads);
  result.compression = options.compression;
  ApplyOperatorOptions(options.operation, &result);
  ApplyIdentityOptions(options.identity, &result);
  ApplyLimits(options.limits, &result);
  ApplyProxyOptions(options.proxy, &result);
  return result;
}

std::optional<int> ServeOwnPages(Server& server, const ServerOptions& options,
                                 const char* program) {
  if (options.pages.empty()) return std::nullopt;
  const Status status = ServeDirectory(server, options.pages);
  if (status.ok()) return std::nullopt;
  std::fprintf(stderr, "%s: --pages: %s\n", program, status.message().c_str());
  return kUsageErrorStatus;
}

}  // namespace tickerhub::examples
