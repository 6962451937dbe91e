#include "tickerhub/stock_book.h"
