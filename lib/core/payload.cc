#include "tickerhub/payload.h"
