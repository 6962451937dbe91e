#include "tickerhub/websocketpp/http.h"
