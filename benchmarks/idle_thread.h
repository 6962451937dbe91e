#ifndef TICKERHUB_BENCHMARKS_IDLE_THREAD_H_
#define TICKERHUB_BENCHMARKS_IDLE_THREAD_H_

#include <future>
#include <thread>

namespace tickerhub {

/// Another thread, which does nothing. In a process that has only one, the
/// standard library counts references without atomic operations; a server never
/// has the benefit of that, so what copies payloads is measured beside this.
class IdleThread {
 public:
  ~IdleThread() {
    end_.set_value();
    thread_.join();
  }

 private:
  std::promise<void> end_;
  std::thread thread_{[end = end_.get_future()] { end.wait(); }};
};

}  // namespace tickerhub

#endif  // TICKERHUB_BENCHMARKS_IDLE_THREAD_H_
