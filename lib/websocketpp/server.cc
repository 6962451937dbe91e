#include "tickerhub/websocketpp/server.h"
