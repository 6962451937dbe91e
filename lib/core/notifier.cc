#include "tickerhub/notifier.h"
