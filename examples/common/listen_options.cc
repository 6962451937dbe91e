#include "common/listen_options.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "tickerhub/websocketpp/http_api.h"

namespace tickerhub::examples {
namespace {

// Removes and returns what stands before the first comma, or everything.
std::string_view TakeWord(std::string_view* text) {
  const std::size_t end = std::min(text->find(','), text->size());
  const std::string_view word = text->substr(0, end);
  text->remove_prefix(std::min(end + 1, text->size()));
  return word;
}

bool ReadAddressAndPort(std::string_view text, Listener* listener) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  std::string_view address = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  // IPv6: [::1]:443.
  if (address.size() > 2 && address.front() == '[' && address.back() == ']') {
    address = address.substr(1, address.size() - 2);
  } else if (address.find(':') != std::string_view::npos) {
    return false;
  }
  listener->address = address;
  const char* const end = port.data() + port.size();
  const auto [rest, error] = std::from_chars(port.data(), end, listener->port);
  return !address.empty() && error == std::errc() && rest == end;
}

std::optional<Listener> ReadListener(std::string_view text) {
  Listener listener;
  if (!ReadAddressAndPort(TakeWord(&text), &listener)) return std::nullopt;
  while (!text.empty()) {
    const std::string_view word = TakeWord(&text);
    if (word == "tls") {
      listener.tls = true;
    } else if (word == "admin") {
      listener.admin = true;
    } else if (word == "proxy") {
      listener.proxy_protocol = true;
    } else {
      return std::nullopt;
    }
  }
  return listener;
}

}  // namespace

void AddListenOptions(CommandLine* line, ListenOptions* options) {
  line->AddText("--address", "ADDRESS", &options->address,
                "Address to listen on; 0.0.0.0 or :: = every interface, "
                "then think of who can reach it");
  line->AddWholeNumber("--port", 0, 65'535, &options->port,
                       "Port to listen on; 0 = any free one");
  line->AddTexts("--listen", "ADDRESS:PORT[,tls][,admin][,proxy]", "",
                 &options->listeners,
                 "Listen here instead, repeatable; tls = speak https:// and "
                 "wss://, admin = health and metrics only, proxy = each "
                 "connection begins with the PROXY protocol");
  line->AddFlag("--reuse-port", &options->reuse_port,
                "Share the port with other processes that say so too; each "
                "gets a part of the clients");
  AddTlsOptions(line, &options->tls);
}

std::vector<Listener> ListenersOf(const ListenOptions& options) {
  std::vector<Listener> listeners;
  if (options.listeners.empty()) {
    Listener& listener = listeners.emplace_back();
    listener.address = options.address;
    listener.port = static_cast<std::uint16_t>(options.port);
    listener.tls = !options.tls.certificate.empty();
  }
  for (const std::string& text : options.listeners) {
    std::optional<Listener> listener = ReadListener(text);
    if (!listener) {
      throw UsageError(
          "--listen must be ADDRESS:PORT and then what it speaks, such as "
          "0.0.0.0:443,tls or [::1]:9100,admin, not \"" +
          text + "\"");
    }
    listeners.push_back(std::move(*listener));
  }
  for (Listener& listener : listeners) listener.reuse_port = options.reuse_port;
  return listeners;
}

void CheckListenOptions(const CommandLine& line, const ListenOptions& options) {
  if (!options.listeners.empty() &&
      (line.WasGiven("--address") || line.WasGiven("--port"))) {
    throw UsageError(
        "--listen says where to listen, so --address and --port cannot be "
        "given too");
  }
  if (!options.listeners.empty() && line.WasGiven("--proxy-protocol")) {
    throw UsageError(
        "--listen says which listeners speak the PROXY protocol (proxy), so "
        "--proxy-protocol cannot be given too");
  }
  const std::vector<Listener> listeners = ListenersOf(options);
  const bool speaks_tls =
      std::any_of(listeners.begin(), listeners.end(),
                  [](const Listener& listener) { return listener.tls; });
  CheckTlsOptions(options.tls, speaks_tls);
}

bool IsForThisMachineOnly(const ListenOptions& options) {
  const std::vector<Listener> listeners = ListenersOf(options);
  return std::all_of(listeners.begin(), listeners.end(),
                     [](const Listener& listener) {
                       return listener.admin || IsLoopback(listener.address);
                     });
}

void ApplyListenOptions(const ListenOptions& options, Server::Options* server) {
  static_cast<Listener&>(*server) = ListenersOf(options).front();
  ApplyTlsOptions(options.tls, server);
}

void AddMoreListeners(Server& server, const ListenOptions& options) {
  const std::vector<Listener> listeners = ListenersOf(options);
  for (std::size_t i = 1; i < listeners.size(); ++i) {
    server.AddListener(listeners[i]);
  }
}

}  // namespace tickerhub::examples
