#ifndef TICKERHUB_EXAMPLES_COMMON_HELP_FORMAT_H_
#define TICKERHUB_EXAMPLES_COMMON_HELP_FORMAT_H_

// How --help looks: 80 columns, or as few as the terminal has; the default of
// an option at the end of its description.

#include <CLI/CLI.hpp>
#include <string>

namespace tickerhub::examples {

class HelpFormat : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App* app, std::string name) const override;
  std::string make_group(
      std::string group, bool is_positional,
      std::vector<const CLI::Option*> options) const override;
  std::string make_option(const CLI::Option* option,
                          bool is_positional) const override;
};

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_HELP_FORMAT_H_
