#include "fanout/server_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace tickerhub::fanout {
namespace {

constexpr int kPatienceMilliseconds = 20'000;

bool MakePipe(int* read_end, int* write_end) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  *read_end = ends[0];
  *write_end = ends[1];
  return true;
}

}  // namespace

ServerProcess::~ServerProcess() {
  if (to_ >= 0) close(to_);
  if (from_ >= 0) close(from_);
  if (process_ > 0) {
    // Saying good-bye to ten thousand clients is not of interest.
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
}

std::string ServerProcess::Start(const std::vector<std::string>& arguments) {
  int its_input = -1;
  int its_output = -1;
  if (!MakePipe(&its_input, &to_) || !MakePipe(&from_, &its_output)) {
    return "cannot make a pipe";
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, its_input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, its_output, STDOUT_FILENO);
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  const int error =
      posix_spawnp(&process_, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(its_input);
  close(its_output);
  if (error != 0) {
    process_ = -1;
    return "cannot start " + arguments[0] + ": " +
           std::error_code(error, std::generic_category()).message();
  }
  if (std::sscanf(ReadLine().c_str(), "listening %d", &port_) != 1) {
    return arguments[0] + " does not listen";
  }
  return {};
}

bool ServerProcess::Send(const Command& command) const {
  const std::string line = ToLine(command);
  return write(to_, line.data(), line.size()) ==
         static_cast<ssize_t>(line.size());
}

std::string ServerProcess::Ask(const Command& command) {
  return Send(command) ? ReadLine() : std::string();
}

ServerProcess::Usage ServerProcess::AskUsage() {
  Usage usage;
  std::sscanf(Ask(Command{}).c_str(), "usage %lf %lf", &usage.user,
              &usage.system);
  return usage;
}

std::string ServerProcess::ReadLine() {
  for (;;) {
    const std::size_t end = answers_.find('\n');
    if (end != std::string::npos) {
      std::string line = answers_.substr(0, end);
      answers_.erase(0, end + 1);
      return line;
    }
    pollfd waiting{from_, POLLIN, 0};
    char buffer[512];
    if (poll(&waiting, 1, kPatienceMilliseconds) <= 0) return {};
    const ssize_t received = read(from_, buffer, sizeof buffer);
    if (received <= 0) return {};
    answers_.append(buffer, static_cast<std::size_t>(received));
  }
}

std::int64_t ServerProcess::CpuNanoseconds() const {
  std::int64_t sum = 0;
  std::error_code ignored;
  const std::string tasks = "/proc/" + std::to_string(process_) + "/task";
  for (const auto& task : std::filesystem::directory_iterator(tasks, ignored)) {
    std::ifstream file(task.path() / "schedstat");
    std::int64_t nanoseconds = 0;
    if (file >> nanoseconds) sum += nanoseconds;
  }
  return sum;
}

std::int64_t ServerProcess::ResidentBytes() const {
  std::ifstream file("/proc/" + std::to_string(process_) + "/statm");
  std::int64_t all = 0;
  std::int64_t resident = 0;
  file >> all >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace tickerhub::fanout
