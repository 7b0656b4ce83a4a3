#pragma once

#include "infra/cli/command_line.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace trunkline {

/// The program's commands and flags as CLI11 knows them; only command_line*.cpp see it.
class command_parser {
public:
  command_parser() { build(); }
  command parse(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err);

private:
  void build();
  void build_call();
  void build_records();
  void build_knowledge();
  void build_assistants();
  void build_data();
  void build_config();
  void build_providers();
  void build_bench();
  void build_bench_providers(CLI::App& group);
  void build_bench_run(CLI::App& group);
  void config_flags(CLI::App* app, config_options& to);
  void setting_flag(CLI::App* app, const char* flag, const char* key, const char* doc,
                    config_options& to);
  CLI::App* add(CLI::App& parent, const char* name, const char* doc,
                std::function<command()> result);
  std::string unknown_command(const std::vector<std::string>& arguments);

  CLI::App app_{"Trunkline answers and places phone calls with an AI agent", "trunkline"};
  std::vector<std::pair<CLI::App*, std::function<command()>>> leaves_;
  serve_command serve_;
  call_command call_;
  demo_command demo_;
  config_command config_;
  doctor_command doctor_;
  calls_command calls_;
  kb_command kb_;
  assistants_command assistants_;
  migrate_command migrate_;
  outbox_command outbox_;
  data_command data_;
  audit_command audit_;
  providers_command providers_;
  bench_providers_command bench_providers_;
  bench_run_command bench_run_;
  bench_compare_command bench_compare_;
  CLI::App* help_ = nullptr;
  std::vector<std::string> help_topic_;
};

} // namespace trunkline
