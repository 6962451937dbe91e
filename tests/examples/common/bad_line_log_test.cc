#include "common/bad_line_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <sstream>
#include <string>

namespace tickerhub::examples {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// What is logged while it lives.
class LoggedText {
 public:
  LoggedText() : before_(spdlog::default_logger()) {
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_st>(text_);
    spdlog::set_default_logger(
        std::make_shared<spdlog::logger>("test", std::move(sink)));
  }
  ~LoggedText() { spdlog::set_default_logger(before_); }
  LoggedText(const LoggedText&) = delete;
  LoggedText& operator=(const LoggedText&) = delete;

  std::string text() const { return text_.str(); }

 private:
  std::shared_ptr<spdlog::logger> before_;
  std::ostringstream text_;
};

TEST(BadLineLogTest, TellsTheInputTheNumberAndTheReason) {
  LoggedText log;
  BadLineLog lines("feed.csv");
  lines.Report(7, "a price must be finite");
  EXPECT_THAT(log.text(),
              HasSubstr("feed.csv, line 7: a price must be finite"));
}

TEST(BadLineLogTest, TellsTheFirstTwentyThenEveryThousandth) {
  LoggedText log;
  BadLineLog lines("feed.csv");
  for (std::uint64_t line = 1; line <= 3'000; ++line) lines.Report(line, "bad");
  EXPECT_EQ(lines.count(), 3'000U);
  EXPECT_EQ(lines.told(), BadLineLog::kToldEach + 3);
  EXPECT_THAT(log.text(), HasSubstr("line 20:"));
  EXPECT_THAT(log.text(), Not(HasSubstr("line 21:")));
  EXPECT_THAT(log.text(), HasSubstr("line 2000:"));
  EXPECT_THAT(log.text(), HasSubstr("from now on"));
}

TEST(BadLineLogTest, TellsTheTotalAtTheEnd) {
  LoggedText log;
  BadLineLog lines("standard input");
  lines.Report(1, "bad");
  lines.Report(2, "bad");
  lines.ReportTotal();
  EXPECT_THAT(log.text(),
              HasSubstr("standard input has ended; 2 bad lines were skipped"));
}

TEST(BadLineLogTest, TellsOfOneBadLineAsOne) {
  LoggedText log;
  BadLineLog lines("standard input");
  lines.Report(1, "bad");
  lines.ReportTotal();
  EXPECT_THAT(log.text(), HasSubstr("has ended; 1 bad line was skipped"));
}

}  // namespace
}  // namespace tickerhub::examples
