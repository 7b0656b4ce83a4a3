#include "bench/load/run_command.hpp"

#include "bench/carrier/carrier_account.hpp"
#include "bench/load/capacity_search.hpp"
#include "bench/load/load_report.hpp"
#include "bench/load/load_run.hpp"
#include "infra/cli/command_line.hpp"
#include "infra/net/descriptors.hpp"
#include "infra/net/http_client.hpp"
#include "protocol/text/json.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <ostream>
#include <utility>

namespace trunkline {

namespace {

constexpr int not_valid = 3, broken = 99;
constexpr double capacity_calls_per_s = 25; // that a load is built up with
constexpr double probe_s = 1;

/// SIGINT and SIGTERM of which nothing is lost between two runs, each of which ends at one.
class stop_signals {
public:
  stop_signals() {
    signals_.async_wait([this](const boost::system::error_code& error, int) { came_ = !error; });
  }
  bool came() {
    io_.poll();
    return came_;
  }

private:
  boost::asio::io_context io_{1};
  boost::asio::signal_set signals_{io_, SIGINT, SIGTERM};
  bool came_ = false;
};

class bench_run {
public:
  bench_run(const bench_run_options& options, std::ostream& out, std::ostream& err)
      : options_(options), out_(out), err_(err) {}

  int run() {
    if (!prepare())
      return exit_usage;
    if (options_.plan_only)
      return show_plan();
    if (const auto there = check_reachable(address()); !there)
      return complain(there.error().context, exit_unreachable);
    if (const auto& metrics = scenario_.target.metrics_url; !metrics.empty())
      if (const auto usage = ask_server_metrics(metrics); !usage)
        return complain("no metrics of the server: " + usage.error().context, exit_unreachable);
    return options_.find_capacity ? find_capacity() : run_once();
  }

private:
  int complain(const std::string& why, int status) {
    err_ << "trunkline bench run: " << why << std::endl;
    return status;
  }

  bool wrong(const std::string& why) {
    complain(why, exit_usage);
    return false;
  }

  const std::string& address() const {
    const auto& target = scenario_.target;
    return target.stream_url.empty() ? target.url : target.stream_url;
  }

  bool prepare() {
    auto loaded = load_load_scenario(options_.scenario);
    if (!loaded)
      return wrong(loaded.error().context);
    scenario_ = std::move(*loaded);
    if (!take_options())
      return false;
    for (const auto& file : {options_.json, options_.csv, options_.html})
      if (!file.empty() && file != "-" && !std::ofstream{file, std::ios::app})
        return wrong("cannot write " + file);
    auto callers = prepare_callers(scenario_);
    if (!callers)
      return wrong(callers.error().context);
    callers_ = std::move(*callers);
    carrier_ = carrier();
    if (carrier_.webhooks.token.empty() && scenario_.target.stream_url.empty())
      return wrong("no token to sign with: set TWILIO_AUTH_TOKEN (any word, for a server that does "
                   "not check), or TRUNKLINE_STATE_DIR to the directory of the engine's dev-token");
    return true;
  }

  // What is given on the command line wins.
  bool take_options() {
    auto& target = scenario_.target;
    for (auto [name, given, to] :
         {std::tuple{"--url", &options_.url, &target.url},
          std::tuple{"--public-url", &options_.public_url, &target.public_url},
          std::tuple{"--stream-url", &options_.stream_url, &target.stream_url},
          std::tuple{"--admin", &options_.admin_url, &target.admin_url},
          std::tuple{"--metrics", &options_.metrics_url, &target.metrics_url}}) {
      if (given->empty())
        continue;
      if (!parse_url(*given))
        return wrong(std::string{name} + ": " + parse_url(*given).error().context);
      *to = given->substr(0, given->find_last_not_of('/') + 1);
    }
    for (const auto channel : {call_channel::relay, call_channel::gather})
      if (!target.stream_url.empty() && has_channel(scenario_, channel))
        return wrong("a media socket alone (stream_url) has no callers of channel " +
                     std::string{to_string(channel)});
    if (!options_.token.empty())
      target.token = options_.token;
    if (options_.server_pid)
      target.server_pid = *options_.server_pid;
    if (options_.seed)
      scenario_.seed = *options_.seed;
    if (target.server_pid != 0 && !target.metrics_url.empty())
      return wrong("the server's use is read by its pid or by its metrics, not both");
    if (target.server_pid != 0)
      if (const auto usage = usage_of(target.server_pid); !usage)
        return wrong(usage.error().context);
    return true;
  }

