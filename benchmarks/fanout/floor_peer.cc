#include <vector>

#include "fanout/kernel_server.h"

namespace tickerhub::fanout {
namespace {

class Floor : public KernelServer {
 private:
  void Read(int descriptor) override {
    char buffer[4096];
    Unwatch(descriptor);
    if (recv(descriptor, buffer, sizeof buffer, 0) <= 0) return;
    send(descriptor, kHandshakeAnswer.data(), kHandshakeAnswer.size(),
         MSG_NOSIGNAL);
    clients_.push_back(descriptor);
  }

  void SendToAll(std::string_view frame) override {
    for (const int client : clients_) {
      send(client, frame.data(), frame.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
  }

  std::vector<int> clients_;
};

}  // namespace

int ServeFloor() { return Floor().Run(); }

}  // namespace tickerhub::fanout
