#include "fanout/server_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace tickerhub::fanout {
ServerProcess::~ServerProcess() {
  if (to_ >= 0) close(to_);
  if (from_ >= 0) close(from_);
  if (process_ > 0) {
    // The server need not say good-bye to ten thousand clients.
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
}

std::string ServerProcess::Start(const std::vector<std::string>& arguments) {
  int input[2];
  int output[2];
  if (pipe2(input, O_CLOEXEC) != 0 || pipe2(output, O_CLOEXEC) != 0) {
    return "cannot make a pipe";
  }
  to_ = input[1];
  from_ = output[0];
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  process_ = fork();
  if (process_ == 0) {
    dup2(input[0], STDIN_FILENO);
    dup2(output[1], STDOUT_FILENO);
    execvp(argv[0], argv.data());
    _exit(EXIT_FAILURE);
  }
  close(input[0]);
  close(output[1]);
  if (std::sscanf(ReadLine().c_str(), "listening %d", &port_) != 1) {
    return arguments[0] + " does not start and listen";
  }
  return {};
}

bool ServerProcess::Send(const Command& command) const {
  const std::string line = ToLine(command);
  return write(to_, line.data(), line.size()) ==
         static_cast<ssize_t>(line.size());
}

std::string ServerProcess::Ask(const char* command) {
  return Send({command}) ? ReadLine() : std::string();
}

std::string ServerProcess::ReadLine() {
  std::size_t end = 0;
  while ((end = answers_.find('\n')) == std::string::npos) {
    pollfd waiting{from_, POLLIN, 0};
    char buffer[512];
    if (poll(&waiting, 1, 20'000) <= 0) return {};
    const ssize_t received = read(from_, buffer, sizeof buffer);
    if (received <= 0) return {};
    answers_.append(buffer, static_cast<std::size_t>(received));
  }
  std::string line = answers_.substr(0, end);
  answers_.erase(0, end + 1);
  return line;
}

double ServerProcess::CpuNanoseconds() const {
  double sum = 0;
  std::error_code ignored;
  const std::string tasks = "/proc/" + std::to_string(process_) + "/task";
  for (const auto& task : std::filesystem::directory_iterator(tasks, ignored)) {
    std::ifstream file(task.path() / "schedstat");
    double nanoseconds = 0;
    if (file >> nanoseconds) sum += nanoseconds;
  }
  return sum;
}

double ServerProcess::ResidentBytes() const {
  std::ifstream file("/proc/" + std::to_string(process_) + "/statm");
  double all = 0;
  double resident = 0;
  file >> all >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

}  // namespace tickerhub::fanout
