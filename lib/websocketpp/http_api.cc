#include "tickerhub/websocketpp/http_api.h"
