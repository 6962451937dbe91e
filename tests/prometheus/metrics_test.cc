// "/metrics": what is in it, who gets it, and that documents, alert rules and
// the dashboard agree with it.

#include "tickerhub/prometheus/metrics.h"

#include <gtest/gtest.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"

namespace tickerhub::testing {
namespace {

using std::string;

const string kRoot = TICKERHUB_SOURCE_DIR;

string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::vector<string>> FindAll(const string& text,
                                         const string& pattern) {
  std::vector<std::vector<string>> found;
  const std::regex regex(pattern);
  for (std::sregex_iterator i(text.begin(), text.end(), regex), end; i != end;
       ++i) {
    found.emplace_back(i->begin(), i->end());
  }
  return found;
}

// A log in memory with the figures of one in a file.
struct StoreLike {
  enum class Durability { kFull };
  struct Counters : InMemoryNotificationLog::Counters {
    std::uint64_t transactions = 7;
    std::uint64_t refused_disk_full = 0;
    std::uint64_t refused_failed = 0;
    std::uint64_t failed_readings = 0;
    std::uint64_t refused_readings = 3;
    std::uint64_t failed_prunings = 0;
  };

  Counters counters() const {
    Counters counters;
    static_cast<InMemoryNotificationLog::Counters&>(counters) = log.counters();
    return counters;
  }
  std::uint64_t last_id() const { return log.last_id(); }
  std::size_t size() const { return log.size(); }
  std::size_t bytes() const { return log.bytes(); }
  std::size_t users() const { return log.users(); }
  std::size_t scheduled() const { return log.scheduled(); }

  const InMemoryNotificationLog& log;
};

// A server with everything that has metrics.
class MetricsTest : public ::testing::Test {
 protected:
  string Text() {
    string text;
    running_->OnHub([&] { text = metrics_->Text(); });
    return text;
  }

  static Server::Options Options() {
    Server::Options options = RunningServer::AnyPort();
    options.measure_publish = true;
    options.event_loops = 2;
    return options;
  }

  MetricsTest() {
    running_ =
        std::make_unique<RunningServer>(Options(), [this](Server& server) {
          Channel& stocks = server.AddChannel("/stocks");
          Channel& notifications = server.AddChannel("/notifications");
          tracker_ = std::make_unique<StockTracker>(stocks, server.scheduler());
          notifier_ = std::make_unique<Notifier>(notifications,
                                                 server.scheduler(), log_);
          stocks.SetHandler(*tracker_);
          notifications.SetHandler(*notifier_);
          metrics_ = std::make_unique<Metrics>(server);
          metrics_->Add(*tracker_);
          inbox_ = std::make_unique<PriceInbox>(server.scheduler());
          metrics_->Add(*inbox_);
          metrics_->Add(lines_);
          metrics_->Add(replay_);
          metrics_->Add(*notifier_);
          metrics_->Add(store_);
        });
  }
  ~MetricsTest() override { running_->Stop(); }

