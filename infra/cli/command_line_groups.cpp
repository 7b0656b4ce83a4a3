// The groups of commands: providers, bench, kb, assistants, data, audit.

#include "infra/cli/command_parser.hpp"

namespace trunkline {

void command_parser::build_providers() {
  using action = providers_command::action;
  auto* group = add(app_, "providers", "outside services and their health", nullptr);
  group->require_subcommand(1);
  const auto sub = [&](const char* name, const char* doc, action what) {
    auto* app = add(*group, name, doc, [this, what] {
      auto made = providers_;
      made.what = what;
      return made;
    });
    config_flags(app, providers_.config);
    app->add_flag("--json", providers_.json, "print JSON");
    if (what != action::test)
      app->add_option("--admin", providers_.admin_url, "admin API of the running engine");
    return app;
  };
  sub("ls", "every service of a running engine with its breaker", action::list);
  sub("test", "one small real request to each listed service", action::test)
      ->add_option("name", providers_.names, "only these, such as openai or llm:openai");
  for (const auto what : {action::trip, action::reset})
    sub(what == action::trip ? "trip" : "reset",
        what == action::trip ? "open a breaker by hand: calls use the next service"
                             : "close a breaker by hand",
        what)
        ->add_option("name", providers_.names, "a service, such as openai or llm:openai")
        ->required()
        ->expected(1);
}

void command_parser::build_bench() {
  auto* group = add(app_, "bench", "load, and stand-ins of outside services", nullptr);
  group->require_subcommand(1);
  build_bench_run(*group);
  auto* compare =
      add(*group, "compare", "two reports side by side", [this] { return bench_compare_; });
  compare->add_option("a", bench_compare_.a, "a report of bench run --json")->required();
  compare->add_option("b", bench_compare_.b, "another")->required();
  compare->add_flag("--json", bench_compare_.json, "print JSON");
  build_bench_providers(*group);
}

void command_parser::build_bench_run(CLI::App& group) {
  auto& made = bench_run_;
  auto* app = add(group, "run", "call a server many times, as a scenario says",
                  [this] { return bench_run_; });
  app->add_option("scenario", made.scenario,
                  "a file, or the name of one that ships: hold, relay, gather")
      ->required();
  app->add_option("--url", made.url, "base URL of the server");
  app->add_option("--public-url", made.public_url, "what the server calls itself, and signs with");
  app->add_option("--stream-url", made.stream_url,
                  "ws:// of its media socket: no webhooks are sent");
  app->add_option("--admin", made.admin_url, "an engine's admin API, for who owns the waiting");
  app->add_option("--token", made.token, "signs; better in TWILIO_AUTH_TOKEN, which nobody sees");
  app->add_option("--state-dir", made.state_dir, "where the server keeps its development token");
  app->add_option("--pid", made.server_pid, "the server's process: its CPU and memory are sampled");
  app->add_option("--metrics", made.metrics_url, "where they are read instead, as Prometheus does");
  app->add_option("--seed", made.seed, "another seed than the scenario's");
  app->add_option("--threads", made.threads, "of the generator")->check(CLI::Range(1, 64));
  app->add_option("--json", made.json, "file for the report; '-': stdout instead of the table");
  app->add_option("--csv", made.csv, "file for the raw samples");
  app->add_option("--html", made.html, "file for a page with charts");
  app->add_flag("--quiet", made.quiet, "no progress on stderr");
  app->add_flag("--plan", made.plan_only, "print the plan of calls and call nobody");
  app->add_flag("--find-capacity", made.find_capacity, "look for the largest load that holds");
  app->add_option("--from", made.capacity_first, "first load tried")->check(CLI::Range(1, 100'000));
  app->add_option("--most", made.capacity_most, "largest load tried")
      ->check(CLI::Range(1, 100'000));
  app->add_option("--hold", made.capacity_seconds, "seconds that a load must hold")
      ->check(CLI::Range(1.0, 86'400.0));
  app->add_option("--recovery", made.capacity_recovery_s,
                  "seconds for a server to take calls again after too many")
      ->check(CLI::Range(0, 3600));
  app->add_option("--env-file", made.env_file, "read as environment when it exists");
}

void command_parser::build_bench_providers(CLI::App& group) {
  auto& made = bench_providers_;
  auto* app = add(group, "providers", "serve stand-ins of all outside services on loopback",
                  [this] { return bench_providers_; });
  config_flags(app, made.config);
  const auto latency = [&](const char* flag, std::chrono::milliseconds& to, const char* doc) {
    app->add_option_function<unsigned>(
           flag, [&to](unsigned ms) { to = std::chrono::milliseconds{ms}; }, doc)
        ->check(CLI::Range(0, 60'000));
  };
  app->add_option("--port", made.first_port, "first port; the other services follow it");
  latency("--stt-ms", made.recogniser, "recognisers' latency");
  latency("--llm-ms", made.first_token, "models' time to the first token");
  latency("--token-ms", made.between_tokens, "models' time from one token to the next");
  latency("--tts-ms", made.first_audio, "voices' time to the first audio");
  app->add_option("--spread", made.spread, "percent that latencies vary either way")
      ->check(CLI::Range(0, 100));
  app->add_option("--seed", made.seed, "draws latencies and who meets a fault");
  app->add_option("--last-word-changes", made.last_word_changes,
                  "Deepgram's finals end in this word, which no interim had");
  app->add_option("--script", made.scripts, "caller scripts the recognisers understand")
      ->allow_extra_args(false);
  app->add_option("--voice", made.voices, "voices they understand; repeatable")
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"kal16", "rms", "slt", "awb"}));
  app->add_option("--fault", made.faults, "SERVICE:FAULT, such as openai:hang; repeatable")
      ->allow_extra_args(false);
  app->add_option("--profile", made.profile, "faults under a name; --profiles lists them");
  app->add_flag("--profiles", made.list_profiles, "list the fault profiles, and end");
  app->add_option("--log", made.log, "file for a JSON line for each fault that was made");
  app->add_flag("--number-replies", made.number_replies,
                "models' replies differ, so that no voice has them in its cache");
  app->add_option("--env-out", made.env_out, "file for the variables an engine needs");
  app->add_option_function<unsigned>(
      "--seconds", [&made](unsigned s) { made.duration = std::chrono::seconds{s}; },
      "end after this time; else Ctrl-C");
}

void command_parser::build_data() {
  using action = data_command::action;
  auto* group = add(app_, "data", "encryption keys, and what is kept of one caller", nullptr);
  group->require_subcommand(1);
  const auto leaf = [&](const char* name, const char* doc, action what) {
    auto* app = add(*group, name, doc, [this, what] {
      data_.what = what;
      return data_;
    });
    config_flags(app, data_.config);
    return app;
  };
  const auto of_person = [&](CLI::App* app) {
    app->add_option("--number", data_.number, "the caller's, in E.164")->required();
    app->add_option("--tenant", data_.tenant, "whose caller; not needed when there is one");
    app->add_option("--reason", data_.reason, "for the audit log; do not name the person");
    return app;
  };
  leaf("new-key", "make a data key for TRUNKLINE_STORE_DATA_KEY or its file", action::new_key);
  leaf("reseal", "seal all keys in the database with the first data key", action::reseal);
  of_person(leaf("export", "all that is kept of a caller, as JSON", action::export_all));
  of_person(leaf("erase", "forget a caller", action::erase))
      ->add_flag("--cancel-upcoming", data_.cancel_upcoming, "appointments still to come as well");
  auto* audit = add(app_, "audit", "who did what, and whether the log was touched", nullptr);
  audit->require_subcommand(1);
  auto* verify = add(*audit, "verify", "check the chain of audit rows", [this] { return audit_; });
  verify->add_option("--known", audit_.known, "an end of it that was noted earlier");
  auto* list = add(*audit, "ls", "the latest rows", [this] {
    audit_.what = audit_command::action::list;
    return audit_;
  });
  list->add_option("--limit", audit_.limit, "how many")->check(CLI::Range(1, 100'000));
  for (auto* app : {verify, list}) {
    config_flags(app, audit_.config);
    app->add_flag("--json", audit_.json, "as JSON");
  }
}

void command_parser::build_knowledge() {
  using action = kb_command::action;
  auto* group = add(app_, "kb", "the documents that answers come from", nullptr);
  group->require_subcommand(1);
  const auto leaf = [&](const char* name, const char* doc, action what) {
    auto* app = add(*group, name, doc, [this, what] {
      kb_.what = what;
      return kb_;
    });
    config_flags(app, kb_.config);
    app->add_option("--tenant", kb_.tenant, "whose; not needed when there is one");
    app->add_flag("--json", kb_.json, "as JSON");
    return app;
  };
  const auto takes = [this](CLI::App* app, const char* name, const char* doc) {
    return app->add_option(name, kb_.arguments, doc)->required();
  };
  const auto limited = [this](CLI::App* app) {
    app->add_option("--limit", kb_.limit, "how many")->check(CLI::Range(1, 50));
  };
  auto* import = leaf("import", "add or replace documents: .md .txt .html .pdf", action::import);
  import->add_option("--title", kb_.title, "instead of the document's own");
  takes(import, "path", "files, or directories with such files");
  leaf("ls", "all documents", action::list);
  takes(leaf("show", "a document's passages", action::show), "document", "id or file name")
      ->expected(1);
  auto* search = leaf("search", "the best passages for a question", action::search);
  takes(search, "question", "in anybody's words");
  limited(search);
  takes(leaf("rm", "forget a document", action::remove), "document", "id or file name")
      ->expected(1);
  limited(leaf("unanswered", "what callers asked and nobody could answer", action::unanswered));
}

void command_parser::build_assistants() {
  using action = assistants_command::action;
  auto* group = add(app_, "assistants", "assistants in the database, and personalities", nullptr);
  group->require_subcommand(1);
  const auto leaf = [&](const char* name, const char* doc, action what) {
    auto* app = add(*group, name, doc, [this, what] {
      assistants_.what = what;
      return assistants_;
    });
    app->add_flag("--json", assistants_.json, "as JSON");
    if (what == action::presets)
      return app;
    config_flags(app, assistants_.config);
    app->add_option("--tenant", assistants_.tenant, "whose; not needed when there is one");
    return app;
  };
  const auto of_one = [this](CLI::App* app) {
    app->add_option("id", assistants_.id, "the assistant")->required();
    return app;
  };
  leaf("ls", "all assistants", action::list);
  of_one(leaf("show", "what an assistant is made of", action::show))
      ->add_option("--version", assistants_.version, "not the current one");
  leaf("put", "add an assistant, or a new version of it", action::put)
      ->add_option("file", assistants_.file, "TOML with the keys of one [[assistants]] table")
      ->required();
  of_one(leaf("versions", "all versions of an assistant", action::versions));
  of_one(leaf("use", "give new calls another version", action::use))
      ->add_option("version", assistants_.version, "see `assistants versions`")
      ->required();
  of_one(leaf("rm", "take no more calls; its versions are kept", action::remove));
  leaf("presets", "personalities that an assistant may begin with", action::presets);
}

} // namespace trunkline
