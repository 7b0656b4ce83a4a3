#include "bench/load/load_report.hpp"

#include <algorithm>
#include <utility>

namespace trunkline {

namespace {

constexpr double call_minutes_min = 0.1;

/// In the order of metric_names().
using metric_samples = std::array<std::vector<double>, load_metric_count * call_channel_count>;

size_t metric_of(const load_sample& sample) {
  return static_cast<size_t>(sample.channel) * load_metric_count + static_cast<size_t>(sample.what);
}

std::map<std::string, summary> summaries(const metric_samples& samples) {
  std::map<std::string, summary> all;
  for (size_t i = 0; i < samples.size(); ++i)
    if (!samples[i].empty())
      all[metric_names()[i]] = summarize(samples[i]);
  return all;
}

// CPU from the first moment to the last one in the window, and the call minutes between.
server_use use_between(const std::vector<load_moment>& moments, double from_s, double to_s) {
  server_use use;
  const load_moment* before = nullptr;
  for (const auto& moment : moments) {
    if (moment.at_s < from_s - 1e-9 || moment.at_s > to_s + 1e-9)
      continue;
    if (before) {
      use.cpu_s += std::max(moment.server.cpu_s - before->server.cpu_s, 0.0);
      use.call_minutes += (moment.at_s - before->at_s) / 60 *
                          static_cast<double>(moment.streaming + before->streaming) / 2;
    }
    before = &moment;
  }
  if (use.call_minutes >= call_minutes_min && use.cpu_s > 0)
    use.cpu_s_per_call_minute = use.cpu_s / use.call_minutes;
  return use;
}

double to_ms(lateness::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

double webhooks_per_s(const std::map<std::string, summary>& metrics, double seconds) {
  size_t count = 0;
  for (const auto channel : call_channels)
    for (const auto what : {load_metric::webhook, load_metric::page_webhook})
      if (const auto found = metrics.find(metric_name(channel, static_cast<size_t>(what)));
          found != metrics.end())
        count += found->second.count;
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

std::map<std::string, double> numbers_of(const stage_report& stage) {
  const auto seconds = stage.window.to_s - stage.window.from_s;
  return {{"webhooks_per_s", webhooks_per_s(stage.metrics, seconds)},
          {"calls_placed", static_cast<double>(stage.calls.placed)},
          {"calls_completed", static_cast<double>(stage.calls.completed)},
          {"calls_failed", static_cast<double>(stage.calls.failed)},
          {"calls_rejected", static_cast<double>(stage.calls.rejected)},
          {"calls_live_max", static_cast<double>(stage.live_max)}};
}

void fill_stages(const load_scenario& scenario, const arrival_plan& plan, const load_record& record,
                 load_report& to) {
  std::vector<metric_samples> samples(scenario.stages.size());
  metric_samples all;
  for (size_t i = 0; i < scenario.stages.size(); ++i) {
    auto& stage = to.stages.emplace_back();
    stage.name = scenario.stages[i].name;
    stage.arrival = to_string(scenario.stages[i].how);
    stage.window = plan.windows[i];
    if (i + 1 == scenario.stages.size())
      stage.window.to_s = std::max(stage.window.to_s, record.seconds); // what came after it
    stage.server = use_between(record.moments, stage.window.from_s, stage.window.to_s);
  }
  for (const auto& sample : record.samples) {
    const auto metric = metric_of(sample);
    all[metric].push_back(sample.value);
    samples[plan.stage_at(sample.at_s)][metric].push_back(sample.value);
  }
  for (const auto& call : record.calls) {
    ++to.stages[plan.stage_at(call.from_s)].calls.placed;
    to.stages[plan.stage_at(call.to_s)].calls.add(call.how); // when it failed, not when it began
    to.calls.add(call.how);
    auto& channel = to.channels[call.channel];
    ++channel.placed;
    channel.add(call.how);
    to.frames_sent += call.frames_sent;
    if (call.how != call_end::completed)
      ++to.reasons[std::string{to_string(call.how)} + ": " + call.reason];
  }
  for (const auto& moment : record.moments) {
    auto& most = to.stages[plan.stage_at(moment.at_s)].live_max;
    most = std::max(most, moment.live);
  }
  for (size_t i = 0; i < samples.size(); ++i) {
    auto& stage = to.stages[i];
    stage.metrics = summaries(samples[i]);
    to.values.stages[stage.name] = {stage.metrics, numbers_of(stage), {}};
  }
  to.values.metrics = summaries(all);
}

void fill_use(const load_record& record, load_report& to) {
  to.beats = record.late.count();
  to.late_p50_ms = to_ms(record.late.percentile(0.50));
  to.late_p99_ms = to_ms(record.late.percentile(0.99));
  to.late_max_ms = to_ms(record.late.max());
  to.server = use_between(record.moments, 0, record.seconds + 1);
  for (const auto& moment : record.moments) {
    if (moment.server.rss_bytes == 0)
      continue;
    if (to.server_rss_first == 0)
      to.server_rss_first = moment.server.rss_bytes;
    to.server_rss_last = moment.server.rss_bytes;
    to.server_rss_max = std::max(to.server_rss_max, moment.server.rss_bytes);
  }
  if (!record.moments.empty())
    to.generator_cpu_s =
        record.moments.back().generator_cpu_s - record.moments.front().generator_cpu_s;
  for (const auto& [owner, ms] : record.owners)
    to.owners[owner] = summarize(ms);
}

// At the last moment with the most calls: later there is less to divide by, but what is remembered
// of calls that are over is still there.
std::optional<double> kb_per_live_call(const load_record& record, uint64_t rss_first) {
  const auto& moments = record.moments;
  const auto peak = std::find_if(moments.rbegin(), moments.rend(), [&](const auto& moment) {
    return moment.live == record.live_max && moment.server.rss_bytes > 0;
  });
  if (peak == moments.rend() || record.live_max == 0)
    return std::nullopt;
  return (static_cast<double>(peak->server.rss_bytes) - static_cast<double>(rss_first)) / 1000 /
         static_cast<double>(record.live_max);
}

void fill_numbers(const load_record& record, load_report& to) {
  auto& numbers = to.values.numbers;
  const auto placed = static_cast<double>(to.calls.placed);
  numbers["calls_placed"] = placed;
  numbers["calls_completed"] = static_cast<double>(to.calls.completed);
  numbers["calls_failed"] = static_cast<double>(to.calls.failed);
  numbers["calls_failed_percent"] =
      placed > 0 ? 100 * static_cast<double>(to.calls.failed) / placed : 0;
  numbers["calls_rejected"] = static_cast<double>(to.calls.rejected);
  numbers["calls_live_max"] = static_cast<double>(record.live_max);
  numbers["turns_unanswered"] = static_cast<double>(record.turns_unanswered);
  const auto gaps = to.values.metrics.find("playout_gap_ms");
  numbers["playout_gaps"] =
      gaps == to.values.metrics.end() ? 0 : static_cast<double>(gaps->second.count);
  numbers["fillers"] = static_cast<double>(record.fillers);
  numbers["messages_malformed"] = static_cast<double>(record.messages_malformed);
  if (record.effects) {
    numbers["side_effects"] = static_cast<double>(record.effects->kept);
    numbers["side_effects_doubled"] = static_cast<double>(record.effects->doubled);
  }
  numbers["webhooks_per_s"] = webhooks_per_s(to.values.metrics, record.seconds);
  if (to.beats > 0)
    numbers["generator_late_ms_p99"] = to.late_p99_ms;
  if (to.server.cpu_s_per_call_minute)
    numbers["server_cpu_s_per_call_minute"] = *to.server.cpu_s_per_call_minute;
  if (const auto kb = kb_per_live_call(record, to.server_rss_first))
    numbers["server_kb_per_call"] = *kb;
}

// What the server has kept of calls that are over: growth since the first stage, which warms it up.
void fill_leftovers(const load_record& record, load_report& to) {
  const auto& moments = record.moments;
  if (moments.empty())
    return;
  if (const auto first = moments.front().server.actors, last = moments.back().server.actors;
      first > 0 && last > 0)
    to.values.numbers["server_actors_left"] =
        static_cast<double>(last) - static_cast<double>(first);
  if (moments.back().server.rss_bytes == 0)
    return;
  const auto& last = moments.back().server;
  const auto left = [&](const char* name, uint64_t process_usage::*of) {
    to.values.numbers[name] =
        static_cast<double>(last.*of) - static_cast<double>(moments.front().server.*of);
  };
  left("server_threads_left", &process_usage::threads);
  left("server_descriptors_left", &process_usage::descriptors);
  const auto warm = std::find_if(moments.begin(), moments.end(), [&](const load_moment& moment) {
    return moment.at_s >= to.stages.front().window.to_s;
  });
  if (to.stages.size() < 2 || warm == moments.end() || moments.back().placed == warm->placed)
    return;
  to.values.numbers["server_growth_bytes_per_call"] =
      (static_cast<double>(last.rss_bytes) - static_cast<double>(warm->server.rss_bytes)) /
      static_cast<double>(moments.back().placed - warm->placed);
}

void judge(load_report& to) {
  const auto invalid = [&](std::string why) {
    to.valid = false;
    to.problems.push_back(std::move(why));
  };
  if (to.partial)
    invalid("the run was cut short");
  if (to.late_p99_ms >= late_p99_ms_max)
    invalid("the generator could not keep pace: 1 % of its beats (frames, where there are) were " +
            plain_number(to.late_p99_ms) + " ms late or more (limit " +
            plain_number(late_p99_ms_max) + "); use a less busy machine, fewer calls or --threads");
  for (const auto& result : to.thresholds)
    if (!result.value)
      invalid(result.to_string());
}

} // namespace

void call_counts::add(call_end how) {
  auto& count = how == call_end::completed      ? completed
                : how == call_end::server_ended ? server_ended
                : how == call_end::rejected     ? rejected
                : how == call_end::failed       ? failed
                                                : cut;
  ++count;
}

int load_report::exit_status() const {
  constexpr int not_valid = 3, broken = 99;
  if (!valid)
    return not_valid;
  const bool good = std::all_of(thresholds.begin(), thresholds.end(),
                                [](const threshold_result& one) { return one.holds; });
  return good ? 0 : broken;
}

load_report make_report(const load_scenario& scenario, const arrival_plan& plan, load_record record,
                        run_facts facts) {
  load_report made;
  made.facts = std::move(facts);
  made.scenario = scenario.name;
  made.about = scenario.about;
  made.scenario_hash = scenario.hash;
  made.plan_hash = plan.hash;
  made.seed = scenario.seed;
  made.partial = record.partial;
  made.seconds = record.seconds;
  made.calls.placed = record.placed;
  for (const auto channel : call_channels)
    if (has_channel(scenario, channel))
      made.channels[channel];
  fill_stages(scenario, plan, record, made);
  fill_use(record, made);
  fill_numbers(record, made);
  fill_leftovers(record, made);
  made.thresholds = check(scenario.thresholds, made.values);
  judge(made);
  made.moments = std::move(record.moments);
  made.samples = std::move(record.samples);
  return made;
}

} // namespace trunkline
