#include "common/help_format.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <utility>
#include <vector>

namespace tickerhub::examples {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kFewestColumns = 50;
constexpr std::size_t kDescriptionColumn = 28;

// As wide as the terminal if that is narrower; 80 where there is none.
std::size_t Columns() {
  winsize size = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    return kColumns;
  }
  return std::clamp<std::size_t>(size.ws_col, kFewestColumns, kColumns);
}

std::string NameAndType(const CLI::Option& option) {
  if (option.get_positional()) return "  " + option.get_type_name();
  std::string text = "  --" + option.get_lnames().front();
  if (!option.get_type_name().empty() && option.get_items_expected_max() > 0) {
    text += " " + option.get_type_name();
  }
  return text;
}

std::string DescriptionAndDefault(const CLI::Option& option) {
  std::string text = option.get_description();
  if (!option.get_envname().empty()) {
    text += " (environment: " + option.get_envname() + ")";
  }
  if (option.get_items_expected_max() > 0 &&
      !option.get_default_str().empty()) {
    text += " [" + option.get_default_str() + "]";
  }
  return text;
}

}  // namespace

std::string HelpFormat::make_usage(const CLI::App* app,
                                   std::string name) const {
  std::string text = "\nUsage: " + name + " [options]";
  for (const CLI::Option* option : app->get_options()) {
    if (option->get_positional()) text += " [" + option->get_type_name() + "]";
  }
  return text + "\n\n";
}

std::string HelpFormat::make_group(
    std::string group, bool is_positional,
    std::vector<const CLI::Option*> options) const {
  std::string text = is_positional ? "Argument:\n" : std::move(group) + ":\n";
  for (const CLI::Option* option : options) {
    text += make_option(option, is_positional);
  }
  return is_positional ? text + "\n" : text;
}

std::string HelpFormat::make_option(const CLI::Option* option,
                                    bool /*is_positional*/) const {
  const std::string indent(kDescriptionColumn, ' ');
  const std::size_t columns = Columns();
  std::string text = NameAndType(*option);
  std::size_t column = text.size();
  if (column + 2 > kDescriptionColumn) {
    text += "\n" + indent;
  } else {
    text.append(kDescriptionColumn - column, ' ');
  }
  column = kDescriptionColumn;
  std::istringstream words(DescriptionAndDefault(*option));
  for (std::string word; words >> word;) {
    if (column + 1 + word.size() > columns) {
      text += "\n" + indent;
      column = kDescriptionColumn;
    }
    if (column > kDescriptionColumn) {
      text += ' ';
      ++column;
    }
    text += word;
    column += word.size();
  }
  return text + "\n";
}

}  // namespace tickerhub::examples
