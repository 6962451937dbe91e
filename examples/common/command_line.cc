#include "common/command_line.h"

#include <CLI/CLI.hpp>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <istream>
#include <memory>
#include <string_view>
#include <vector>

#include "common/duration.h"
#include "common/help_format.h"

namespace tickerhub::examples {
namespace {

std::string NotBut(const std::string& text) { return ", not \"" + text + "\""; }

// Makes a name from a configuration file short and harmless to a terminal: the
// file may be of any kind.
std::string Shown(std::string_view name) {
  constexpr std::size_t kLongest = 60;
  std::string shown(name.substr(0, kLongest));
  for (char& c : shown) {
    if (c < ' ' || c > '~') c = '?';
  }
  return name.size() > kLongest ? shown + "..." : shown;
}

// Reads configuration files, and refuses what CLI11 would refuse with a
// sentence that does not help.
class ConfigFile : public CLI::ConfigTOML {
 public:
  explicit ConfigFile(const CLI::App& app) : app_(app) {}

  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    auto found = CLI::ConfigTOML::from_config(input);
    for (const CLI::ConfigItem& item : found) Check(item);
    return found;
  }

 private:
  void Check(const CLI::ConfigItem& item) const {
    const std::string file = "the configuration file has ";
    const std::string name = Shown(item.fullname());
    if (item.name == "++" && !item.parents.empty()) {  // a section begins
      throw UsageError(file + "a section [" +
                       Shown(CLI::detail::join(item.parents, ".")) +
                       "], but its options must stand in none");
    }
    const CLI::Option* option = app_.get_option_no_throw("--" + item.name);
    if (option == nullptr) option = app_.get_option_no_throw(item.name);
    if (!item.parents.empty() || option == nullptr) {
      throw UsageError(file + "an option that is not known: " + name);
    }
    if (!option->get_configurable()) {
      throw UsageError(
          file + "an option that only the command line may have: " + name);
    }
    if (option->get_expected_max() == 0 && item.inputs.size() != 1) {
      throw UsageError(file + "more than one value for " + name);
    }
  }

  const CLI::App& app_;
};

// Says which option has too many values or none. CLI11 tells it only as a part
// of a text.
std::string MismatchSentence(const CLI::App& app, const char* last_argument) {
  using Policy = CLI::MultiOptionPolicy;
  const std::string once = " must be given once, with one value";
  for (const CLI::Option* option : app.get_options()) {
    const auto most =
        static_cast<std::size_t>(option->get_items_expected_max());
    if (option->get_multi_option_policy() == Policy::Throw &&
        option->count() > most) {
      return option->get_name() + once;
    }
  }
  // A value is missing only where the command line ends behind an option.
  const CLI::Option* option = app.get_option_no_throw(last_argument);
  if (option != nullptr &&
      option->get_multi_option_policy() == Policy::TakeAll) {
    return option->get_name() + " needs a value each time that it is given";
  }
  return last_argument + once;
}

// CLI11's sentences begin in upper case. Ours follow the name of the program.
std::string SentenceOf(const std::exception& error) {
  std::string sentence = error.what();
  sentence[0] = static_cast<char>(std::tolower(sentence[0]));
  for (char& c : sentence) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return sentence;
}

int Fail(const CLI::App& app, const std::string& sentence) {
  std::fprintf(stderr, "%s: %s (--help tells more)\n", app.get_name().c_str(),
               sentence.c_str());
  return kUsageErrorStatus;
}

}  // namespace

class CommandLine::Impl {
 public:
  Impl(const std::string& purpose, const std::string& program)
      : app(purpose, program) {
    app.set_help_flag();
    app.formatter(std::make_shared<HelpFormat>());
  }

  CLI::Option* Grouped(CLI::Option* option) const {
    if (!group.empty()) option->group(group);
    return option;
  }

  CLI::App app;
  std::string group;
};

CommandLine::CommandLine(const std::string& purpose, const std::string& program)
    : impl_(std::make_unique<Impl>(purpose, program)) {}
CommandLine::~CommandLine() = default;

void CommandLine::BeginGroup(const std::string& heading) {
  impl_->group = heading;
}

void CommandLine::AddFlag(const std::string& name, bool* value,
                          const std::string& description) {
  // CLI11 would take any number, too.
  const auto check = [](const std::string& text) -> std::string {
    if (text == "true" || text == "false") return {};
    return "takes no value, or true or false" + NotBut(text);
  };
  impl_->Grouped(impl_->app.add_flag(name, *value, description)->check(check));
}

