#include "infra/cli/command_line.hpp"

#include "infra/cli/command_parser.hpp"
#include "infra/config/config_field.hpp"

#include <ostream>

namespace trunkline {

CLI::App* command_parser::add(CLI::App& parent, const char* name, const char* doc,
                              std::function<command()> result) {
  auto* app = parent.add_subcommand(name, doc);
  if (result)
    leaves_.emplace_back(app, std::move(result));
  return app;
}

void command_parser::setting_flag(CLI::App* app, const char* flag, const char* key, const char* doc,
                                  config_options& to) {
  app->add_option_function<std::string>(
      flag, [&to, key](const std::string& value) { to.set[key] = value; }, doc);
}

void command_parser::config_flags(CLI::App* app, config_options& to) {
  app->add_option("--config,-c", to.config_file, "TOML file with the configuration");
  app->add_option("--env-file", to.env_file, "file of KEY=value lines, read as environment");
  setting_flag(app, "--state-dir", "state_dir", "directory for everything the engine keeps", to);
  app->add_option_function<std::vector<std::string>>(
         "--set",
         [&to](const std::vector<std::string>& pairs) {
           for (const auto& pair : pairs) {
             const auto equals = pair.find('=');
             if (equals == pair.npos || equals == 0)
               throw CLI::ValidationError("--set", "'" + pair + "' is not key=value");
             to.set[pair.substr(0, equals)] = pair.substr(equals + 1);
           }
         },
         "a setting, such as limits.max_calls=50; may be repeated")
      ->allow_extra_args(false);
}

void command_parser::build() {
  app_.require_subcommand(0, 1);
  app_.set_help_flag("--help,-h", "print this help");
  auto* serve = add(app_, "serve", "answer calls", [this] { return serve_; });
  config_flags(serve, serve_.config);
  setting_flag(serve, "--listen", "server.listen", "address:port of webhooks and media",
               serve_.config);
  setting_flag(serve, "--admin-listen", "server.admin_listen", "address:port for operators",
               serve_.config);
  build_call();
  auto* demo =
      add(app_, "demo", "play four calls against a fresh engine", [this] { return demo_; });
  demo->add_flag("--once", demo_.once, "end after the calls instead of serving on");
  config_flags(demo, demo_.config);
  build_config();
  build_records();
  build_data();
  build_knowledge();
  build_assistants();
  build_providers();
  build_bench();
  add(app_, "version", "print the version", [] { return version_command{}; });
  help_ = add(app_, "help", "print help on a command", nullptr);
  help_->add_option("command", help_topic_, "the command");
}

void command_parser::build_call() {
  auto* call = add(app_, "call", "call a server as carrier and caller", [this] { return call_; });
  call->add_option("--url", call_.url, "base URL of the server");
  call->add_option("--channel", call_.channel, "how the carrier carries the call")
      ->check(CLI::IsMember({"media", "gather", "relay"}));
  call->add_option("--admin", call_.admin_url, "its admin API, for the words it recognised");
  call->add_option("--script", call_.script, "name or file of a caller script");
  call->add_option("--voice", call_.voice, "the caller's voice")
      ->check(CLI::IsMember({"kal16", "rms", "slt", "awb"}));
  call->add_option("--seed", call_.seed, "draws the paraphrases");
  call->add_option("--paraphrases", call_.paraphrases, "which wordings are drawn")
      ->check(CLI::IsMember({"seen", "unseen", "all"}));
  call->add_option("--from", call_.from, "the caller's number");
  call->add_option("--to", call_.to, "the called number");
  call->add_option("--caller-name", call_.caller_name, "the caller's name, as carriers send it");
  call->add_option("--token", call_.token,
                   "signs the webhooks; better in TWILIO_AUTH_TOKEN, which nobody sees");
  call->add_option("--state-dir", call_.state_dir, "where the server keeps its development token");
  call->add_option("--expect", call_.expect, "regular expression the agent must say; repeatable")
      ->allow_extra_args(false);
  call->add_flag("--json", call_.json, "print a JSON document instead of the dialogue");
  call->add_option("--wav", call_.wav, "stereo recording of what both heard");
  call->add_option("--calls", call_.calls, "calls at the same time")->check(CLI::Range(1, 10000));
  call->add_option("--noise", call_.noise_level, "background noise")->check(CLI::Range(0, 10000));
  call->add_option_function<unsigned>(
          "--max-seconds",
          [this](unsigned seconds) { call_.duration_max = std::chrono::seconds{seconds}; },
          "longest call")
      ->check(CLI::Range(1, 86400));
  call->add_option_function<std::string>(
      "--rest-listen",
      [this](const std::string& text) {
        const auto address = parse_listen_address(text);
        if (!address || address->port == 0 || !is_loopback(address->host))
          throw CLI::ValidationError("--rest-listen",
                                     "'" + text + "' is not a loopback port, such as 8090");
        call_.rest_port = address->port;
      },
      "port of a stand-in for the carrier's REST API");
  call->add_option("--fallback-url", call_.fallback_url, "the number's fallback URL");
  call->add_option("--env-file", call_.env_file, "read as environment when it exists");
}

void command_parser::build_config() {
  auto* config = add(app_, "config", "check, show or make a configuration", nullptr);
  config->require_subcommand(1);
  const auto leaf = [&](const char* name, const char* doc, config_command::action what) {
    return add(*config, name, doc, [this, what] {
      config_.what = what;
      return config_;
    });
  };
  config_flags(leaf("check", "report everything that is wrong", config_command::action::check),
               config_.config);
  auto* show =
      leaf("show", "print each setting and where it is from", config_command::action::show);
  config_flags(show, config_.config);
  show->add_flag("--json", config_.json, "as JSON");
  auto* init = leaf("init", "write a configuration to start from", config_command::action::init);
  init->add_option("file", config_.file, "the file; '-' for stdout; default trunkline.toml")
      ->default_str("trunkline.toml");
  init->add_flag("--force", config_.force, "replace an existing file");
}

void command_parser::build_records() {
  auto* doctor =
      add(app_, "doctor", "check this machine and configuration", [this] { return doctor_; });
  config_flags(doctor, doctor_.config);
  doctor->add_flag("--json", doctor_.json, "as JSON");
  auto* calls = add(app_, "calls", "look at stored calls", nullptr);
  calls->require_subcommand(1);
  const auto leaf = [&](const char* name, const char* doc, calls_command::action what) {
    auto* app = add(*calls, name, doc, [this, what] {
      calls_.what = what;
      return calls_;
    });
    config_flags(app, calls_.config);
    app->add_flag("--json", calls_.json, "as JSON");
    app->add_flag("--full", calls_.full, "show whole phone numbers");
    return app;
  };
  leaf("ls", "the latest calls", calls_command::action::list)
      ->add_option("--limit", calls_.limit, "how many")
      ->check(CLI::Range(1, 10000));
  leaf("export", "the latest calls with their turns, a JSON object a line",
       calls_command::action::export_all)
      ->add_option("--limit", calls_.limit, "how many")
      ->check(CLI::Range(1, 1'000'000));
  leaf("show", "one call with its turns", calls_command::action::show)
      ->add_option("call_sid", calls_.call_sid, "the call")
      ->required();
  auto* recording = leaf("recording", "the sound of one call, as a WAV file on stdout",
                         calls_command::action::recording);
  recording->add_option("call_sid", calls_.call_sid, "the call")->required();
  recording->add_option("--part", calls_.part, "which one, of a caller who was brought back")
      ->check(CLI::Range(1, 1000));
  auto* migrate =
      add(app_, "migrate", "bring the database up to date", [this] { return migrate_; });
  config_flags(migrate, migrate_.config);
  migrate
      ->add_option_function<std::string>(
          "action",
          [this](const std::string& what) {
            migrate_.what =
                what == "status" ? migrate_command::action::status : migrate_command::action::up;
          },
          "up (default) or status")
      ->check(CLI::IsMember({"up", "status"}));
  auto* outbox =
      add(app_, "outbox", "rows that the database would not take", [this] { return outbox_; });
  config_flags(outbox, outbox_.config);
  outbox->add_flag("--json", outbox_.json, "as JSON, with what is in them");
  outbox
      ->add_option_function<std::string>(
          "action",
          [this](const std::string& what) {
            outbox_.what =
                what == "retry" ? outbox_command::action::retry : outbox_command::action::list;
          },
          "ls (default) or retry")
      ->check(CLI::IsMember({"ls", "retry"}));
  outbox->add_option("id", outbox_.id, "retry: only this one");
}

std::string command_parser::unknown_command(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments[0].starts_with('-'))
    return {};
  std::vector<std::string> names;
  for (const auto* each : app_.get_subcommands([](CLI::App*) { return true; })) {
    if (each->get_name() == arguments[0])
      return {};
    names.push_back(each->get_name());
  }
  const auto near = nearest_name(arguments[0], names);
  return "unknown command '" + arguments[0] + "'" + (near ? "; did you mean '" + *near + "'?" : "");
}

