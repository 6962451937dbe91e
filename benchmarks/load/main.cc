// tickerhub-load: many clients for one server of stocks. They follow all of
// them, and each checks by the sequence numbers that nothing is missing. The
// exit status says whether every update arrived.
//
//   tickerhub-load --clients 10000 --duration 60
//
// Read the spread to see how long a broadcast takes from its first client to
// its last, and the age to see how old an update is when it arrives. Server and
// load on one machine compete for its cores.

#include "load/load_options.h"
#include "load/load_run.h"

int main(int argc, char** argv) {
  tickerhub::load::LoadOptions options;
  if (const auto status =
          tickerhub::load::ReadLoadOptions(argc, argv, &options)) {
    return *status;
  }
  return tickerhub::load::RunLoad(options);
}
