#include "protocol/twilio/twiml.hpp"
#include "protocol/twilio/twiml_reader.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

const std::string xml = R"(<?xml version="1.0" encoding="UTF-8"?>)";

TEST(twiml_test, connects_a_stream_and_always_redirects_after_it) {
  EXPECT_EQ(twiml::connect_stream({.url = "wss://voice.example.test/voice/stream/1",
                                   .parameters = {{"token", "t-1"}, {"resume", ""}},
                                   .action = "",
                                   .redirect = "https://voice.example.test/voice/after?a=1&b=2",
                                   .say_first = {}}),
            xml + R"(<Response><Connect><Stream url="wss://voice.example.test/voice/stream/1">)"
                  R"(<Parameter name="token" value="t-1"/><Parameter name="resume" value=""/>)"
                  R"(</Stream></Connect><Redirect method="POST">)"
                  R"(https://voice.example.test/voice/after?a=1&amp;b=2</Redirect></Response>)");
}

TEST(twiml_test, says_and_hangs_up_or_goes_on) {
  EXPECT_EQ(twiml::say({"Good bye & thanks", "Polly.Joanna-Neural"}),
            xml + R"(<Response><Say voice="Polly.Joanna-Neural">Good bye &amp; thanks</Say>)"
                  R"(<Hangup/></Response>)");
  EXPECT_EQ(twiml::say({"One moment", ""}, "/voice/after"),
            xml + R"(<Response><Say>One moment</Say>)"
                  R"(<Redirect method="POST">/voice/after</Redirect></Response>)");
}

TEST(twiml_test, takes_a_message_and_ends_politely_without_one) {
  EXPECT_EQ(twiml::say_and_record({.prompt = {"After the tone.", "woman"},
                                   .action = "/voice/after?recorded=1",
                                   .recording_status_callback = "/voice/recording",
                                   .max_length_s = 90,
                                   .silence_s = 4,
                                   .otherwise = {"We heard nothing.", "woman"}}),
            xml + R"(<Response><Say voice="woman">After the tone.</Say>)"
                  R"(<Record action="/voice/after?recorded=1" )"
                  R"(recordingStatusCallback="/voice/recording" maxLength="90" timeout="4" )"
                  R"(playBeep="true"/><Say voice="woman">We heard nothing.</Say>)"
                  R"(<Hangup/></Response>)");
}

TEST(twiml_test, dials_redirects_hangs_up_rejects_and_ends) {
  EXPECT_EQ(twiml::dial({.say_first = {"Connecting you.", ""},
                         .number = "+15551230009",
                         .action = "/voice/after",
                         .timeout_s = 25,
                         .caller_id = ""}),
            xml + R"(<Response><Say>Connecting you.</Say><Dial action="/voice/after" timeout="25" )"
                  R"(answerOnBridge="true"><Number>+15551230009</Number></Dial></Response>)");
  EXPECT_EQ(twiml::redirect("/x"),
            xml + R"(<Response><Redirect method="POST">/x</Redirect></Response>)");
  EXPECT_EQ(twiml::hang_up(), xml + "<Response><Hangup/></Response>");
  EXPECT_EQ(twiml::reject("busy"), xml + R"(<Response><Reject reason="busy"/></Response>)");
  EXPECT_EQ(twiml::empty(), xml + "<Response/>");
}

TEST(twiml_test, a_hostile_name_stays_text) {
  const std::string name = "Robert'); DROP TABLE calls;--<Hangup/>]]>\"&\x01\x1f\xff"
                           "\xef\xbf\xbe\xef\xbf\xbf";
  const auto document = twiml::connect_stream({.url = "wss://h/\"><Hangup/>",
                                               .parameters = {{name, name}},
                                               .action = name,
                                               .redirect = name,
                                               .say_first = {name, name}});
  const auto verbs = twiml::parse(document);
  ASSERT_TRUE(verbs) << verbs.error().context;
  ASSERT_EQ(verbs->size(), 3u);
  const std::string clean = "Robert'); DROP TABLE calls;--<Hangup/>]]>\"&\xef\xbf\xbd";
  EXPECT_EQ((*verbs)[0].text, clean);
  EXPECT_EQ((*verbs)[0].attribute("voice"), clean);
  EXPECT_EQ((*verbs)[1].attribute("action"), clean);
  const auto* stream = (*verbs)[1].child("Stream");
  ASSERT_TRUE(stream);
  EXPECT_EQ(stream->attribute("url"), "wss://h/\"><Hangup/>");
  EXPECT_EQ(stream->children.at(0).attribute("value"), clean);
  EXPECT_EQ((*verbs)[2].text, clean);
}

TEST(twiml_test, cuts_speech_at_the_carriers_limit) {
  const auto verbs = twiml::parse(twiml::say({std::string(5000, 'a'), ""}));
  ASSERT_TRUE(verbs);
  EXPECT_EQ((*verbs)[0].text.size(), twiml::say_characters_max);
}

TEST(twiml_reader_test, reads_verbs_nouns_and_speech_markup) {
  const auto verbs = twiml::parse("<?xml version=\"1.0\"?><!-- c --><Response>\n"
                                  " <Say voice=\"a\">Hello <emphasis>dear</emphasis> "
                                  "<![CDATA[<you>]]></Say>\n"
                                  "<Dial>  +1555  </Dial><Pause length='2'/></Response>");
  ASSERT_TRUE(verbs) << verbs.error().context;
  ASSERT_EQ(verbs->size(), 3u);
  EXPECT_EQ((*verbs)[0].text, "Hello dear <you>");
  EXPECT_EQ((*verbs)[1].text, "+1555");
  EXPECT_EQ((*verbs)[2].attribute("length"), "2");
  EXPECT_EQ((*verbs)[2].attribute("nothing"), "");
}

TEST(twiml_reader_test, refuses_what_a_carrier_would_refuse) {
  std::string deep;
  for (int i = 0; i < 12; ++i)
    deep += "<a>";
  for (const auto& document :
       {std::string{}, std::string{"hello"}, std::string{"<Response>"}, std::string{"<Other/>"},
        std::string{"<Response><Say></Response>"}, std::string{"<Response/><Response/>"},
        "<Response>" + std::string(70'000, ' ') + "</Response>",
        "<Response>" + deep + "</Response>"})
    EXPECT_EQ(twiml::parse(document).error().kind, failure_kind::bad_input) << document;
  std::string closed = "<Response>" + deep;
  for (int i = 0; i < 12; ++i)
    closed += "</a>";
  EXPECT_FALSE(twiml::parse(closed + "</Response>"));
}

} // namespace
} // namespace trunkline
