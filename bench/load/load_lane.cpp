#include "bench/load/load_lane.hpp"

#include "bench/carrier/carrier_account.hpp"
#include "bench/load/short_slices.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cmath>

namespace trunkline {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using habit = load_caller::habit;

constexpr size_t ended_kept = 200;
constexpr auto progress_interval = 250ms;
constexpr auto pause_until_redial = 100ms; // a closed caller does not ring a full server madly

} // namespace

load_lane::load_lane(lane_setting& setting, size_t index, size_t lanes)
    : setting_(setting), index_(index), lanes_(lanes) {
  make_agenda(index, lanes);
}

load_lane::~load_lane() {
  join();
}

void load_lane::make_agenda(size_t index, size_t lanes) {
  const auto& plan = setting_.plan;
  for (size_t i = index; i < plan.open.size(); i += lanes)
    agenda_.push_back({plan.open[i].at_s, plan.stage_at(plan.open[i].at_s), plan.open[i]});
  for (size_t s = 0; s < plan.windows.size(); ++s) {
    const auto& stage = setting_.scenario.stages[s];
    if (stage.how != load_stage::arrival::closed)
      continue;
    for (size_t i = index; i < stage.callers; i += lanes) {
      const auto share = static_cast<double>(i) / stage.callers;
      agenda_.push_back({plan.windows[s].from_s + stage.ramp_s * share, s, std::nullopt});
    }
  }
  std::stable_sort(agenda_.begin(), agenda_.end(),
                   [](const arrival& a, const arrival& b) { return a.at_s < b.at_s; });
}

void load_lane::start() {
  boost::asio::post(io_, [this] {
    wait_for_arrival();
    wait_for_progress();
  });
  thread_ = std::thread{[this] {
    prefer_short_slices();
    io_.run();
  }};
}

void load_lane::join() {
  if (!thread_.joinable())
    return;
  boost::asio::post(io_, [this] {
    progress_.arrivals_over = over_ = true;
    for (const auto& [number, live] : live_)
      keep(*live);
    record_.late = frame_clock::of(io_).late();
    io_.stop();
  });
  thread_.join();
}

double load_lane::now_s() const {
  return std::chrono::duration<double>(clock::now() - setting_.began).count();
}

// The next call, or the beginning or end of a stage.
void load_lane::wait_for_arrival() {
  if (over_)
    return;
  const auto& windows = setting_.plan.windows;
  const auto stage = stage_ ? *stage_ + 1 : 0;
  auto at = stage < windows.size() ? windows[stage].from_s : setting_.plan.seconds;
  if (next_arrival_ < agenda_.size())
    at = std::min(at, agenda_[next_arrival_].at_s);
  arrivals_.expires_at(setting_.began + std::chrono::duration_cast<clock::duration>(
                                            std::chrono::duration<double>(at)));
  arrivals_.async_wait([this, stage](const boost::system::error_code& error) {
    if (error || over_)
      return;
    const auto& windows = setting_.plan.windows;
    if (stage < windows.size() && now_s() >= windows[stage].from_s)
      enter_stage(stage);
    while (next_arrival_ < agenda_.size() && agenda_[next_arrival_].at_s <= now_s())
      arrive(agenda_[next_arrival_++]);
    if (now_s() < setting_.plan.seconds) {
      wait_for_arrival();
    } else {
      closed_wanted_ = 0;
      progress_.arrivals_over = true;
    }
  });
}

void load_lane::enter_stage(size_t stage) {
  stage_ = stage;
  const auto& what = setting_.scenario.stages[stage];
  closed_wanted_ =
      what.how == load_stage::arrival::closed ? (what.callers + lanes_ - 1 - index_) / lanes_ : 0;
}

void load_lane::arrive(const arrival& what) {
  if (what.call)
    place(*what.call);
  else
    place_closed();
}

void load_lane::place_closed() {
  if (over_ || live_.size() >= closed_wanted_)
    return;
  auto plan = draw_call(setting_.scenario, setting_.next_number++);
  plan.at_s = now_s();
  place(plan);
}

void load_lane::place(planned_call plan) {
  const auto& scenario = setting_.scenario;
  const auto& caller = setting_.callers[plan.caller];
  call_plan made;
  made.from = caller_number(scenario.target.from, plan.number);
  made.to = scenario.target.to;
  if (caller.channel == call_channel::relay)
    made.incoming_path = scenario.target.relay_path;
  else if (caller.channel == call_channel::gather)
    made.incoming_path = scenario.target.gather_path;
  made.channel = caller.channel;
  made.time_voice = caller.injected_ms.has_value();
  made.barge_in_decided = std::chrono::milliseconds{scenario.barge_in_decided_ms.value_or(0)};
  made.script = caller.script;
  made.habits = caller.habits;
  made.duration_max = std::chrono::milliseconds{static_cast<int64_t>(plan.seconds * 1000)};
  auto& live = live_[plan.number];
  live = std::make_unique<live_call>();
  live->plan = plan;
  // How late it is belongs to the call's own start, not to the plan.
  live->plan.at_s = now_s();
  live->call = std::make_shared<simulated_call>(
      io_, carrier_for(caller.channel), std::move(made),
      [this, at = live.get()](const call_event& event) { on_event(*at, event); });
  ++progress_.placed;
  progress_.live = live_.size();
  live->call->start([this, number = plan.number] { ended(number); });
}

