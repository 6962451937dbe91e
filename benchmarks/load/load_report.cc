#include "load/load_report.h"

#include <cstdint>
#include <cstdio>
#include <vector>

namespace tickerhub::load {
namespace {

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

std::string Line(const std::string& name, const std::string& value) {
  std::string line = name;
  line.resize(13, ' ');
  return line + value + "\n";
}

std::string Percentiles(const Histogram& times) {
  if (times.count() == 0) return "nothing measured";
  std::string text;
  const auto add = [&text](const char* name, std::uint64_t value) {
    if (!text.empty()) text += "   ";
    text += name + Format(" %.3f ms", Milliseconds(value));
  };
  add("p50", times.Percentile(0.5));
  add("p99", times.Percentile(0.99));
  add("p99.9", times.Percentile(0.999));
  add("max", times.max());
  return text;
}

std::string CodeName(std::uint64_t code) {
  return code == 0 ? "others" : std::to_string(code);
}

std::string Closes(const CloseCounts& closes) {
  std::string text;
  for (const CloseCounts::Kind& kind : closes.kinds()) {
    if (kind.count.Get() == 0) continue;
    if (!text.empty()) text += ", ";
    text += Grouped(kind.count.Get()) + " with " + CodeName(kind.code.Get());
  }
  return text.empty() ? "none" : text;
}

std::uint64_t Rate(std::uint64_t count, double seconds) {
  return seconds > 0
             ? static_cast<std::uint64_t>(static_cast<double>(count) / seconds)
             : 0;
}

// What stands against "every update arrived", each as half a sentence.
std::vector<std::string> Complaints(const LoadFigures& figures,
                                    const LoadOutcome& outcome) {
  std::vector<std::string> all;
  const auto add = [&all](const Count& count, const char* what) {
    if (count.Get() > 0) all.push_back(Grouped(count.Get()) + " " + what);
  };
  add(figures.failed, "connections failed");
  if (figures.started.Get() > figures.connected.Get() + figures.failed.Get()) {
    all.emplace_back("connections did not come about in time");
  }
  add(figures.gaps, "gaps in a sequence");
  add(figures.backwards, "sequence numbers went back");
  add(figures.merged,
      "times a client was sent a snapshot for updates it missed");
  add(figures.unexpected_ends, "connections ended before their time");
  add(figures.not_understood, "messages were errors or not understood");
  add(figures.incomplete, "clients got nothing more that proves it");
  if (figures.connected.Get() == 0) all.emplace_back("nobody was connected");
  if (figures.connected.Get() >
      figures.first_snapshot.count() + figures.slow_clients.Get()) {
    all.emplace_back("there are clients without a snapshot");
  }
  if (outcome.worker_lost) all.emplace_back("a process of the load was lost");
  return all;
}

std::string Verdict(const LoadFigures& figures, const LoadOutcome& outcome) {
  const std::vector<std::string> complaints = Complaints(figures, outcome);
  if (complaints.empty()) return "every update arrived at every client";
  std::string text = "NOT every update arrived: ";
  for (const std::string& complaint : complaints) {
    if (&complaint != &complaints.front()) text += ", ";
    text += complaint;
  }
  return text;
}

// ---- JSON

std::string Quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", byte);
      out += escaped;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

/// Writes the members of one object.
class JsonObject {
 public:
  void Raw(const char* name, const std::string& value) {
    if (!text_.empty()) text_ += ',';
    text_ += Quoted(name) + ":" + value;
  }
  void Number(const char* name, std::uint64_t value) {
    Raw(name, std::to_string(value));
  }
  void Number(const char* name, const Count& count) {
    Number(name, count.Get());
  }
  std::string Text() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

std::string JsonTimes(const Histogram& times) {
  JsonObject object;
  object.Number("count", times.count());
  const auto add = [&object](const char* name, std::uint64_t value) {
    object.Raw(name, Format("%.6f", Milliseconds(value)));
  };
  add("min", times.min());
  add("p50", times.count() == 0 ? 0 : times.Percentile(0.5));
  add("p99", times.count() == 0 ? 0 : times.Percentile(0.99));
  add("p999", times.count() == 0 ? 0 : times.Percentile(0.999));
  add("max", times.max());
  return object.Text();
}

std::string JsonCloses(const CloseCounts& closes) {
  JsonObject object;
  for (const CloseCounts::Kind& kind : closes.kinds()) {
    if (kind.count.Get() > 0) {
      object.Number(CodeName(kind.code.Get()).c_str(), kind.count);
    }
  }
  return object.Text();
}

}  // namespace

bool EverythingArrived(const LoadFigures& figures, const LoadOutcome& outcome) {
  return Complaints(figures, outcome).empty();
}

std::string TextReport(const LoadOptions& options, const LoadFigures& figures,
                       const LoadOutcome& outcome) {
  const std::uint64_t updates = figures.updates.Get();
  std::string text = "tickerhub-load: " + Grouped(options.clients) +
                     " clients, " + options.url + ", " +
                     Format("%.1f s", outcome.seconds) +
                     (outcome.interrupted ? ", interrupted" : "") + "\n";
  text += Line("connections", Grouped(figures.connected.Get()) + " made, " +
                                  Grouped(figures.failed.Get()) + " failed");
  text += Line("handshake", Percentiles(figures.handshake));
  text += Line("snapshot", Percentiles(figures.first_snapshot) +
                               "   (from connecting to the first)");
  text += Line("updates", Grouped(updates) + " received, " +
                              Grouped(Rate(updates, outcome.seconds)) +
                              " a second, " + Grouped(figures.bytes.Get()) +
                              " bytes");
  if (options.compression) {
    text +=
        Line("compression",
             Grouped(figures.compressed.Get()) + " of " +
                 Grouped(figures.connected.Get()) + " connections agreed; " +
                 Grouped(figures.bytes.Get()) + " bytes on the wire, " +
                 Grouped(figures.inflated_bytes.Get()) + " inflated");
  }
  text += Line("spread", Percentiles(figures.spread) +
                             "   (from the first client that has an update "
                             "to each other)");
  text += Line("age", Percentiles(figures.age) +
                          "   (from an update's time to its arrival; if both "
                          "clocks agree)");
  text += Line("gaps", Grouped(figures.gaps.Get()) + " in the sequence, " +
                           Grouped(figures.merged.Get()) +
                           " snapshots in place of updates");
  text += Line("closes", Closes(figures.closes));
  if (figures.slow_clients.Get() > 0) {
    text +=
        Line("slow readers", Grouped(figures.slow_clients.Get()) +
                                 "; closes: " + Closes(figures.slow_closes));
  }
  if (figures.first_error.set) {
    text += Line("first error", figures.first_error.text);
  }
  return text + Line("result", Verdict(figures, outcome));
}

std::string JsonReport(const LoadOptions& options, const LoadFigures& figures,
                       const LoadOutcome& outcome) {
  JsonObject object;
  object.Raw("url", Quoted(options.url));
  object.Number("clients", options.clients);
  object.Number("processes", options.processes);
  object.Raw("seconds", Format("%.3f", outcome.seconds));
  object.Raw("interrupted", outcome.interrupted ? "true" : "false");
  object.Number("connected", figures.connected);
  object.Number("failed", figures.failed);
  object.Number("messages", figures.messages);
  object.Number("updates", figures.updates);
  object.Number("snapshots", figures.snapshots);
  object.Number("bytes", figures.bytes);
  object.Number("inflatedBytes", figures.inflated_bytes);
  object.Number("compressed", figures.compressed);
  object.Raw("handshake", JsonTimes(figures.handshake));
  object.Raw("firstSnapshot", JsonTimes(figures.first_snapshot));
  object.Raw("spread", JsonTimes(figures.spread));
  object.Raw("age", JsonTimes(figures.age));
  object.Number("gaps", figures.gaps);
  object.Number("backwards", figures.backwards);
  object.Number("merged", figures.merged);
  object.Number("unexpectedEnds", figures.unexpected_ends);
  object.Number("notUnderstood", figures.not_understood);
  object.Number("incomplete", figures.incomplete);
  object.Number("slowReaders", figures.slow_clients);
  object.Raw("closes", JsonCloses(figures.closes));
  object.Raw("slowCloses", JsonCloses(figures.slow_closes));
  if (figures.first_error.set) {
    object.Raw("firstError", Quoted(figures.first_error.text));
  }
  object.Raw("everythingArrived",
             EverythingArrived(figures, outcome) ? "true" : "false");
  return object.Text() + "\n";
}

std::string ProgressLine(const LoadOptions& options, const LoadFigures& figures,
                         LoadPhase phase, double updates_a_second) {
  std::string line =
      Grouped(figures.open.Get()) + " of " + Grouped(options.clients) +
      " connected, " + Grouped(figures.updates.Get()) + " updates, " +
      Grouped(static_cast<std::uint64_t>(updates_a_second)) + " a second";
  if (figures.gaps.Get() > 0) {
    line += ", " + Grouped(figures.gaps.Get()) + " gaps";
  }
  if (figures.failed.Get() > 0) {
    line += ", " + Grouped(figures.failed.Get()) + " failed";
  }
  if (phase == LoadPhase::kSettle) {
    line += ", waiting for " + Grouped(figures.waiting.Get()) + " clients";
  }
  return line;
}

}  // namespace tickerhub::load
