// Compiles the header with nothing before it.
#include "tickerhub/websocketpp/asio_scheduler.h"
