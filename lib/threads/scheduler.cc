#include "tickerhub/scheduler.h"

#include <cstdio>
#include <string>

#include "threads/told_sentences.h"

namespace tickerhub {

void Scheduler::ReportMisuse(std::string_view sentence) {
  static internal::ToldSentences told;
  if (!told.IsNew(sentence)) return;
  std::fprintf(stderr, "tickerhub: %s\n", std::string(sentence).c_str());
}

}  // namespace tickerhub
