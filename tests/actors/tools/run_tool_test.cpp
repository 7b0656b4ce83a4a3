#include "actors/tools/run_tool.hpp"
#include "actors/tools/tool_catalog.hpp"
#include "infra/time/zone.hpp"
#include "tests/support/memory_repository.hpp"
#include "tests/support/sample_assistant.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace trunkline {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;

class run_tool_test : public ::testing::Test {
protected:
  memory_repository store;
  assistant who = trunkline::testing::sample_assistant();
  // Saturday, ten in the morning.
  std::string now = "2026-11-21T10:00";
  std::string caller = "+15551234567";
  tool_outcome last;

  json run(const std::string& name, const json& arguments, const std::string& id = "t1",
           const std::string& call_sid = "CA1") {
    call_facts facts{call_sid, caller, "", *to_utc(*parse_local_iso(now), who.time_zone)};
    last = run_tool(
        {id, name, arguments.is_string() ? arguments.get<std::string>() : arguments.dump()},
        {store, who, facts});
    return json::parse(last.result_json);
  }
  json book(const std::string& start, const std::string& id = "t1",
            const std::string& call_sid = "CA1", const std::string& name = "Anna Smith",
            const std::string& what = "cleaning") {
    return run("schedule_appointment", {{"service", what}, {"start", start}, {"name", name}}, id,
               call_sid);
  }
};

TEST_F(run_tool_test, switches_only_to_a_configured_language_and_is_offered_only_with_several) {
  const auto offered = [&] {
    for (const auto& tool : tool_catalog(who))
      if (tool.name == "switch_language")
        return json::parse(tool.parameters);
    return json{};
  };
  EXPECT_TRUE(offered().is_null());
  who.languages.push_back({});
  who.languages.back().tag = "es-US";
  EXPECT_EQ(offered()["properties"]["language"]["enum"], json({"en-US", "es-US"}));
  EXPECT_EQ(run("switch_language", {{"language", "fr-FR"}})["error"], "unknown_language");
  EXPECT_EQ(last.effect.kind, tool_effect_kind::none);
  EXPECT_EQ(run("switch_language", {{"language", ""}})["error"], "bad_arguments");
  EXPECT_EQ(run("switch_language", {{"language", "es-US"}})["status"], "switched");
  EXPECT_EQ(last.effect.kind, tool_effect_kind::language);
  EXPECT_EQ(last.effect.language, "es-US");
}

TEST_F(run_tool_test, books_inside_the_rules_and_says_why_not_otherwise) {
  EXPECT_EQ(book("2026-11-24T14:30")["status"], "booked");
  EXPECT_EQ(last.effect.kind, tool_effect_kind::booked);
  ASSERT_EQ(store.appointments.size(), 1u);
  const auto& row = store.appointments.begin()->second;
  EXPECT_EQ(row.caller_name, "Anna Smith");
  EXPECT_EQ(row.ends_at - row.starts_at, minutes{30});
  ASSERT_EQ(store.audits.size(), 1u);
  EXPECT_EQ(store.audits[0].detail.find("Anna"), std::string::npos);
  const std::pair<const char*, const char*> refusals[] = {
      {"2026-11-24T07:30", "closed"},  {"2026-11-24T17:00", "closed"},
      {"2026-11-22T10:00", "closed"},  {"2026-11-26T10:00", "holiday"},
      {"2026-11-20T10:00", "past"},    {"2026-11-21T10:30", "too_soon"},
      {"2027-03-01T10:00", "too_far"}, {"2026-11-24T09:10", "not_a_start"},
      {"2026-11-24T14:30", "taken"},   {"2026-13-24T14:30", "bad_start"},
  };
  for (const auto& [start, why] : refusals)
    EXPECT_EQ(book(start, "t1", "CA2")["error"], why) << start;
  EXPECT_EQ(store.appointments.size(), 1u);
}

TEST_F(run_tool_test, books_once_however_often_the_same_call_runs) {
  book("2026-11-24T14:30");
  now = "2026-11-24T14:00"; // the lead time is over by now
  EXPECT_EQ(book("2026-11-24T14:30")["status"], "booked");
  EXPECT_EQ(store.appointments.size(), 1u);
}

TEST_F(run_tool_test, takes_a_second_yes_in_one_call_for_the_same_booking) {
  book("2026-11-24T14:30", "t1");
  EXPECT_EQ(book("2026-11-24T14:30", "t9")["status"], "booked");
  EXPECT_EQ(store.appointments.size(), 1u);
}

