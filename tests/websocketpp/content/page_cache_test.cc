// A page is made once for all who ask; here the test is both threads.

#include "content/page_cache.h"

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"

namespace tickerhub::testing {
namespace {

using internal::PageCache;
using std::chrono::milliseconds;

class PageCacheTest : public ::testing::Test {
 protected:
  PageCacheTest() {
    page_.collect = [this] {
      ++collected_;
      if (collect_fails_) throw std::runtime_error("no page");
      return [this, number = collected_] {
        if (render_fails_) throw std::runtime_error("no page");
        return "page " + std::to_string(number);
      };
    };
  }

  // Asks at a time. Returns the page, or "waits".
  std::string Ask(milliseconds time) {
    const auto copy =
        cache_.GetAt(SteadyTime() + time, [this](const PageCache::Copy& later) {
          came_.push_back(later ? later->content : "none");
        });
    if (!copy) return "waits";
    return *copy ? (*copy)->content : "none";
  }

  static RenderedPage Calling(std::function<RenderedPage::Render()> collect) {
    RenderedPage page;
    page.collect = std::move(collect);
    return page;
  }
  static void RunAll(std::deque<PageCache::Task>* tasks) {
    while (!tasks->empty()) {
      const PageCache::Task task = std::move(tasks->front());
      tasks->pop_front();
      task();
    }
  }
  void MakePage() {
    RunAll(&hub_);
    RunAll(&renderer_);
  }

  int collected_ = 0;
  bool collect_fails_ = false;
  bool render_fails_ = false;
  int failures_ = 0;
  std::vector<std::string> came_;
  std::deque<PageCache::Task> hub_;
  std::deque<PageCache::Task> renderer_;
  RenderedPage page_;
  PageCache cache_{
      Calling([this] { return page_.collect(); }),
      {[this](PageCache::Task task) { hub_.push_back(std::move(task)); },
       [this](PageCache::Task task) { renderer_.push_back(std::move(task)); }},
      [this] { ++failures_; }};
};

TEST_F(PageCacheTest, MakesOnePageForAllWhoAskMeanwhile) {
  for (int i = 0; i < 100; ++i) EXPECT_EQ(Ask(milliseconds(i)), "waits");
  RunAll(&hub_);
  EXPECT_EQ(Ask(milliseconds(100)), "waits");
  RunAll(&renderer_);
  EXPECT_EQ(collected_, 1);
  EXPECT_EQ(came_, std::vector<std::string>(101, "page 1"));
}

TEST_F(PageCacheTest, MakesItAtMostOnceInItsTime) {
  EXPECT_EQ(Ask(milliseconds(0)), "waits");
  MakePage();
  EXPECT_EQ(Ask(milliseconds(0)), "page 1");
  EXPECT_EQ(Ask(milliseconds(999)), "page 1");
  EXPECT_TRUE(hub_.empty());
  // Nobody gets a copy that is older.
  EXPECT_EQ(Ask(milliseconds(1'000)), "waits");
  EXPECT_EQ(Ask(milliseconds(1'001)), "waits");
  MakePage();
  EXPECT_EQ(came_, (std::vector<std::string>{"page 1", "page 2", "page 2"}));
  EXPECT_EQ(Ask(milliseconds(1'999)), "page 2");
  EXPECT_EQ(Ask(milliseconds(2'000)), "waits");
  EXPECT_EQ(collected_, 2);
}

TEST_F(PageCacheTest, TellsWhoAsksThatAPageCannotBeMade) {
  collect_fails_ = true;
  EXPECT_EQ(Ask(milliseconds(0)), "waits");
  MakePage();
  collect_fails_ = false;
  // A page that fails is not tried by each visitor either.
  EXPECT_EQ(Ask(milliseconds(1)), "none");
  render_fails_ = true;
  EXPECT_EQ(Ask(milliseconds(1'000)), "waits");
  MakePage();
  render_fails_ = false;
  EXPECT_EQ(Ask(milliseconds(2'000)), "waits");
  MakePage();
  EXPECT_EQ(came_, (std::vector<std::string>{"none", "none", "page 3"}));
  EXPECT_EQ(failures_, 2);
}

TEST(ServePageTest, SendsThePageWithoutTheHub) {
  RunningServer running(RunningServer::AnyPort(), [](Server& server) {
    RenderedPage page;
    page.collect = [] { return [] { return std::string(10'000, 'x'); }; };
    page.headers = {{"X-Mine", "yes"}};
    page.max_age = std::chrono::hours(1);
    server.ServePage("/page", std::move(page));
    RenderedPage broken;
    broken.collect = []() -> RenderedPage::Render {
      throw std::runtime_error("the page is broken");
    };
    server.ServePage("/broken", std::move(broken));
  });
  const std::string plain = Fetch(running.port(), "GET", "/page");
  EXPECT_EQ(StatusOf(plain), 200);
  EXPECT_EQ(BodyOf(plain), std::string(10'000, 'x'));
  EXPECT_EQ(HeaderOf(plain, "X-Mine"), "yes");
  EXPECT_EQ(HeaderOf(plain, "Content-Type"), "text/html; charset=utf-8");
  const std::string small =
      Fetch(running.port(), "GET", "/page", "Accept-Encoding: gzip\r\n");
  EXPECT_LT(BodyOf(small).size(), 1'000U);
  const std::string head =
      Fetch(running.port(), "HEAD", "/page", "Accept-Encoding: gzip\r\n");
  EXPECT_EQ(HeaderOf(head, "Content-Length"),
            std::to_string(BodyOf(small).size()));
  EXPECT_EQ(BodyOf(head), "");
  EXPECT_EQ(StatusOf(Fetch(running.port(), "POST", "/page")), 405);
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/broken")), 500);
}

// The hub's loop is not the client's here.
TEST(ServePageTest, SendsThePageWhileTheHubIsBusy) {
  Server::Options options = RunningServer::AnyPort();
  options.event_loops = 2;
  RunningServer running(options, [](Server& server) {
    RenderedPage page;
    page.collect = [] { return [] { return std::string("page"); }; };
    page.max_age = std::chrono::hours(1);
    server.ServePage("/page", std::move(page));
  });
  EXPECT_EQ(BodyOf(Fetch(running.port(), "GET", "/page")), "page");
  // The next connection is the second loop's, once both have none.
  ASSERT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.connections == 0; }));
  RawSocket socket(running.port());
  ASSERT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.connections == 1; }));
  running.OnHub([&] {
    ASSERT_TRUE(socket.Send("GET /page HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_EQ(BodyOf(socket.ReadToEnd()), "page");
  });
}

TEST(ServePageTest, MistakesAreToldByListen) {
  const auto told = [](const std::function<void(Server&)>& setup) {
    Server server(RunningServer::AnyPort());
    setup(server);
    return server.Listen().message();
  };
  RenderedPage page;
  page.collect = [] { return [] { return std::string(); }; };
  EXPECT_EQ(told([](Server& s) { s.ServePage("/a", {}); }),
            "the page /a has no RenderedPage::collect");
  EXPECT_EQ(told([&](Server& s) {
              s.ServePage("/a", page);
              s.ServePage("/a", page);
            }),
            "the page /a was added twice");
  EXPECT_EQ(told([&](Server& s) {
              s.ServePage("/a", page);
              s.Route("GET", "/a", [](const HttpRequest&, const HttpReply&) {});
            }),
            "/a is a page and a route; give one of them another path");
  EXPECT_EQ(told([&](Server& s) { s.ServePage("a", page); }).substr(0, 6),
            "a page");
}

}  // namespace
}  // namespace tickerhub::testing
