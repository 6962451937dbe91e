#include "text/field_value.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace tickerhub {
namespace {

using Elements = std::vector<std::string>;

Elements ElementsOf(std::string_view list, char separator) {
  Elements elements;
  while (!list.empty())
    elements.emplace_back(internal::TakeElement(&list, separator));
  return elements;
}

TEST(FieldValueTest, IsTakenApartAtTheSeparator) {
  EXPECT_EQ(ElementsOf("a", ','), Elements{"a"});
  EXPECT_EQ(ElementsOf(" a ,\tb;c,d e ", ','), (Elements{"a", "b;c", "d e"}));
  EXPECT_EQ(ElementsOf("a,b ; c", ';'), (Elements{"a,b", "c"}));
}

TEST(FieldValueTest, KeepsEmptyElementsButNotOneBehindTheLastSeparator) {
  EXPECT_EQ(ElementsOf("", ','), Elements{});
  EXPECT_EQ(ElementsOf(",a, ,b,", ','), (Elements{"", "a", "", "b"}));
  EXPECT_EQ(ElementsOf(" ", ','), Elements{""});
}

TEST(FieldValueTest, IsCutInsideQuotesToo) {
  EXPECT_EQ(ElementsOf(R"("a,b")", ','), (Elements{R"("a)", R"(b")"}));
}

}  // namespace
}  // namespace tickerhub
