#include "protocol/error_message.h"
