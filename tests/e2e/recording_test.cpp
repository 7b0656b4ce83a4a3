// A recorded call over real sockets: what the admin API plays is what the carrier's two sides were,
// and erasing the caller leaves nothing of it.

#include "infra/cli/data_commands.hpp"
#include "infra/cli/recording_command.hpp"
#include "infra/privacy/master_keys.hpp"
#include "infra/recording/recordings.hpp"
#include "infra/store/open_store.hpp"
#include "protocol/audio/mulaw.hpp"
#include "protocol/audio/wav.hpp"
#include "tests/support/running_engine.hpp"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::running_engine;

constexpr auto number = "+15550107788";

/// One side as mu-law.
std::vector<uint8_t> side(const std::string& wav, size_t which) {
  std::vector<uint8_t> bytes;
  for (size_t i = wav_header_mulaw_bytes + which; i < wav.size(); i += 2)
    bytes.push_back(static_cast<uint8_t>(wav[i]));
  return bytes;
}
bool silent(uint8_t byte) {
  return byte == mulaw_silence;
}
/// In ms; -1: silence only.
int64_t first_sound(const std::vector<uint8_t>& of) {
  const auto at = std::find_if_not(of.begin(), of.end(), silent);
  return at == of.end() ? -1 : (at - of.begin()) / 8;
}
size_t sounds(const std::vector<uint8_t>& of) {
  return static_cast<size_t>(
      std::count_if(of.begin(), of.end(), [](auto b) { return !silent(b); }));
}

class recording_e2e : public ::testing::Test {
protected:
  std::unique_ptr<running_engine> engine_with(const std::string& mode) {
    return std::make_unique<running_engine>([&](engine_config& of) {
      of.state_dir = dir.path().string();
      of.store.data_key = new_master_key("e2e");
      of.assistants[0].recording.mode = mode;
      config = of;
    });
  }
  void have_a_call(running_engine& engine, const std::vector<std::string>& lines) {
    auto plan = engine.says(lines);
    plan.from = number;
    plan.record = true;
    const auto call = engine.place(std::move(plan));
    ASSERT_TRUE(engine.wait_for_end(call));
    facts = call->facts();
    spoken = call->spoken();
    heard = call->ear().heard();
    ASSERT_FALSE(facts.lost) << facts.ended_by;
    sid = facts.call_sid;
    engine.ended_call(sid);
  }
  http_response play(running_engine& engine, const std::string& range = {}) {
    client_request request;
    request.url = engine.admin_url("/api/v1/calls/" + sid + "/recording");
    if (!range.empty())
      request.headers = {{"Range", range}};
    return engine.fetch(std::move(request));
  }
  /// Once its row says that it is whole.
  http_response play_when_whole(running_engine& engine) {
    engine.wait([&] {
      return engine.get("/metrics").body.find("trunkline_recordings_total{how=\"whole\"} 1") !=
             std::string::npos;
    });
    http_response answer;
    engine.wait([&] { return (answer = play(engine)).status == 200; });
    return answer;
  }
  std::vector<std::string> files() const {
    std::vector<std::string> all;
    std::error_code none;
    for (const auto& entry :
         std::filesystem::directory_iterator{recordings_folder(config.state_dir), none})
      if (entry.path().extension() == ".tlr")
        all.push_back(entry.path().string());
    return all;
  }
  std::string data(data_command::action what) {
    data_command command;
    command.what = what;
    command.number = number;
    std::ostringstream out, err;
    EXPECT_EQ(run_data(command, config, out, err), exit_ok) << err.str();
    return out.str();
  }

  testing::temp_dir dir;
  engine_config config;
  carried_call facts;
  std::vector<uint8_t> spoken, heard; ///< mu-law, of the caller and of the agent
  std::string sid;
};

TEST_F(recording_e2e, plays_back_what_both_sides_said_when_they_said_it) {
  auto engine = engine_with("on");
  have_a_call(*engine, {"what are your opening hours", "are you open on Saturday"});
  const auto answer = play_when_whole(*engine);
  ASSERT_EQ(answer.status, 200u) << answer.body;
  EXPECT_EQ(answer.content_type, "audio/wav");
  const auto read = read_wav(answer.body);
  ASSERT_TRUE(read) << read.error().context;
  EXPECT_EQ(read->channels, 2u);
  EXPECT_EQ(read->rate, 8000u);
  const auto caller = side(answer.body, 0), agent = side(answer.body, 1);
  const auto frames = facts.media.frames_sent;
  EXPECT_NEAR(static_cast<double>(caller.size()) / 8, static_cast<double>(frames * 20), 40.0);

  EXPECT_GT(sounds(caller), 8000u);
  EXPECT_EQ(sounds(caller), sounds(spoken));
  EXPECT_GT(first_sound(agent), -1);
  EXPECT_LT(first_sound(agent), 300) << "the greeting";
  EXPECT_NEAR(static_cast<double>(sounds(agent)), static_cast<double>(sounds(heard)), 80 * 8.0);
  const auto ours = first_sound(caller) - first_sound(agent);
  const auto carriers = first_sound(spoken) - first_sound(heard);
  EXPECT_NEAR(static_cast<double>(ours), static_cast<double>(carriers), 60.0);
  for (const auto& [what, ms] :
       {std::pair<const char*, int64_t>{"frames_ms", static_cast<int64_t>(frames * 20)},
        {"recorded_ms", static_cast<int64_t>(caller.size() / 8)},
        {"agent_to_caller_ms", ours},
        {"the_same_at_the_carrier_ms", carriers}})
    RecordProperty(what, std::to_string(ms));
}

