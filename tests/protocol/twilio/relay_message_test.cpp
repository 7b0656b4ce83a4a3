#include "protocol/twilio/relay_message.hpp"

#include "protocol/text/utf8.hpp"
#include "tests/support/paths.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace trunkline {
namespace {

template<class T>
T heard(const std::string& message) {
  const auto parsed = parse_relay_heard(message);
  EXPECT_TRUE(parsed) << message << ": " << parsed.error().context;
  if (!parsed || !std::holds_alternative<T>(*parsed)) {
    ADD_FAILURE() << message;
    return {};
  }
  return std::get<T>(*parsed);
}

std::string why_not(const std::string& message) {
  const auto parsed = parse_relay_heard(message);
  return parsed ? "" : parsed.error().context;
}

TEST(relay_message_test, a_whole_session_is_read) {
  std::istringstream lines{
      testing::read_file(testing::source_dir() / "tests/golden/twilio/relay_session.jsonl")};
  std::vector<relay_heard> all;
  for (std::string line; std::getline(lines, line);) {
    auto parsed = parse_relay_heard(line);
    ASSERT_TRUE(parsed) << line << parsed.error().context;
    const auto again = parse_relay_heard(render(*parsed));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->index(), parsed->index()) << line;
    all.push_back(std::move(*parsed));
  }
  ASSERT_EQ(all.size(), 11u);
  const auto& setup = std::get<relay_setup>(all[0]);
  EXPECT_EQ(setup.session_id, "VX00000000000000000000000000000001");
  EXPECT_EQ(setup.call_sid, "CA00000000000000000000000000000001");
  EXPECT_EQ(setup.call_status, "RINGING");
  EXPECT_EQ(setup.parameters,
            (std::vector<std::pair<std::string, std::string>>{{"session", "s-001"}}));
  EXPECT_FALSE(std::get<relay_prompt>(all[1]).last);
  EXPECT_EQ(std::get<relay_prompt>(all[2]).text, "I would like to book a cleaning");
  EXPECT_TRUE(std::get<relay_prompt>(all[2]).last);
  EXPECT_EQ(std::get<relay_interrupt>(all[3]).heard, "We have a slot on Tues");
  EXPECT_EQ(std::get<relay_interrupt>(all[3]).after, std::chrono::milliseconds{1840});
  EXPECT_EQ(std::get<relay_interrupt>(all[4]).after, std::chrono::milliseconds{460}); // a string
  EXPECT_EQ(std::get<relay_digit>(all[5]).digit, '1');
  EXPECT_EQ(std::get<relay_error>(all[6]).description, "Invalid message received: ...");
  EXPECT_EQ(std::get<relay_info>(all[7]).value, "on");
  EXPECT_EQ(std::get<relay_info>(all[9]).name, "tokensPlayed");
  EXPECT_EQ(std::get<relay_unknown>(all[10]).type, "somethingNew");
}

