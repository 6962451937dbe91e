#include "tickerhub/notification_log.h"
