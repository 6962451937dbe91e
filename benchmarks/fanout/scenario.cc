#include "fanout/round.h"

namespace tickerhub::fanout {

const char* NameOf(Scenario scenario) {
  switch (scenario) {
    case Scenario::kConnect:
      return "connect";
    case Scenario::kAll:
      return "all";
    case Scenario::kEight:
      return "eight";
    case Scenario::kSubset:
      return "subset";
  }
  return "";
}

}  // namespace tickerhub::fanout
