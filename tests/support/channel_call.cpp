#include "tests/support/channel_call.hpp"

#include "infra/cli/kb_commands.hpp"
#include "tests/support/running_engine.hpp"
#include "tests/support/script_plan.hpp"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <sstream>

namespace trunkline::testing {

namespace {

void import_documents(const std::string& folder, const engine_config& config) {
  kb_command command;
  command.what = kb_command::action::import;
  command.arguments = {folder};
  std::ostringstream out, err;
  EXPECT_EQ(knowledge_command_main(command, config, out, err), exit_ok) << err.str();
}

std::vector<std::string> rows_of(nlohmann::json list) {
  std::vector<std::string> rows;
  for (auto& row : list) {
    for (const auto* own : {"id", "call_sid", "created_at"})
      row.erase(own);
    rows.push_back(row.dump());
  }
  return rows;
}

void read_turns(const nlohmann::json& turns, channel_call& to) {
  for (const auto& turn : turns) {
    if (turn["role"] == "agent")
      to.agent.push_back({turn["text"], turn["heard"], turn["knowledge"].dump()});
    else
      to.caller.push_back(turn["text"]);
    for (const auto& tool : turn["tools"])
      to.tools.push_back(tool.value("name", "") + " " + tool.value("arguments", ""));
  }
}

} // namespace

std::vector<std::string> channel_call::said() const {
  std::vector<std::string> texts;
  for (const auto& turn : agent)
    texts.push_back(turn.text);
  return texts;
}

std::vector<std::string> channel_call::knowledge() const {
  std::vector<std::string> passages;
  for (const auto& turn : agent)
    passages.push_back(turn.knowledge);
  return passages;
}

std::vector<std::string> channel_call::cut_off() const {
  std::vector<std::string> texts;
  for (const auto& turn : agent)
    if (turn.cut())
      texts.push_back(turn.text);
  return texts;
}

channel_call carry(const std::string& channel, call_plan plan, std::chrono::milliseconds voice,
                   const std::string& documents) {
  channel_call made;
  std::weak_ptr<simulated_call> placed;
  running_engine engine([&](engine_config& config) {
    if (!documents.empty())
      import_documents(documents, config);
  });
  engine.tts->hum_at(voice);
  engine.carrier.incoming_path = incoming_path(channel);
  engine.carrier.text_per_character = voice;
  engine.carrier.recogniser_silence = std::chrono::milliseconds{100};
  const auto call = engine.place(std::move(plan), [&](const call_event& event) {
    if (event.what == call_event::kind::caller_speaks)
      if (const auto speaking = placed.lock(); speaking->ear().ahead() > media_time{})
        ++made.talked_over;
  });
  placed = call;
  const auto watch = words_for(engine, call);
  if (channel == "media_stream")
    watch->start(); // the others speak themselves, and know what
  EXPECT_TRUE(engine.wait_for_end(call)) << channel;
  watch->stop();
  made.facts = call->facts();
  const auto row = engine.ended_call(made.facts.call_sid);
  EXPECT_FALSE(made.facts.lost) << channel << ": " << made.facts.ended_by;
  EXPECT_EQ(row["channel"], channel);
  made.outcome = row.value("outcome", "");
  made.end_reason = row.value("end_reason", "");
  made.row = row.dump(1);
  read_turns(row["turns"], made);
  const auto appointments = engine.get_json("/api/v1/appointments");
  made.appointments_json = appointments.dump();
  made.appointments = rows_of(appointments["appointments"]);
  made.messages = rows_of(engine.stored("messages"));
  return made;
}

} // namespace trunkline::testing
