#include "tickerhub/line_splitter.h"
