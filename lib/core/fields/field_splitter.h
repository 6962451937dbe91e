#ifndef TICKERHUB_LIB_CORE_FIELDS_FIELD_SPLITTER_H_
#define TICKERHUB_LIB_CORE_FIELDS_FIELD_SPLITTER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tickerhub::internal {

/// What stands between the fields of a line.
enum class Separator : char {
  kTab = '\t',
  kSemicolon = ';',
  kBar = '|',
  kComma = ',',
  kBlanks = ' ',  ///< one blank or more
};

/// Cuts a line into its fields. Blanks around a field are no part of it. A
/// field in double quotes keeps its blanks, and a doubled quote in it is one
/// quote. Between blanks a double quote is a character as any other.
class FieldSplitter {
 public:
  /// Returns false if the line cannot be cut; reason() then says why. The
  /// fields point into `line` or into this object, until the next call.
  bool Split(std::string_view line, Separator separator);

  const std::vector<std::string_view>& fields() const { return fields_; }
  const std::string& reason() const { return reason_; }

 private:
  void SplitAtBlanks(std::string_view line);
  bool TakeQuotedField(std::string_view* line);

  std::vector<std::string_view> fields_;
  std::string unescaped_;  // what fields with doubled quotes say
  std::string reason_;
};

/// Whether `c` occurs in the line outside of double quotes.
bool OccursUnquoted(std::string_view line, char c);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_FIELDS_FIELD_SPLITTER_H_
