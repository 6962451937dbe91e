#ifndef TICKERHUB_TESTS_CORE_STOCKS_STOCK_RATE_FIXTURE_H_
#define TICKERHUB_TESTS_CORE_STOCKS_STOCK_RATE_FIXTURE_H_

#include <string>
#include <string_view>
#include <vector>

#include "stock_tracker_fixture.h"

namespace tickerhub {

/// A StockTracker with the stocks A, B and C, in virtual time, so that rates
/// are exact.
class StockRateFixture : public StockTrackerFixture {
 protected:
  StockRateFixture() { Start(NeverQuiet()); }

  void Start(const StockTracker::Options& options) {
    Make(options);
    for (const char* name : {"A", "B", "C"}) tracker_->AddStock(name, P("1"));
  }

  void StartWithMaxRate(double max_rate) {
    StockTracker::Options options = NeverQuiet();
    options.max_rate = max_rate;
    Start(options);
  }

  void Change(std::string_view name) {
    const Price price = tracker_->book().Find(S(name))->price;
    tracker_->SetPrice(name, Price::Of(price.mantissa() + 1, price.decimals()));
  }

  // Lets `ms` milliseconds pass, A changes in each. Returns how many had passed
  // at each message to `session`.
  std::vector<int> TimesToldIn(int ms, SessionId session) {
    std::vector<int> times;
    std::size_t told = out_.MessagesTo(session).size();
    for (int passed = 1; passed <= ms; ++passed) {
      Change("A");
      Pass(1);
      for (; told < out_.MessagesTo(session).size(); ++told) {
        times.push_back(passed);
      }
    }
    return times;
  }

  // The first answer to a request.
  std::string Answer(SessionId session, std::string_view request) {
    const std::vector<std::string> answers = Ask(session, request);
    out_.ClearMessages();
    return answers.empty() ? "" : answers[0];
  }

  void Pace(SessionId session, std::string_view max_rate) {
    Answer(session,
           R"({"type":"subscribe","maxRate":)" + std::string(max_rate) + "}");
  }
};

}  // namespace tickerhub

#endif  // TICKERHUB_TESTS_CORE_STOCKS_STOCK_RATE_FIXTURE_H_
