#include "bench/load/server_watch.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

TEST(server_watch_test, reads_the_names_of_prometheus_own_clients) {
  const auto usage = parse_server_metrics("# HELP process_cpu_seconds_total CPU.\n"
                                          "# TYPE process_cpu_seconds_total counter\n"
                                          "process_cpu_seconds_total 12.5\n"
                                          "process_cpu_seconds_total_more 7\n"
                                          "process_resident_memory_bytes 6.1440e+07 1796000000\n"
                                          "process_open_fds{a=\"} \"} 30\r\n"
                                          "process_threads\t17\n"
                                          "caf_system_running_actors 5");
  EXPECT_EQ(usage.cpu_s, 12.5);
  EXPECT_EQ(usage.rss_bytes, 61'440'000u);
  EXPECT_EQ(usage.descriptors, 30u);
  EXPECT_EQ(usage.threads, 17u);
  EXPECT_EQ(usage.actors, 5u);
}

TEST(server_watch_test, processes_of_one_page_are_added_up) {
  const auto usage = parse_server_metrics("process_cpu_seconds_total{worker=\"1\"} 1\n"
                                          "process_cpu_seconds_total{worker=\"2\"} 2\n");
  EXPECT_EQ(usage.cpu_s, 3);
}

TEST(server_watch_test, what_is_no_number_is_not_there) {
  for (const auto* page :
       {"", "\n\n", "process_open_fds", "process_open_fds{", "process_open_fds ",
        "process_open_fds x", "process_open_fds NaN", "process_open_fds -1",
        "process_open_fds +Inf", "process_open_fds 1e300", "{} 4", "<html>process_open_fds 3"})
    EXPECT_EQ(parse_server_metrics(page).descriptors, 0u) << page;
}

} // namespace
} // namespace trunkline
