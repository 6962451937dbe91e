// The pages over HTTP: what they show, what they ask for, what options change.

#include "tickerhub/pages/pages.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "tickerhub/notification_log.h"
#include "tickerhub/testing/manual_scheduler.h"
#include "tickerhub/testing/recording_broadcaster.h"

namespace tickerhub::testing {
namespace {

class PagesTest : public ::testing::Test {
 protected:
  PagesTest() { tracker_.AddStock("AAPL", Price::FromUnits(15'000'000'000)); }

  static std::string Get(RunningServer& running, const std::string& path) {
    return Fetch(running.port(), "GET", path);
  }

  RecordingBroadcaster broadcaster_;
  ManualScheduler scheduler_;
  InMemoryNotificationLog log_;
  StockTracker tracker_{broadcaster_, scheduler_};
  Notifier notifier_{broadcaster_, scheduler_, log_};
};

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The files that a page names.
std::vector<std::string> FilesOf(const std::string& html) {
  static const std::regex kFile(R"re((?:src|href)="(/[^"]+\.\w+)")re");
  std::vector<std::string> files;
  for (std::sregex_iterator match(html.begin(), html.end(), kFile), end;
       match != end; ++match) {
    files.push_back((*match)[1]);
  }
  return files;
}

TEST_F(PagesTest, TheStockPageShowsThePricesOfThisMoment) {
  RunningServer running(RunningServer::AnyPort(), [&](Server& server) {
    AddStockPage(server, tracker_);
  });
  const std::string before = Get(running, "/");
  EXPECT_EQ(StatusOf(before), 200);
  EXPECT_EQ(HeaderOf(before, "Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(HeaderOf(before, "Cache-Control"), "no-store");
  EXPECT_TRUE(Has(before, "<title>Stock prices</title>"));
  EXPECT_TRUE(Has(before, ">150.00<"));
  EXPECT_TRUE(Has(before, "id=\"add\""));
  EXPECT_TRUE(Has(before, "data-channel=\"/stocks\""));

  running.OnHub(
      [&] { tracker_.SetPrice("AAPL", Price::FromUnits(15'125'000'000)); });
  EXPECT_TRUE(Has(Get(running, "/"), ">151.25<"));
}

TEST_F(PagesTest, OptionsSetTitlePathChannelAndForm) {
  RunningServer running(RunningServer::AnyPort(), [&](Server& server) {
    StockPageOptions options;
    options.title = "Ours <b>";
    options.path = "/prices";
    options.channel = "/feed";
    options.clients_may_add = false;
    AddStockPage(server, tracker_, options);
  });
  EXPECT_EQ(StatusOf(Get(running, "/")), 404);
  const std::string page = Get(running, "/prices");
  EXPECT_EQ(StatusOf(page), 200);
  EXPECT_TRUE(Has(page, "<title>Ours &lt;b&gt;</title>"));
  EXPECT_TRUE(Has(page, "<h1>Ours &lt;b&gt;"));
  EXPECT_TRUE(Has(page, "data-channel=\"/feed\""));
  EXPECT_FALSE(Has(page, "id=\"add\""));
}

TEST_F(PagesTest, OneServerHasBothPagesWithAllTheirFiles) {
  RunningServer running(RunningServer::AnyPort(), [&](Server& server) {
    AddStockPage(server, tracker_);
    NotificationPageOptions options;
    options.path = "/inbox";
    options.title = "For you";
    AddNotificationPage(server, notifier_, options);
  });
  const std::string inbox = Get(running, "/inbox");
  EXPECT_TRUE(Has(inbox, "<title>For you</title>"));
  EXPECT_TRUE(Has(inbox, "data-channel=\"/notifications\""));
  for (const std::string& page : {Get(running, "/"), inbox}) {
    const std::vector<std::string> files = FilesOf(page);
    EXPECT_GT(files.size(), std::size_t{3});
    for (const std::string& file : files) {
      EXPECT_EQ(StatusOf(Get(running, file)), 200) << file;
    }
  }
}

TEST_F(PagesTest, ADirectoryIsServedInsteadOrNotAtAll) {
  const std::filesystem::path directory =
      std::filesystem::path(::testing::TempDir()) / "tickerhub_own_pages";
  std::filesystem::create_directories(directory);
  std::ofstream(directory / "index.html") << "<h1>Mine</h1>";
  std::string failure;
  RunningServer running(RunningServer::AnyPort(), [&](Server& server) {
    failure =
        ServeDirectory(server, (directory / "missing").string()).message();
    EXPECT_TRUE(ServeDirectory(server, directory.string()).ok());
  });
  EXPECT_TRUE(Has(failure, "there is no directory")) << failure;
  EXPECT_EQ(BodyOf(Get(running, "/")), "<h1>Mine</h1>");
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace tickerhub::testing
