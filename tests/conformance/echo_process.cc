#include "echo_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace tickerhub::testing {
namespace {

std::string ReadLine(int descriptor) {
  std::string line;
  char c = 0;
  while (::read(descriptor, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

}  // namespace

EchoProcess::EchoProcess(Compression compression) {
  std::array<int, 2> output{};
  if (::pipe2(output.data(), O_CLOEXEC) != 0) return;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  std::string program = TICKERHUB_ECHO;
  std::string port = "--port=0";
  std::string flag = "--compression";
  std::array<char*, 4> arguments{
      program.data(), port.data(),
      compression == Compression::kOn ? flag.data() : nullptr, nullptr};
  const int error = ::posix_spawn(&process_, program.c_str(), &actions, nullptr,
                                  arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(output[1]);
  EXPECT_EQ(error, 0) << program;
  const std::string line = ReadLine(output[0]);
  ::close(output[0]);
  const std::string before = "listening on http://127.0.0.1:";
  EXPECT_EQ(line.substr(0, before.size()), before);
  if (line.size() > before.size()) {
    port_ = static_cast<std::uint16_t>(
        std::strtoul(line.c_str() + before.size(), nullptr, 10));
  }
}

EchoProcess::~EchoProcess() {
  if (process_ <= 0) return;
  ::kill(process_, SIGTERM);
  int status = -1;
  EXPECT_EQ(::waitpid(process_, &status, 0), process_);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

}  // namespace tickerhub::testing
