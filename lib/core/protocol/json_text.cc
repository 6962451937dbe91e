#include "protocol/json_text.h"