  carrier_settings carrier() const {
    const auto& target = scenario_.target;
    carrier_settings made;
    made.url = target.public_url.empty() ? target.url : target.public_url;
    made.webhooks.public_url = target.public_url;
    made.webhooks.reach_url = target.url;
    made.webhooks.token = signing_token(target.token, options_.state_dir);
    made.stream_url = target.stream_url;
    made.incoming_path = target.incoming_path;
    made.status_path = target.stream_url.empty() ? target.status_path : "";
    for (const auto& sid : {environment_text("TWILIO_ACCOUNT_SID"), target.account_sid})
      if (!sid.empty())
        made.account_sid = sid;
    return made;
  }

  int show_plan() {
    const auto plan = make_plan(scenario_);
    if (!plan)
      return complain(plan.error().context, exit_usage);
    out_ << scenario_.name << " (" << scenario_.hash << ", seed " << scenario_.seed << ", plan "
         << plan->hash << "): " << plan_line(*plan) << "\n";
    for (const auto& call : plan->open)
      out_ << plain_number(call.at_s) << " s  " << to_string(scenario_.callers[call.caller].kind)
           << " (" << to_string(scenario_.callers[call.caller].channel) << ")  for "
           << plain_number(call.seconds) << " s\n";
    return exit_ok;
  }

  static std::string plan_line(const arrival_plan& plan) {
    return std::to_string(plan.open.size()) + " calls by plan in " + plain_number(plan.seconds) +
           " s, at most " + std::to_string(plan.live_max) + " at once; needs " +
           std::to_string(descriptors_for(plan.live_max)) + " open files";
  }

