#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace trunkline {

/// Exit statuses of every command.
enum exit_status { exit_ok = 0, exit_failed = 1, exit_usage = 2, exit_unreachable = 69 };

/// Where the configuration comes from; `set` holds settings by key ("limits.max_calls").
struct config_options {
  std::string config_file{}; ///< empty: none
  std::string env_file{};    ///< empty: none
  std::map<std::string, std::string> set{};
};

struct serve_command {
  config_options config{};
};

/// The options of bench/carrier's call_options, as typed.
struct call_command {
  std::string url = "http://127.0.0.1:8080";
  std::string channel = "media"; ///< media | gather | relay: where the call comes in
  std::string admin_url{};
  std::string script{}; ///< empty: lines typed on stdin
  std::string voice = "rms";
  uint64_t seed = 1;
  std::string paraphrases = "seen"; ///< seen | unseen | all
  std::string from = "+15550100001", to = "+15550100000", caller_name{};
  std::string token{};
  std::string state_dir{};
  std::vector<std::string> expect{};
  bool json = false;
  std::string wav{};
  unsigned calls = 1;
  unsigned noise_level = 0;
  std::chrono::seconds duration_max{300};
  uint16_t rest_port = 0; ///< from --rest-listen; 0: none
  std::string fallback_url{};
  std::string env_file = ".env"; ///< read when it is there
};

struct demo_command {
  bool once = false;
  config_options config{};
};

struct config_command {
  enum class action { check, show, init };
  action what = action::check;
  config_options config{};
  bool json = false;  ///< show
  std::string file{}; ///< init: what to write; "-": stdout
  bool force = false; ///< init: replaces an existing file
};

struct doctor_command {
  config_options config{};
  bool json = false;
};

struct calls_command {
  enum class action { list, show, export_all, recording };
  action what = action::list;
  config_options config{};
  std::string call_sid{}; ///< show, recording
  unsigned part = 1;      ///< recording
  unsigned limit = 20;    ///< list, export
  bool json = false;
  bool full = false; ///< phone numbers are not masked
};

struct migrate_command {
  enum class action { up, status };
  action what = action::up;
  config_options config{};
};

/// `kb`: the knowledge base of one tenant.
struct kb_command {
  enum class action { import, list, show, search, remove, unanswered };
  action what = action::list;
  config_options config{};
  std::string tenant{};                 ///< empty: the only one there is
  std::vector<std::string> arguments{}; ///< import: paths; show, rm: a document; search: words
  std::string title{};                  ///< import: instead of the document's own
  unsigned limit = 5;                   ///< search, unanswered
  bool json = false;
};

/// `assistants`: those that live in the database, and the personalities.
struct assistants_command {
  enum class action { list, show, put, versions, use, remove, presets };
  action what = action::list;
  config_options config{};
  std::string tenant{};  ///< empty: the only one there is; put: as the file says
  std::string id{};      ///< show, versions, use, rm
  std::string version{}; ///< use; show: empty is the current one
  std::string file{};    ///< put
  bool json = false;
};

struct outbox_command {
  enum class action { list, retry };
  action what = action::list;
  config_options config{};
  std::string id{}; ///< retry: only this one
  bool json = false;
};

/// `data`: keys, and what is kept of one caller.
struct data_command {
  enum class action { new_key, reseal, export_all, erase };
  action what = action::new_key;
  config_options config{};
  std::string number{}; ///< export, erase: E.164
  std::string tenant{}; ///< empty: the only one there is
  std::string reason{}; ///< for the audit log
  bool cancel_upcoming = false;
};

struct audit_command {
  enum class action { verify, list };
  action what = action::verify;
  config_options config{};
  std::string known{};  ///< verify: an end of the chain from earlier
  unsigned limit = 100; ///< list
  bool json = false;
};

/// `providers`: ls, trip and reset ask a running engine's admin API; test asks the services.
struct providers_command {
  enum class action { list, test, trip, reset };
  action what = action::list;
  config_options config{};
  std::string admin_url{};          ///< empty: the configured admin listener
  std::vector<std::string> names{}; ///< test: only these; trip, reset: the one
  bool json = false;
};

/// The options of bench/providers' providers_bench_options, as typed.
struct bench_providers_command {
  config_options config{};
  uint16_t first_port = 0;
  std::chrono::milliseconds recogniser{200}, first_token{400}, between_tokens{20}, first_audio{150};
  unsigned spread = 30; ///< percent
  uint64_t seed = 1;
  std::string last_word_changes{};
  std::vector<std::string> scripts{}, voices{"rms"}, faults{};
  std::string profile{}, log{}, env_out{};
  bool list_profiles = false, number_replies = false;
  std::chrono::seconds duration{0};
};

/// The options of bench/load's bench_run_options, as typed.
struct bench_run_command {
  std::string scenario{};
  std::string url{}, public_url{}, stream_url{}, admin_url{}, metrics_url{}, token{}, state_dir{};
  std::optional<int64_t> server_pid{};
  std::optional<uint64_t> seed{};
  unsigned threads = 1;
  std::string json{}, csv{}, html{};
  bool quiet = false, plan_only = false, find_capacity = false;
  unsigned capacity_first = 50, capacity_most = 5000;
  double capacity_seconds = 30;
  unsigned capacity_recovery_s = 60;
  std::string env_file = ".env"; ///< read when it is there
};

struct bench_compare_command {
  std::string a{}, b{};
  bool json = false;
};

struct version_command {};

/// Nothing to run any more: help was printed, or the usage was wrong.
struct no_command {
  int status = exit_ok;
};

using command = std::variant<no_command, serve_command, call_command, demo_command, config_command,
                             doctor_command, calls_command, kb_command, assistants_command,
                             migrate_command, outbox_command, data_command, audit_command,
                             providers_command, bench_providers_command, bench_run_command,
                             bench_compare_command, version_command>;

/// Reads the command line without the program's name. Help goes to `out`; a usage error is one line
/// and a hint on `err`. Never throws.
command parse_command_line(const std::vector<std::string>& arguments, std::ostream& out,
                           std::ostream& err);

} // namespace trunkline
