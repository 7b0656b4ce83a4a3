// What a call leaves on the disk and in the log, and what is left of it after `data erase`.

#include "infra/cli/data_commands.hpp"
#include "infra/log/log.hpp"
#include "infra/privacy/master_keys.hpp"
#include "tests/support/running_engine.hpp"
#include "tests/support/script_plan.hpp"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::running_engine;
using strings = std::vector<std::string>;

const strings traces{"5550107788", "Emily Clark", "two thirty"};

/// The state directory of an engine that has had the shipped booking call and is stopped. That
/// call was in the week before 28 November 2026 by the clock of the tests.
class data_at_rest : public ::testing::TestWithParam<const char*> {
protected:
  void have_a_booking_call() {
    ::testing::internal::CaptureStderr();
    {
      running_engine engine{[&](engine_config& of) {
        of.state_dir = dir.path().string();
        of.store.data_key = key;
        config = of;
      }};
      set_log_level(log_level::debug);
      engine.carrier.incoming_path = testing::incoming_path("gather");
      engine.carrier.text_per_character = 5ms;
      engine.carrier.recogniser_silence = 100ms;
      auto plan = testing::plan_of("booking");
      plan.from = "+15550107788";
      const auto call = engine.place(std::move(plan));
      EXPECT_TRUE(engine.wait_for_end(call));
      EXPECT_EQ(engine.ended_call(call->facts().call_sid)["outcome"], "booked");
    }
    set_log_level(log_level::off);
    log = ::testing::internal::GetCapturedStderr();
    EXPECT_THAT(log, HasSubstr("call.ended"));
  }
  strings on_disk() const {
    std::string all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir.path()))
      if (entry.is_regular_file()) {
        all += entry.path().string();
        std::ifstream in{entry.path(), std::ios::binary};
        all.append(std::istreambuf_iterator<char>{in}, {});
      }
    return found_in(all);
  }
  static strings found_in(const std::string& text) {
    strings found;
    for (const auto& one : traces)
      if (text.find(one) != text.npos)
        found.push_back(one);
    return found;
  }
  std::string data(data_command::action what) {
    data_command command;
    command.what = what;
    command.number = "+15550107788";
    std::ostringstream out, err;
    EXPECT_EQ(run_data(command, config, out, err), exit_ok) << err.str();
    return out.str();
  }
  std::string audit(audit_command::action what) {
    audit_command command;
    command.what = what;
    std::ostringstream out, err;
    EXPECT_EQ(run_audit(command, config, out, err), exit_ok) << out.str() << err.str();
    return out.str();
  }

  const std::string key = GetParam() == std::string{"encrypted"} ? new_master_key("e2e") : "";
  engine_config config;
  std::string log;
  testing::temp_dir dir;
};

TEST_P(data_at_rest, can_be_read_only_without_encryption_and_never_in_the_log) {
  have_a_booking_call();
  EXPECT_EQ(on_disk(), key.empty() ? traces : strings{});
  EXPECT_EQ(found_in(log), strings{});
  const auto exported = data(data_command::action::export_all);
  EXPECT_THAT(exported, HasSubstr("Emily Clark")) << "with the key it can be read";
  EXPECT_THAT(exported, HasSubstr("5550107788"));
}

TEST_P(data_at_rest, of_an_erased_caller_is_nowhere_and_the_audit_chain_is_whole) {
  have_a_booking_call();
  EXPECT_THAT(data(data_command::action::erase), HasSubstr("made anonymous: 1 call(s)"));
  EXPECT_EQ(on_disk(), strings{});
  const auto exported = nlohmann::json::parse(data(data_command::action::export_all));
  EXPECT_EQ(exported["calls"].size(), 0u);
  const auto rows = audit(audit_command::action::list);
  EXPECT_THAT(rows, HasSubstr("data.erased"));
  EXPECT_THAT(rows, HasSubstr("appointment.booked"));
  EXPECT_EQ(found_in(rows), strings{});
  EXPECT_THAT(audit(audit_command::action::verify), HasSubstr("the chain is whole"));
}

INSTANTIATE_TEST_SUITE_P(stores, data_at_rest, ::testing::Values("plain", "encrypted"),
                         [](const auto& info) { return std::string{info.param}; });

} // namespace
} // namespace trunkline
