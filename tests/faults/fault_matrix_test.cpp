// Every role and every fault, through real actors and real sockets: what the caller hears, how long
// nothing is heard, how often a service is asked, and that all is well again afterwards.

#include "tests/faults/fault_cells.hpp"
#include "tests/faults/fault_stage.hpp"
#include "tests/support/certificates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using testing::fault_cell;
using ::testing::HasSubstr;
using testing::heard_call;
using testing::running_engine;
using testing::staged_call;
using testing::staged_services;
using place = staged_services::place;

constexpr auto silence_max = 2500ms;
constexpr unsigned requests_max = 3; // of a turn and service
constexpr auto recovery_max = 45s;

const std::string first_question = "where are you located",
                  question = "what are your opening hours";

/// A root of our own that clients trust, for services with TLS.
class trusted_root {
public:
  trusted_root() { ::setenv("SSL_CERT_FILE", authority_.root_file().c_str(), 1); }
  ~trusted_root() { ::unsetenv("SSL_CERT_FILE"); }
  staged_services::options secure(service_role role, const std::string& defect) {
    authority_.issue("server", defect == "wrong_name" ? "DNS:other.example.test" : "IP:127.0.0.1",
                     defect == "expired");
    staged_services::options options;
    options.secure = role;
    options.certificate_file = authority_.certificate_file("server");
    options.key_file = authority_.key_file("server");
    return options;
  }

private:
  testing::temp_dir dir_;
  testing::certificate_authority authority_{dir_.path()};
};

class fault_matrix : public ::testing::TestWithParam<fault_cell> {
protected:
  void begin_fault() {
    if (tls_defect())
      return; // it is there all the time
    const auto plan = parse_fault(GetParam().fault);
    ASSERT_TRUE(plan) << to_string(plan.error());
    before_ = asked();
    services.at(GetParam().role, place::first).set_fault(*plan);
    if (GetParam().second_too)
      services.at(GetParam().role, place::second).set_fault(*plan);
  }
  void end_fault() {
    services.at(GetParam().role, place::first).set_fault({});
    services.at(GetParam().role, place::second).set_fault({});
  }
  bool tls_defect() const { return GetParam().fault.starts_with("tls="); }
  std::string key() const { return services.key(GetParam().role, place::first); }

  unsigned asked() {
    const auto counts = services.at(GetParam().role, place::first).counts();
    return counts.requests + counts.sockets;
  }
  /// Probes of the first service so far.
  unsigned probes(running_engine& engine) {
    const auto page = engine.get("/metrics").body;
    unsigned sum = 0;
    for (const auto* outcome : {"good", "failed"}) {
      const auto line = "trunkline_service_probes_total{service=\"" + key() + "\",outcome=\"" +
                        std::string{outcome} + "\"} ";
      if (const auto at = page.find(line); at != std::string::npos)
        sum += static_cast<unsigned>(std::atoi(page.c_str() + at + line.size()));
    }
    return sum;
  }
  std::string state_of_first(running_engine& engine) {
    for (const auto& one : engine.get_json("/api/v1/providers")["providers"])
      if (one["key"] == key())
        return one["state"];
    return "";
  }

  heard_call finished(running_engine& engine, staged_call& one) {
    EXPECT_TRUE(engine.wait([&] { return one.over(); }, 90s)) << "the call does not end";
    return one.heard();
  }

  void expect_well(const heard_call& heard) {
    EXPECT_FALSE(heard.facts.lost) << heard.told();
    EXPECT_THAT(heard.rungs, Each(std::string{})) << heard.told();
    EXPECT_LE(heard.longest_silence, silence_max) << heard.told();
    EXPECT_THAT(heard.spoken, HasSubstr("nine to one")) << heard.told();
  }

  /// The next call on the first service again, soon enough.
  void expect_recovery(running_engine& engine) {
    const auto ended = std::chrono::steady_clock::now();
    EXPECT_TRUE(engine.wait([&] { return state_of_first(engine) != "open"; }, recovery_max));
    staged_call again{engine,
                      "+15550100200",
                      {question},
                      [this](const auto& line) { services.will_hear(line); },
                      900ms};
    EXPECT_LE(std::chrono::steady_clock::now() - ended, recovery_max);
    const auto heard = finished(engine, again);
    expect_well(heard);
    EXPECT_THAT(heard.stored["services"].dump(),
                HasSubstr(services.name(GetParam().role, place::first)));
  }

  std::unique_ptr<trusted_root> root_ = tls_defect() ? std::make_unique<trusted_root>() : nullptr;
  staged_services services{tls_defect() ? root_->secure(GetParam().role, GetParam().fault.substr(4))
                                        : staged_services::options{}};
  unsigned before_ = 0;
};

TEST_P(fault_matrix, caller_is_answered_and_others_hear_nothing_of_it) {
  const auto& cell = GetParam();
  running_engine engine{[&](engine_config& config) { services.configure(config); },
                        running_engine::speech::services};
  staged_call bystander{engine,
                        staged_services::bystanders_number,
                        {first_question, question},
                        [&](const auto& line) { services.bystander_will_hear(line); }};
  const bool mid = cell.when == fault_cell::moment::mid_call;
  if (!mid)
    begin_fault();
  staged_call caller{engine, "+15550100200",
                     mid ? std::vector{first_question, question} : std::vector{question},
                     [&](const auto& line) {
                       services.will_hear(line);
                       if (mid && line == question)
                         begin_fault();
                     }};
  const auto heard = finished(engine, caller);
  const auto requests = asked() - before_ - probes(engine);
  EXPECT_EQ(heard.highest_rung(), cell.rung) << heard.told();
  EXPECT_THAT(heard.spoken, HasSubstr(cell.heard)) << heard.told();
  EXPECT_FALSE(heard.facts.lost) << heard.told();
  EXPECT_LE(heard.longest_silence, silence_max) << heard.told();
  EXPECT_LE(requests, requests_max * heard.agent_turns()) << heard.told();
  expect_well(finished(engine, bystander));
  end_fault();
  if (!tls_defect())
    expect_recovery(engine);
}

INSTANTIATE_TEST_SUITE_P(cells, fault_matrix, ::testing::ValuesIn(testing::fault_cells()),
                         [](const auto& given) { return given.param.name(); });

} // namespace
} // namespace trunkline
