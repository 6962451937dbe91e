#include "protocol/client_message.h"