TEST(relay_message_test, writes_what_the_carrier_takes) {
  EXPECT_EQ(render(relay_said{relay_text{"We have a slot", false, "", {}, {}}}),
            R"({"last":false,"token":"We have a slot","type":"text"})");
  EXPECT_EQ(render(relay_said{relay_text{"", true, "es-MX", true, false}}),
            R"({"interruptible":true,"lang":"es-MX","last":true,"preemptible":false,)"
            R"("token":"","type":"text"})");
  EXPECT_EQ(render(relay_said{relay_play{"https://x.test/a.mp3", 0, {}, true}}),
            R"({"loop":0,"preemptible":true,"source":"https://x.test/a.mp3","type":"play"})");
  EXPECT_EQ(render(relay_said{relay_send_digits{"9www1"}}),
            R"({"digits":"9www1","type":"sendDigits"})");
  EXPECT_EQ(render(relay_said{relay_language{"es-MX", ""}}),
            R"({"ttsLanguage":"es-MX","type":"language"})");
  EXPECT_EQ(render(relay_said{relay_end{R"({"reason":"a person"})"}}),
            R"({"handoffData":"{\"reason\":\"a person\"}","type":"end"})");
  EXPECT_EQ(render(relay_said{relay_end{}}), R"({"type":"end"})");
}

TEST(relay_message_test, the_carriers_half_takes_ours_and_refuses_others) {
  const relay_said ours[] = {
      relay_text{" at ten.", true, "", {}, {}}, relay_play{"https://x.test/a.mp3", 1, {}, {}},
      relay_send_digits{"12w#*"}, relay_language{"", "es-MX"}, relay_end{"bye"}};
  for (const auto& one : ours) {
    const auto read = parse_relay_said(render(one));
    ASSERT_TRUE(read) << render(one);
    EXPECT_EQ(render(*read), render(one));
  }
  for (const auto* bad :
       {R"({"type":"text"})", R"({"type":"text","token":null})", R"({"type":"play"})",
        R"({"type":"play","source":"file:///etc"})", R"({"type":"sendDigits","digits":""})",
        R"({"type":"sendDigits","digits":"12a"})", R"({"type":"language"})",
        R"({"type":"prompt","voicePrompt":"x"})", R"({"token":"x"})", "[]", ""})
    EXPECT_FALSE(parse_relay_said(bad)) << bad;
}

TEST(relay_message_test, hostile_messages_are_refused_in_one_line_or_read_as_far_as_they_go) {
  const std::pair<std::string, std::string> refused[] = {
      {"", "relay message"},
      {"{", "relay message"},
      {"null", "no JSON object"},
      {"[1]", "no JSON object"},
      {R"({"voicePrompt":"x"})", "has no type"},
      {R"({"type":7})", "has no type"},
      {R"({"type":"prompt"})", "no voicePrompt"},
      {R"({"type":"prompt","voicePrompt":7})", "no voicePrompt"},
      {R"({"type":"dtmf","digit":"12"})", "no key"},
      {R"({"type":"dtmf","digit":"x"})", "no key"},
      {R"({"type":"dtmf","digit":1})", "no key"},
      {R"({"type":"dtmf"})", "no key"},
      {R"({"type":"setup"})", "no session"},
      {R"({"type":"setup","sessionId":"VX1"})", "no call"},
      {R"({"type":"prompt","voicePrompt":")" + std::string(65536, 'a') + "\"}", "over 64 KiB"},
      {std::string(40000, '['), "relay message"},
      {R"({"type":"prompt","voicePrompt":1e999})", "relay message"}};
  for (const auto& [message, why] : refused) {
    const auto text = why_not(message);
    EXPECT_NE(text.find(why), text.npos) << message.substr(0, 60) << ": " << text;
    EXPECT_EQ(text.find('\n'), text.npos);
    EXPECT_EQ(text.find("aaaa"), text.npos) << "quotes the caller";
  }
  const std::string long_text(relay_message_bytes_max - 50, 'a');
  EXPECT_EQ(heard<relay_prompt>(R"({"type":"prompt","voicePrompt":")" + long_text + "\"}").text,
            long_text);
  const auto mended = heard<relay_prompt>("{\"type\":\"prompt\",\"voicePrompt\":\"caf\xe9\"}");
  EXPECT_EQ(mended.text, "caf\xef\xbf\xbd");
  EXPECT_TRUE(mended.last);
  EXPECT_TRUE(heard<relay_prompt>(R"({"type":"prompt","voicePrompt":"a","last":"false"})").last);
  EXPECT_EQ(heard<relay_prompt>(R"({"type":"prompt","voicePrompt":""})").text, "");
  EXPECT_EQ(heard<relay_interrupt>(R"({"type":"interrupt"})").after.count(), 0);
  for (const auto* after : {"-5", "\"x\"", "1e300", "null", "[]"})
    (void)heard<relay_interrupt>(R"({"type":"interrupt","durationUntilInterruptMs":)" +
                                 std::string{after} + "}");
  EXPECT_LE(heard<relay_unknown>("{\"type\":\"" + std::string(500, 'z') + "\"}").type.size(), 64u);
}

TEST(relay_message_test, what_we_say_is_valid_whatever_a_model_wrote) {
  for (const std::string& token :
       {std::string{"a\xff\xfe"}, std::string{"\0\x01\"\\", 4}, std::string(200'000, '"')}) {
    const auto text = render(relay_said{relay_text{token, true, "", {}, {}}});
    EXPECT_TRUE(is_valid_utf8(text));
    EXPECT_LE(text.size(), relay_message_bytes_max + 100);
  }
  EXPECT_LE(render(relay_said{relay_end{std::string(100'000, 'x')}}).size(),
            handoff_bytes_max + 100);
}

} // namespace
} // namespace trunkline
