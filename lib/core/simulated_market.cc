#include "tickerhub/simulated_market.h"
