#include "actors/gate/twiml_answers.hpp"

#include "protocol/twilio/twiml.hpp"

namespace trunkline {

std::string public_urls::stream(size_t shard) const {
  const auto rest = base.rfind("https://", 0) == 0  ? "wss://" + base.substr(8)
                    : base.rfind("http://", 0) == 0 ? "ws://" + base.substr(7)
                                                    : base;
  return rest + "/voice/stream/" + std::to_string(shard);
}

namespace answers {

namespace {

std::string take_message(const public_urls& urls, const std::string& prompt, const assistant& who) {
  return twiml::say_and_record(
      {.prompt = {prompt, who.say_voice},
       .action = urls.recorded(),
       .recording_status_callback = urls.recording_status(),
       .max_length_s = 120,
       .silence_s = 5,
       .otherwise = {"I did not hear a message. Goodbye.", who.say_voice}});
}

} // namespace

std::string stream(const public_urls& urls, size_t shard, std::string_view token) {
  return twiml::connect_stream({.url = urls.stream(shard),
                                .parameters = {{"token", std::string{token}}},
                                .action = {},
                                .redirect = urls.after(),
                                .say_first = {}});
}

std::string plan(const public_urls& urls, const after_plan& what, const assistant& who,
                 std::string_view caller_id) {
  switch (what.what) {
  case after_plan::kind::transfer:
    return twiml::dial({.say_first = {what.say, who.say_voice},
                        .number = what.number,
                        .action = urls.dialled(),
                        .timeout_s = 20,
                        .caller_id = std::string{caller_id}});
  case after_plan::kind::message:
    return take_message(urls, what.say, who);
  case after_plan::kind::hang_up:
  case after_plan::kind::resume: // needs a stream, which only the call manager can give
    break;
  }
  return what.say.empty() ? twiml::hang_up() : twiml::say({what.say, who.say_voice});
}

std::string overflow(const public_urls& urls, const assistant& who) {
  return take_message(urls,
                      "Thank you for calling " + who.business +
                          ". All our lines are busy right now. Please leave your name, your number "
                          "and a message after the tone, and we will call you back.",
                      who);
}

std::string go_on(const public_urls& urls) {
  return twiml::redirect(urls.after());
}

std::string unknown_number() {
  return twiml::say({"This number is not in service. Goodbye.", {}});
}

std::string busy() {
  return twiml::reject("busy");
}

} // namespace answers

} // namespace trunkline
