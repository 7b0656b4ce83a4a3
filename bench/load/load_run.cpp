#include "bench/load/load_run.hpp"

#include "bench/carrier/call_watch.hpp"
#include "infra/net/http_client.hpp"
#include "infra/net/stream_opening.hpp"

#include <boost/asio/signal_set.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <iterator>
#include <ostream>
#include <set>

namespace trunkline {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto head_start = 100ms; // until time zero, for the threads to be there
constexpr auto patience = 30s;     // for calls beyond their planned end
constexpr auto farewell = 6s;      // for hanging up everything
constexpr auto connect_time = 5000ms;
constexpr auto closing = 300ms;   // for closing handshakes
constexpr uint64_t hopeless = 20; // calls that failed, and not one that did not
constexpr size_t owners_asked = 100;

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double own_cpu_s() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

class load_run {
public:
  load_run(const load_scenario& scenario, const arrival_plan& plan,
           const std::vector<prepared_caller>& callers, const carrier_settings& carrier,
           const load_run_options& options)
      : scenario_(scenario), plan_(plan),
        options_(options), setting_{
                               scenario,        plan, callers, carrier, clock::now() + head_start,
                               plan.open.size()} {
    for (unsigned i = 0; i < options.threads; ++i)
      lanes_.push_back(std::make_unique<load_lane>(setting_, i, options.threads));
  }

  load_record run() {
    began_with_ = watch_.begin();
    setting_.began = next_moment_ = clock::now() + head_start;
    signals_.async_wait([this](const boost::system::error_code& error, int) { stopped(error); });
    for (const auto& lane : lanes_)
      lane->start();
    look();
    io_.run();
    show_end();
    for (const auto& lane : lanes_)
      lane->join();
    if (!record_.moments.empty()) {
      record_.moments.front().server = began_with_;
      record_.moments.back().server = watch_.end();
    }
    ask_for_owners();
    ask_for_side_effects();
    return merged();
  }

private:
  enum class phase { running, leaving, closing };

  double now_s() const {
    return std::chrono::duration<double>(clock::now() - setting_.began).count();
  }

  template<class T>
  uint64_t sum(const std::atomic<T> lane_progress::*of) const {
    uint64_t all = 0;
    for (const auto& lane : lanes_)
      all += lane->progress().*of;
    return all;
  }

  void stopped(const boost::system::error_code& error) {
    if (error)
      return;
    record_.partial = true;
    if (phase_ != phase::running) {
      io_.stop();
      return;
    }
    leave(true);
    signals_.async_wait([this](const boost::system::error_code& again, int) { stopped(again); });
  }

  void leave(bool cut) {
    phase_ = phase::leaving;
    leave_until_ = clock::now() + farewell;
    for (const auto& lane : lanes_)
      lane->hang_up_all(cut);
  }

