#include "families.h"

namespace tickerhub::internal {
namespace {

using SourceMetric = ::prometheus::MetricType;
using InboxCounts = PriceInbox::Counters;
using LineCounts = LineSource::Counters;
using ReplayCounts = ReplaySource::Counters;

const MetricRow<InboxCounts> kInboxRows[] = {
    {"tickerhub_inbox_pushed_total", SourceMetric::Counter,
     "Prices that a PriceInbox has accepted.",
     [](const InboxCounts& c) { return Number(c.pushed); }},
    {"tickerhub_inbox_merged_total", SourceMetric::Counter,
     "Of these, those that a newer one replaced before the hub took them.",
     [](const InboxCounts& c) { return Number(c.merged); }},
    {"tickerhub_inbox_refused_total", SourceMetric::Counter,
     "Prices that a PriceInbox has refused, by the reason.",
     [](const InboxCounts& c) { return Number(c.refused_full); }, "reason",
     "max_symbols"},
    {"tickerhub_inbox_refused_total", SourceMetric::Counter,
     "Prices that a PriceInbox has refused, by the reason.",
     [](const InboxCounts& c) { return Number(c.refused_invalid); }, "reason",
     "invalid"},
    {"tickerhub_inbox_stretched_windows_total", SourceMetric::Counter,
     "Join windows made longer to spare the hub.",
     [](const InboxCounts& c) { return Number(c.stretched_windows); }},
};

const MetricRow<LineCounts> kLineRows[] = {
    {"tickerhub_lines_good_total", SourceMetric::Counter,
     "Prices read from lines of text.",
     [](const LineCounts& c) { return Number(c.good_lines); }},
    {"tickerhub_lines_bad_total", SourceMetric::Counter,
     "Lines of text that could not be read.",
     [](const LineCounts& c) { return Number(c.bad_lines); }},
    {"tickerhub_lines_dropped_total", SourceMetric::Counter,
     "Prices of lines that were given up, by the limit.",
     [](const LineCounts& c) { return Number(c.dropped_prices); }, "limit",
     "max_pending"},
    {"tickerhub_lines_dropped_total", SourceMetric::Counter,
     "Prices of lines that were given up, by the limit.",
     [](const LineCounts& c) { return Number(c.forgotten_prices); }, "limit",
     "max_symbols"},
};

const MetricRow<ReplayCounts> kReplayRows[] = {
    {"tickerhub_replay_bad_lines_total", SourceMetric::Counter,
     "Lines of the recording that could not be read.",
     [](const ReplayCounts& c) { return Number(c.bad_lines); }},
    {"tickerhub_replay_forgotten_prices_total", SourceMetric::Counter,
     "Prices that clients cannot start from, because of max_symbols.",
     [](const ReplayCounts& c) { return Number(c.forgotten_prices); }},
    {"tickerhub_replay_sorted_prices_total", SourceMetric::Counter,
     "Prices that were sorted because the recording steps back in time.",
     [](const ReplayCounts& c) { return Number(c.sorted_prices); }},
    {"tickerhub_replay_late_prices_total", SourceMetric::Counter,
     "Of these, those older than what was played of their symbol.",
     [](const ReplayCounts& c) { return Number(c.late_prices); }},
    {"tickerhub_replay_refused_to_sort_total", SourceMetric::Counter,
     "Recordings not sorted because of max_sort_bytes.",
     [](const ReplayCounts& c) { return Number(c.refused_to_sort); }},
};

}  // namespace

void AddInboxFamilies(const PriceInbox& inbox, Families* families) {
  AddTable(kInboxRows, inbox.counters(), families);
}

void AddLineFamilies(const LineSource& source, Families* families) {
  AddTable(kLineRows, source.counters(), families);
}

void AddReplayFamilies(const ReplaySource& source, Families* families) {
  AddTable(kReplayRows, source.counters(), families);
}

}  // namespace tickerhub::internal
