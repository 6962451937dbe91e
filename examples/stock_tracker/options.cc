#include "stock_tracker/options.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <random>
#include <set>
#include <system_error>

#include "common/command_line.h"
#include "common/limits_options.h"
#include "common/standard_input.h"

namespace tickerhub::examples {
namespace {

constexpr char kName[] = "tickerhub-stock-tracker";
constexpr char kReplayPrefix[] = "replay:";
constexpr double kMinSpeed = 0.001;
constexpr double kMaxSpeed = 1'000'000;
constexpr double kMinRate = 0.001;
constexpr double kMaxRate = 1'000;

constexpr char kExamples[] =
    "Examples:\n"
    "  tickerhub-stock-tracker --stock AAPL=150 --stock BTC-USD=61250.5\n"
    "  my-feed | tickerhub-stock-tracker --source stdin --port 9000\n"
    "  tickerhub-stock-tracker --source replay:MSFT.csv --symbol MSFT\n"
    "\n"
    "Exit status: 0 after a signal or --exit-at-end, 1 after a failure, 2 "
    "after\n"
    "a usage error.";

// What stands on the command line, before it is looked at as a whole.
struct RawOptions {
  std::vector<std::string> stocks;
  std::string source = "simulated";
  DayOptions day;
};

InitialStock ReadStock(const std::string& text) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string::npos) {
    throw UsageError("--stock must be SYMBOL=PRICE such as AAPL=150, not \"" +
                     text + "\"");
  }
  const auto symbol = Symbol::Parse(text.substr(0, equals));
  if (!symbol) {
    throw UsageError("--stock " + text +
                     " does not start with a symbol: " + Symbol::Rule());
  }
  PriceError why{};
  const auto price = Price::Parse(text.substr(equals + 1), &why);
  if (!price) {
    throw UsageError("--stock " + text +
                     " does not end with a price: " + Describe(why));
  }
  return {*symbol, *price};
}

void ReadStocks(const RawOptions& raw, StockTrackerOptions* options) {
  std::vector<std::string> texts = raw.stocks;
  // A real feed must not stand beside prices that nobody quoted.
  if (texts.empty() && options->source.kind == SourceKind::kSimulated) {
    texts = {"AAPL=150", "TSLA=800", "MSFT=300"};
  }
  std::set<Symbol> seen;
  for (const std::string& text : texts) {
    options->stocks.push_back(ReadStock(text));
    if (!seen.insert(options->stocks.back().symbol).second) {
      throw UsageError("--stock names " +
                       options->stocks.back().symbol.ToString() + " twice");
    }
  }
  if (texts.size() > options->tracker.book.max_symbols) {
    throw UsageError("there are " + std::to_string(texts.size()) +
                     " stocks to start with, but --max-stocks allows " +
                     std::to_string(options->tracker.book.max_symbols));
  }
}

// It is opened later, on a thread of its own, because to open a pipe may take
// until somebody writes to it.
void CheckRecording(const std::string& file_name) {
  std::error_code why;
  if (std::filesystem::is_directory(file_name, why)) {
    why = std::make_error_code(std::errc::is_a_directory);
  } else if (access(file_name.c_str(), R_OK) != 0) {
    why = std::error_code(errno, std::system_category());
  } else {
    return;
  }
  throw UsageError("--source: cannot read the file " +
                   (file_name.empty() ? "\"\"" : file_name) + ": " +
                   why.message());
}

void ReadSource(const RawOptions& raw, SourceOptions* source) {
  if (raw.source == "simulated") {
    source->kind = SourceKind::kSimulated;
  } else if (raw.source == "stdin") {
    source->kind = SourceKind::kStandardInput;
  } else if (raw.source.rfind(kReplayPrefix, 0) == 0) {
    source->kind = SourceKind::kReplay;
    source->recording = raw.source.substr(sizeof(kReplayPrefix) - 1);
    CheckRecording(source->recording);
  } else {
    throw UsageError(
        "--source must be simulated, replay:FILE or stdin, not \"" +
        raw.source + "\"");
  }
}

// An option that would do nothing is a misunderstanding: say so.
void RefuseIdleOptions(const CommandLine& line, const SourceOptions& source) {
  const bool simulated = source.kind == SourceKind::kSimulated;
  const bool replay = source.kind == SourceKind::kReplay;
  CheckFeedOptions(line, source.feed, replay, !simulated);
  if (line.WasGiven("--interval") && !simulated) {
    throw UsageError("--interval is for --source simulated only");
  }
  if (line.WasGiven("--seed") && !simulated) {
    throw UsageError("--seed is for --source simulated only");
  }
  if (line.WasGiven("--loop") && !replay) {
    throw UsageError("--loop is for --source replay:FILE only");
  }
  if (line.WasGiven("--speed") && !simulated && !replay) {
    throw UsageError("--speed is for --source simulated and replay:FILE only");
  }
}

void CheckFreshness(const CommandLine& line, const SourceOptions& source,
                    FreshnessOptions* freshness) {
  if (freshness->exit_at_end && source.kind == SourceKind::kSimulated) {
    throw UsageError(
        "--exit-at-end is for --source replay:FILE and stdin only");
  }
  if (freshness->exit_at_end && source.loop) {
    throw UsageError("--exit-at-end and --loop exclude each other");
  }
  if (source.kind == SourceKind::kSimulated &&
      !line.WasGiven("--stale-after")) {
    constexpr int kPauses = 5;
    freshness->stale_after =
        std::max(freshness->stale_after, kPauses * source.interval);
  }
}

