#include "bench/load/scenario.hpp"

#include "bench/load/hash.hpp"
#include "bench/load/toml_reader.hpp"
#include "infra/net/http_client.hpp"
#include "infra/speech/flite_voice.hpp"
#include "schema/embedded.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

namespace trunkline {

namespace {

constexpr double seconds_max = 86'400, rate_max = 10'000;
constexpr int64_t callers_max = 100'000, list_max = 100;

using arrival = load_stage::arrival;
using habit = load_caller::habit;

constexpr std::array<std::pair<std::string_view, arrival>, 3> arrivals{
    {{"constant", arrival::constant}, {"poisson", arrival::poisson}, {"closed", arrival::closed}}};
constexpr std::array<std::pair<std::string_view, habit>, 7> habits{{{"talk", habit::talk},
                                                                    {"barge_in", habit::barge_in},
                                                                    {"silent", habit::silent},
                                                                    {"hang_up", habit::hang_up},
                                                                    {"dtmf", habit::dtmf},
                                                                    {"talkative", habit::talkative},
                                                                    {"echo", habit::echo}}};
constexpr std::array<std::pair<std::string_view, call_channel>, call_channel_count> channels{
    {{"media_stream", call_channel::media_stream},
     {"relay", call_channel::relay},
     {"gather", call_channel::gather}}};

void read_url(toml_reader& in, const toml::node& node, std::string_view key, std::string& to) {
  in.text(node, key, to);
  if (!to.empty() && !parse_url(to))
    in.complain(node, "\"" + std::string{key} + "\" is not an absolute URL");
  while (to.ends_with('/'))
    to.pop_back();
}

void read_target(toml_reader& in, const toml::table& table, load_target& to) {
  in.members(
      table, "[target]",
      {{"url", [&](auto& node) { read_url(in, node, "url", to.url); }},
       {"public_url", [&](auto& node) { read_url(in, node, "public_url", to.public_url); }},
       {"stream_url", [&](auto& node) { read_url(in, node, "stream_url", to.stream_url); }},
       {"admin_url", [&](auto& node) { read_url(in, node, "admin_url", to.admin_url); }},
       {"metrics_url", [&](auto& node) { read_url(in, node, "metrics_url", to.metrics_url); }},
       {"incoming_path", [&](auto& node) { in.text(node, "incoming_path", to.incoming_path); }},
       {"relay_path", [&](auto& node) { in.text(node, "relay_path", to.relay_path); }},
       {"gather_path", [&](auto& node) { in.text(node, "gather_path", to.gather_path); }},
       {"status_path", [&](auto& node) { in.text(node, "status_path", to.status_path); }},
       {"token", [&](auto& node) { in.text(node, "token", to.token); }},
       {"account_sid", [&](auto& node) { in.text(node, "account_sid", to.account_sid); }},
       {"from", [&](auto& node) { in.text(node, "from", to.from); }},
       {"to", [&](auto& node) { in.text(node, "to", to.to); }},
       {"server_pid", [&](auto& node) {
          in.whole(node, "server_pid", {1, 1 << 30}, to.server_pid);
        }}});
}

void read_whole(toml_reader& in, const toml::node& node, std::string_view key, int64_t max,
                unsigned& to) {
  int64_t number = to;
  in.whole(node, key, {0, max}, number);
  to = static_cast<unsigned>(number);
}

void read_call(toml_reader& in, const toml::table& table, load_scenario& to) {
  constexpr int64_t ms_max = 600'000;
  in.members(
      table, "[call]",
      {{"seconds",
        [&](auto& node) {
          in.number(node, "seconds", {0.5, seconds_max}, to.call_seconds);
        }},
       {"spread",
        [&](auto& node) {
          in.number(node, "spread", {0, 0.95}, to.call_seconds_spread);
        }},
       {"think_ms", [&](auto& node) { read_whole(in, node, "think_ms", ms_max, to.think_ms); }},
       {"speak_anyway_ms",
        [&](auto& node) { read_whole(in, node, "speak_anyway_ms", ms_max, to.speak_anyway_ms); }},
       {"barge_in_ms",
        [&](auto& node) { read_whole(in, node, "barge_in_ms", ms_max, to.barge_in_ms); }},
       {"barge_in_decided_ms",
        [&](auto& node) {
          read_whole(in, node, "barge_in_decided_ms", ms_max, to.barge_in_decided_ms.emplace());
        }},
       {"voice",
        [&](auto& node) {
          in.text(node, "voice", to.voice);
          const auto voices = flite_voices();
          if (std::find(voices.begin(), voices.end(), to.voice) == voices.end())
            in.complain(node, "\"voice\" must be one of kal16, rms, slt, awb");
        }},
       {"must_last", [&](auto& node) { in.flag(node, "must_last", to.must_last); }},
       {"at_end", [&](auto& node) {
          static constexpr std::array<std::pair<std::string_view, load_scenario::ending>, 2> ends{
              {{"wait", load_scenario::ending::wait}, {"hang_up", load_scenario::ending::hang_up}}};
          in.choice(node, "at_end", ends, to.at_end);
        }}});
}

void read_stage(toml_reader& in, const toml::table& table, load_stage& to) {
  in.members(
      table, "[[stage]]",
      {{"name", [&](auto& node) { in.text(node, "name", to.name); }},
       {"arrival", [&](auto& node) { in.choice(node, "arrival", arrivals, to.how); }},
       {"seconds",
        [&](auto& node) {
          in.number(node, "seconds", {0.1, seconds_max}, to.seconds);
        }},
       {"calls_per_s",
        [&](auto& node) {
          in.number(node, "calls_per_s", {0, rate_max}, to.calls_per_s);
        }},
       {"callers", [&](auto& node) { read_whole(in, node, "callers", callers_max, to.callers); }},
       {"ramp_s", [&](auto& node) {
          in.number(node, "ramp_s", {0, seconds_max}, to.ramp_s);
        }}});
  if (to.seconds == 0)
    in.complain(table, "a stage needs \"seconds\"");
  if (to.how == arrival::closed && !table.contains("callers"))
    in.complain(table, "a closed stage needs \"callers\"");
  if (to.how == arrival::closed && table.contains("calls_per_s"))
    in.complain(table, "a closed stage has no \"calls_per_s\": calls begin as others end");
  if (to.how != arrival::closed && !table.contains("calls_per_s"))
    in.complain(table, "an open stage needs \"calls_per_s\"");
  for (const auto* key : {"callers", "ramp_s"})
    if (to.how != arrival::closed && table.contains(key))
      in.complain(table,
                  "an open stage has no \"" + std::string{key} + "\"; it has \"calls_per_s\"");
  if (to.ramp_s < 0)
    to.ramp_s = to.callers / 100.0;
}

void read_caller(toml_reader& in, const toml::table& table, load_caller& to) {
  in.members(
      table, "[[caller]]",
      {{"kind", [&](auto& node) { in.choice(node, "kind", habits, to.kind); }},
       {"channel", [&](auto& node) { in.choice(node, "channel", channels, to.channel); }},
       {"injected_ms",
        [&](auto& node) { read_whole(in, node, "injected_ms", 60'000, to.injected_ms.emplace()); }},
       {"weight",
        [&](auto& node) {
          in.number(node, "weight", {0, 1e6}, to.weight);
        }},
       {"lines",
        [&](auto& node) {
          in.texts(node, "lines", to.lines);
          for (const auto& line : to.lines)
            if (line.empty() || line.size() > speech_text_bytes_max)
              in.complain(node, "a line has 1 to 2000 bytes");
        }},
       {"keys", [&](auto& node) {
          in.text(node, "keys", to.keys);
          if (to.keys.find_first_not_of("0123456789*#ABCD") != std::string::npos)
            in.complain(node, "\"keys\" takes 0-9 * # A-D");
        }}});
  if (!to.keys.empty() && to.kind != habit::dtmf)
    in.complain(table, "only a dtmf caller has \"keys\"");
  if (!to.lines.empty() && to.kind == habit::silent)
    in.complain(table, "a silent caller has no \"lines\"");
  if (to.kind == habit::echo && to.channel != call_channel::media_stream)
    in.complain(table, "an echo caller listens for its own sound: only on media_stream");
}

void read_thresholds(toml_reader& in, const toml::node& node, const std::string& name,
                     std::vector<threshold>& to) {
  std::vector<std::string> texts;
  in.texts(node, "thresholds", texts);
  for (size_t i = 0; i < texts.size() && !in.problem(); ++i) {
    const auto& where = node.is_array() ? *node.as_array()->get(i) : node;
    auto made = parse_threshold(texts[i]);
    if (!made) {
      in.complain(where, made.error().context);
      return;
    }
    made->where = name + ":" + std::to_string(where.source().begin.line);
    to.push_back(std::move(*made));
  }
}

template<class Read, class Item>
void read_tables(toml_reader& in, const toml::node& node, std::string_view key, Read read,
                 std::vector<Item>& to) {
  const auto* list = node.as_array();
  if (!list || !node.is_array_of_tables() || list->size() > static_cast<size_t>(list_max)) {
    in.complain(node, "\"" + std::string{key} + "\" is a list of 1 to 100 tables: [[" +
                          std::string{key} + "]]");
    return;
  }
  for (const auto& one : *list)
    read(in, *one.as_table(), to.emplace_back());
}

template<class Read, class To>
void read_table(toml_reader& in, const toml::node& node, std::string_view key, Read read, To& to) {
  if (const auto* table = node.as_table())
    read(in, *table, to);
  else
    in.complain(node, "\"" + std::string{key} + "\" is a table: [" + std::string{key} + "]");
}

void check_whole(toml_reader& in, const toml::table& root, load_scenario& to) {
  if (to.stages.empty())
    in.complain(root, "a scenario needs at least one [[stage]]");
  if (to.callers.empty())
    to.callers.emplace_back();
  double weight = 0;
  for (const auto& caller : to.callers)
    weight += caller.weight;
  if (weight <= 0)
    in.complain(root, "the callers' weights come to nothing");
  for (size_t i = 0; i < to.stages.size(); ++i)
    if (to.stages[i].name.empty())
      to.stages[i].name = "stage " + std::to_string(i + 1);
  for (const auto& one : to.thresholds) {
    const bool known = one.stage.empty() ||
                       std::any_of(to.stages.begin(), to.stages.end(),
                                   [&](const auto& stage) { return stage.name == one.stage; });
    if (!known)
      in.complain(*root.get("thresholds"), "there is no stage \"" + one.stage + "\"");
    const auto channel = channel_of(one.metric);
    if (channel && !has_channel(to, *channel))
      in.complain(*root.get("thresholds"), "\"" + one.metric + "\" is of channel " +
                                               std::string{to_string(*channel)} +
                                               ", and no caller is");
  }
}

} // namespace

result<load_scenario> parse_load_scenario(std::string_view text, const std::string& name) {
  load_scenario made;
  made.name = std::filesystem::path{name}.stem().string();
  made.hash = hex_hash(text);
  toml_reader in{name};
  const auto root = in.parse(text);
  if (!root)
    return *in.problem();
  in.members(
      *root, "a scenario",
      {{"name", [&](auto& node) { in.text(node, "name", made.name); }},
       {"about", [&](auto& node) { in.text(node, "about", made.about); }},
       {"seed",
        [&](auto& node) {
          int64_t seed = 1;
          in.whole(node, "seed", {0, INT64_MAX}, seed);
          made.seed = static_cast<uint64_t>(seed);
        }},
       {"thresholds", [&](auto& node) { read_thresholds(in, node, name, made.thresholds); }},
       {"target", [&](auto& node) { read_table(in, node, "target", read_target, made.target); }},
       {"call", [&](auto& node) { read_table(in, node, "call", read_call, made); }},
       {"stage", [&](auto& node) { read_tables(in, node, "stage", read_stage, made.stages); }},
       {"caller",
        [&](auto& node) { read_tables(in, node, "caller", read_caller, made.callers); }}});
  if (!in.problem())
    check_whole(in, *root, made);
  if (in.problem())
    return *in.problem();
  return made;
}

result<load_scenario> load_load_scenario(const std::string& name_or_file) {
  constexpr std::string_view folder = "bench/scenarios/";
  if (const auto shipped = embedded_text(std::string{folder} + name_or_file + ".toml"))
    return parse_load_scenario(*shipped, name_or_file + ".toml");
  std::error_code ignored;
  std::ifstream in{name_or_file, std::ios::binary};
  std::ostringstream text;
  if (!std::filesystem::is_directory(name_or_file, ignored))
    text << in.rdbuf();
  if (!in || text.str().empty()) {
    std::string shipped;
    for (const auto& file : embedded_files())
      if (file.path.starts_with(folder))
        shipped += " " + std::filesystem::path{file.path}.stem().string();
    return failure{failure_kind::not_found,
                   "no scenario \"" + name_or_file + "\": give a file, or one of:" + shipped};
  }
  return parse_load_scenario(text.str(), name_or_file);
}

bool has_channel(const load_scenario& scenario, call_channel channel) {
  return std::any_of(scenario.callers.begin(), scenario.callers.end(), [&](const load_caller& one) {
    return one.channel == channel && one.weight > 0;
  });
}

std::string_view to_string(arrival how) {
  return std::find_if(arrivals.begin(), arrivals.end(),
                      [&](const auto& one) { return one.second == how; })
      ->first;
}

std::string_view to_string(habit kind) {
  return std::find_if(habits.begin(), habits.end(),
                      [&](const auto& one) { return one.second == kind; })
      ->first;
}

} // namespace trunkline
