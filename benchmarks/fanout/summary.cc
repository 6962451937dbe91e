#include "fanout/summary.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <tuple>

namespace tickerhub::fanout {
namespace {

using Cell = std::tuple<Scenario, std::uint32_t, std::uint32_t>;

Cell CellOf(const Turn& turn) {
  return {turn.scenario, turn.clients, turn.bytes};
}

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle]
                                : (values[middle - 1] + values[middle]) / 2;
}

double Per(double whole, std::uint64_t parts) {
  return parts == 0 ? 0 : whole / static_cast<double>(parts);
}

double CpuOf(const Record& record) {
  return Per(record.result.cpu_ns / 1e3, record.result.arrived);
}

/// What one peer took, to compare others with it within the same round of the
/// same cell.
class Yardstick {
 public:
  Yardstick(const std::vector<Record>& records, const char* peer) {
    for (const Record& record : records) {
      if (record.turn.peer.name != peer) continue;
      cpu_[{CellOf(record.turn), record.turn.round}] = CpuOf(record);
    }
  }

  /// The median of the rounds' ratios; 0 if the peer was not in them.
  double RatioOf(const std::vector<const Record*>& rounds) const {
    std::vector<double> ratios;
    for (const Record* record : rounds) {
      const auto found = cpu_.find({CellOf(record->turn), record->turn.round});
      if (found != cpu_.end() && found->second > 0) {
        ratios.push_back(CpuOf(*record) / found->second);
      }
    }
    return Median(ratios);
  }

 private:
  std::map<std::pair<Cell, std::uint32_t>, double> cpu_;
};

double MedianOf(const std::vector<const Record*>& rounds,
                double RoundResult::*figure) {
  std::vector<double> values;
  values.reserve(rounds.size());
  for (const Record* record : rounds) {
    values.push_back(record->result.*figure);
  }
  return Median(std::move(values));
}

SummaryRow RowOf(const std::vector<const Record*>& rounds,
                 const Yardstick& floor, const Yardstick& plain) {
  SummaryRow row;
  row.turn = rounds.front()->turn;
  row.rounds = rounds.size();
  std::vector<double> cpu;
  std::vector<double> rates;
  std::vector<double> cpu_served;
  double user = 0;
  double system = 0;
  std::uint64_t arrived = 0;
  std::uint64_t served = 0;
  std::uint64_t bytes = 0;
  std::uint64_t wire_bytes = 0;
  for (const Record* record : rounds) {
    const RoundResult& result = record->result;
    cpu.push_back(CpuOf(*record));
    cpu_served.push_back(Per(result.cpu_ns / 1e3, result.served));
    if (result.wall_ns > 0) {
      rates.push_back(static_cast<double>(result.arrived) / result.wall_ns *
                      1e9);
    }
    user += result.user_us;
    system += result.system_us;
    arrived += result.arrived;
    served += result.served;
    bytes += result.bytes;
    wire_bytes += result.wire_bytes;
    row.dropped += result.expected - std::min(result.expected, result.arrived);
    row.out_of_order += result.out_of_order;
    row.rss_after_bytes =
        std::max(row.rss_after_bytes, result.rss_after_per_connection);
  }
  const RoundResult& newest = rounds.back()->result;
  row.cpu = Median(cpu);
  row.cpu_served = Median(cpu_served);
  row.ratio = floor.RatioOf(rounds);
  if (row.turn.peer.compression) row.ratio_plain = plain.RatioOf(rounds);
  row.frames_a_second = Median(rates);
  // The kernel's sampling is too coarse for one round.
  row.user = Per(user, arrived);
  row.system = Per(system, arrived);
  row.user_served = Per(user, served);
  row.bytes_a_frame = Per(static_cast<double>(bytes), arrived);
  row.wire_bytes_a_frame = Per(static_cast<double>(wire_bytes), arrived);
  row.last_p50 = newest.last_p50_ns / 1e3;
  row.last_p99 = newest.last_p99_ns / 1e3;
  row.last_p999 = newest.last_p999_ns / 1e3;
  row.rss_bytes = MedianOf(rounds, &RoundResult::rss_per_connection);
  row.handshake = MedianOf(rounds, &RoundResult::handshake_cpu_us);
  row.accepts_a_second = MedianOf(rounds, &RoundResult::accepts_per_second);
  return row;
}

// No ratio: the cell has no floor.
std::string RatioText(double ratio) {
  if (ratio <= 0) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", ratio);
  return text;
}

std::string Quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + "\"";
}

std::string FieldOf(const char* file_name, const std::string& field) {
  std::ifstream file(file_name);
  std::string line;
  while (std::getline(file, line)) {
    if (line.compare(0, field.size(), field) != 0) continue;
    const std::size_t colon = line.find(':');
    const std::size_t start = line.find_first_not_of(" \t", colon + 1);
    return start == std::string::npos ? "" : line.substr(start);
  }
  return "unknown";
}

}  // namespace

