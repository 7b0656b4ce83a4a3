// The whole way once: spoken words in, recognised, answered aloud, stored.

#include "tests/support/running_engine.hpp"

#include "bench/carrier/call_command.hpp"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include <sstream>

namespace trunkline {
namespace {

using testing::running_engine;

TEST(real_speech, of_a_caller_is_understood_and_books_the_appointment) {
  running_engine engine({}, running_engine::speech::embedded);
  call_options options;
  options.url = engine.running->base_url();
  options.admin_url = engine.admin_url("");
  options.script = "booking";
  options.voice = "rms";
  options.seed = 1;
  options.token = engine.token;
  options.to = "+15550100200";
  std::ostringstream out, err;
  const auto status = run_call(options, out, err);
  EXPECT_EQ(status, 0) << out.str() << err.str();
  const auto rows = engine.get_json("/api/v1/appointments")["appointments"];
  ASSERT_EQ(rows.size(), 1u) << out.str();
  EXPECT_EQ(rows[0]["service_id"], "cleaning");
  EXPECT_EQ(rows[0]["starts_at"], "2026-11-24T19:30:00.000Z");
}

} // namespace
} // namespace trunkline
