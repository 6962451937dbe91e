// Compiles the header with nothing before it.
#include "tickerhub/websocketpp/endpoint_broadcaster.h"
