#include "bench/load/server_watch.hpp"
#include "tests/support/net.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

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

/// A page whose number of actors is another each time it is asked, the last one from then on.
class watched_server : public ::testing::Test {
protected:
  watched_server() {
    page.request = [this](const http_request& request, const http_respond& respond) {
      if (request.target != "/metrics") {
        respond({404, "text/plain", "", {}});
        return;
      }
      const auto turn = std::min<size_t>(asked++, actors.size() - 1);
      respond({200,
               "text/plain",
               "process_cpu_seconds_total " + std::to_string(turn + 1) +
                   "\nprocess_resident_memory_bytes 7000\ncaf_system_running_actors " +
                   std::to_string(actors[turn]) + "\n",
               {}});
    };
    auto started = http_server::start({&shards.io()}, {}, page);
    if (!started)
      throw std::runtime_error(started.error().context);
    server = std::move(*started);
    base = "http://127.0.0.1:" + std::to_string(server->port());
  }
  ~watched_server() override {
    server->close_all();
    shards.run(0, [] {});
    shards.stop();
  }

  testing::shard_threads shards{1};
  testing::scripted_application page;
  std::shared_ptr<http_server> server;
  std::string base;
  std::vector<int> actors{5};
  std::atomic<size_t> asked{0};
  boost::asio::io_context io{1};
};

TEST_F(watched_server, is_asked_again_at_the_end_until_its_actors_are_put_away) {
  actors = {5, 9, 7, 5};
  server_watch watch{io, {0, "", base}};
  EXPECT_EQ(watch.begin().actors, 5u);
  EXPECT_EQ(watch.end().actors, 5u);
  EXPECT_EQ(asked, 4u);
}

TEST_F(watched_server, keeps_actors_that_stay_and_says_so) {
  actors = {5, 6};
  server_watch watch{io, {0, "", base}};
  EXPECT_EQ(watch.begin().actors, 5u);
  EXPECT_EQ(watch.end().actors, 6u);
}

TEST_F(watched_server, is_read_by_its_metrics_while_a_load_runs) {
  server_watch watch{io, {0, base + "/metrics", ""}};
  EXPECT_EQ(watch.begin().rss_bytes, 7000u);
  actors = {5, 5, 5, 5};
  EXPECT_EQ(watch.look().cpu_s, 1) << "what is known; the next is asked for";
  io.run();
  EXPECT_EQ(watch.look().cpu_s, 2);
}

TEST_F(watched_server, has_no_metrics_elsewhere) {
  EXPECT_TRUE(ask_server_metrics(base + "/metrics"));
  const auto none = ask_server_metrics(base + "/nothing");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().context, base + "/nothing: status 404");
  server_watch watch{io, {0, "", base + "/nothing"}};
  EXPECT_EQ(watch.begin().actors, 0u);
  EXPECT_EQ(watch.end().actors, 0u);
}

} // namespace
} // namespace trunkline
