#include "protocol/error_code.h"
