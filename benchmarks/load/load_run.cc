#include "load/load_run.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "load/load_figures.h"
#include "load/load_report.h"
#include "load/load_worker.h"

namespace tickerhub::load {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTick{20};
constexpr std::chrono::milliseconds kTerminalInterval{200};
constexpr std::chrono::seconds kLogInterval{5};
constexpr std::chrono::seconds kCloseLimit{5};
// For handshakes, beyond the time that the ramp itself takes.
constexpr std::chrono::seconds kConnectLimit{30};

volatile std::sig_atomic_t stop_asked = 0;

void AskToStop(int /*signal*/) { stop_asked = 1; }

/// The parent's side of a run: the phases and what is shown.
class LoadRun {
 public:
  LoadRun(const LoadOptions& options, LoadState& state)
      : options_(options),
        state_(state),
        on_terminal_(isatty(STDERR_FILENO) == 1) {}

  int Run();

 private:
  void StartWorkers();
  void Quit();
  void Tick();
  template <typename Condition>
  void WaitFor(Clock::duration at_most, Condition condition);
  bool EveryWorker(std::atomic<bool> LoadFigures::*flag) const;
  std::unique_ptr<LoadFigures> Sum() const;
  void ShowProgress();
  void NoticeLostWorkers();

  const LoadOptions& options_;
  LoadState& state_;
  std::vector<pid_t> workers_;
  LoadOutcome outcome_;
  const bool on_terminal_;
  Clock::time_point shown_ = Clock::now();
  std::uint64_t shown_updates_ = 0;
};

void LoadRun::StartWorkers() {
  // A terminal sends its interrupt to all of them; only the parent decides.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_IGN);
  const pid_t parent = getpid();
  for (std::size_t i = 0; i < options_.processes; ++i) {
    const pid_t child = fork();
    if (child < 0) {
      std::perror("tickerhub-load: cannot start a process");
      outcome_.worker_lost = true;
      break;
    }
    if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (getppid() != parent) _exit(EXIT_FAILURE);
      LoadWorker(options_, i, state_).Run();
      _exit(EXIT_SUCCESS);
    }
    workers_.push_back(child);
  }
  std::signal(SIGINT, AskToStop);
  std::signal(SIGTERM, AskToStop);
}

int LoadRun::Run() {
  StartWorkers();
  const auto ramp =
      std::chrono::duration<double>(static_cast<double>(options_.clients) /
                                    static_cast<double>(options_.ramp));
  WaitFor(std::chrono::duration_cast<Clock::duration>(ramp) + kConnectLimit,
          [this] { return EveryWorker(&LoadFigures::connecting_done); });
  const auto began = Clock::now();
  state_.phase = LoadPhase::kRun;
  WaitFor(options_.duration, [] { return false; });
  outcome_.seconds =
      std::chrono::duration<double>(Clock::now() - began).count();
  outcome_.interrupted = stop_asked != 0;

  // An interrupt ends the running, and a second one the settling.
  stop_asked = 0;
  state_.phase = LoadPhase::kSettle;
  WaitFor(options_.settle, [this] {
    return EveryWorker(&LoadFigures::settling) && Sum()->waiting.Get() == 0;
  });
  state_.phase = LoadPhase::kClose;
  WaitFor(kCloseLimit,
          [this] { return EveryWorker(&LoadFigures::closed_all); });
  Quit();

  const auto figures = Sum();
  const std::string report = options_.json
                                 ? JsonReport(options_, *figures, outcome_)
                                 : TextReport(options_, *figures, outcome_);
  std::fputs(report.c_str(), stdout);
  return EverythingArrived(*figures, outcome_) ? EXIT_SUCCESS : EXIT_FAILURE;
}

template <typename Condition>
void LoadRun::WaitFor(Clock::duration at_most, Condition condition) {
  const auto end = Clock::now() + at_most;
  while (stop_asked == 0 && !outcome_.worker_lost && Clock::now() < end &&
         !condition()) {
    Tick();
  }
}

void LoadRun::Tick() {
  std::this_thread::sleep_for(kTick);
  NoticeLostWorkers();
  ShowProgress();
}

void LoadRun::NoticeLostWorkers() {
  for (const pid_t worker : workers_) {
    siginfo_t info{};
    // Left to be waited for, so that its id stays taken.
    if (waitid(P_PID, static_cast<id_t>(worker), &info,
               WEXITED | WNOHANG | WNOWAIT) == 0 &&
        info.si_pid != 0) {
      outcome_.worker_lost = true;
    }
  }
}

void LoadRun::Quit() {
  state_.phase = LoadPhase::kQuit;
  for (const pid_t worker : workers_) waitpid(worker, nullptr, 0);
  if (on_terminal_) std::fputs("\r\033[K", stderr);
}

bool LoadRun::EveryWorker(std::atomic<bool> LoadFigures::*flag) const {
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    if (!(state_.workers[i].*flag)) return false;
  }
  return true;
}

std::unique_ptr<LoadFigures> LoadRun::Sum() const {
  auto sum = std::make_unique<LoadFigures>();
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    AddFigures(state_.workers[i], sum.get());
  }
  return sum;
}

void LoadRun::ShowProgress() {
  const auto now = Clock::now();
  const auto passed = now - shown_;
  if (passed < (on_terminal_ ? Clock::duration(kTerminalInterval)
                             : Clock::duration(kLogInterval))) {
    return;
  }
  const auto figures = Sum();
  const double rate =
      static_cast<double>(figures->updates.Get() - shown_updates_) /
      std::chrono::duration<double>(passed).count();
  shown_ = now;
  shown_updates_ = figures->updates.Get();
  const std::string line =
      ProgressLine(options_, *figures, state_.phase.load(), rate);
  std::fprintf(stderr, on_terminal_ ? "\r\033[K%s" : "%s\n", line.c_str());
}

}  // namespace

int RunLoad(const LoadOptions& options) {
  LoadState* const state = MapLoadState();
  if (state == nullptr) {
    std::perror("tickerhub-load: cannot share memory between processes");
    return EXIT_FAILURE;
  }
  return LoadRun(options, *state).Run();
}

}  // namespace tickerhub::load