void CommandLine::AddWholeNumber(const std::string& name, std::uint64_t min,
                                 std::uint64_t max, std::uint64_t* value,
                                 const std::string& description,
                                 const std::string& shown_default) {
  const auto read = [=](const std::string& text) {
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, *value);
    if (error != std::errc() || rest != end || *value < min || *value > max) {
      throw UsageError(name + " must be a whole number from " +
                       std::to_string(min) + " to " + std::to_string(max) +
                       NotBut(text));
    }
  };
  AddParsed(name, "N",
            shown_default.empty() ? std::to_string(*value) : shown_default,
            read, description);
}

void CommandLine::AddDuration(const std::string& name,
                              std::chrono::milliseconds min,
                              std::chrono::milliseconds max,
                              std::chrono::milliseconds* value,
                              const std::string& description) {
  const auto read = [=](const std::string& text) {
    const auto duration = ParseDuration(text);
    if (!duration || *duration < min || *duration > max) {
      throw UsageError(name + " must be a duration from " + DurationText(min) +
                       " to " + DurationText(max) + " such as 2s or 500ms" +
                       NotBut(text));
    }
    *value = *duration;
  };
  AddParsed(name, "DURATION",
            value->count() == 0 ? std::string() : DurationText(*value), read,
            description);
}

void CommandLine::AddText(const std::string& name, const std::string& type,
                          std::string* value, const std::string& description,
                          const std::string& variable) {
  CLI::Option* option = impl_->app.add_option(name, *value, description)
                            ->type_name(type)
                            ->capture_default_str();
  if (!variable.empty()) option->envname(variable);
  impl_->Grouped(option);
}

void CommandLine::AddTexts(const std::string& name, const std::string& type,
                           const std::string& shown_default,
                           std::vector<std::string>* values,
                           const std::string& description) {
  impl_->Grouped(impl_->app.add_option(name, *values, description)
                     ->type_name(type)
                     ->expected(1)
                     ->allow_extra_args(false)
                     ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
                     ->default_str(shown_default));
}

void CommandLine::AddParsed(const std::string& name, const std::string& type,
                            const std::string& shown_default,
                            const std::function<void(const std::string&)>& read,
                            const std::string& description) {
  impl_->Grouped(
      impl_->app.add_option_function<std::string>(name, read, description)
          ->type_name(type)
          ->default_str(shown_default));
}

void CommandLine::AddConfigFile(const std::string& example,
                                const std::string& standard) {
  CLI::App& app = impl_->app;
  impl_->Grouped(
      app.set_config("--config", standard,
                     "Read options from a TOML or INI file: " + example +
                         "; what the command line says comes first")
          ->type_name("FILE"));
  app.config_formatter(std::make_shared<ConfigFile>(app));
}

void CommandLine::AddHelp() {
  impl_->Grouped(impl_->app.set_help_flag("--help", "Print this and exit"));
}

void CommandLine::AddVersion(const std::string& version) {
  CLI::App& app = impl_->app;
  impl_->Grouped(app.set_version_flag("--version",
                                      app.get_name() + " " + version,
                                      "Print the version and exit"));
}

void CommandLine::SetFooter(const std::string& text) {
  impl_->app.footer(text);
}

std::optional<int> CommandLine::Read(int argc, char** argv,
                                     const std::function<void()>& check) {
  CLI::App& app = impl_->app;
  try {
    app.parse(argc, argv);
    check();
  } catch (const CLI::Success& help_or_version) {
    return app.exit(help_or_version);
  } catch (const CLI::FileError&) {  // only --config names a file to CLI11
    return Fail(app, "cannot read the configuration file " +
                         app.get_config_ptr()->as<std::string>());
  } catch (const CLI::ArgumentMismatch&) {
    return Fail(app, MismatchSentence(app, argv[argc - 1]));
  } catch (const CLI::ParseError& error) {
    return Fail(app, SentenceOf(error));
  } catch (const UsageError& error) {
    return Fail(app, SentenceOf(error));
  }
  return std::nullopt;
}

bool CommandLine::WasGiven(const std::string& name) const {
  return impl_->app.count(name) > 0;
}

}  // namespace tickerhub::examples