  void look() {
    if (clock::now() >= next_moment_) {
      next_moment_ += 1s;
      take_moment();
      show();
    }
    decide();
    if (phase_ == phase::closing && clock::now() >= leave_until_) {
      signals_.cancel();
      return;
    }
    timer_.expires_after(50ms);
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error)
        look();
    });
  }

  void decide() {
    const auto live = sum(&lane_progress::live);
    if (phase_ == phase::running) {
      const auto failed = sum(&lane_progress::failed);
      const auto longest = scenario_.call_seconds * (1 + scenario_.call_seconds_spread);
      const auto limit = plan_.seconds + longest + std::chrono::duration<double>(patience).count();
      if (failed >= hopeless && sum(&lane_progress::streams) == 0) {
        record_.partial = true;
        leave(true);
      } else if (arrivals_over() && live == 0) {
        close_soon();
      } else if (arrivals_over() &&
                 (scenario_.at_end == load_scenario::ending::hang_up || now_s() > limit)) {
        leave(false);
      }
    } else if (phase_ == phase::leaving && (live == 0 || clock::now() >= leave_until_)) {
      close_soon();
    }
  }

  void close_soon() {
    phase_ = phase::closing;
    leave_until_ = clock::now() + closing;
    record_.seconds = now_s();
    take_moment();
  }

  bool arrivals_over() const {
    return std::all_of(lanes_.begin(), lanes_.end(),
                       [](const auto& lane) { return lane->progress().arrivals_over.load(); });
  }

  void take_moment() {
    load_moment made;
    made.at_s = std::max(now_s(), 0.0);
    made.live = sum(&lane_progress::live);
    made.streaming = sum(&lane_progress::streaming);
    made.placed = sum(&lane_progress::placed);
    made.failed = sum(&lane_progress::failed);
    made.generator_cpu_s = own_cpu_s();
    made.server = watch_.look();
    record_.live_max = std::max(record_.live_max, made.live);
    record_.moments.push_back(made);
  }

  void show() {
    if (!options_.progress)
      return;
    const auto& now = record_.moments.back();
    uint64_t late_us = 0;
    for (const auto& lane : lanes_)
      late_us = std::max<uint64_t>(late_us, lane->progress().late_p99_us);
    char line[160];
    std::snprintf(line, sizeof line,
                  "%4.0f/%.0f s  %llu live  %llu placed  %llu ended  %llu failed  late p99 %.1f ms",
                  now.at_s, plan_.seconds, static_cast<unsigned long long>(now.streaming),
                  static_cast<unsigned long long>(now.placed),
                  static_cast<unsigned long long>(sum(&lane_progress::ended)),
                  static_cast<unsigned long long>(now.failed), static_cast<double>(late_us) / 1000);
    *options_.progress << (options_.progress_in_place ? "\r\033[K" : "") << line
                       << (options_.progress_in_place ? "" : "\n") << std::flush;
  }

  void show_end() {
    if (options_.progress && options_.progress_in_place)
      *options_.progress << "\r\033[K" << std::flush;
  }

  // From the engine's own records, after the measuring.
  void ask_for_owners() {
    if (options_.server.admin_url.empty())
      return;
    std::vector<load_lane::ended_call> calls;
    for (const auto& lane : lanes_)
      std::copy(lane->ended_calls().begin(), lane->ended_calls().end(), std::back_inserter(calls));
    calls.resize(std::min(calls.size(), owners_asked));
    io_.restart();
    for (const auto& call : calls) {
      client_request request;
      request.url = options_.server.admin_url + "/api/v1/calls/" + call.sid;
      http_fetch(io_, std::move(request), [this, channel = call.channel](auto answer) {
        if (answer && answer->status == 200)
          if (const auto view = parse_call_view(answer->body))
            take_owners(*view, channel);
      });
    }
    io_.run();
  }

  void ask_for_side_effects() {
    if (options_.server.admin_url.empty())
      return;
    std::set<std::string> sids;
    for (const auto& lane : lanes_)
      for (const auto& call : lane->record().calls)
        sids.insert(call.sid);
    const auto appointments = ask_admin("appointments"), messages = ask_admin("messages");
    record_.effects = count_side_effects(appointments, messages, sids);
  }

  /// Empty: no answer.
  std::string ask_admin(const std::string& what) {
    client_request request;
    request.url = options_.server.admin_url + "/api/v1/" + what;
    std::string text;
    io_.restart();
    http_fetch(io_, std::move(request), [&](auto answer) {
      if (answer && answer->status == 200)
        text = std::move(answer->body);
    });
    io_.run();
    return text;
  }

  void take_owners(const watched_call& view, call_channel channel) {
    for (const auto& turn : view.turns) {
      std::map<std::string, double> ms;
      for (const auto& part : turn.latency)
        ms[part.owner] += part.ms;
      for (const auto& [owner, value] : ms)
        record_.owners[channel_name(channel, owner)].push_back(value);
    }
  }

  load_record merged() {
    for (const auto& lane : lanes_) {
      auto& one = lane->record();
      std::move(one.samples.begin(), one.samples.end(), std::back_inserter(record_.samples));
      std::move(one.calls.begin(), one.calls.end(), std::back_inserter(record_.calls));
      record_.turns_unanswered += one.turns_unanswered;
      record_.fillers += one.fillers;
      record_.messages_malformed += one.messages_malformed;
      record_.late.merge(one.late);
    }
    record_.placed = sum(&lane_progress::placed);
    record_.streams = sum(&lane_progress::streams);
    if (record_.seconds == 0)
      record_.seconds = now_s();
    std::sort(record_.samples.begin(), record_.samples.end(),
              [](const auto& a, const auto& b) { return a.at_s < b.at_s; });
    std::sort(record_.calls.begin(), record_.calls.end(),
              [](const auto& a, const auto& b) { return a.number < b.number; });
    return std::move(record_);
  }

  const load_scenario& scenario_;
  const arrival_plan& plan_;
  const load_run_options options_;
  lane_setting setting_;
  boost::asio::io_context io_{1};
  boost::asio::signal_set signals_{io_, SIGINT, SIGTERM};
  net_timer timer_{io_};
  server_watch watch_{io_, options_.server};
  server_usage began_with_;
  std::vector<std::unique_ptr<load_lane>> lanes_;
  load_record record_;
  phase phase_ = phase::running;
  clock::time_point next_moment_ = setting_.began, leave_until_{};
};

} // namespace

load_record run_load(const load_scenario& scenario, const arrival_plan& plan,
                     const std::vector<prepared_caller>& callers, const carrier_settings& carrier,
                     const load_run_options& options) {
  return load_run{scenario, plan, callers, carrier, options}.run();
}

result<void> check_reachable(const std::string& url) {
  boost::asio::io_context io{1};
  result<void> outcome;
  auto parts = parse_url(url);
  if (!parts)
    return parts.error();
  stream_opening::start(io, std::move(*parts), connect_time, [&](auto opened) {
    if (!opened)
      outcome = failure{failure_kind::unreachable,
                        "nobody answers at " + url + " (" + opened.error().context + ")"};
  });
  io.run();
  return outcome;
}

} // namespace trunkline
