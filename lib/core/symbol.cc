#include "tickerhub/symbol.h"
