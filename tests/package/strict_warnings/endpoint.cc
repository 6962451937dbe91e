// Makes all of the one header whose code is a template.
#include <tickerhub/websocketpp/endpoint_broadcaster.h>

#include <websocketpp/config/asio_no_tls.hpp>
#include <websocketpp/server.hpp>

template class tickerhub::EndpointBroadcaster<
    websocketpp::server<websocketpp::config::asio>>;
