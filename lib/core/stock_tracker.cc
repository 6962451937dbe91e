#include "tickerhub/stock_tracker.h"
