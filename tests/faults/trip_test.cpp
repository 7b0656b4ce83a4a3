// A service taken out of use by hand: the next call starts on the second, and operators can see it.

#include "tests/faults/fault_stage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::heard_call;
using testing::running_engine;
using testing::staged_call;
using testing::staged_services;
using place = staged_services::place;

constexpr service_role roles[] = {service_role::stt, service_role::llm, service_role::tts};

class trip_test : public ::testing::Test {
protected:
  http_response order(const std::string& what, const std::string& name) {
    client_request request;
    request.method = "POST";
    request.url = engine.admin_url("/api/v1/providers/" + what + "?name=" + name);
    return engine.fetch(std::move(request));
  }
  heard_call call() {
    staged_call one{engine,
                    "+15550100200",
                    {"what are your opening hours"},
                    [this](const auto& line) { services.will_hear(line); },
                    900ms};
    EXPECT_TRUE(engine.wait([&] { return one.over(); }, 60s));
    return one.heard();
  }
  void expect_served_by(const heard_call& heard, place which) {
    const auto used = heard.stored["services"];
    EXPECT_EQ(used.value("stt", ""), services.name(service_role::stt, which)) << heard.told();
    EXPECT_EQ(used.value("llm", ""), services.name(service_role::llm, which)) << heard.told();
    EXPECT_EQ(used.value("tts", ""), services.name(service_role::tts, which)) << heard.told();
    EXPECT_THAT(heard.spoken, HasSubstr("nine to one")) << heard.told();
  }

  staged_services services;
  running_engine engine{[this](engine_config& config) { services.configure(config); },
                        running_engine::speech::services};
};

TEST_F(trip_test, next_call_starts_on_the_second_of_each_role_until_they_are_reset) {
  expect_served_by(call(), place::first);
  for (const auto role : roles)
    EXPECT_EQ(order("trip", services.key(role, place::first)).status, 200u);
  EXPECT_TRUE(engine.wait([&] {
    const auto page = engine.get("/metrics").body;
    return std::all_of(std::begin(roles), std::end(roles), [&](service_role role) {
      return page.find("trunkline_breaker_state{service=\"" + services.key(role, place::first) +
                       "\"} 2") != std::string::npos;
    });
  })) << "the metric does not say that they are open";
  const auto tripped = call();
  expect_served_by(tripped, place::second);
  EXPECT_LE(tripped.longest_silence, heard_call::silence_max) << tripped.told();
  const auto incidents = engine.get("/api/v1/incidents").body;
  for (const auto role : roles) {
    const auto key = services.key(role, place::first);
    EXPECT_THAT(incidents, HasSubstr("\"" + key + "\""));
    EXPECT_EQ(order("reset", key).status, 200u);
    EXPECT_TRUE(engine.wait([&] {
      return engine.get("/metrics")
                 .body.find("trunkline_breaker_state{service=\"" + key + "\"} 0") !=
             std::string::npos;
    })) << "the metric does not say that it is closed again";
  }
  expect_served_by(call(), place::first);
}

TEST_F(trip_test, a_service_that_nobody_has_is_not_found) {
  EXPECT_EQ(order("trip", "nosuch").status, 404u);
}

} // namespace
} // namespace trunkline