TEST_F(recording_e2e, is_given_in_parts_and_each_view_is_in_the_audit_log) {
  auto engine = engine_with("on");
  have_a_call(*engine, {"what are your opening hours"});
  const auto whole = play_when_whole(*engine);
  ASSERT_EQ(whole.status, 200u);
  const auto part = play(*engine, "bytes=50-40000");
  EXPECT_EQ(part.status, 206u);
  EXPECT_EQ(part.header("Accept-Ranges"), "bytes");
  EXPECT_EQ(part.header("Content-Range"), "bytes 50-40000/" + std::to_string(whole.body.size()));
  EXPECT_TRUE(part.body == whole.body.substr(50, 39'951));
  EXPECT_EQ(play(*engine, "bytes=999999999-").status, 416u);
  EXPECT_EQ(engine->get("/api/v1/calls/" + sid + "/recording?part=2").status, 404u);
  EXPECT_EQ(engine->get("/api/v1/calls/CAnone/recording").status, 404u);
  engine.reset();
  calls_command command;
  command.call_sid = sid;
  std::ostringstream wav, err;
  EXPECT_EQ(print_recording(command, config, wav, err), exit_ok) << err.str();
  EXPECT_TRUE(wav.str() == whole.body);
  std::ostringstream rows;
  audit_command audit;
  audit.what = audit_command::action::list;
  EXPECT_EQ(run_audit(audit, config, rows, err), exit_ok);
  EXPECT_THAT(rows.str(), HasSubstr("recording.started  " + sid));
  EXPECT_THAT(rows.str(), HasSubstr("recording.played  " + sid));
}

TEST_F(recording_e2e, begins_only_after_the_callers_yes) {
  auto engine = engine_with("after_consent");
  have_a_call(*engine, {"yes that is fine", "what are your opening hours"});
  const auto answer = play_when_whole(*engine);
  ASSERT_EQ(answer.status, 200u) << answer.body;
  const auto caller = side(answer.body, 0);
  EXPECT_LT(caller.size() / 8 + 2000, facts.media.frames_sent * 20)
      << "the greeting and the answer are not in it";
  EXPECT_GT(sounds(caller), 1000u);
  EXPECT_LT(sounds(caller), sounds(spoken));
}

TEST_F(recording_e2e, is_not_made_when_the_caller_says_no) {
  auto engine = engine_with("after_consent");
  have_a_call(*engine, {"no", "what are your opening hours"});
  EXPECT_EQ(play(*engine).status, 404u);
  engine.reset();
  EXPECT_TRUE(files().empty());
}

TEST_F(recording_e2e, of_an_erased_caller_is_gone_and_no_key_that_lives_opens_a_copy) {
  auto engine = engine_with("on");
  have_a_call(*engine, {"what are your opening hours"});
  ASSERT_EQ(play_when_whole(*engine).status, 200u);
  engine.reset();
  const auto exported = nlohmann::json::parse(data(data_command::action::export_all));
  ASSERT_EQ(exported["recordings"].size(), 1u);
  EXPECT_EQ(exported["recordings"][0]["sound"], "/api/v1/calls/" + sid + "/recording?part=1");
  EXPECT_EQ(exported["recordings"][0]["state"], "whole");
  const auto made = files();
  ASSERT_EQ(made.size(), 1u);
  const auto id = std::filesystem::path{made[0]}.stem().string();
  std::filesystem::copy_file(made[0], dir.path() / "copy.tlr");
  std::string sealed_key, caller;
  {
    const auto rows = open_repository(config, session_use::read);
    EXPECT_TRUE(open_recording(config.state_dir, (*rows)->recordings_of(sid)->at(0)));
    const auto db = open_session(*database_of(config), config.store, session_use::read);
    ASSERT_TRUE(
        (*db)->run("SELECT sealed_key, caller_number FROM recordings", {}, [&](const sql_row& row) {
          sealed_key = row.text(0);
          caller = row.text(1);
        }));
  }
  EXPECT_THAT(data(data_command::action::erase),
              HasSubstr("1 recording(s), 1 of their files here"));
  EXPECT_TRUE(files().empty());
  const auto rows = open_repository(config, session_use::write);
  EXPECT_TRUE((*rows)->recordings_of(sid)->empty());
  // Somebody has kept the file, and the row as it was: its key is sealed by one that is destroyed.
  std::filesystem::copy_file(dir.path() / "copy.tlr", made[0]);
  ASSERT_TRUE((*rows)->put_recording({id, "t", sid, caller, "e", timestamp{}, 1, 16, "whole", ""}));
  const auto db = open_session(*database_of(config), config.store, session_use::write);
  ASSERT_EQ(*(*db)->run("UPDATE recordings SET sealed_key = $1", {std::string_view{sealed_key}}),
            1u);
  const auto again = (*rows)->recordings_of(sid)->at(0);
  EXPECT_EQ(again.key, "");
  EXPECT_FALSE(open_recording(config.state_dir, again));
  ASSERT_TRUE((*db)->run("DELETE FROM recordings", {}));
  EXPECT_FALSE(*(*rows)->has_recording(id));
  EXPECT_TRUE(nlohmann::json::parse(data(data_command::action::export_all))["recordings"].empty());
  std::filesystem::last_write_time(made[0], std::filesystem::file_time_type::clock::now() - 1h);
  EXPECT_EQ(*sweep_recordings(config.state_dir, **rows), 1u);
  EXPECT_TRUE(files().empty());
}

} // namespace
} // namespace trunkline
