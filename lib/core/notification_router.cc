#include "tickerhub/notification_router.h"
