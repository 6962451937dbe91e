#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "descriptors.h"
#include "fanout/crowd.h"

namespace tickerhub::fanout {
namespace {

constexpr int kIdleMilliseconds = 100;
using Sentence = std::array<char, 256>;

template <typename T>
bool SendAll(int descriptor, const T& value) {
  return send(descriptor, &value, sizeof value, MSG_NOSIGNAL) ==
         static_cast<ssize_t>(sizeof value);
}

template <typename T>
bool ReceiveAll(int descriptor, T* value) {
  return recv(descriptor, value, sizeof *value, MSG_WAITALL) ==
         static_cast<ssize_t>(sizeof *value);
}

// Closes all other descriptors. The ends of other crowds' sockets are among
// them, and a crowd ends when the last copy of the benchmark's end is closed.
void KeepOnly(int descriptor) {
  const auto kept = static_cast<unsigned>(descriptor);
  if (kept > STDERR_FILENO + 1) close_range(STDERR_FILENO + 1, kept - 1, 0);
  close_range(kept + 1, ~0U, 0);
}

// Until the other end is closed.
void Obey(int descriptor, const std::vector<std::string>& server,
          bool compression, std::uint32_t clients, bool subset) {
  internal::RaiseDescriptorLimit();
  Crowd crowd;
  std::string error = crowd.Start(server, compression);
  if (error.empty()) error = crowd.Connect(clients, subset);
  Sentence sentence{};
  std::strncpy(sentence.data(), error.c_str(), sentence.size() - 1);
  if (!SendAll(descriptor, sentence) || !error.empty()) return;
  for (;;) {
    pollfd waiting{descriptor, POLLIN, 0};
    if (poll(&waiting, 1, kIdleMilliseconds) == 0) {
      crowd.Idle();
      continue;
    }
    RoundRequest request;
    if (!ReceiveAll(descriptor, &request)) return;
    if (!SendAll(descriptor, crowd.Run(request))) return;
  }
}

}  // namespace

CrowdProcess::CrowdProcess(const std::vector<std::string>& server,
                           bool compression, std::uint32_t clients,
                           bool subset) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    error_ = "cannot make a pair of sockets";
    return;
  }
  process_ = fork();
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    KeepOnly(ends[1]);
    Obey(ends[1], server, compression, clients, subset);
    _exit(EXIT_SUCCESS);
  }
  close(ends[1]);
  socket_ = ends[0];
  Sentence sentence{};
  error_ = ReceiveAll(socket_, &sentence)
               ? sentence.data()
               : "the process of the clients has ended";
}

CrowdProcess::~CrowdProcess() {
  if (socket_ >= 0) close(socket_);
  if (process_ > 0) waitpid(process_, nullptr, 0);
}

std::optional<RoundResult> CrowdProcess::Run(
    const RoundRequest& request) const {
  RoundResult result;
  if (!SendAll(socket_, request) || !ReceiveAll(socket_, &result)) {
    return std::nullopt;
  }
  return result;
}

}  // namespace tickerhub::fanout
