// That each option of the limits reaches the server's settings.

#include "common/limits_options.h"

#include <gtest/gtest.h>

#include <chrono>
#include <iterator>
#include <string>
#include <vector>

#include "common/command_line.h"

namespace tickerhub::examples {
namespace {

using std::chrono::milliseconds;

TEST(LimitsOptionsTest, EachOneReachesTheServer) {
  const char* arguments[] = {"program",
                             "--max-connections=1",
                             "--max-admin-connections=2",
                             "--max-connections-per-address=3",
                             "--max-accepts=4",
                             "--max-accepts-per-address=5",
                             "--max-sessions-per-user=6",
                             "--max-sessions=7",
                             "--max-messages=8",
                             "--message-burst=9",
                             "--max-bytes=10",
                             "--byte-burst=11",
                             "--flood-timeout=12ms",
                             "--max-messages-total=13",
                             "--max-unhandled-messages=14",
                             "--max-unhandled-bytes-total=15",
                             "--max-message-bytes=16",
                             "--max-body-bytes=17",
                             "--max-queued-bytes=18",
                             "--send-buffer-bytes=19",
                             "--receive-buffer-bytes=20",
                             "--unsent-bytes=21",
                             "--handshake-timeout=22ms",
                             "--write-timeout=23ms",
                             "--response-timeout=24ms",
                             "--ping-interval=25ms",
                             "--idle-timeout=26ms",
                             "--stop-timeout=27ms"};
  LimitsOptions limits;
  CommandLine line("a program", "program");
  AddLimitsOptions(&line, &limits);
  const auto status =
      line.Read(static_cast<int>(std::size(arguments)),
                const_cast<char**>(arguments), [&] { CheckLimits(limits); });
  ASSERT_FALSE(status.has_value());
  Server::Options options;
  ApplyLimits(limits, &options);
  EXPECT_EQ(limits.channel.max_sessions_per_user, 6u);
  EXPECT_EQ(limits.channel.max_sessions, 7u);
  const std::vector<double> numbers = {
      static_cast<double>(options.max_connections),
      static_cast<double>(options.max_admin_connections),
      static_cast<double>(options.max_connections_per_address.value_or(0)),
      options.max_accepts_per_second,
      options.max_accepts_per_second_per_address.value_or(0),
      options.max_messages_per_second,
      options.message_burst,
      options.max_bytes_per_second,
      options.byte_burst,
      options.max_messages_per_second_total,
      static_cast<double>(options.max_unhandled_messages),
      static_cast<double>(options.max_unhandled_bytes_total),
      static_cast<double>(options.max_message_bytes),
      static_cast<double>(options.max_http_body_bytes),
      static_cast<double>(options.max_queued_bytes),
      static_cast<double>(options.socket_send_buffer_bytes),
      static_cast<double>(options.socket_receive_buffer_bytes),
      static_cast<double>(options.socket_unsent_bytes)};
  EXPECT_EQ(numbers, (std::vector<double>{1, 2, 3, 4, 5, 8, 9, 10, 11, 13, 14,
                                          15, 16, 17, 18, 19, 20, 21}));
  const std::vector<milliseconds> times = {
      options.flood_timeout, options.handshake_timeout,
      options.write_timeout, options.response_timeout,
      options.ping_interval, options.idle_timeout,
      options.stop_timeout};
  EXPECT_EQ(times, (std::vector<milliseconds>{
                       milliseconds(12), milliseconds(22), milliseconds(23),
                       milliseconds(24), milliseconds(25), milliseconds(26),
                       milliseconds(27)}));
}

}  // namespace
}  // namespace tickerhub::examples
