// Makes all of the headers that need websocketpp: the code of one is a
// template.
#include <tickerhub/websocketpp/asio_scheduler.h>
#include <tickerhub/websocketpp/endpoint_broadcaster.h>

#include <websocketpp/config/asio_no_tls.hpp>
#include <websocketpp/server.hpp>

template class tickerhub::EndpointBroadcaster<
    websocketpp::server<websocketpp::config::asio>>;
