#ifndef TICKERHUB_TESTS_CONFORMANCE_ECHO_TEST_H_
#define TICKERHUB_TESTS_CONFORMANCE_ECHO_TEST_H_

#include <gtest/gtest.h>

#include <vector>

#include "conversation.h"
#include "echo_process.h"

namespace tickerhub::testing {

/// A test with a tickerhub-echo of its own, without compression.
class EchoTest : public ::testing::Test {
 protected:
  /// Each case in every way that RunOptions tells of.
  void Run(const std::vector<Case>& cases) { Run(cases, true); }
  /// Each case once: for those that are large, and for very many.
  void RunOnce(const std::vector<Case>& cases) { Run(cases, false); }

  EchoProcess echo_{Compression::kOff};

 private:
  void Run(const std::vector<Case>& cases, bool in_every_way) {
    RunOptions options;
    options.port = echo_.port();
    options.in_every_way = in_every_way;
    RunCases(cases, options);
  }
};

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_CONFORMANCE_ECHO_TEST_H_
