#include "tickerhub/testing/manual_scheduler.h"