TEST_F(run_tool_test, gives_one_slot_to_one_of_two_callers) {
  EXPECT_TRUE(book("2026-11-24T14:30", "t1", "CA1")["ok"]);
  caller = "+15557654321";
  EXPECT_EQ(book("2026-11-24T14:30", "t1", "CA2")["error"], "taken");
  EXPECT_EQ(book("2026-11-24T14:00", "t2", "CA2", "Bo", "filling")["error"], "taken")
      << "an hour would run into it";
  EXPECT_TRUE(book("2026-11-24T13:30", "t3", "CA2", "Bo", "filling")["ok"]);
}

TEST_F(run_tool_test, lists_what_is_free_and_what_is_near) {
  book("2026-11-24T14:30");
  auto answer = run("check_availability",
                    {{"service", "cleaning"}, {"date", "2026-11-24"}, {"time", "14:30"}});
  EXPECT_EQ(answer["wanted_free"], false);
  EXPECT_EQ(answer["nearest"], json({"2026-11-24T13:30", "2026-11-24T14:00", "2026-11-24T15:00"}));
  EXPECT_EQ(answer["free"].size(), 17u);
  answer = run("check_availability", {{"date", "2026-11-22"}});
  EXPECT_EQ(answer["day"], "closed");
  EXPECT_EQ(answer["free"].size(), 0u);
  EXPECT_EQ(answer["nearest"][0], "2026-11-23T08:00");
  answer = run("check_availability", {{"date", "2026-11-23"}, {"part", "afternoon"}});
  EXPECT_EQ(answer["nearest"][0], "2026-11-23T12:00");
  answer = run("check_availability", {{"date", "2026-11-10"}});
  EXPECT_EQ(answer["day"], "past");
  EXPECT_FALSE(answer["nearest"].empty());
}

TEST_F(run_tool_test, keeps_to_the_wall_clock_on_the_days_the_clocks_change) {
  who.hours = {{0, hours{1}, hours{4}}};
  who.booking_days_ahead = 200;
  const auto spring = run("check_availability", {{"date", "2027-03-14"}});
  EXPECT_EQ(spring["free"],
            json({"2027-03-14T01:00", "2027-03-14T01:30", "2027-03-14T03:00", "2027-03-14T03:30"}));
  EXPECT_EQ(book("2027-03-14T02:30")["error"], "not_a_start");
  now = "2026-10-30T10:00";
  EXPECT_TRUE(book("2026-11-01T01:30")["ok"]); // happens twice: one appointment, the first
  EXPECT_EQ(date::format("%R", store.appointments.begin()->second.starts_at), "05:30");
}

TEST_F(run_tool_test, knows_openings_that_run_past_midnight) {
  who.hours = {{6, hours{22}, hours{26}}}; // Saturday 22:00 to Sunday 02:00
  EXPECT_TRUE(book("2026-11-22T01:30")["ok"]);
  EXPECT_EQ(book("2026-11-22T02:00", "t2")["error"], "closed");
  EXPECT_TRUE(book("2026-11-21T22:00", "t3")["ok"]);
}

TEST_F(run_tool_test, moves_only_the_callers_own_appointment) {
  book("2026-11-24T14:30");
  const auto id = store.appointments.begin()->first;
  EXPECT_EQ(run("reschedule_appointment", json::object())["appointments"][0]["start"],
            "2026-11-24T14:30");
  caller = "+15550000001";
  EXPECT_EQ(run("reschedule_appointment", {{"appointment_id", id}, {"start", "2026-11-25T09:00"}},
                "t2")["error"],
            "none");
  caller = "+15551234567";
  // Half an hour later overlaps only itself.
  EXPECT_TRUE(run("reschedule_appointment", {{"appointment_id", id}, {"start", "2026-11-24T15:00"}},
                  "t3")["ok"]);
  EXPECT_TRUE(run("reschedule_appointment", {{"appointment_id", id}, {"start", "2026-11-24T15:00"}},
                  "t3")["ok"]);
  EXPECT_EQ(last.effect.kind, tool_effect_kind::rescheduled);
  EXPECT_EQ(run("reschedule_appointment", {{"appointment_id", id}, {"start", "2026-11-22T15:00"}},
                "t4")["error"],
            "closed");
}

