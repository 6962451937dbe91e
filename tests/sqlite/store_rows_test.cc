// Values that are bytes in a column.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "store/rows.h"

namespace tickerhub::internal {
namespace {

using Actions = std::vector<NotificationAction>;

TEST(StoreRowsTest, PacksNumbersAndActions) {
  const std::vector<std::uint64_t> numbers = {0, 1, ~std::uint64_t{0}};
  EXPECT_EQ(UnpackNumbers(PackNumbers(numbers)), numbers);
  EXPECT_EQ(UnpackNumbers(""), std::vector<std::uint64_t>());
  const Actions actions = {{"Open", "/x"}, {"", std::string(300, '\0')}};
  EXPECT_EQ(UnpackActions(PackActions(actions)), actions);
  EXPECT_EQ(UnpackActions(""), Actions());
}

TEST(StoreRowsTest, DoesNotTakeDamagedActions) {
  const std::string whole = PackActions({{"Open", "/x"}, {"Close", "/y"}});
  const std::size_t first = PackActions({{"Open", "/x"}}).size();
  for (std::size_t size = 1; size < whole.size(); ++size) {
    if (size == first) continue;
    EXPECT_THROW(UnpackActions(whole.substr(0, size)), DatabaseFault) << size;
  }
  EXPECT_THROW(UnpackActions(std::string(64, '\xff')), DatabaseFault);
}

}  // namespace
}  // namespace tickerhub::internal