std::optional<double> ReadNumber(const std::string& text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end) return std::nullopt;
  return number;
}

double ReadSpeed(const std::string& text) {
  const std::optional<double> speed = ReadNumber(text);
  if (!speed || !(*speed >= kMinSpeed && *speed <= kMaxSpeed)) {
    throw UsageError("--speed must be a number from 0.001 to 1000000, not \"" +
                     text + "\"");
  }
  return *speed;
}

double ReadMaxRate(const std::string& text) {
  const std::optional<double> rate = ReadNumber(text);
  if (!rate || (*rate != 0 && !(*rate >= kMinRate && *rate <= kMaxRate))) {
    throw UsageError(
        "--max-rate must be a number from 0.001 to 1000, or 0 for no limit, "
        "not \"" +
        text + "\"");
  }
  return *rate;
}

void AddSourceOptions(CommandLine* line, RawOptions* raw, SourceOptions* source,
                      FreshnessOptions* freshness,
                      FeedReadinessOptions* readiness) {
  line->BeginGroup("Prices");
  line->AddText("--source", "SOURCE", &raw->source,
                "simulated; replay:FILE, a recording of time,symbol,price "
                "lines; or stdin, lines of SYMBOL PRICE, CSV or JSON");
  AddFeedOptions(line, &source->feed);
  line->AddDuration("--interval", std::chrono::milliseconds(1),
                    std::chrono::hours(24), &source->interval,
                    "simulated: a new price for every stock this often");
  line->AddWholeNumber("--seed", 0, UINT64_MAX, &source->seed,
                       "simulated: the same seed gives the same run", "random");
  line->AddParsed(
      "--speed", "X", "1, simulated 30",
      [source](const std::string& text) { source->speed = ReadSpeed(text); },
      "Times as fast: as recorded (replay), as a real market (simulated)");
  line->AddFlag("--loop", &source->loop,
                "replay: start again at the end of the file");
  AddFreshnessOptions(line, freshness);
  line->AddDuration("--ready-max-age", std::chrono::milliseconds(0),
                    std::chrono::hours(24), &readiness->max_age,
                    "/readyz says 503 when the newest price is older; 0 = "
                    "never");
  line->AddFlag("--ready-needs-feed", &readiness->needs_feed,
                "/readyz says 503 once the source has ended or failed");
}

void AddStockOptions(CommandLine* line, RawOptions* raw,
                     StockTrackerOptions* options) {
  line->BeginGroup("Stocks");
  line->AddTexts("--stock", "SYMBOL=PRICE",
                 "AAPL=150 TSLA=800 MSFT=300; none with replay and stdin",
                 &raw->stocks,
                 "A stock to start with, repeatable; replaces the default");
  line->AddFlag("--arrival-order", &options->tracker.book.arrival_order,
                "The price that comes last counts, whatever its time says");
  AddDayOptions(line, &raw->day);
  line->AddWholeNumber("--max-stocks", 1, 1'000'000,
                       &options->tracker.book.max_symbols,
                       "Stocks that are tracked at the most");
  line->AddParsed(
      "--max-rate", "N", "0",
      [options](const std::string& text) {
        options->tracker.max_rate = ReadMaxRate(text);
      },
      "Price updates a second that a client gets at the most; what changes "
      "in between goes out as one; 0 = no limit");
  line->AddWholeNumber("--max-subscriptions", 1, 10'000,
                       &options->tracker.max_subscriptions,
                       "Stocks that a client follows by name at the most");
  AddBudgetOption(line, "--follow-budget", &options->tracker.following,
                  "How often clients may change what they follow: a second and "
                  "at once, of a client, of an address, of all");
  line->AddFlag("!--no-client-stocks", &options->clients_may_add,
                "Clients may not add stocks");
  AddBudgetOption(line, "--stock-budget", &options->tracker.adding,
                  "How often clients may add stocks: a second and at once, of "
                  "a client, of an address, of all");
  line->AddWholeNumber("--max-client-stocks", 0, 1'000'000,
                       &options->tracker.max_client_stocks,
                       "Stocks of clients at the most");
  line->AddDuration("--expire-client-stocks", std::chrono::milliseconds(0),
                    std::chrono::hours(24 * 365),
                    &options->tracker.client_stock_lifetime,
                    "A client's stock goes when for this long the client was "
                    "not there and nobody followed it by name; 0 = never");
}

}  // namespace

std::optional<int> ReadOptions(int argc, char** argv,
                               StockTrackerOptions* options) {
  const bool has_input = PrepareStandardInput();
  RawOptions raw;
  options->server.listen.port = 8080;
  options->source.seed = std::random_device()();
  CommandLine line("Pushes live stock prices to every browser that looks.",
                   kName);
  line.SetFooter(kExamples);
  AddSourceOptions(&line, &raw, &options->source, &options->freshness,
                   &options->readiness);
  AddStockOptions(&line, &raw, options);
  AddHistoryOptions(&line, &options->history);
  AddServerOptions(&line, &options->server);
  return line.Read(argc, argv, [&] {
    ReadSource(raw, &options->source);
    RefuseIdleOptions(line, options->source);
    CheckFreshness(line, options->source, &options->freshness);
    if (options->source.kind == SourceKind::kStandardInput && !has_input) {
      throw UsageError("--source stdin, but standard input is closed");
    }
    options->tracker.day_start = ReadDayStart(line, raw.day);
    ReadStocks(raw, options);
    CheckServerOptions(line, &options->server);
  });
}

}  // namespace tickerhub::examples