  InMemoryNotificationLog log_;
  StoreLike store_{log_};
  std::unique_ptr<RunningServer> running_;  // outlives its services
  std::unique_ptr<StockTracker> tracker_;
  std::unique_ptr<Notifier> notifier_;
  std::unique_ptr<PriceInbox> inbox_;
  LineSource lines_;
  ReplaySource replay_{std::make_unique<std::istringstream>(""),
                       ReplaySource::Options()};
  std::unique_ptr<Metrics> metrics_;
};

TEST_F(MetricsTest, AreServedInTheFormatOfPrometheus) {
  const string response = Fetch(running_->port(), "GET", "/metrics");
  EXPECT_EQ(StatusOf(response), 200);
  EXPECT_EQ(HeaderOf(response, "Content-Type"),
            "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_NE(BodyOf(response).find("\ntickerhub_build_info{version=\""),
            string::npos);
}

TEST_F(MetricsTest, HaveTheValuesOfTheMoment) {
  RawSocket client(running_->port());
  ASSERT_TRUE(client.Upgrade("/stocks"));
  running_->OnHub([&] {
    tracker_->SetPrice("AAPL", Price::Parse("150").value());
    notifier_->Announce("hello");
  });
  Exchange(running_->port(), UpgradeRequest("/none"));
  client.Reset();
  ASSERT_TRUE(
      Eventually([&] { return !running_->server().figures().closes.empty(); }));
  const string text = Text();
  for (const char* line :
       {"tickerhub_connections{kind=\"websocket\"} 0\n",
        "tickerhub_refused_total{reason=\"no-channel\"} 1\n",
        "tickerhub_refused_total{reason=\"origin\"} 0\n",
        "tickerhub_closed_total{code=\"1006\"} 1\n",
        "tickerhub_accepted_total{family=\"ipv4\"} 2\n", "tickerhub_stocks 1\n",
        "tickerhub_log_appends_total 1\n",
        "tickerhub_store_transactions_total 7\n",
        "tickerhub_store_refused_readings_total 3\n",
        "tickerhub_notifier_notifications_total 1\n",
        "tickerhub_feed_sources{state=\"running\"} 0\n",
        "tickerhub_feed_sources{state=\"failed\"} 0\n",
        "tickerhub_feed_state{state=\"live\"} 1\n",
        "tickerhub_feed_state{state=\"quiet\"} 0\n",
        "tickerhub_loop_lag_seconds_bucket{loop=\"1\",le=\"+Inf\"}",
        "tickerhub_publish_seconds_bucket{le=\"0.001\"}"}) {
    EXPECT_NE(text.find(line), string::npos) << line << "\n" << text;
  }
}

TEST_F(MetricsTest, HaveOneForEachCounter) {
  string sources;
  for (const auto& file :
       std::filesystem::directory_iterator(kRoot + "/lib/prometheus")) {
    if (file.path().extension() == ".cc") sources += ReadFile(file);
  }
  const string folder = kRoot + "/include/tickerhub/";
  std::size_t fields = 0;
  for (const char* header :
       {"websocketpp/server_counters.h", "stock_tracker.h", "notifier.h",
        "in_memory_notification_log.h", "sqlite/sqlite_notification_log.h",
        "price_inbox.h", "line_source.h", "replay_source.h"}) {
    const string text = ReadFile(folder + header);
    const auto structs =
        FindAll(text,
                "struct (?:TICKERHUB_EXPORT )?(?:Server)?Counters "
                "(?::[^{]*)?\\{([^}]*)\\}");
    ASSERT_EQ(structs.size(), 1U) << header;
    for (const auto& field : FindAll(structs[0][1], "uint64_t (\\w+) = 0;")) {
      ++fields;
      EXPECT_TRUE(
          std::regex_search(sources, std::regex("\\bc\\." + field[1] + "\\b")))
          << "no metric reads " << field[1] << " of " << header
          << "; add a row in lib/prometheus/";
    }
  }
  EXPECT_GT(fields, 40U);
}

// The rows of docs/operations/metrics.md.
string TableOf(const string& text) {
  std::map<string, string> types;
  for (const auto& type : FindAll(text, "# TYPE (\\S+) (\\S+)")) {
    types[type[1]] = type[2];
  }
  std::map<string, std::set<string>> labels;
  for (const auto& label : FindAll(text, "\n(\\w+)\\{(\\w+)=\"[^\"]*\"")) {
    const string name =
        std::regex_replace(label[1], std::regex("_bucket$"), "");
    if (label[2] != "le") labels[name].insert(label[2]);
  }
  string table;
  for (const auto& help : FindAll(text, "# HELP (\\S+) ([^\n]*)")) {
    string name = help[1];
    for (const string& label : labels[name]) name += "{" + label + "}";
    table += "| `" + name + "` | " + types[help[1]] + " | " + help[2] + " |\n";
  }
  return table;
}

TEST_F(MetricsTest, AreListedInTheDocument) {
  RawSocket client(running_->port());
  ASSERT_TRUE(client.Upgrade("/stocks"));
  client.Reset();  // so that tickerhub_closed_total has a label
  ASSERT_TRUE(
      Eventually([&] { return !running_->server().figures().closes.empty(); }));
  const string table = TableOf(Text());
  const string file = kRoot + "/docs/operations/metrics.md";
  const string document = ReadFile(file);
  if (std::getenv("TICKERHUB_WRITE_METRICS_DOC") != nullptr) {
    const string head = "|---|---|---|\n";
    std::ofstream(file) << document.substr(0, document.find(head)) << head
                        << table;
  }
  EXPECT_NE(ReadFile(file).find(table), string::npos)
      << "docs/operations/metrics.md should have this table; set "
         "TICKERHUB_WRITE_METRICS_DOC to let this test write it:\n"
      << table;
}

TEST_F(MetricsTest, AreThoseThatAlertsAndDashboardNameAndNoOthers) {
  const string text = Text();
  for (const char* file : {"alerts.yml", "grafana-dashboard.json"}) {
    const auto names = FindAll(ReadFile(kRoot + "/docs/operations/" + file),
                               "\\b(?:tickerhub|process)_[a-z_]*[a-z]\\b");
    EXPECT_GT(names.size(), 5U) << file;
    for (const auto& name : names) {
      const string family =
          std::regex_replace(name[0], std::regex("_bucket$"), "");
      EXPECT_NE(text.find("# TYPE " + family + " "), string::npos)
          << file << " names " << name[0];
    }
  }
}

TEST_F(MetricsTest, ComeWithThoseOfTheProgram) {
  const auto registry = std::make_shared<::prometheus::Registry>();
  ::prometheus::BuildGauge()
      .Name("my_orders")
      .Help("Open orders.")
      .Register(*registry)
      .Add({})
      .Set(7);
  running_->OnHub([&] { metrics_->Add(registry); });
  EXPECT_NE(Text().find("\nmy_orders 7\n"), string::npos);
}

TEST(MetricsListenerTest, AreForAdminListenersAloneIfThereIsOne) {
  std::unique_ptr<Metrics> metrics;
  RunningServer running(RunningServer::AnyPort(), [&](Server& server) {
    Listener admin;
    admin.admin = true;
    server.AddListener(admin);
    metrics = std::make_unique<Metrics>(server);
  });
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/metrics")), 404);
  EXPECT_EQ(StatusOf(Fetch(running.server().port(1), "GET", "/metrics")), 200);
  running.Stop();
}

#ifdef TICKERHUB_PROMTOOL
TEST_F(MetricsTest, PassTheCheckOfPromtool) {
  const string command = string(TICKERHUB_PROMTOOL) + " check metrics";
  std::FILE* const promtool = ::popen(command.c_str(), "w");
  ASSERT_NE(promtool, nullptr);
  const string text = Text();
  std::fwrite(text.data(), 1, text.size(), promtool);
  EXPECT_EQ(::pclose(promtool), 0) << text;
}

TEST(AlertRulesTest, FireOnWhatTheyAreFor) {
  const string command = string(TICKERHUB_PROMTOOL) + " test rules " + kRoot +
                         "/tests/prometheus/alerts_test.yml > /dev/null";
  EXPECT_EQ(std::system(command.c_str()), 0);
  const string cases = ReadFile(kRoot + "/tests/prometheus/alerts_test.yml");
  for (const auto& alert :
       FindAll(ReadFile(kRoot + "/docs/operations/alerts.yml"),
               "- alert: (\\w+)")) {
    EXPECT_NE(cases.find("alertname=\"" + string(alert[1])), string::npos)
        << "no case for " << alert[1];
  }
}

TEST(AlertRulesTest, PassTheCheckOfPromtool) {
  const string command = string(TICKERHUB_PROMTOOL) + " check rules " + kRoot +
                         "/docs/operations/alerts.yml > /dev/null";
  EXPECT_EQ(std::system(command.c_str()), 0);
}
#endif

}  // namespace
}  // namespace tickerhub::testing
