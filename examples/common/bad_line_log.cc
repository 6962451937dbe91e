#include "common/bad_line_log.h"

#include <spdlog/spdlog.h>

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
  spdlog::info("{} has ended; {} bad lines were skipped", input_, count_);
}

}  // namespace tickerhub::examples
