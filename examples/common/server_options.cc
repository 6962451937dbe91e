#include "common/server_options.h"

#include <memory>
#include <utility>

#include "common/command_line.h"
#include "common/help_format.h"
#include "common/logging.h"
#include "tickerhub/version.h"

namespace tickerhub::examples {

void AddServerOptions(CLI::App& app, ServerOptions* options) {
  const std::string group = "Server";
  app.add_option("--address", options->address,
                 "Address to listen on; 0.0.0.0 or :: = every interface, "
                 "then think of who can reach it")
      ->type_name("ADDRESS")
      ->capture_default_str()
      ->group(group);
  AddWholeNumber(app, "--port", 0, 65'535, &options->port,
                 "Port to listen on; 0 = any free one")
      ->group(group);
  AddFlag(app, "--reuse-port", &options->reuse_port,
          "Share the port with other processes that say so too; each gets "
          "a part of the clients")
      ->group(group);
  AddWholeNumber(app, "--threads", 1, 64, &options->threads,
                 "Event loops, a thread each; one serves many thousand clients")
      ->group(group);
  AddFlag(app, "--compression", &options->compression,
          "Compress for clients that offer it (permessage-deflate): fewer "
          "bytes, more work")
      ->group(group);
  app.add_option("--pages", options->pages,
                 "Serve this directory (index.html at /, the files beside it) "
                 "instead of the built-in pages")
      ->type_name("DIR")
      ->group(group);
  app.add_option_function<std::string>(
         "--log-level",
         [options](const std::string& name) {
           if (!IsLogLevel(name)) {
             throw UsageError("--log-level must be one of " + LogLevelNames() +
                              ", not \"" + name + "\"");
           }
           options->log_level = name;
         },
         "What is logged to standard error: " + LogLevelNames())
      ->type_name("LEVEL")
      ->default_str(options->log_level)
      ->group(group);
  AddConfigFile(app, group);

  // Set anew, so that it comes last.
  app.set_help_flag();
  app.set_help_flag("--help", "Print this and exit")->group("About");
  app.formatter(std::make_shared<HelpFormat>());
  app.set_version_flag("--version", app.get_name() + " " + TICKERHUB_VERSION,
                       "Print the version and exit")
      ->group("About");
}

WebPages PagesOf(const ServerOptions& options) {
  if (options.pages.empty()) return BuiltInPages();
  WebPages pages;
  if (const Status status = ReadPages(options.pages, &pages); !status.ok()) {
    throw UsageError("--pages: " + status.message());
  }
  return pages;
}

Server::Options ToLibraryOptions(const ServerOptions& options) {
  Server::Options result;
  result.address = options.address;
  result.port = static_cast<std::uint16_t>(options.port);
  result.reuse_port = options.reuse_port;
  result.event_loops = static_cast<int>(options.threads);
  result.compression = options.compression;
  result.log = &LogForServer;
  return result;
}

}  // namespace tickerhub::examples
