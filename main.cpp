// Wires the parts together: which command runs what with which configuration.

#include "actors/engine/doctor.hpp"
#include "actors/engine/providers_commands.hpp"
#include "actors/engine/serve.hpp"
#include "bench/carrier/call_command.hpp"
#include "bench/demo/demo.hpp"
#include "bench/load/compare.hpp"
#include "bench/load/run_command.hpp"
#include "bench/providers/providers_bench.hpp"
#include "infra/cli/assistants_commands.hpp"
#include "infra/cli/command_line.hpp"
#include "infra/cli/data_commands.hpp"
#include "infra/cli/kb_commands.hpp"
#include "infra/cli/outbox_commands.hpp"
#include "infra/cli/store_commands.hpp"
#include "infra/config/config_commands.hpp"
#include "infra/config/environment.hpp"
#include "infra/config/state_dir.hpp"

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

using namespace trunkline;

namespace {

std::string typed; // the command line, for reports

std::string without_secrets(const std::vector<std::string>& arguments) {
  std::string text;
  bool secret = false;
  for (const auto& argument : arguments) {
    text += " " + (secret ? "***" : argument.starts_with("--token=") ? "--token=***" : argument);
    secret = argument == "--token";
  }
  return text;
}

/// The configuration of a command that needs the state directory and a token that signs.
std::optional<engine_config> prepared(const config_options& options) {
  auto config = config_for(options, std::cerr);
  if (!config)
    return std::nullopt;
  for (const auto& done : {make_state_dir(config->state_dir), check_listeners(*config)})
    if (!done) {
      std::cerr << "trunkline: " << done.error().context << "\n";
      return std::nullopt;
    }
  if (config->carrier.auth_token.empty()) {
    auto token = development_token(config->state_dir);
    if (!token) {
      std::cerr << "trunkline: " << token.error().context << "\n";
      return std::nullopt;
    }
    config->carrier.auth_token = *token;
  }
  return config;
}

int run(const no_command& command) {
  return command.status;
}

int run(const serve_command& command) {
  const auto config = prepared(command.config);
  return config ? serve(*config, std::cerr) : exit_usage;
}

int run(const demo_command& command) {
  auto options = command.config;
  auto fresh = (std::filesystem::temp_directory_path() / "trunkline-demo.XXXXXX").string();
  if (!::mkdtemp(fresh.data())) {
    std::cerr << "trunkline: cannot make a state directory in "
              << std::filesystem::temp_directory_path() << "\n";
    return exit_failed;
  }
  options.set.emplace("state_dir", fresh);
  options.set.emplace("server.listen", "127.0.0.1:0"); // any free ports
  options.set.emplace("server.admin_listen", "127.0.0.1:0");
  options.set.emplace("log_level", "warn");
  const auto config = prepared(options);
  if (!config)
    return exit_usage;
  const int status = serve(*config, std::cerr, [&](const serving& where) -> int {
    std::cout << "engine at " << where.base_url << ", admin at " << where.admin_url << ", state in "
              << fresh << std::endl;
    const bool good = play_demo(where, *config, std::cout, std::cerr);
    if (command.once || !good)
      return good ? exit_ok : exit_failed;
    std::cout << "Still serving; Ctrl-C ends. Call it yourself: trunkline call --url "
              << where.base_url << " --admin " << where.admin_url << " --state-dir " << fresh
              << std::endl;
    return -1; // goes on serving
  });
  std::error_code ignored;
  std::filesystem::remove_all(fresh, ignored);
  return status;
}

// A .env file may hold the token; the environment itself wins.
void take_env_file(const std::string& name) {
  if (auto file = read_env_file(name))
    for (const auto& [variable, value] : *file)
      ::setenv(variable.c_str(), value.c_str(), 0);
}

std::string state_dir_or_default(const std::string& given) {
  if (!given.empty())
    return given;
  const auto usual = default_state_dir(process_environment());
  return usual ? *usual : "";
}

int run(const call_command& command) {
  take_env_file(command.env_file);
  call_options options;
  options.url = command.url;
  if (command.channel == "gather")
    options.incoming_path = "/call/incoming";
  else if (command.channel == "relay")
    options.incoming_path = "/api/v1/voice/conversation-relay";
  options.admin_url = command.admin_url;
  options.script = command.script;
  options.voice = command.voice;
  options.seed = command.seed;
  options.which = command.paraphrases == "all"      ? paraphrases::all
                  : command.paraphrases == "unseen" ? paraphrases::unseen
                                                    : paraphrases::seen;
  options.from = command.from;
  options.to = command.to;
  options.caller_name = command.caller_name;
  options.token = command.token;
  options.state_dir = state_dir_or_default(command.state_dir);
  options.expect = command.expect;
  options.json = command.json;
  options.wav = command.wav;
  options.calls = command.calls;
  options.noise_level = command.noise_level;
  options.duration_max = command.duration_max;
  options.rest_port = command.rest_port;
  options.fallback_url = command.fallback_url;
  return run_call(options, std::cout, std::cerr);
}

int run(const config_command& command) {
  if (command.what == config_command::action::init)
    return config_init(command.file, command.force, std::cout, std::cerr);
  const auto sources = sources_of(command.config);
  if (!sources) {
    std::cerr << "trunkline: " << sources.error().context << "\n";
    return exit_usage;
  }
  return command.what == config_command::action::check
             ? config_check(*sources, std::cout, std::cerr)
             : config_show(*sources, command.json, std::cout, std::cerr);
}

int run(const doctor_command& command) {
  const auto config = config_for(command.config, std::cerr);
  return config ? doctor(*config, command.json, std::cout) : exit_usage;
}

int run(const calls_command& command) {
  const auto config = config_for(command.config, std::cerr);
  return config ? show_calls(command, *config, std::cout, std::cerr) : exit_usage;
}

int run(const kb_command& command) {
  const auto config = config_for(command.config, std::cerr);
  return config ? knowledge_command_main(command, *config, std::cout, std::cerr) : exit_usage;
}

int run(const assistants_command& command) {
  if (command.what == assistants_command::action::presets)
    return list_presets(command.json, std::cout);
  const auto config = config_for(command.config, std::cerr);
  return config ? assistants_command_main(command, *config, std::cout, std::cerr) : exit_usage;
}

int run(const providers_command& command) {
  const auto config = config_for(command.config, std::cerr);
  return config ? providers_command_main(command, *config, std::cout, std::cerr) : exit_usage;
}

int run(const bench_providers_command& command) {
  const auto config = config_for(command.config, std::cerr);
  if (!config)
    return exit_usage;
  const auto spread = static_cast<double>(command.spread) / 100;
  providers_bench_options options;
  options.fleet.first_port = command.first_port;
  options.fleet.recogniser = {command.recogniser, spread};
  options.fleet.first_token = {command.first_token, spread};
  options.fleet.between_tokens = command.between_tokens;
  options.fleet.first_audio = {command.first_audio, spread};
  options.fleet.last_word_changes = command.last_word_changes;
  options.fleet.seed = command.seed;
  options.scripts = command.scripts;
  options.voices = command.voices;
  options.faults = command.faults;
  options.number_replies = command.number_replies;
  options.profile = command.profile;
  options.list_profiles = command.list_profiles;
  options.log_file = command.log;
  options.env_file = command.env_out;
  options.duration = command.duration;
  return run_providers_bench(std::move(options), *config, std::cout, std::cerr);
}

int run(const outbox_command& command) {
  const auto config = config_for(command.config, std::cerr);
  return config ? show_outbox(command, *config, std::cout, std::cerr) : exit_usage;
}

int run(const data_command& command) {
  const auto config = config_for(command.config, std::cerr);
  return config ? run_data(command, *config, std::cout, std::cerr) : exit_usage;
}

int run(const audit_command& command) {
  const auto config = config_for(command.config, std::cerr);
  return config ? run_audit(command, *config, std::cout, std::cerr) : exit_usage;
}

int run(const bench_run_command& command) {
  take_env_file(command.env_file);
  bench_run_options options;
  options.scenario = command.scenario;
  options.url = command.url;
  options.public_url = command.public_url;
  options.stream_url = command.stream_url;
  options.admin_url = command.admin_url;
  options.token = command.token;
  options.state_dir = state_dir_or_default(command.state_dir);
  options.server_pid = command.server_pid;
  options.metrics_url = command.metrics_url;
  options.seed = command.seed;
  options.threads = command.threads;
  options.json = command.json;
  options.csv = command.csv;
  options.html = command.html;
  options.quiet = command.quiet;
  options.plan_only = command.plan_only;
  options.find_capacity = command.find_capacity;
  options.capacity_first = command.capacity_first;
  options.capacity_most = command.capacity_most;
  options.capacity_seconds = command.capacity_seconds;
  options.capacity_recovery_s = command.capacity_recovery_s;
  options.command = typed;
  return run_bench(options, std::cout, std::cerr);
}

int run(const bench_compare_command& command) {
  return run_compare({command.a, command.b, command.json}, std::cout, std::cerr);
}

int run(const migrate_command& command) {
  const auto config = config_for(command.config, std::cerr);
  return config ? migrate(command, *config, std::cout, std::cerr) : exit_usage;
}

int run(const version_command&) {
  std::cout << "trunkline " << TRUNKLINE_VERSION << "\n";
  return exit_ok;
}

} // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments{argv + 1, argv + argc};
  typed = "trunkline" + without_secrets(arguments);
  const auto command = parse_command_line(arguments, std::cout, std::cerr);
  return std::visit([](const auto& one) { return run(one); }, command);
}
