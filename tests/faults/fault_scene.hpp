#pragma once

#include "tests/faults/fault_cells.hpp"
#include "tests/faults/fault_stage.hpp"
#include "tests/support/certificates.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace trunkline::testing {

/// A root of our own that clients trust while it lives, for services with TLS.
class trusted_root {
public:
  trusted_root();
  ~trusted_root();
  /// The role's first service has TLS, with that defect: "wrong_name" or "expired".
  staged_services::options secure(service_role role, const std::string& defect);

private:
  temp_dir dir_;
  certificate_authority authority_{dir_.path()};
};

inline const std::string first_question = "where are you located";
inline const std::string main_question = "what are your opening hours";

/// An engine, its services, and one fault.
class fault_scene {
public:
  explicit fault_scene(const fault_cell& cell, ladder rungs = {}, bool carrier_rest = false);

  /// A caller who meets the fault; returns when the call is over.
  heard_call play_call();
  /// A call that nothing happens to.
  std::unique_ptr<staged_call> bystander();
  std::unique_ptr<staged_call> later_call();
  heard_call finished(staged_call& one);

  void end_fault();
  /// Requests and sockets of the role's first service since the fault began, without probes.
  unsigned asked();
  std::string state_of_first();
  std::string name_of_first() const { return services.name(cell_.role, first); }

  /// What of the cell is not so, a line each; empty when all is.
  std::string unmet(const heard_call& heard) const;

private:
  static constexpr auto first = staged_services::place::first;
  static constexpr auto second = staged_services::place::second;

  bool tls_defect() const { return cell_.fault.starts_with("tls="); }
  void begin_fault();
  unsigned arrived();
  unsigned probes();
  std::string key() const { return services.key(cell_.role, first); }

  const fault_cell cell_;
  std::unique_ptr<trusted_root> root_;

public:
  staged_services services;
  running_engine engine;

private:
  unsigned before_ = 0;
};

} // namespace trunkline::testing
