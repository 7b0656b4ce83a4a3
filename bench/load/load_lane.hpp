#pragma once

#include "bench/carrier/simulated_call.hpp"
#include "bench/load/arrival_plan.hpp"
#include "bench/load/load_record.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace trunkline {

/// A kind of caller made ready: its sounds exist, and are shared by all its calls.
struct prepared_caller {
  load_caller::habit kind = load_caller::habit::talk;
  spoken_script script;
  caller_habits habits;
  call_channel channel = call_channel::media_stream;
  std::optional<unsigned> injected_ms{};
};

/// Speaks every line of the scenario once. Blocks for the synthesis.
result<std::vector<prepared_caller>> prepare_callers(const load_scenario& scenario);

/// What all lanes of a run look at.
struct lane_setting {
  const load_scenario& scenario;
  const arrival_plan& plan;
  const std::vector<prepared_caller>& callers;
  const carrier_settings& carrier;
  std::chrono::steady_clock::time_point began; ///< time zero
  std::atomic<uint64_t> next_number;           ///< of calls with closed arrival
};

/// Read by the thread that shows progress.
struct lane_progress {
  std::atomic<uint64_t> live{0}, streaming{0}, placed{0}, ended{0}, failed{0}, streams{0};
  std::atomic<uint64_t> late_p99_us{0};
  std::atomic<bool> arrivals_over{false};
};

/// One thread of the generator: its share of the plan's calls on one io_context. Everything but
/// progress() belongs to that thread until join().
class load_lane {
public:
  load_lane(lane_setting& setting, size_t index, size_t lanes);
  ~load_lane();
  load_lane(const load_lane&) = delete;
  load_lane& operator=(const load_lane&) = delete;

  void start();
  /// No new calls, and those that are live hang up; `cut` says that the run did not go to its end.
  void hang_up_all(bool cut);
  /// Ends the thread, with whatever is still live.
  void join();
  const lane_progress& progress() const { return progress_; }
  load_record& record() { return record_; }
  struct ended_call {
    std::string sid;
    call_channel channel;
  };
  /// The first of them that were carried.
  const std::vector<ended_call>& ended_calls() const { return ended_; }

private:
  struct arrival {
    double at_s = 0;
    size_t stage = 0;
    std::optional<planned_call> call; ///< nothing: a caller of a closed stage starts
  };
  struct live_call {
    planned_call plan;
    std::shared_ptr<simulated_call> call;
    media_time answered_at{};
    bool spoke = false, greeted = false, streaming = false;
  };

  void make_agenda(size_t index, size_t lanes);
  void wait_for_arrival();
  void wait_for_progress();
  void arrive(const arrival& what);
  void enter_stage(size_t stage);
  void place(planned_call plan);
  void place_closed();
  void on_event(live_call& live, const call_event& event);
  void on_media_event(live_call& live, const call_event& event);
  void on_words_event(live_call& live, const call_event& event);
  void carried(live_call& live);
  void greeted(live_call& live, const call_event& event, media_time at);
  void answered(const live_call& live, const call_event& event);
  void sample(load_metric what, const live_call& live, const call_event& event);
  const prepared_caller& caller_of(const live_call& live) const;
  carrier_settings carrier_for(call_channel channel) const;
  void ended(uint64_t number);
  void keep(const live_call& live);
  void judge(const live_call& live, placed_call& to) const;
  double now_s() const;

  lane_setting& setting_;
  const size_t index_, lanes_;
  boost::asio::io_context io_{1};
  net_timer arrivals_{io_}, heartbeat_{io_}, pause_{io_};
  std::vector<arrival> agenda_; ///< by time
  size_t next_arrival_ = 0;
  std::optional<size_t> stage_;
  size_t closed_wanted_ = 0; ///< callers of the present stage
  std::unordered_map<uint64_t, std::unique_ptr<live_call>> live_;
  std::vector<ended_call> ended_;
  load_record record_;
  lane_progress progress_;
  bool over_ = false, cut_ = false;
  std::thread thread_;
};

} // namespace trunkline