std::vector<SummaryRow> Summarise(const std::vector<Record>& records) {
  const Yardstick floor(records, "floor");
  const Yardstick plain(records, "tickerhub");
  // In the order in which they were first met.
  std::vector<std::pair<Cell, std::string>> order;
  std::map<std::pair<Cell, std::string>, std::vector<const Record*>> groups;
  for (const Record& record : records) {
    const auto key = std::pair(CellOf(record.turn), record.turn.peer.name);
    auto& group = groups[key];
    if (group.empty()) order.push_back(key);
    group.push_back(&record);
  }
  std::vector<SummaryRow> rows;
  rows.reserve(order.size());
  for (const auto& key : order)
    rows.push_back(RowOf(groups[key], floor, plain));
  return rows;
}

std::string SummaryTable(const std::vector<SummaryRow>& rows) {
  std::string table;
  char line[256];
  std::snprintf(line, sizeof line,
                "%-7s %-17s %7s %6s %8s %7s %7s %7s %7s %10s %9s %9s %8s %8s "
                "%8s %9s %7s\n",
                "case", "peer", "clients", "bytes", "cpu us", "user", "system",
                "/floor", "/plain", "frames/s", "last p50", "last p99", "rss B",
                "rss then", "shake us", "accepts/s", "dropped");
  table += line;
  for (const SummaryRow& row : rows) {
    std::snprintf(
        line, sizeof line,
        "%-7s %-17s %7u %6u %8.3f %7.3f %7.3f %7s %7s %10.0f %9.0f %9.0f "
        "%8.0f %8.0f %8.1f %9.0f %7s\n",
        NameOf(row.turn.scenario), row.turn.peer.name.c_str(), row.turn.clients,
        row.turn.bytes, row.cpu, row.user, row.system,
        RatioText(row.ratio).c_str(), RatioText(row.ratio_plain).c_str(),
        row.frames_a_second, row.last_p50, row.last_p99, row.rss_bytes,
        row.rss_after_bytes, row.handshake, row.accepts_a_second,
        std::to_string(row.dropped + row.out_of_order).c_str());
    table += line;
  }
  return table;
}

std::string SummaryJson(const std::vector<SummaryRow>& rows,
                        const Context& context) {
  std::string json = "{\"context\":{";
  for (const auto& [name, value] : context) {
    if (json.back() != '{') json += ',';
    json += Quoted(name) + ":" + Quoted(value);
  }
  json += "},\n\"rows\":[";
  for (const SummaryRow& row : rows) {
    if (&row != &rows.front()) json += ',';
    json += "\n{\"scenario\":" + Quoted(NameOf(row.turn.scenario)) +
            ",\"peer\":" + Quoted(row.turn.peer.name);
    const std::pair<const char*, double> numbers[] = {
        {"clients", row.turn.clients},
        {"bytes", row.turn.bytes},
        {"rounds", static_cast<double>(row.rounds)},
        {"cpu_us", row.cpu},
        {"user_us", row.user},
        {"system_us", row.system},
        {"cpu_served_us", row.cpu_served},
        {"user_served_us", row.user_served},
        {"ratio", row.ratio},
        {"ratio_plain", row.ratio_plain},
        {"frames_per_second", row.frames_a_second},
        {"last_p50_us", row.last_p50},
        {"last_p99_us", row.last_p99},
        {"last_p999_us", row.last_p999},
        {"bytes_per_frame", row.bytes_a_frame},
        {"wire_bytes_per_frame", row.wire_bytes_a_frame},
        {"rss_bytes", row.rss_bytes},
        {"rss_after_bytes", row.rss_after_bytes},
        {"handshake_us", row.handshake},
        {"accepts_per_second", row.accepts_a_second},
        {"dropped", static_cast<double>(row.dropped)},
        {"out_of_order", static_cast<double>(row.out_of_order)}};
    for (const auto& [name, value] : numbers) {
      char text[96];
      std::snprintf(text, sizeof text, ",\"%s\":%.10g", name, value);
      json += text;
    }
    json += '}';
  }
  return json + "]}\n";
}

Context DescribeContext(const std::string& commit, std::uint32_t rounds) {
  utsname system{};
  uname(&system);
  return {
      {"machine", FieldOf("/proc/cpuinfo", "model name") + ", " +
                      std::to_string(sysconf(_SC_NPROCESSORS_ONLN)) + " cores"},
      {"kernel", std::string(system.sysname) + " " + system.release},
      {"compiler", TICKERHUB_COMPILER},
      {"flags", TICKERHUB_FLAGS},
      {"build_type", TICKERHUB_BUILD_TYPE},
      {"commit", commit},
      {"rounds", std::to_string(rounds)}};
}

}  // namespace tickerhub::fanout
