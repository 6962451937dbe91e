#include "tickerhub/price.h"
