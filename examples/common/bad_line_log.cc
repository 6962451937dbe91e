#include "common/bad_line_log.h"

#include <spdlog/spdlog.h>

#include <string>

namespace tickerhub::examples {

void BadLineLog::Report(std::uint64_t line_number, std::string_view reason) {
  ++count_;
  if (count_ > kToldEach && count_ % kThenEvery != 0) return;
  ++told_;
  spdlog::warn("{}, line {}: {}; the line is skipped", input_, line_number,
               reason);
  if (count_ == kToldEach) {
    spdlog::warn("{}: from now on only every {}th bad line is told", input_,
                 kThenEvery);
  }
}

void BadLineLog::ReportTotal() const {
  spdlog::info("{} has ended; {} skipped", input_,
               count_ == 1 ? "1 bad line was"
                           : std::to_string(count_) + " bad lines were");
}

}  // namespace tickerhub::examples
