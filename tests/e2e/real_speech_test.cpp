// The whole way once: spoken words in, recognised, answered aloud, stored.

#include "tests/support/running_engine.hpp"

#include "bench/carrier/call_command.hpp"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <sstream>

namespace trunkline {
namespace {

using testing::running_engine;

// The shipped booking script asks and answers for a minute; this caller is quicker.
constexpr auto quick_booking = R"(
name = "quick booking"
[[line]]
when = "(?i)how can i help"
say = ["I want to book a cleaning for next Tuesday"]
max_uses = 2
[[line]]
when = "(?i)what time"
say = ["half past two"]
max_uses = 2
[[line]]
when = "(?i)your name"
say = ["it's Emily Clark"]
max_uses = 2
[[line]]
when = "(?i)is that right"
say = ["that's right"]
max_uses = 2
[[line]]
when = "(?i)you're booked"
hang_up = true
[expect]
outcome = "booked"
said = ["(?i)tuesday", "(?i)two thirty"]
)";

TEST(real_speech, of_a_caller_is_understood_and_books_the_appointment) {
  running_engine engine(
      [](engine_config& config) {
        config.assistants[0].greeting = "Brightsmile Dental, how can I help you?";
      },
      running_engine::speech::embedded);
  testing::temp_dir dir;
  testing::write_file(dir.path() / "quick.toml", quick_booking);
  call_options options;
  options.url = engine.running->base_url();
  options.admin_url = engine.admin_url("");
  options.script = (dir.path() / "quick.toml").string();
  options.voice = "rms";
  options.seed = 1;
  options.token = engine.token;
  options.duration_max = std::chrono::seconds{50};
  options.to = "+15550100200";
  std::ostringstream out, err;
  const auto status = run_call(options, out, err);
  EXPECT_EQ(status, 0) << out.str() << err.str();
  const auto rows = engine.stored("appointments");
  ASSERT_EQ(rows.size(), 1u) << out.str();
  EXPECT_EQ(rows[0]["service_id"], "cleaning");
  EXPECT_EQ(rows[0]["starts_at"], "2026-11-24T19:30:00.000Z");
}

} // namespace
} // namespace trunkline
