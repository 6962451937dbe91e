#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>

#include "families.h"

namespace tickerhub::internal {
namespace {

using FamilyType = ::prometheus::MetricType;

double SecondsOf(const timeval& time) {
  constexpr double kUs = 1e-6;
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_usec) * kUs;
}

// 0 where there is no /proc.
double ResidentBytes() {
  unsigned long pages = 0;
  if (std::FILE* const file = std::fopen("/proc/self/statm", "re")) {
    if (std::fscanf(file, "%*u %lu", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return static_cast<double>(pages) *
         static_cast<double>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

void AddProcessFamilies(Families* families) {
  rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  AddSample(
      &AddFamily(families, "process_cpu_seconds_total", FamilyType::Counter,
                 "User and system time of the process."),
      SecondsOf(usage.ru_utime) + SecondsOf(usage.ru_stime));
  AddSample(&AddFamily(families, "process_resident_memory_bytes",
                       FamilyType::Gauge, "Memory that is resident."),
            ResidentBytes());
  rlimit limit = {};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  AddSample(&AddFamily(families, "process_max_fds", FamilyType::Gauge,
                       "Descriptors that the process may have."),
            static_cast<double>(limit.rlim_cur));
}

}  // namespace tickerhub::internal
