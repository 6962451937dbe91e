#include "tickerhub/websocketpp/input_reader.h"
