#include "tickerhub/prometheus/metrics.h"

#include <prometheus/collectable.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <ctime>
#include <utility>
#include <vector>

#include "families.h"
#include "tickerhub/version.h"

namespace tickerhub {
namespace {

void Append(internal::Families&& some, internal::Families* all) {
  all->insert(all->end(), std::make_move_iterator(some.begin()),
              std::make_move_iterator(some.end()));
}

}  // namespace

struct Metrics::Impl {
  explicit Impl(Server& given) : server(given) {
    ::prometheus::BuildGauge()
        .Name("tickerhub_build_info")
        .Help("1, with the version as a label.")
        .Register(registry)
        .Add({{"version", TICKERHUB_VERSION}})
        .Set(1);
    ::prometheus::BuildGauge()
        .Name("process_start_time_seconds")
        .Help("When the process has started, in Unix time.")
        .Register(registry)
        .Add({})
        .Set(static_cast<double>(std::time(nullptr)));
  }

  Server& server;
  ::prometheus::Registry registry;
  const StockTracker* tracker = nullptr;
  const Notifier* notifier = nullptr;
  const PriceInbox* inbox = nullptr;
  const LineSource* lines = nullptr;
  const ReplaySource* replay = nullptr;
  std::function<internal::LogFigures()> log;
  std::function<internal::StoreFigures()> store;
  std::vector<std::shared_ptr<::prometheus::Collectable>> others;
};

Metrics::Metrics(Server& server) : impl_(std::make_unique<Impl>(server)) {
  server.AdminRoute(
      "GET", "/metrics", [this](const HttpRequest&, const HttpReply& reply) {
        HttpResponse response;
        response.content_type = "text/plain; version=0.0.4; charset=utf-8";
        response.headers.emplace_back("Cache-Control", "no-store");
        response.body = Text();
        reply(std::move(response));
      });
}

Metrics::~Metrics() = default;

void Metrics::Add(const StockTracker& tracker) { impl_->tracker = &tracker; }
void Metrics::Add(const Notifier& notifier) { impl_->notifier = &notifier; }
void Metrics::Add(const PriceInbox& inbox) { impl_->inbox = &inbox; }
void Metrics::Add(const LineSource& source) { impl_->lines = &source; }
void Metrics::Add(const ReplaySource& source) { impl_->replay = &source; }
void Metrics::Add(const InMemoryNotificationLog& log) {
  AddLog([&log] { return internal::LogFiguresOf(log); });
  AddStore(nullptr);
}
void Metrics::AddLog(std::function<internal::LogFigures()> figures) {
  impl_->log = std::move(figures);
}
void Metrics::AddStore(std::function<internal::StoreFigures()> figures) {
  impl_->store = std::move(figures);
}

void Metrics::Add(std::shared_ptr<::prometheus::Collectable> collectable) {
  impl_->others.push_back(std::move(collectable));
}

std::string Metrics::Text() const {
  internal::Families families = impl_->registry.Collect();
  internal::AddServerFamilies(impl_->server, &families);
  if (impl_->tracker != nullptr) {
    internal::AddStockFamilies(*impl_->tracker, &families);
  }
  if (impl_->inbox != nullptr) {
    internal::AddInboxFamilies(*impl_->inbox, &families);
  }
  if (impl_->lines != nullptr) {
    internal::AddLineFamilies(*impl_->lines, &families);
  }
  if (impl_->replay != nullptr) {
    internal::AddReplayFamilies(*impl_->replay, &families);
  }
  if (impl_->notifier != nullptr) {
    internal::AddNotifierFamilies(*impl_->notifier, &families);
  }
  if (impl_->log) internal::AddLogFamilies(impl_->log(), &families);
  if (impl_->store) internal::AddStoreFamilies(impl_->store(), &families);
  internal::AddProcessFamilies(&families);
  for (const auto& other : impl_->others) {
    Append(other->Collect(), &families);
  }
  return ::prometheus::TextSerializer().Serialize(families);
}

}  // namespace tickerhub
