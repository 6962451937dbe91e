#include "common/command_line.h"

#include <cctype>
#include <charconv>
#include <cstdio>
#include <string_view>

#include "common/duration.h"

namespace tickerhub::examples {
namespace {

constexpr int kUsageErrorStatus = 2;

std::string NotBut(const std::string& text) { return ", not \"" + text + "\""; }

bool IsRepeatable(const CLI::App& app, const std::string& name) {
  const CLI::Option* option = app.get_option_no_throw(name);
  return option != nullptr &&
         option->get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
}

// A name out of a configuration file, which may be no such file at all: short
// and harmless to a terminal.
std::string Shown(std::string_view name) {
  constexpr std::size_t kLongest = 60;
  std::string shown(name.substr(0, kLongest));
  for (char& c : shown) {
    if (c < ' ' || c > '~') c = '?';
  }
  return name.size() > kLongest ? shown + "..." : shown;
}

// CLI11 hands over what it found in the file only as part of a text.
std::string ConfigSentence(std::string_view text) {
  constexpr std::string_view kUnknown = "INI was not able to parse ";
  constexpr std::string_view kSection = ".++";
  const std::string file = "the configuration file has ";
  if (text.substr(0, kUnknown.size()) != kUnknown) {
    return file + "an option that only the command line may have: " +
           Shown(text.substr(0, text.find(':')));
  }
  text.remove_prefix(kUnknown.size());
  const std::size_t section = text.rfind(kSection);
  if (section != std::string_view::npos &&
      section + kSection.size() == text.size()) {
    return file + "a section [" + Shown(text.substr(0, section)) +
           "], but its options must stand in none";
  }
  return file + "an option that is not known: " + Shown(text);
}

// Some of CLI11's own sentences don't say what to do; these do.
std::string SentenceOf(const CLI::App& app, const CLI::ParseError& error) {
  std::string sentence = error.what();
  if (dynamic_cast<const CLI::ConfigError*>(&error) != nullptr) {
    sentence = ConfigSentence(sentence);
  } else if (dynamic_cast<const CLI::FileError*>(&error) != nullptr) {
    const std::size_t rest = sentence.find(" was not readable");
    sentence = "cannot read the configuration file " + sentence.substr(0, rest);
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    const std::string name = sentence.substr(0, sentence.find(':'));
    sentence = name + (IsRepeatable(app, name)
                           ? " needs a value each time that it is given"
                           : " must be given once, with one value");
  }
  // Ours are lower-case, CLI11's are not; the program's name stands before.
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

CLI::Option* AddFlag(CLI::App& app, const std::string& name, bool* value,
                     const std::string& description) {
  // CLI11 would take any number, too.
  const auto check = [](const std::string& text) -> std::string {
    if (text == "true" || text == "false") return {};
    return "takes no value, or true or false" + NotBut(text);
  };
  return app.add_flag(name, *value, description)->check(check);
}

CLI::Option* AddWholeNumber(CLI::App& app, const std::string& name,
                            std::uint64_t min, std::uint64_t max,
                            std::uint64_t* value,
                            const std::string& description) {
  const auto read = [=](const std::string& text) {
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, *value);
    if (error != std::errc() || rest != end || *value < min || *value > max) {
      throw UsageError(name + " must be a whole number from " +
                       std::to_string(min) + " to " + std::to_string(max) +
                       NotBut(text));
    }
  };
  return app.add_option_function<std::string>(name, read, description)
      ->type_name("N")
      ->default_str(std::to_string(*value));
}

CLI::Option* AddDuration(CLI::App& app, const std::string& name,
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
  CLI::Option* option =
      app.add_option_function<std::string>(name, read, description)
          ->type_name("DURATION");
  if (value->count() != 0) option->default_str(DurationText(*value));
  return option;
}

std::optional<int> ParseCommandLine(CLI::App& app, int argc, char** argv,
                                    const std::function<void()>& check) {
  try {
    app.parse(argc, argv);
    check();
  } catch (const CLI::Success& help_or_version) {
    return app.exit(help_or_version);
  } catch (const CLI::ParseError& error) {
    return Fail(app, SentenceOf(app, error));
  }
  return std::nullopt;
}

}  // namespace tickerhub::examples
