#include "tickerhub/line_source.h"
