#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "load/histogram.h"
#include "load/load_figures.h"
#include "load/load_target.h"
#include "load/sequence_check.h"
#include "load/update_reader.h"

namespace tickerhub::load {
namespace {

TEST(HistogramTest, IsAtMostAThirtiethTooHigh) {
  for (std::int64_t value = 1; value < std::int64_t{1} << 41;
       value += value / 7 + 1) {
    Histogram times;
    times.Add(value);
    times.Add(std::int64_t{1} << 41);  // so that the maximum does not cap it
    const auto read = static_cast<std::int64_t>(times.Percentile(0.5));
    EXPECT_GE(read, value);
    EXPECT_LE(read, value + value / 30) << value;
  }
}

TEST(LoadFiguresTest, AddsUpEveryProcess) {
  const auto one = std::make_unique<LoadFigures>();
  const auto two = std::make_unique<LoadFigures>();
  one->gaps.Add(1);
  two->gaps.Add(2);
  one->closes.Add(1000);
  two->closes.Add(1000);
  two->closes.Add(60'000);
  two->slow_closes.Add(4001);
  std::strcpy(two->first_error.data(), "so it was");
  two->has_error = true;
  Histogram both;
  for (int i = 0; i < 1000; ++i) {
    (i % 3 == 0 ? one : two)->spread.Add(i * 1000);
    both.Add(i * 1000);
  }

  const auto sum = std::make_unique<LoadFigures>();
  AddFigures(*one, sum.get());
  AddFigures(*two, sum.get());
  EXPECT_EQ(sum->gaps.Get(), 3U);
  std::string closes;
  for (const CloseCounts* counts : {&sum->closes, &sum->slow_closes}) {
    counts->ForEach([&closes](std::size_t code, std::uint64_t count) {
      closes += std::to_string(code) + ":" + std::to_string(count) + " ";
    });
  }
  EXPECT_EQ(closes, "0:1 1000:2 4001:1 ");
  EXPECT_STREQ(sum->first_error.data(), "so it was");
  EXPECT_EQ(sum->spread.count(), 1000U);
  EXPECT_EQ(sum->spread.min(), 0U);
  EXPECT_EQ(sum->spread.max(), 999'000U);
  for (const double share : {0.01, 0.5, 0.99}) {
    EXPECT_EQ(sum->spread.Percentile(share), both.Percentile(share));
  }
}

ClientPool::Target Resolved(const std::string& url) {
  ClientPool::Target target;
  EXPECT_EQ(ResolveTarget(url, &target), "") << url;
  return target;
}

TEST(LoadTargetTest, TakesAUrlApart) {
  const ClientPool::Target target = Resolved("ws://127.0.0.2:81/stocks?x=1");
  EXPECT_EQ(target.host, "127.0.0.2:81");
  EXPECT_EQ(target.path, "/stocks?x=1");
  EXPECT_TRUE(IsIpv4Loopback(target));
  EXPECT_FALSE(IsIpv4Loopback(Resolved("ws://192.0.2.1/")));
  EXPECT_EQ(Resolved("ws://127.0.0.1").path, "/");
  EXPECT_EQ(Resolved("ws://127.0.0.1?x").path, "/?x");
  const ClientPool::Target ipv6 = Resolved("ws://[::1]:81/");
  EXPECT_EQ(ipv6.address.ss_family, AF_INET6);
  EXPECT_EQ(ipv6.host, "[::1]:81");
}

TEST(LoadTargetTest, SaysWhatIsWrong) {
  ClientPool::Target target;
  for (const char* bad :
       {"", "http://h/", "wss://h/", "ws://", "ws:///x", "ws://h:0/",
        "ws://h:65536/", "ws://h:x/", "ws://h:/", "ws://[::1/", "ws://h/a b",
        "ws://h/#x", "ws://host.invalid/"}) {
    EXPECT_NE(ResolveTarget(bad, &target), "") << bad;
  }
}

TEST(FitProcessesTest, TakesAsFewAsDoWell) {
  std::string error;
  const LoadRoom room{1000, 800};
  // Half of the ports are found quickly.
  EXPECT_EQ(FitProcesses(400, 0, true, room, &error), 1U);
  EXPECT_EQ(FitProcesses(401, 0, true, room, &error), 2U);
  EXPECT_EQ(FitProcesses(800, 1, true, room, &error), 1U);
  EXPECT_EQ(FitProcesses(800 * 64, 0, true, room, &error), 64U);
  EXPECT_EQ(FitProcesses(300, 0, true, {100, 800}, &error), 3U);
  // There is one address only.
  EXPECT_EQ(FitProcesses(800, 0, false, room, &error), 1U);
  EXPECT_EQ(error, "");
}

TEST(FitProcessesTest, SaysInASentenceThatClientsDoNotFit) {
  const LoadRoom room{1000, 800};
  std::string error;
  EXPECT_EQ(FitProcesses(801, 1, true, room, &error), 0U);
  EXPECT_EQ(error,
            "--clients 801 does not fit: limits on descriptors and ports leave "
            "room for 800 in each of at most 64 processes");
  EXPECT_EQ(FitProcesses(801, 0, false, room, &error), 0U);
  EXPECT_NE(error.find("800 ports"), std::string::npos) << error;
  EXPECT_EQ(FitProcesses(800 * 64 + 1, 0, true, room, &error), 0U);
}

using V = SequenceVerdict;

UpdateFields Read(std::string_view text) {
  UpdateReader reader;
  const UpdateFields* const fields = reader.Read(text);
  EXPECT_NE(fields, nullptr) << text;
  return fields == nullptr ? UpdateFields() : *fields;
}

V After(const std::vector<std::string>& messages) {
  SequenceCheck check;
  UpdateReader reader;
  V verdict = V::kNothing;
  for (const std::string& message : messages) {
    verdict = check.Check(*reader.Read(message));
  }
  return verdict;
}

TEST(UpdateReaderTest, FindsWhatItNeedsAndReadsNoFurther) {
  const UpdateFields fields = Read(
      R"({"type":"update","seq":13,"since":12,"time":1767364202000,"data":{)");
  EXPECT_EQ(fields.type, "update");
  EXPECT_EQ(fields.seq, 13U);
  EXPECT_EQ(fields.since, 12U);
  EXPECT_EQ(fields.time, 1767364202000U);
  EXPECT_FALSE(fields.snapshot);
}

TEST(UpdateReaderTest, LooksAtTheOutermostObjectOnly) {
  const UpdateFields fields =
      Read(R"({"data":{"seq":9,"a\"}":[1,{"since":3}]}, "x":"}\\", "n":[[]],)"
           R"( "snapshot" : true ,"seq":4 , "type":"update","m":-1.5})");
  EXPECT_EQ(fields.seq, 4U);
  EXPECT_FALSE(fields.since);
  EXPECT_FALSE(fields.time);
  EXPECT_TRUE(fields.snapshot);
  EXPECT_EQ(fields.type, "update");
}

TEST(UpdateReaderTest, RefusesWhatIsNoObject) {
  UpdateReader reader;
  for (const char* bad : {"", "[]", "1", "null", "[{}]", "{", R"({"a":})",
                          R"({"a":1)", R"({"a":[1,2})", R"({a:1})"}) {
    EXPECT_EQ(reader.Read(bad), nullptr) << bad;
    EXPECT_EQ(reader.Read(bad), nullptr) << bad;
  }
  EXPECT_NE(reader.Read("{}"), nullptr);
  EXPECT_NE(reader.Read(" { } "), nullptr);
}

TEST(SequenceCheckTest, FollowsAnUnbrokenChain) {
  const std::string snapshot = R"({"type":"update","snapshot":true,"seq":5})";
  EXPECT_EQ(After({snapshot}), V::kFirst);
  EXPECT_EQ(After({snapshot, R"({"type":"update","seq":7,"since":5})"}),
            V::kComplete);
  // What the snapshot holds already may come again.
  EXPECT_EQ(After({snapshot, R"({"type":"update","seq":5,"since":3})"}),
            V::kComplete);
  EXPECT_EQ(After({snapshot, R"({"type":"new-stock","seq":6,"since":5})",
                   R"({"type":"stock-removed","seq":7,"since":6})",
                   R"({"type":"heartbeat","seq":7})"}),
            V::kComplete);
  EXPECT_EQ(After({R"({"type":"update","snapshot":true,"seq":0})",
                   R"({"type":"update","seq":1,"since":0})"}),
            V::kComplete);
}

TEST(SequenceCheckTest, SeesAGap) {
  const std::string snapshot = R"({"type":"update","snapshot":true,"seq":5})";
  EXPECT_EQ(After({snapshot, R"({"type":"update","seq":7,"since":6})"}),
            V::kGap);
  EXPECT_EQ(After({snapshot, R"({"type":"heartbeat","seq":6})"}), V::kGap);
  EXPECT_EQ(After({R"({"type":"update","seq":1,"since":0})"}), V::kGap);
}

TEST(SequenceCheckTest, CountsOneGapForOneLoss) {
  EXPECT_EQ(After({R"({"type":"update","snapshot":true,"seq":5})",
                   R"({"type":"update","seq":7,"since":6})",
                   R"({"type":"update","seq":8,"since":7})"}),
            V::kComplete);
}

TEST(SequenceCheckTest, TellsMergedFromMissing) {
  const std::string snapshot = R"({"type":"update","snapshot":true,"seq":5})";
  EXPECT_EQ(After({snapshot, R"({"type":"update","snapshot":true,"seq":9})"}),
            V::kMerged);
  EXPECT_EQ(After({snapshot, snapshot}), V::kComplete);
}

TEST(SequenceCheckTest, SeesASequenceThatGoesBack) {
  const std::string snapshot = R"({"type":"update","snapshot":true,"seq":5})";
  EXPECT_EQ(After({snapshot, R"({"type":"update","seq":4,"since":3})"}),
            V::kBackwards);
  EXPECT_EQ(After({snapshot, R"({"type":"update","snapshot":true,"seq":4})"}),
            V::kBackwards);
}

TEST(FirstArrivalsTest, TellsHowLongAfterTheFirst) {
  FirstArrivals arrivals;
  const auto key = FirstArrivals::KeyOf(1, 1000);
  EXPECT_EQ(arrivals.Note(key, 50), std::nullopt);
  EXPECT_EQ(arrivals.Note(key, 53), 3);
  EXPECT_EQ(arrivals.Note(FirstArrivals::KeyOf(2, 1000), 60), std::nullopt);
  EXPECT_EQ(arrivals.Note(key, 90), 40);
  // Several servers may count alike.
  EXPECT_EQ(arrivals.Note(FirstArrivals::KeyOf(1, 1001), 70), std::nullopt);
}

}  // namespace
}  // namespace tickerhub::load
