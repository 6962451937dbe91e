// tickerhub-load: many clients for one server of stocks. They follow all of
// them, and each checks by the sequence numbers that nothing is missing. The
// exit status says whether every update arrived.
//
//   tickerhub-load --clients 10000 --duration 60
//
// The spread is how long a broadcast takes from its first client to its last.
// The age is how old an update is when it arrives. Server and load on one
// machine compete for its cores.

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "load/load_figures.h"
#include "load/load_options.h"
#include "load/load_report.h"
#include "load/load_worker.h"

namespace tickerhub::load {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr std::chrono::milliseconds kTick{20};
constexpr Seconds kTerminalInterval{0.2};
constexpr Seconds kLogInterval{5};
constexpr Seconds kCloseLimit{5};
// For handshakes, beyond the time that the ramp itself takes.
constexpr Seconds kConnectLimit{30};

volatile std::sig_atomic_t stop_asked = 0;

void AskToStop(int /*signal*/) { stop_asked = 1; }

/// The parent of the load's processes: sets the phases and shows what comes.
class LoadRun {
 public:
  LoadRun(const LoadOptions& options, LoadState& state)
      : options_(options), state_(state) {}

  /// Returns the exit status.
  int Run() {
    StartWorkers();
    const Seconds ramp(static_cast<double>(options_.clients) /
                       static_cast<double>(options_.ramp));
    WaitFor(ramp + kConnectLimit,
            [this] { return EveryWorker(&LoadFigures::connecting_done); });
    const auto began = Clock::now();
    state_.phase = LoadPhase::kRun;
    WaitFor(Seconds(options_.duration), [] { return false; });
    outcome_.seconds = Seconds(Clock::now() - began).count();
    outcome_.interrupted = stop_asked != 0;

    // An interrupt ends the running, and a second one the settling.
    stop_asked = 0;
    state_.phase = LoadPhase::kSettle;
    WaitFor(Seconds(options_.settle), [this] {
      return EveryWorker(&LoadFigures::settling) && Sum()->waiting.Get() == 0;
    });
    state_.phase = LoadPhase::kClose;
    WaitFor(kCloseLimit,
            [this] { return EveryWorker(&LoadFigures::closed_all); });
    state_.phase = LoadPhase::kQuit;
    for (const pid_t worker : workers_) waitpid(worker, nullptr, 0);
    if (on_terminal_) std::fputs("\r\033[K", stderr);

    const auto figures = Sum();
    const auto report = options_.json ? JsonReport : TextReport;
    std::fputs(report(options_, *figures, outcome_).c_str(), stdout);
    return EverythingArrived(*figures, outcome_) ? EXIT_SUCCESS : EXIT_FAILURE;
  }

 private:
  void StartWorkers() {
    std::signal(SIGINT, AskToStop);
    std::signal(SIGTERM, AskToStop);
    const pid_t parent = getpid();
    for (std::size_t i = 0; i < options_.processes; ++i) {
      const pid_t child = fork();
      if (child < 0) {
        std::perror("tickerhub-load: cannot start a process");
        outcome_.worker_lost = true;
        break;
      }
      if (child == 0) {
        // A terminal interrupts all of them; only the parent decides.
        std::signal(SIGINT, SIG_IGN);
        std::signal(SIGTERM, SIG_IGN);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(EXIT_FAILURE);
        RunLoadWorker(options_, i, state_);
        _exit(EXIT_SUCCESS);
      }
      workers_.push_back(child);
    }
  }

  template <typename Condition>
  void WaitFor(Seconds at_most, Condition condition) {
    const auto began = Clock::now();
    while (stop_asked == 0 && !outcome_.worker_lost &&
           Clock::now() - began < at_most && !condition()) {
      std::this_thread::sleep_for(kTick);
      NoticeLostWorkers();
      ShowProgress();
    }
  }

  void NoticeLostWorkers() {
    for (const pid_t worker : workers_) {
      siginfo_t info{};
      // WNOWAIT: the process is waited for later, so its id stays taken.
      if (waitid(P_PID, static_cast<id_t>(worker), &info,
                 WEXITED | WNOHANG | WNOWAIT) == 0 &&
          info.si_pid != 0) {
        outcome_.worker_lost = true;
      }
    }
  }

  bool EveryWorker(std::atomic<bool> LoadFigures::*flag) const {
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      if (!(state_.workers[i].*flag)) return false;
    }
    return true;
  }

  std::unique_ptr<LoadFigures> Sum() const {
    auto sum = std::make_unique<LoadFigures>();
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      AddFigures(state_.workers[i], sum.get());
    }
    return sum;
  }

  void ShowProgress() {
    const auto now = Clock::now();
    const Seconds passed = now - shown_;
    if (passed < (on_terminal_ ? kTerminalInterval : kLogInterval)) return;
    const auto figures = Sum();
    const std::uint64_t updates = figures->updates.Get();
    const std::string line = ProgressLine(
        options_, *figures,
        static_cast<double>(updates - shown_updates_) / passed.count());
    shown_ = now;
    shown_updates_ = updates;
    std::fprintf(stderr, on_terminal_ ? "\r\033[K%s" : "%s\n", line.c_str());
  }

  const LoadOptions& options_;
  LoadState& state_;
  std::vector<pid_t> workers_;
  LoadOutcome outcome_;
  const bool on_terminal_ = isatty(STDERR_FILENO) == 1;
  Clock::time_point shown_ = Clock::now();
  std::uint64_t shown_updates_ = 0;
};

int Main(int argc, char** argv) {
  LoadOptions options;
  if (const auto status = ReadLoadOptions(argc, argv, &options)) return *status;
  static_assert(std::atomic<std::uint64_t>::is_always_lock_free,
                "processes share these");
  void* const memory = mmap(nullptr, sizeof(LoadState), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    std::perror("tickerhub-load: cannot share memory between processes");
    return EXIT_FAILURE;
  }
  return LoadRun(options, *new (memory) LoadState()).Run();
}

}  // namespace
}  // namespace tickerhub::load

int main(int argc, char** argv) { return tickerhub::load::Main(argc, argv); }
