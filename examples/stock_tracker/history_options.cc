#include "stock_tracker/history_options.h"

#include <chrono>

#include "common/limits_options.h"

namespace tickerhub::examples {

void AddHistoryOptions(CommandLine* line, HistoryCommandLine* options) {
  line->BeginGroup("The past");
  line->AddWholeNumber("--history-prices", 0, 100'000, &options->prices,
                       "Prices kept of each stock, one a second at the most; "
                       "the lines on the page begin with them; 0 = none");
  line->AddWholeNumber("--history-candles", 0, 100'000, &options->candles,
                       "One-minute candles kept of each stock; 0 = none");
  line->AddDuration("--history-age", std::chrono::milliseconds(0),
                    std::chrono::hours(24 * 365), &options->history.max_age,
                    "What is older than the newest price by more goes; 0 = "
                    "never");
  line->AddWholeNumber("--history-mib", 0, 1'048'576, &options->mib,
                       "Memory for all of it, in MiB; past it the oldest goes");
  line->AddWholeNumber("--history-answer", 1, 100'000, &options->answer,
                       "Prices in one answer; a candle counts as three");
  AddBudgetOption(line, "--history-budget", &options->history.requests,
                  "How often clients may ask for it: a second and at once, of "
                  "a client, of an address, of all");
}

HistoryOptions ToHistoryOptions(const HistoryCommandLine& options) {
  HistoryOptions history = options.history;
  history.max_prices = options.prices;
  history.max_candles = options.candles;
  history.max_bytes = options.mib << 20;
  history.max_answer = options.answer;
  return history;
}

}  // namespace tickerhub::examples