TEST_F(run_tool_test, asks_which_appointment_when_there_are_several) {
  book("2026-11-24T14:30", "a", "CA1", "Anna Smith");
  book("2026-11-25T10:00", "b", "CA1", "Ben Smith");
  auto answer = run("cancel_appointment", {{"confirmed", true}}, "t3");
  EXPECT_EQ(answer["status"], "choose");
  EXPECT_EQ(answer["appointments"].size(), 2u);
  answer = run("cancel_appointment", {{"name", "ben smith"}}, "t4");
  ASSERT_EQ(answer["appointments"].size(), 1u);
  const auto id = answer["appointments"][0]["id"];
  EXPECT_EQ(store.appointments.at(id).status, "booked") << "not before the caller said yes";
  const json confirmed{{"appointment_id", id}, {"confirmed", true}};
  EXPECT_EQ(run("cancel_appointment", confirmed, "t5")["status"], "cancelled");
  EXPECT_EQ(run("cancel_appointment", confirmed, "t5")["status"], "cancelled");
  EXPECT_EQ(store.appointments.at(id).status, "cancelled");
  EXPECT_TRUE(book("2026-11-25T10:00", "c")["ok"]) << "the time is free again";
}

TEST_F(run_tool_test, finds_nothing_for_a_caller_without_a_number) {
  book("2026-11-24T14:30");
  caller.clear();
  EXPECT_EQ(run("cancel_appointment", json::object(), "t2")["error"], "unknown_caller");
}

TEST_F(run_tool_test, takes_a_message_once) {
  const json message{{"text", "please call me\x01 back"}, {"for_staff", "lee"}, {"name", "Anna"}};
  EXPECT_TRUE(run("take_message", message)["ok"]);
  EXPECT_TRUE(run("take_message", message)["ok"]);
  ASSERT_EQ(store.messages.size(), 1u);
  EXPECT_EQ(store.messages[0].text, "please call me back");
  EXPECT_EQ(store.messages[0].caller_number, caller);
  EXPECT_TRUE(
      run("take_message", {{"text", "x"}, {"callback_number", "+15559876543"}}, "t2")["ok"]);
  EXPECT_EQ(store.messages[1].caller_number, "+15559876543");
  EXPECT_EQ(run("take_message", {{"text", "x"}, {"for_staff", "nobody"}}, "t3")["error"],
            "unknown_staff");
  EXPECT_EQ(run("take_message", {{"text", " \x02 "}}, "t4")["error"], "empty_message");
}

TEST_F(run_tool_test, transfers_only_to_configured_staff) {
  EXPECT_TRUE(run("transfer_to_staff", {{"staff", "lee"}})["ok"]);
  EXPECT_EQ(last.effect.kind, tool_effect_kind::transfer);
  EXPECT_EQ(last.effect.staff_id, "lee");
  EXPECT_TRUE(run("transfer_to_staff", {{"staff", "front_desk"}})["ok"]);
  EXPECT_EQ(last.effect.staff_id, "maria");
  EXPECT_TRUE(run("transfer_to_staff", {{"staff", "emergency"}})["ok"]);
  EXPECT_EQ(last.effect.staff_id, "emergency");
  who.emergency_number.clear();
  run("transfer_to_staff", {{"staff", "emergency"}});
  EXPECT_EQ(last.effect.staff_id, "maria");
  EXPECT_EQ(run("transfer_to_staff", {{"staff", "+19005550000"}})["error"], "unknown_staff");
  EXPECT_EQ(last.effect.kind, tool_effect_kind::none);
}

TEST_F(run_tool_test, answers_configured_questions_only) {
  EXPECT_EQ(run("answer_faq", {{"question", "uh where is your office located"}})["faq_id"],
            "address");
  EXPECT_EQ(run("answer_faq", {{"question", "do you accept my insurance plan"}})["faq_id"],
            "insurance");
  EXPECT_EQ(run("answer_faq", {{"question", "who won the game"}})["error"], "unknown");
}

