// The pages over HTTP: what they show, what they ask for, what options change.

#include "tickerhub/pages/pages.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <fstream>
#include <functional>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "support/own_folder.h"
#include "support/raw_socket.h"
#include "support/running_server.h"
#include "tickerhub/in_memory_notification_log.h"
#include "tickerhub/testing/recording_broadcaster.h"

namespace tickerhub::testing {
namespace {

class PagesTest : public ::testing::Test {
 protected:
  // Starts a server with both services, to which `add_pages` adds pages.
  void Start(const std::function<void(Server&)>& add_pages) {
    running_.emplace(RunningServer::AnyPort(), [&](Server& server) {
      tracker_.emplace(broadcaster_, server.scheduler());
      tracker_->AddStock("AAPL", Price::Of(150, 0));
      notifier_.emplace(broadcaster_, server.scheduler(), log_);
      add_pages(server);
    });
  }
  void TearDown() override {
    if (running_) running_->Stop();
    notifier_.reset();
    tracker_.reset();
  }

  std::string Get(const std::string& path) {
    return Fetch(running_->port(), "GET", path);
  }

  RecordingBroadcaster broadcaster_;
  InMemoryNotificationLog log_;
  std::optional<RunningServer> running_;
  std::optional<StockTracker> tracker_;
  std::optional<Notifier> notifier_;
};

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The files that a page names.
std::vector<std::string> FilesOf(const std::string& html) {
  static const std::regex kFile(R"re((?:src|href)="\.(/[^"]+\.\w+)")re");
  std::vector<std::string> files;
  for (std::sregex_iterator match(html.begin(), html.end(), kFile), end;
       match != end; ++match) {
    files.push_back((*match)[1]);
  }
  return files;
}

TEST_F(PagesTest, TheStockPageShowsThePricesOfThisMoment) {
  Start([&](Server& server) { AddStockPage(server, *tracker_); });
  const std::string before = Get("/");
  EXPECT_EQ(StatusOf(before), 200);
  EXPECT_EQ(HeaderOf(before, "Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(HeaderOf(before, "Cache-Control"), "no-store");
  EXPECT_TRUE(Has(before, "<title>Stock prices</title>"));
  EXPECT_TRUE(Has(before, ">150.00<"));
  EXPECT_TRUE(Has(before, "id=\"add\""));
  EXPECT_TRUE(Has(before, "data-channel=\"./stocks\""));

  running_->OnHub([&] { tracker_->SetPrice("AAPL", Price::Of(15'125, 2)); });
  // It is rendered at most once a second.
  EXPECT_TRUE(Eventually([&] { return Has(Get("/"), ">151.25<"); }));
}

TEST_F(PagesTest, TheStockPageEscapesASymbol) {
  Start([&](Server& server) { AddStockPage(server, *tracker_); });
  running_->OnHub([&] {
    tracker_->AddStock("M&M.NS", Price::Of(310'050, 2));
    tracker_->AddStock("AAPL  24&lt C", Price::Of(5'250, 3));
  });
  const std::string body = BodyOf(Get("/"));
  EXPECT_TRUE(Has(body, "data-symbol=\"M&amp;M.NS\""));
  EXPECT_TRUE(Has(body, "<bdi>AAPL  24&amp;lt C</bdi>"));
  EXPECT_TRUE(Has(body, "\"M&M.NS\":3100.50"));  // in a script: no HTML
  EXPECT_TRUE(Has(body, ">5.250<"));
}

TEST_F(PagesTest, AreGuardedByTheirHeaders) {
  Start([&](Server& server) {
    AddStockPage(server, *tracker_);
    NotificationPageOptions options;
    options.path = "/inbox";
    AddNotificationPage(server, *notifier_, options);
  });
  for (const char* path : {"/", "/inbox"}) {
    const std::string page = Get(path);
    const std::string policy = HeaderOf(page, "Content-Security-Policy");
    EXPECT_TRUE(Has(policy, "default-src 'none'"));
    EXPECT_TRUE(Has(policy, "frame-ancestors 'none'"));
    EXPECT_FALSE(Has(policy, "unsafe"));
    EXPECT_FALSE(Has(policy, "*"));
    EXPECT_FALSE(Has(policy, "ws:"));
    EXPECT_EQ(HeaderOf(page, "X-Frame-Options"), "DENY");
    EXPECT_EQ(HeaderOf(page, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(HeaderOf(page, "Referrer-Policy"), "no-referrer");
    EXPECT_FALSE(Has(page, "style="));
    EXPECT_FALSE(Has(page, "<script>"));
  }
}

// The page has the first 200 of ten thousand stocks, and the script asks for
// the others over the channel.
TEST_F(PagesTest, TheStockPageIsSmallHoweverManyStocksThereAre) {
  Start([&](Server& server) { AddStockPage(server, *tracker_); });
  running_->OnHub([&] {
    for (int i = 19'999; i > 10'000; --i) {
      tracker_->AddStock("Z" + std::to_string(i), Price::Of(10'025, 2));
    }
  });
  const std::string page = Get("/");
  const std::string body = BodyOf(page);
  EXPECT_LE(body.size(), 100'000U);
  EXPECT_TRUE(Has(body, "<span class=\"tally\" id=\"count\">10000</span>"));
  EXPECT_TRUE(Has(body, "The first 200 of 10000 stocks"));
  EXPECT_TRUE(Has(body, "data-symbol=\"AAPL\""));
  EXPECT_TRUE(Has(body, "data-symbol=\"Z10199\""));
  EXPECT_FALSE(Has(body, "data-symbol=\"Z10200\""));
  EXPECT_TRUE(Has(body, "\"Z10199\":"));
  EXPECT_FALSE(Has(body, "\"Z10200\":"));
  const std::string small =
      Fetch(running_->port(), "GET", "/", "Accept-Encoding: br, gzip\r\n");
  EXPECT_EQ(HeaderOf(small, "Content-Encoding"), "gzip");
  EXPECT_EQ(HeaderOf(small, "Vary"), "Accept-Encoding");
  EXPECT_EQ(HeaderOf(page, "Vary"), "Accept-Encoding");
  EXPECT_LE(BodyOf(small).size(), 20'000U);
}

TEST_F(PagesTest, TheStockPageIsSmallWithLongNamesAndPrices) {
  Start([&](Server& server) { AddStockPage(server, *tracker_); });
  running_->OnHub([&] {
    for (int i = 0; i < 300; ++i) {
      tracker_->AddStock(
          "LONGLONGLONGLONGLONGLONGLONG" + std::to_string(100 + i),
          Price::Of(12'345'678'901'234'567 + i, 8));
    }
  });
  const std::string body = BodyOf(Get("/"));
  EXPECT_LE(body.size(), 100'000U);
  EXPECT_GE(body.size(), 80'000U);
  EXPECT_TRUE(Has(body, " of 301 stocks"));
}

TEST_F(PagesTest, TheStockPageIsSmallWhereOneLongPriceMakesAllCellsLong) {
  Start([&](Server& server) { AddStockPage(server, *tracker_); });
  running_->OnHub([&] {
    for (int i = 0; i < 300; ++i) {
      const std::string symbol = "S" + std::to_string(100 + i);
      tracker_->SetPrice(symbol, *Price::Parse("123456789012"));
      tracker_->SetPrice(symbol, *Price::Parse("0.000000000000000001"));
      tracker_->SetPrice(symbol, *Price::Parse("123456789012"));
    }
  });
  const std::string body = BodyOf(Get("/"));
  EXPECT_LE(body.size(), 100'000U);
  EXPECT_GE(body.size(), 70'000U);
  EXPECT_TRUE(Has(body, "123,456,789,012.000000000000000000"));
}

TEST_F(PagesTest, APageBelowAFolderFindsItsFilesAndItsChannel) {
  Start([&](Server& server) {
    StockPageOptions options;
    options.path = "/a/b/prices";
    AddStockPage(server, *tracker_, options);
  });
  const std::string page = Get("/a/b/prices");
  EXPECT_TRUE(Has(page, "src=\"../../stocks.js\""));
  EXPECT_TRUE(Has(page, "data-channel=\"../../stocks\""));
}

TEST_F(PagesTest, OptionsSetTitlePathChannelAndForm) {
  Start([&](Server& server) {
    StockPageOptions options;
    options.title = "Ours <b>";
    options.path = "/prices";
    options.channel = "/feed";
    options.clients_may_add = false;
    AddStockPage(server, *tracker_, options);
  });
  EXPECT_EQ(StatusOf(Get("/")), 404);
  const std::string page = Get("/prices");
  EXPECT_EQ(StatusOf(page), 200);
  EXPECT_TRUE(Has(page, "<title>Ours &lt;b&gt;</title>"));
  EXPECT_TRUE(Has(page, "<h1>Ours &lt;b&gt;"));
  EXPECT_TRUE(Has(page, "data-channel=\"./feed\""));
  EXPECT_FALSE(Has(page, "id=\"add\""));
}

TEST_F(PagesTest, AFormThatIsOffSaysWhy) {
  Start([&](Server& server) {
    AddNotificationPage(server, *notifier_);
    NotificationPageOptions options;
    options.path = "/off";
    options.why_sending_is_off = "Not <here>.";
    AddNotificationPage(server, *notifier_, options);
  });
  EXPECT_TRUE(Has(Get("/"), "<fieldset class=\"whole\">"));
  EXPECT_FALSE(Has(Get("/"), "why-not"));
  const std::string off = Get("/off");
  EXPECT_TRUE(Has(off, "<fieldset class=\"whole\" disabled"));
  EXPECT_TRUE(Has(off, ">Not &lt;here&gt;.<"));
}

TEST_F(PagesTest, OneServerHasBothPagesWithAllTheirFiles) {
  Start([&](Server& server) {
    AddStockPage(server, *tracker_);
    NotificationPageOptions options;
    options.path = "/inbox";
    options.title = "For you";
    AddNotificationPage(server, *notifier_, options);
  });
  const std::string inbox = Get("/inbox");
  EXPECT_TRUE(Has(inbox, "<title>For you</title>"));
  EXPECT_TRUE(Has(inbox, "data-channel=\"./notifications\""));
  for (const std::string& page : {Get("/"), inbox}) {
    const std::vector<std::string> files = FilesOf(page);
    EXPECT_GT(files.size(), std::size_t{3});
    for (const std::string& file : files) {
      EXPECT_EQ(StatusOf(Get(file)), 200) << file;
    }
  }
}

TEST_F(PagesTest, ADirectoryIsServedInsteadOrNotAtAll) {
  const OwnFolder folder;
  std::ofstream(folder.File("index.html")) << "<h1>Mine</h1>";
  std::string failure;
  Start([&](Server& server) {
    failure = ServeDirectory(server, folder.File("missing")).message();
    EXPECT_TRUE(ServeDirectory(server, folder.path().string()).ok());
  });
  EXPECT_TRUE(Has(failure, "there is no directory")) << failure;
  EXPECT_EQ(BodyOf(Get("/")), "<h1>Mine</h1>");
}

}  // namespace
}  // namespace tickerhub::testing
