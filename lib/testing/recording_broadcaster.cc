#include "tickerhub/testing/recording_broadcaster.h"
