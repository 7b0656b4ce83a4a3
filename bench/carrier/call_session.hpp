#pragma once

#include "bench/carrier/call_command.hpp"
#include "bench/carrier/call_watch.hpp"
#include "bench/carrier/simulated_call.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace trunkline {

/// One checked expectation.
struct expectation {
  std::string what;
  bool holds = false;
  bool checked = true; ///< false: cannot be known without the admin API
};

/// One call of run_call: the simulated call, what the engine says about it, and the printing of
/// both. On the io_context's thread.
class call_session : public std::enable_shared_from_this<call_session> {
public:
  /// `prefix` starts each printed line; null `out`: nothing is printed.
  call_session(boost::asio::io_context& io, const call_options& options, carrier_settings carrier,
               call_plan plan, std::string prefix, std::ostream* out);

  void start(std::function<void()> over);
  const std::shared_ptr<simulated_call>& call() const { return call_; }
  const watched_call& view() const { return view_; }

  std::vector<expectation> expectations() const;
  bool good() const;
  nlohmann::json to_json() const;
  void print_summary() const;

private:
  void on_event(const call_event& event);
  void on_view(std::chrono::steady_clock::time_point asked, const watched_call& view);
  void print_turns(bool all);
  void print_turn(const turn_record& turn);
  void line(const std::string& text) const;
  void call_over();
  void finish();
  std::vector<std::string> agent_words() const;

  boost::asio::io_context& io_;
  const call_options& options_;
  const call_plan plan_;
  const std::string prefix_;
  std::ostream* const out_;
  const std::shared_ptr<simulated_call> call_;
  std::shared_ptr<call_watch> watch_;
  net_timer last_look_;
  std::function<void()> over_;
  watched_call view_;
  std::map<int, std::string> previous_texts_; // of agent turns, at the look before
  int printed_ = -1;                          // index of the last turn printed
  bool ever_seen_ = false, over_noted_ = false;
  bool appointments_seen_ = false, appointment_found_ = false;
};

/// "1240 ms = endpointing 480 (setting) + stt_final 210 (service) + ..."; empty without parts.
std::string waterfall(const turn_record& turn);

} // namespace trunkline
