#include "common/proxy_options.h"

#include <chrono>
#include <string>

#include "tickerhub/websocketpp/http.h"

namespace tickerhub::examples {
namespace {

constexpr char kForwarded[] = "forwarded";
constexpr char kXForwardedFor[] = "x-forwarded-for";
constexpr std::uint64_t kTenYears = 315'360'000;

}  // namespace

void AddProxyOptions(CommandLine* line, ProxyOptions* options) {
  line->BeginGroup("Behind a proxy");
  line->AddTexts("--trusted-proxy", "CIDR", "", &options->trusted,
                 "An address or network of proxies, such as 127.0.0.1 or "
                 "10.0.0.0/8, repeatable; what they say of their clients "
                 "counts");
  line->AddParsed(
      "--forwarded-header", "NAME", options->header,
      [options](const std::string& name) {
        if (name != kForwarded && name != kXForwardedFor) {
          throw UsageError(
              "--forwarded-header must be x-forwarded-for or forwarded, "
              "whichever the proxy adds to, not \"" +
              name + "\"");
        }
        options->header = name;
      },
      "The header that the proxies add to: x-forwarded-for or forwarded");
  line->AddFlag("--proxy-protocol", &options->proxy_protocol,
                "Connections begin with a header of the PROXY protocol, "
                "version 1 or 2, of a trusted proxy; with --listen, say proxy "
                "there instead");
  line->AddWholeNumber("--hsts", 0, kTenYears, &options->hsts_max_age,
                       "Tell browsers that come by HTTPS to use nothing else "
                       "for so many seconds; 0 = don't");
}

void CheckProxyOptions(const ProxyOptions& options) {
  for (const std::string& network : options.trusted) {
    if (IsNetwork(network)) continue;
    throw UsageError(
        "--trusted-proxy must be an address or a network such as 10.0.0.1 or "
        "10.0.0.0/8, with zeros behind the network, not \"" +
        network + "\"");
  }
  if (options.proxy_protocol && options.trusted.empty()) {
    throw UsageError(
        "--proxy-protocol needs --trusted-proxy: name the proxies that may "
        "say who connects");
  }
}

void ApplyProxyOptions(const ProxyOptions& options, Server::Options* server) {
  server->trusted_proxies = options.trusted;
  server->forwarded_field = options.header == kForwarded
                                ? ForwardedField::kForwarded
                                : ForwardedField::kXForwardedFor;
  if (options.proxy_protocol) server->proxy_protocol = true;
  server->hsts_max_age = std::chrono::seconds(options.hsts_max_age);
}

}  // namespace tickerhub::examples
