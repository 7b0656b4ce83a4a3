// The binary as the service manager meets it: start, drain, stop, and starts that cannot work.

#include "protocol/twilio/media_message.hpp"
#include "tests/support/carrier_peer.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/net.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/small_disk.hpp"

#include <nlohmann/json.hpp>

#include <sqlite3.h>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <optional>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using testing::carrier_peer;
using testing::child_process;
using ::testing::HasSubstr;

/// `trunkline serve` on free ports with a state directory of its own.
class served : public ::testing::Test {
protected:
  std::map<std::string, std::string> environment() const {
    return {{"TRUNKLINE_STATE_DIR", dir.path().string()},
            {"TRUNKLINE_SERVER_LISTEN", "127.0.0.1:0"},
            {"TRUNKLINE_SERVER_ADMIN_LISTEN", "127.0.0.1:0"},
            {"TWILIO_AUTH_TOKEN", carrier_peer::token}};
  }

  void start(const std::map<std::string, std::string>& changes = {}) {
    auto variables = environment();
    for (const auto& [name, value] : changes)
      variables[name] = value;
    process.emplace(std::vector<std::string>{testing::binary().string(), "serve"}, variables);
  }

  void start_and_wait() {
    start();
    const auto line = process->wait_for_line("\"engine.ready\"");
    ASSERT_TRUE(line) << process->errors();
    const auto ready = nlohmann::json::parse(*line, nullptr, false);
    peer.url = ready.value("url", "");
    admin = ready.value("admin", "");
  }

  /// The start fails with status 2 and one line for a human, without a log or a trace.
  void expect_one_line(const std::string& part) {
    EXPECT_EQ(process->wait_for_exit(), 2) << process->errors();
    EXPECT_THAT(process->errors(), HasSubstr(part));
    EXPECT_EQ(std::count(process->errors().begin(), process->errors().end(), '\n'), 1)
        << process->errors();
  }

  int status_of(const std::string& url) {
    client_request request;
    request.url = url;
    return static_cast<int>(peer.fetch(request).status);
  }

  testing::temp_dir dir;
  carrier_peer peer;
  std::string admin;
  std::optional<child_process> process;
};

TEST_F(served, with_no_configuration_answers_a_call_and_ends_when_told) {
  start_and_wait();
  const auto offer = peer.offered_stream("CA1");
  const auto stream = peer.open_stream(offer.url);
  stream->send_start("CA1", offer.token);
  EXPECT_TRUE(peer.wait([&] { return !stream->received.empty(); })) << "no greeting";
  stream->socket->close(1000, "");
  peer.wait([&] { return stream->closed != 0; });
  process->signal(SIGTERM);
  process->signal(SIGTERM);
  EXPECT_EQ(process->wait_for_exit(), 0) << process->errors();
}

TEST_F(served, drains_at_sigterm_and_ends_after_its_last_call) {
  start_and_wait();
  const auto offer = peer.offered_stream("CA1");
  const auto stream = peer.open_stream(offer.url);
  stream->send_start("CA1", offer.token);
  ASSERT_TRUE(peer.wait([&] { return !stream->received.empty(); }));
  process->signal(SIGTERM);
  ASSERT_TRUE(process->wait_for_line("\"engine.draining\"")) << process->errors();
  EXPECT_EQ(status_of(admin + "/ready"), 503);
  EXPECT_THAT(peer.post("/voice/incoming", peer.ringing("CA2")).body, HasSubstr("<Record"));
  EXPECT_EQ(stream->closed, 0) << "a live call was cut";
  stream->send(render_stopped(
      {.sequence = 2, .stream_sid = "MZ1", .account_sid = "AC1", .call_sid = "CA1"}));
  EXPECT_TRUE(peer.wait([&] { return stream->closed != 0; }));
  EXPECT_EQ(process->wait_for_exit(), 0) << process->errors();
  EXPECT_THAT(process->errors(), HasSubstr("\"call.ended\""));
  EXPECT_THAT(process->errors(), HasSubstr("\"engine.stopped\""));
}

TEST_F(served, ends_at_once_at_the_second_sigterm_and_keeps_the_rows) {
  start_and_wait();
  const auto offer = peer.offered_stream("CA1");
  const auto stream = peer.open_stream(offer.url);
  stream->send_start("CA1", offer.token);
  ASSERT_TRUE(peer.wait([&] { return !stream->received.empty(); }));
  process->signal(SIGTERM);
  ASSERT_TRUE(process->wait_for_line("\"engine.draining\""));
  process->signal(SIGTERM);
  EXPECT_EQ(process->wait_for_exit(), 0) << process->errors();
  child_process shown{{testing::binary().string(), "calls", "ls", "--json"}, environment()};
  EXPECT_EQ(shown.wait_for_exit(), 0) << shown.errors();
  EXPECT_THAT(shown.output(), HasSubstr("\"CA1\""));
}

TEST_F(served, refuses_a_port_in_use_in_one_line) {
  start_and_wait();
  child_process second{
      {testing::binary().string(), "serve", "--listen", peer.url.substr(std::strlen("http://"))},
      {{"TRUNKLINE_STATE_DIR", (dir.path() / "second").string()},
       {"TRUNKLINE_SERVER_ADMIN_LISTEN", "127.0.0.1:0"}}};
  EXPECT_EQ(second.wait_for_exit(), 2);
  EXPECT_THAT(second.errors(), HasSubstr("in use"));
}

TEST_F(served, refuses_a_full_disk_in_one_line) {
  const testing::small_disk disk{"64k"};
  if (!disk.mounted())
    GTEST_SKIP() << "nobody may mount a small file system here";
  disk.fill();
  start({{"TRUNKLINE_STATE_DIR", (disk.path() / "state").string()}});
  EXPECT_EQ(process->wait_for_exit(), 2) << process->errors();
  EXPECT_THAT(process->errors(), HasSubstr("full"));
  EXPECT_EQ(std::count(process->errors().begin(), process->errors().end(), '\n'), 1)
      << process->errors();
}

TEST_F(served, refuses_a_file_that_is_no_database_in_one_line) {
  const auto file = dir.path() / "calls.db";
  testing::write_file(file, std::string(8192, 'x'));
  start({{"DATABASE_URL", file.string()}});
  expect_one_line(file.string());
}

TEST_F(served, refuses_a_locked_database_in_one_line) {
  const auto file = (dir.path() / "calls.db").string();
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "create table x(y); begin exclusive", nullptr, nullptr, nullptr),
            SQLITE_OK);
  start({{"DATABASE_URL", file}});
  expect_one_line("locked");
  sqlite3_close(other);
}

} // namespace
} // namespace trunkline