command command_parser::parse(const std::vector<std::string>& arguments, std::ostream& out,
                              std::ostream& err) {
  const auto usage = [&](std::string why, const std::string& topic) {
    why = why.substr(0, why.find('\n'));
    err << "trunkline: " << why << "\nTry 'trunkline help" << (topic.empty() ? "" : " ") << topic
        << "'.\n";
    return no_command{exit_usage};
  };
  if (auto unknown = unknown_command(arguments); !unknown.empty())
    return usage(unknown, "");
  const auto deepest = [this] {
    const CLI::App* app = &app_;
    while (!app->get_subcommands().empty())
      app = app->get_subcommands().front();
    return app;
  };
  try {
    app_.parse(std::vector<std::string>{arguments.rbegin(), arguments.rend()});
    if (help_->parsed()) {
      auto* topic = &app_;
      for (const auto& name : help_topic_)
        topic = topic->get_subcommand(name);
      out << topic->help();
      return no_command{exit_ok};
    }
    for (const auto& [app, result] : leaves_)
      if (app->parsed())
        return result();
    return usage("a command is missing", "");
  } catch (const CLI::CallForHelp&) {
    out << deepest()->help();
    return no_command{exit_ok};
  } catch (const CLI::OptionNotFound&) {
    return usage("there is no help on that command", "");
  } catch (const CLI::Error& error) {
    const auto* app = deepest();
    return usage(error.what(), app == &app_ ? "" : app->get_name());
  }
}

command parse_command_line(const std::vector<std::string>& arguments, std::ostream& out,
                           std::ostream& err) {
  return command_parser{}.parse(arguments, out, err);
}

} // namespace trunkline