TEST_F(run_tool_test, refuses_hostile_arguments_before_anything_runs) {
  std::string deep = R"({"service":)";
  for (int i = 0; i < 100; ++i)
    deep += '[';
  const std::string hostile[] = {
      "",
      "null",
      "[]",
      "{",
      "not json",
      R"({"service":1,"start":2,"name":3})",
      R"({"service":"cleaning","start":"2026-11-24T14:30"})",
      R"({"service":"cleaning","start":"2026-11-24T14:30","name":"A","extra":1})",
      R"({"service":"cleaning","start":"tomorrow","name":"A"})",
      R"({"service":"cleaning","start":"2026-11-24T14:30","name":")" + std::string(81, 'a') + "\"}",
      R"({"service":"cleaning","start":"2026-11-24T14:30","name":")" + std::string(9000, 'a') +
          "\"}",
      "{\"service\":\"cleaning\",\"start\":\"2026-11-24T14:30\",\"name\":\"\xff\xfe\"}",
      deep,
      R"({"service":1e999})"};
  for (const auto& text : hostile) {
    const auto answer = run("schedule_appointment", json(text));
    EXPECT_EQ(answer["ok"], false) << text.substr(0, 80);
    EXPECT_EQ(answer["error"], "bad_arguments") << text.substr(0, 80);
  }
  EXPECT_EQ(run("drop_tables", json::object())["error"], "unknown_tool");
  EXPECT_TRUE(store.appointments.empty());
  EXPECT_TRUE(store.audits.empty());
}

TEST_F(run_tool_test, says_so_when_the_store_cannot_work) {
  store.broken = failure{failure_kind::unavailable, "database is locked", true};
  EXPECT_EQ(book("2026-11-24T14:30")["error"], "unavailable");
  EXPECT_NE(last.failure_text.find("locked"), std::string::npos);
  for (const auto* tool : {"cancel_appointment", "reschedule_appointment"})
    EXPECT_EQ(run(tool, json::object())["error"], "unavailable") << tool;
  EXPECT_EQ(run("take_message", {{"text", "x"}})["error"], "unavailable");
  EXPECT_EQ(run("check_availability", {{"date", "2026-11-24"}})["error"], "unavailable");
  store.broken.reset();
  who.time_zone = "Nowhere/Land";
  now = "2026-11-21T10:00";
  last = run_tool({"t", "check_availability", R"({"date":"2026-11-24"})"}, {store, who, {}});
  EXPECT_NE(last.failure_text.find("Nowhere/Land"), std::string::npos);
}

TEST_F(run_tool_test, searches_the_documents_and_hands_on_what_nobody_can_answer) {
  ASSERT_TRUE(store.knowledge().put_document(
      {who.tenant_id, "d1", "Prices", "prices.md", "markdown", "", 1, 1, {}},
      {{0, "Prices > Implants", "An implant costs 3,200 dollars."}}));
  const auto answer = run("search_knowledge", {{"question", "the cost of implants"}});
  EXPECT_EQ(answer["ok"], true);
  ASSERT_EQ(answer["passages"].size(), 1u);
  EXPECT_EQ(answer["passages"][0]["document"], "d1");
  EXPECT_EQ(answer["passages"][0]["text"], "An implant costs 3,200 dollars.");
  EXPECT_EQ(last.unanswered, "");
  EXPECT_EQ(run("search_knowledge", {{"question", "do you treat horses"}})["error"], "unknown");
  EXPECT_EQ(last.unanswered, "do you treat horses");
  EXPECT_EQ(run("search_knowledge", {{"question", ""}})["error"], "bad_arguments");
  who.tenant_id = "another";
  EXPECT_EQ(run("search_knowledge", {{"question", "the cost of implants"}})["error"], "unknown");
}

TEST(tool_catalog, offers_ten_tools_with_the_assistants_ids) {
  const auto who = trunkline::testing::sample_assistant();
  const auto catalog = tool_catalog(who);
  EXPECT_EQ(catalog.size(), 10u);
  for (const auto& tool : catalog) {
    const auto parameters = json::parse(tool.parameters);
    EXPECT_EQ(parameters["type"], "object") << tool.name;
    EXPECT_FALSE(parameters.contains("x-side-effects")) << tool.name;
    EXPECT_GT(tool.description.size(), 20u) << tool.name;
    if (tool.name == "schedule_appointment") {
      EXPECT_EQ(parameters["properties"]["service"]["enum"][0], "cleaning");
    }
  }
  for (const auto* tool : {"schedule_appointment", "reschedule_appointment", "cancel_appointment",
                           "take_message", "transfer_to_staff", "end_call"})
    EXPECT_TRUE(has_side_effects(tool)) << tool;
  for (const auto* tool : {"answer_faq", "check_availability", "nothing"})
    EXPECT_FALSE(has_side_effects(tool)) << tool;
}

} // namespace
} // namespace trunkline