  /// Nothing, with the complaint made: it cannot be run on this machine.
  std::optional<load_report> measure(const load_scenario& scenario, bool told = true) {
    told = told && !options_.quiet;
    const auto plan = make_plan(scenario);
    if (!plan) {
      complain(plan.error().context, exit_usage);
      return std::nullopt;
    }
    if (const auto room = ensure_descriptors(descriptors_for(plan->live_max), "this load"); !room) {
      complain(room.error().context, exit_usage);
      return std::nullopt;
    }
    if (told)
      err_ << scenario.name << " against " << address() << ": " << plan_line(*plan) << std::endl;
    load_run_options run;
    run.threads = options_.threads;
    run.server = {scenario.target.server_pid, scenario.target.metrics_url,
                  scenario.target.admin_url};
    run.progress = told ? &err_ : nullptr;
    run.progress_in_place = ::isatty(STDERR_FILENO) == 1;
    auto facts = facts_of_this_machine();
    facts.command = options_.command;
    facts.target = address();
    facts.threads = options_.threads;
    facts.server_pid = scenario.target.server_pid;
    auto record = run_load(scenario, *plan, callers_, carrier_, run);
    unheard_ = record.placed > 0 && record.streams == 0;
    auto report = make_report(scenario, *plan, std::move(record), std::move(facts));
    const auto most =
        std::max_element(report.reasons.begin(), report.reasons.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    unheard_why_ = "not one call reached media at " + address() +
                   (most == report.reasons.end() ? "" : ": " + most->first);
    return report;
  }

  int run_once() {
    const auto report = measure(scenario_);
    if (!report)
      return exit_usage;
    if (!write(*report, report_json(*report)))
      return exit_failed;
    if (unheard_)
      return complain(unheard_why_, exit_unreachable);
    for (const auto& one : report->thresholds)
      if (one.value && !one.holds)
        complain(one.to_string(), 0);
    for (const auto& problem : report->problems)
      complain("not valid: " + problem, 0);
    return report->exit_status();
  }

  load_scenario scenario_of(unsigned load) const {
    auto made = scenario_;
    load_stage stage;
    stage.name = std::to_string(load) + " calls";
    stage.how = load_stage::arrival::closed;
    stage.callers = load;
    stage.ramp_s = load / capacity_calls_per_s;
    stage.seconds = stage.ramp_s + options_.capacity_seconds;
    made.stages = {stage};
    made.at_end = load_scenario::ending::hang_up;
    return made;
  }

  /// One call of the scenario's for a moment, for whether the server takes calls.
  load_scenario probe() const {
    auto made = scenario_of(1);
    made.stages.front().ramp_s = 0;
    made.stages.front().seconds = probe_s;
    made.thresholds.clear();
    return made;
  }

  /// Waits for a call that reaches media: after more than it can bear a server may turn callers
  /// away for a while, which says nothing of the load that comes next.
  bool takes_calls(std::chrono::seconds patience, stop_signals& stop) {
    const auto one_call = probe();
    const auto until = std::chrono::steady_clock::now() + patience;
    do {
      if (!measure(one_call, /*told=*/false))
        return true; // for a reason that the load itself will meet, and tell
    } while (unheard_ && !stop.came() && std::chrono::steady_clock::now() < until);
    return !unheard_ && !stop.came();
  }

  int find_capacity() {
    capacity_search search{{options_.capacity_first, options_.capacity_most}};
    const std::chrono::seconds recovery{options_.capacity_recovery_s};
    std::optional<load_report> best, last;
    std::string stopped; // why, before the search was over
    stop_signals stop;
    if (!takes_calls({}, stop))
      return stop.came() ? complain("stopped before anything was measured", not_valid)
                         : complain(unheard_why_, exit_unreachable);
    while (const auto load = search.next()) {
      if (search.last() > 0 && !takes_calls(recovery, stop)) {
        stopped = stop.came() ? "stopped" : "recovery";
        break;
      }
      auto report = measure(scenario_of(*load));
      if (!report)
        return exit_usage;
      if (stop.came()) {
        stopped = "stopped";
        last = std::move(report);
        break;
      }
      const auto said = judge_step(*report, unheard_ ? unheard_why_ : "", best.has_value());
      if (!said.what)
        return complain("cannot be judged in --hold seconds: " + said.why, not_valid);
      err_ << *load << " calls: " << said.why << std::endl;
      (said.what == capacity_search::verdict::holds ? best : last) = std::move(report);
      search.tried(*said.what);
    }
    return report_capacity(search, best ? *best : *last, stopped);
  }

  int report_capacity(const capacity_search& search, const load_report& report,
                      const std::string& stopped) {
    auto json = report_json(report);
    auto steps = nlohmann::json::array();
    for (const auto& step : search.steps())
      steps.push_back(
          {{"calls", step.load}, {"holds", step.what == capacity_search::verdict::holds}});
    const auto bound = stopped.empty() ? search.bounded_by() : stopped;
    json["capacity"] = {
        {"calls", search.best()}, {"bounded_by", bound}, {"steps", std::move(steps)}};
    if (!write(report, json))
      return exit_failed;
    if (options_.json != "-")
      out_ << "\ncapacity: " << search.best() << " calls at once (bounded by " << bound << ")\n";
    const auto at_least = "the capacity is at least " + std::to_string(search.best()) + " calls; ";
    if (bound == "recovery")
      return complain(at_least + "the server took no more calls " +
                          std::to_string(options_.capacity_recovery_s) + " s after " +
                          std::to_string(search.last()) + ": " + unheard_why_,
                      not_valid);
    if (bound == "generator" || bound == "stopped")
      return complain(at_least + (bound == "stopped" ? "the search was stopped"
                                                     : "the generator itself cannot say more"),
                      not_valid);
    return search.best() > 0 ? exit_ok : broken;
  }

  bool write(const load_report& report, const nlohmann::json& json) {
    bool good = true;
    const auto to_file = [&](const std::string& file, const std::string& text) {
      if (file.empty() || file == "-")
        return;
      std::ofstream out{file, std::ios::binary};
      out << text;
      out.close();
      if (!out) {
        complain("cannot write " + file, exit_failed);
        good = false;
      }
    };
    to_file(options_.json,
            json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    to_file(options_.csv, samples_csv(report.samples));
    to_file(options_.html, report_html(report));
    out_ << (options_.json == "-" ? to_text(json) + "\n" : report_text(report)) << std::flush;
    return good;
  }

  const bench_run_options& options_;
  std::ostream& out_;
  std::ostream& err_;
  load_scenario scenario_;
  std::vector<prepared_caller> callers_;
  carrier_settings carrier_;
  bool unheard_ = false; ///< in the last run not one call reached media
  std::string unheard_why_;
};

} // namespace

int run_bench(const bench_run_options& options, std::ostream& out, std::ostream& err) {
  return bench_run{options, out, err}.run();
}

} // namespace trunkline
