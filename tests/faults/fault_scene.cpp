#include "tests/faults/fault_scene.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <stdexcept>

namespace trunkline::testing {

using namespace std::chrono_literals;

trusted_root::trusted_root() {
  ::setenv("SSL_CERT_FILE", authority_.root_file().c_str(), 1);
}

trusted_root::~trusted_root() {
  ::unsetenv("SSL_CERT_FILE");
}

staged_services::options trusted_root::secure(service_role role, const std::string& defect) {
  authority_.issue("server", defect == "wrong_name" ? "DNS:other.example.test" : "IP:127.0.0.1",
                   defect == "expired");
  staged_services::options options;
  options.secure = role;
  options.certificate_file = authority_.certificate_file("server");
  options.key_file = authority_.key_file("server");
  return options;
}

fault_scene::fault_scene(const fault_cell& cell, ladder rungs, bool carrier_rest)
    : cell_(cell), root_(tls_defect() ? std::make_unique<trusted_root>() : nullptr),
      services(root_ ? root_->secure(cell.role, cell.fault.substr(4)) : staged_services::options{}),
      engine([this](engine_config& config) { services.configure(config); },
             running_engine::speech::services, std::move(rungs), carrier_rest) {}

void fault_scene::begin_fault() {
  before_ = arrived(); // nothing was unhealthy, so none of it was a probe
  if (tls_defect())
    return; // it is there all the time
  const auto plan = parse_fault(cell_.fault);
  if (!plan)
    throw std::runtime_error(to_string(plan.error()));
  services.at(cell_.role, first).set_fault(*plan);
  if (cell_.second_too)
    services.at(cell_.role, second).set_fault(*plan);
}

/// In the middle of the caller's words.
void fault_scene::begin_fault_soon() {
  onset_.expires_after(300ms);
  onset_.async_wait([this](const boost::system::error_code& error) {
    if (!error)
      begin_fault();
  });
}

void fault_scene::end_fault() {
  services.at(cell_.role, first).set_fault({});
  services.at(cell_.role, second).set_fault({});
}

unsigned fault_scene::arrived() {
  const auto counts = services.at(cell_.role, first).counts();
  return counts.requests + counts.sockets;
}

unsigned fault_scene::probes() {
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

unsigned fault_scene::asked() {
  return arrived() - probes() - before_;
}

std::string fault_scene::state_of_first() {
  const auto all = engine.get_json("/api/v1/providers");
  for (const auto& one : all.at("providers"))
    if (one["key"] == key())
      return one["state"];
  return "";
}

heard_call fault_scene::finished(staged_call& one) {
  EXPECT_TRUE(engine.wait([&] { return one.over(); }, 90s)) << "the call does not end";
  return one.heard();
}

heard_call fault_scene::play_call() {
  const bool mid = cell_.when == fault_cell::moment::mid_call;
  // A voice that fails while it says the fixed phrases is out of use before the call.
  EXPECT_TRUE(tls_defect() || engine.phrases_are_rendered());
  if (!mid)
    begin_fault();
  staged_call caller{engine, "+15550100200",
                     mid ? std::vector{first_question, main_question} : std::vector{main_question},
                     [&](const auto& line) {
                       services.will_hear(line);
                       if (mid && line == main_question)
                         begin_fault_soon();
                     }};
  return finished(caller);
}

std::unique_ptr<staged_call> fault_scene::bystander() {
  return std::make_unique<staged_call>(
      engine, staged_services::bystanders_number, std::vector{first_question, main_question},
      [this](const auto& line) { services.bystander_will_hear(line); });
}

std::unique_ptr<staged_call> fault_scene::later_call() {
  return std::make_unique<staged_call>(
      engine, "+15550100200", std::vector{main_question},
      [this](const auto& line) { services.will_hear(line); }, 900ms);
}

std::string fault_scene::unmet(const heard_call& heard) const {
  std::string text;
  if (heard.highest_rung() != cell_.rung)
    text += "rung is " + heard.highest_rung() + ", not " + cell_.rung + "\n";
  if (heard.spoken.find(cell_.heard) == std::string::npos)
    text += "the caller does not hear '" + cell_.heard + "'\n";
  if (heard.facts.lost)
    text += "the caller is dropped\n";
  if (heard.longest_silence > heard_call::silence_max)
    text += "silent for " + std::to_string(heard.longest_silence.count()) + " ms\n";
  return text.empty() ? text : text + heard.told();
}

} // namespace trunkline::testing
