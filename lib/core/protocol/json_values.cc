#include "protocol/json_values.h"

#include "text/json.h"

namespace tickerhub::internal::protocol {

void AppendPrice(std::string* out, Price price) {
  char digits[Price::kMaxChars];
  out->append(digits, price.Format(digits));
}

void AppendSymbol(std::string* out, const Symbol& symbol) {
  *out += '"';
  out->append(symbol.view());
  *out += '"';
}

void AppendTime(std::string* out, Timestamp time) {
  AppendNumber(out, time.time_since_epoch().count());
}

}  // namespace tickerhub::internal::protocol