/// Where the carrier speaks itself it takes its time, also for what passes the time.
carrier_settings load_lane::carrier_for(call_channel channel) const {
  auto made = setting_.carrier;
  if (channel != call_channel::media_stream)
    made.say_per_character =
        std::chrono::duration_cast<std::chrono::milliseconds>(made.text_per_character);
  return made;
}

void load_lane::ended(uint64_t number) {
  const auto found = live_.find(number);
  if (found == live_.end() || over_)
    return;
  const auto live = std::move(found->second);
  live_.erase(found);
  keep(*live);
  const auto how = record_.calls.back().how;
  const bool failed = how == call_end::failed;
  progress_.live = live_.size();
  ++progress_.ended;
  if (failed)
    ++progress_.failed;
  if (live_.size() >= closed_wanted_)
    return;
  if (!failed && how != call_end::rejected) {
    place_closed();
    return;
  }
  pause_.expires_after(pause_until_redial); // one pause for all: the last to need it sets it
  pause_.async_wait([this](const boost::system::error_code& error) {
    while (!error && !over_ && live_.size() < closed_wanted_)
      place_closed();
  });
}

void load_lane::hang_up_all(bool cut) {
  boost::asio::post(io_, [this, cut] {
    cut_ = cut;
    closed_wanted_ = 0;
    next_arrival_ = agenda_.size();
    arrivals_.cancel();
    pause_.cancel();
    progress_.arrivals_over = true;
    std::vector<std::shared_ptr<simulated_call>> calls; // they leave the map as they end
    for (const auto& [number, live] : live_)
      calls.push_back(live->call);
    for (const auto& call : calls)
      call->hang_up("the run is over");
  });
}

void load_lane::wait_for_progress() {
  progress_.late_p99_us = static_cast<uint64_t>(frame_clock::of(io_).late().percentile(0.99) / 1us);
  heartbeat_.expires_after(progress_interval);
  heartbeat_.async_wait([this](const boost::system::error_code& error) {
    if (!error)
      wait_for_progress();
  });
}

void load_lane::keep(const live_call& live) {
  auto& made = record_.calls.emplace_back();
  made.number = live.plan.number;
  made.sid = live.call->facts().call_sid;
  made.caller = live.plan.caller;
  made.from_s = live.plan.at_s;
  made.to_s = now_s();
  judge(live, made);
  const auto& facts = live.call->facts();
  made.frames_sent = facts.media.frames_sent;
  made.media_received = facts.media.media_received;
  made.channel = caller_of(live).channel;
  record_.messages_malformed += facts.media.bad_messages + facts.relay.bad_messages;
  record_.samples.push_back({load_metric::call_length, made.to_s,
                             std::chrono::duration<double>(facts.duration).count(), made.number,
                             made.channel});
  if (facts.streams + facts.gathers > 0 && ended_.size() < ended_kept)
    ended_.push_back({facts.call_sid, made.channel});
}

void load_lane::judge(const live_call& live, placed_call& to) const {
  constexpr uint16_t none = 0, normal = 1000, going_away = 1001, without = 1005;
  const auto& facts = live.call->facts();
  const auto code = facts.media.close_code;
  const auto failed = [&](std::string why) {
    to.how = call_end::failed;
    to.reason = std::move(why);
  };
  const bool by_caller = facts.ended_by.starts_with("the caller hung up");
  const auto channel = caller_of(live).channel;
  const std::string carrier_of_words = channel == call_channel::relay    ? "relay session"
                                       : channel == call_channel::gather ? "<Gather>"
                                                                         : "media stream";
  const bool carried = (channel == call_channel::gather ? facts.gathers : facts.streams) > 0;
  if (facts.lost)
    failed(facts.ended_by);
  else if (!carried && !facts.stream_trouble.empty())
    failed("no " + carrier_of_words + ": " + facts.stream_trouble);
  else if (!facts.relay_trouble.empty())
    failed(facts.relay_trouble);
  else if (facts.media.flooded > 0)
    failed("the server sent minutes of audio ahead");
  else if (code != none && code != normal && code != going_away && code != without)
    failed("the media stream was closed with code " + std::to_string(code));
  else if (cut_ || live.call->live())
    to.how = call_end::cut;
  else if (facts.ended_by == "rejected")
    to.how = call_end::rejected;
  else if (!carried && by_caller)
    failed("no " + carrier_of_words + " while the caller waited");
  else if (!carried)
    to.how = call_end::rejected;
  else if (by_caller)
    to.how = call_end::completed;
  else if (setting_.scenario.must_last)
    failed("the server ended the call: " + facts.ended_by);
  else
    to.how = call_end::server_ended;
  if (to.reason.empty() && to.how != call_end::completed)
    to.reason = facts.ended_by;
}

} // namespace trunkline
