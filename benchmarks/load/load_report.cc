#include "load/load_report.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstdint>
#include <cstdio>

namespace tickerhub::load {
namespace {

using JsonWriter = rapidjson::Writer<rapidjson::StringBuffer>;

double Milliseconds(std::uint64_t nanoseconds) {
  return static_cast<double>(nanoseconds) / 1e6;
}

std::string Format(const char* format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string Grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

std::string Grouped(const Count& count) { return Grouped(count.Get()); }

std::string Line(std::string name, const std::string& value) {
  name.resize(13, ' ');
  return name + value + "\n";
}

std::string Percentiles(const Histogram& times) {
  if (times.count() == 0) return "nothing measured";
  std::string text;
  for (const auto& [name, value] : {std::pair{"p50", times.Percentile(0.5)},
                                    {"   p99", times.Percentile(0.99)},
                                    {"   p99.9", times.Percentile(0.999)},
                                    {"   max", times.max()}}) {
    text += name + Format(" %.3f ms", Milliseconds(value));
  }
  return text;
}

std::string CodeName(std::size_t code) {
  return code == 0 ? "others" : std::to_string(code);
}

std::string Closes(const CloseCounts& closes) {
  std::string text;
  closes.ForEach([&text](std::size_t code, std::uint64_t count) {
    text +=
        (text.empty() ? "" : ", ") + Grouped(count) + " with " + CodeName(code);
  });
  return text.empty() ? "none" : text;
}

// What speaks against "every update arrived"; empty if nothing does.
std::string Complaints(const LoadFigures& figures, const LoadOutcome& outcome) {
  std::string all;
  const auto add = [&all](bool is_so, const std::string& what) {
    if (is_so) all += (all.empty() ? "" : ", ") + what;
  };
  const auto count = [&add](const Count& number, const char* what) {
    add(number.Get() > 0, Grouped(number) + " " + what);
  };
  count(figures.failed, "connections failed");
  add(figures.started.Get() > figures.connected.Get() + figures.failed.Get(),
      "connections did not come about in time");
  count(figures.gaps, "gaps in a sequence");
  count(figures.backwards, "sequence numbers went back");
  count(figures.merged,
        "times a client was sent a snapshot for updates it missed");
  count(figures.unexpected_ends, "connections ended before their time");
  count(figures.not_understood, "messages were errors or not understood");
  count(figures.incomplete, "clients got nothing more that proves it");
  add(figures.connected.Get() == 0, "nobody was connected");
  add(figures.connected.Get() >
          figures.first_snapshot.count() + figures.slow_clients.Get(),
      "there are clients without a snapshot");
  add(outcome.worker_lost, "a process of the load was lost");
  return all;
}

void WriteNumber(const char* name, std::uint64_t number, JsonWriter& json) {
  json.Key(name);
  json.Uint64(number);
}

void WriteTimes(const char* name, const Histogram& times, JsonWriter& json) {
  json.Key(name);
  json.StartObject();
  WriteNumber("count", times.count(), json);
  for (const auto& [key, value] : {std::pair{"min", times.min()},
                                   {"p50", times.Percentile(0.5)},
                                   {"p99", times.Percentile(0.99)},
                                   {"p999", times.Percentile(0.999)},
                                   {"max", times.max()}}) {
    json.Key(key);
    json.Double(Milliseconds(value));
  }
  json.EndObject();
}

void WriteCloses(const char* name, const CloseCounts& closes,
                 JsonWriter& json) {
  json.Key(name);
  json.StartObject();
  closes.ForEach([&json](std::size_t code, std::uint64_t count) {
    WriteNumber(CodeName(code).c_str(), count, json);
  });
  json.EndObject();
}

}  // namespace

bool EverythingArrived(const LoadFigures& figures, const LoadOutcome& outcome) {
  return Complaints(figures, outcome).empty();
}

std::string TextReport(const LoadOptions& options, const LoadFigures& figures,
                       const LoadOutcome& outcome) {
  const double rate =
      outcome.seconds > 0
          ? static_cast<double>(figures.updates.Get()) / outcome.seconds
          : 0;
  std::string text = "tickerhub-load: " + Grouped(options.clients) +
                     " clients, " + options.url +
                     Format(", %.1f s", outcome.seconds) +
                     (outcome.interrupted ? ", interrupted" : "") + "\n";
  text += Line("connections", Grouped(figures.connected) + " made, " +
                                  Grouped(figures.failed) + " failed");
  text += Line("handshake", Percentiles(figures.handshake));
  text += Line("snapshot", Percentiles(figures.first_snapshot) +
                               "   (from connecting to the first)");
  text +=
      Line("updates", Grouped(figures.updates) + " received, " +
                          Grouped(static_cast<std::uint64_t>(rate)) +
                          " a second, " + Grouped(figures.bytes) + " bytes");
  if (options.compression) {
    text += Line("compression",
                 Grouped(figures.compressed) + " of " +
                     Grouped(figures.connected) + " connections agreed; " +
                     Grouped(figures.bytes) + " bytes on the wire, " +
                     Grouped(figures.inflated_bytes) + " inflated");
  }
  text += Line("spread", Percentiles(figures.spread) +
                             "   (from the first client that has an update "
                             "to each other)");
  text += Line("age", Percentiles(figures.age) +
                          "   (from an update's time to its arrival; if both "
                          "clocks agree)");
  text += Line("gaps", Grouped(figures.gaps) + " in the sequence, " +
                           Grouped(figures.merged) +
                           " snapshots in place of updates");
  text += Line("closes", Closes(figures.closes));
  if (figures.slow_clients.Get() > 0) {
    text += Line("slow readers", Grouped(figures.slow_clients) + "; closes: " +
                                     Closes(figures.slow_closes));
  }
  if (figures.has_error)
    text += Line("first error", figures.first_error.data());
  const std::string complaints = Complaints(figures, outcome);
  return text + Line("result", complaints.empty()
                                   ? "every update arrived at every client"
                                   : "NOT every update arrived: " + complaints);
}

std::string JsonReport(const LoadOptions& options, const LoadFigures& figures,
                       const LoadOutcome& outcome) {
  rapidjson::StringBuffer text;
  JsonWriter json(text);
  json.SetMaxDecimalPlaces(6);
  json.StartObject();
  json.Key("url");
  json.String(options.url.c_str());
  WriteNumber("clients", options.clients, json);
  WriteNumber("processes", options.processes, json);
  json.Key("seconds");
  json.Double(outcome.seconds);
  json.Key("interrupted");
  json.Bool(outcome.interrupted);
  for (const auto& [name, count] : kCounts) {
    WriteNumber(name, (figures.*count).Get(), json);
  }
  for (const auto& [name, times] : kTimes) {
    WriteTimes(name, figures.*times, json);
  }
  WriteCloses("closes", figures.closes, json);
  WriteCloses("slowCloses", figures.slow_closes, json);
  if (figures.has_error) {
    json.Key("firstError");
    json.String(figures.first_error.data());
  }
  json.Key("everythingArrived");
  json.Bool(EverythingArrived(figures, outcome));
  json.EndObject();
  return std::string(text.GetString()) + "\n";
}

std::string ProgressLine(const LoadOptions& options, const LoadFigures& figures,
                         double updates_a_second) {
  return Grouped(figures.open) + " of " + Grouped(options.clients) +
         " connected, " + Grouped(figures.updates) + " updates, " +
         Grouped(static_cast<std::uint64_t>(updates_a_second)) + " a second, " +
         Grouped(figures.gaps) + " gaps, " + Grouped(figures.failed) +
         " failed" +
         (figures.waiting.Get() == 0
              ? ""
              : ", waiting for " + Grouped(figures.waiting) + " clients");
}

}  // namespace tickerhub::load
