#include "protocol/json_values.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace tickerhub::internal::protocol {
namespace {

TEST(JsonValuesTest, AppendsPricesSymbolsAndTimes) {
  std::string out = "[";
  AppendPrice(&out, Price::Of(1501, 1));
  out += ',';
  AppendPrice(&out, Price::Max());
  out += ',';
  AppendSymbol(&out, *Symbol::Parse("brk.b M&M \u00c4"));
  out += ',';
  AppendTime(&out, Timestamp(std::chrono::milliseconds(1'767'364'200'123)));
  out += ',';
  AppendTime(&out, Timestamp(std::chrono::milliseconds(-5)));
  EXPECT_EQ(out,
            "[150.1,999999999999999999,\"brk.b M&M \u00c4\",1767364200123,-5");
}

}  // namespace
}  // namespace tickerhub::internal::protocol
