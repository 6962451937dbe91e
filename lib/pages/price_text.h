#ifndef TICKERHUB_LIB_PAGES_PRICE_TEXT_H_
#define TICKERHUB_LIB_PAGES_PRICE_TEXT_H_

// Prices as a page shows them (lib/pages/README.md). The scripts of the
// page write them in the same way, so that nothing jumps when they take over.

#include <string>

#include "tickerhub/price.h"

namespace tickerhub::internal {

/// How many decimals a page shows of a price.
int DecimalsOf(Price price);

/// `at_least` so many decimals, and all that the price was written with:
/// "150.00", "150.10", "0.00001234", "−37.63" (U+2212).
std::string PriceText(Price price, int at_least = 2);

/// "1,234,567.89" of "1234567.89".
std::string Grouped(std::string text);

/// price - reference, exact, with its sign: "+1.25", "−0.50" (U+2212), "0.00".
std::string ChangeText(Price price, Price reference);

/// The change in percent of the size of the reference, half away from zero:
/// "+0.83%". Empty if the reference is zero.
std::string PercentText(Price price, Price reference);

/// "up", "down" or "flat".
const char* Direction(Price price, Price reference);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_PAGES_PRICE_TEXT_H_
