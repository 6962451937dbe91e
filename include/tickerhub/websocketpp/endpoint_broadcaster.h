#ifndef TICKERHUB_WEBSOCKETPP_ENDPOINT_BROADCASTER_H_
#define TICKERHUB_WEBSOCKETPP_ENDPOINT_BROADCASTER_H_

// A Broadcaster over a websocketpp::server that you already run.
//
//   websocketpp::server<websocketpp::config::asio> endpoint;
//   tickerhub::EndpointBroadcaster<decltype(endpoint)> out(endpoint);
//   MyService service(out);
//   endpoint.set_open_handler([&](auto hdl) { service.OnOpen(out.Add(hdl)); });
//   endpoint.set_message_handler([&](auto hdl, auto message) {
//     service.OnMessage(out.IdOf(hdl), {message->get_payload()}); });
//   endpoint.set_close_handler([&](auto hdl) {
//     service.OnClose(out.Remove(hdl)); });
//
// This header includes websocketpp, so it needs C++17 (websocketpp 0.8.2 does
// not compile as C++20), and is not part of any umbrella header.
//
// Threads: call on the thread that runs the endpoint; that is the hub's thread.
// Promises: as Broadcaster; a message is framed once and shared by all
// connections. websocketpp's send queue has no bound of its own: a session is
// taken for "not drained" while more than `max_queued_bytes` wait in it, then
// kLatest skips it and kEvery closes it with 4001.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>
#include <websocketpp/frame.hpp>
#include <websocketpp/server.hpp>

#include "tickerhub/broadcaster.h"

namespace tickerhub {

// (interface and implementation: see the work in progress)

}  // namespace tickerhub

#endif  // TICKERHUB_WEBSOCKETPP_ENDPOINT_BROADCASTER_H_
