#include "tickerhub/replay_source.h"
