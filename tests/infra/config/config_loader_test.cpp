#include "infra/config/config_loader.hpp"
#include "infra/config/config_table.hpp"
#include "tests/support/paths.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace trunkline {

namespace {

using std::chrono::seconds;

class config_test : public ::testing::Test {
protected:
  testing::temp_dir folder_;
  std::filesystem::path file_ = folder_.path() / "t.toml";
  const variables home_{{"HOME", "/home/somebody"}};

  loaded_config read(const std::string& text, variables environment = {}, variables flags = {}) {
    testing::write_file(file_, text);
    environment.insert(home_.begin(), home_.end());
    return read_config({file_, environment, flags});
  }
  /// All problems, one a line, without the folder.
  std::string problems(const std::string& text, variables environment = {}, variables flags = {}) {
    std::string lines;
    for (const auto& problem : read(text, std::move(environment), std::move(flags)).problems) {
      auto line = problem.line;
      if (const auto at = line.find(folder_.path().string() + "/"); at != line.npos)
        line.erase(at, folder_.path().string().size() + 1);
      EXPECT_EQ(line.find('\n'), line.npos) << line;
      lines += (lines.empty() ? "" : "\n") + line;
    }
    return lines;
  }
  std::string assistant_problems(const std::string& lines) {
    return problems("[[assistants]]\nid = \"a\"\nbusiness = \"B\"\ngreeting = \"Hello\"\n" + lines);
  }
};

TEST_F(config_test, a_flag_wins_over_the_environment_over_the_file_over_the_default) {
  const std::string text = "[limits]\nmax_calls = 11\n";
  const variables environment{{"TRUNKLINE_LIMITS_MAX_CALLS", "22"}};
  EXPECT_EQ(read("").config.limits.max_calls, 1000u);
  EXPECT_EQ(read(text).config.limits.max_calls, 11u);
  EXPECT_EQ(read(text, environment).config.limits.max_calls, 22u);
  const auto all = read(text, environment, {{"limits.max_calls", "33"}});
  EXPECT_TRUE(all.problems.empty());
  EXPECT_EQ(all.config.limits.max_calls, 33u);
  EXPECT_EQ(all.origins.at("limits.max_calls"), "flag");
  EXPECT_EQ(read(text, environment).origins.at("limits.max_calls"), "TRUNKLINE_LIMITS_MAX_CALLS");
  EXPECT_EQ(read(text).origins.at("limits.max_calls"), file_.string() + ":2:13");
  EXPECT_EQ(read(text).origins.at("limits.calls_per_second"), "default");
}

TEST_F(config_test, a_schema_of_what_is_extracted_stands_in_the_file_or_beside_it) {
  const std::string schema = R"({"type":"object","properties":{"a":{"type":"string"}}})";
  EXPECT_EQ(assistant_problems("[assistants.extraction]\nschema = '" + schema + "'\n"), "");
  testing::write_file(folder_.path() / "visit.json", schema);
  const std::string lines = "[[assistants]]\nid = \"a\"\nbusiness = \"B\"\ngreeting = \"H\"\n";
  const auto loaded = read(lines + "[assistants.extraction]\nschema_file = \"visit.json\"\n");
  ASSERT_TRUE(loaded.problems.empty()) << loaded.problems[0].line;
  EXPECT_EQ(loaded.config.assistants.at(0).extraction.schema, schema);
  EXPECT_FALSE(loaded.config.assistants[0].remember_callers) << "nobody is remembered unasked";
}

TEST_F(config_test, a_schema_that_cannot_be_used_is_a_problem_with_its_place) {
  const std::string table = "[assistants.extraction]\n";
  EXPECT_EQ(assistant_problems(table), "t.toml:5:1: assistants.extraction needs either schema or "
                                       "schema_file");
  EXPECT_EQ(assistant_problems(table + "schema_file = 'none.json'\n"),
            "t.toml:6:15: assistants.extraction.schema_file cannot be read; it is looked for "
            "beside the configuration");
  const auto unknown = assistant_problems(table + R"(schema = '{"type":"object","oneOf":[]}')");
  EXPECT_EQ(unknown.find("t.toml:6:10: assistants.extraction: schema.oneOf is not supported; what "
                         "is: type, properties"),
            0u)
      << unknown;
}

TEST_F(config_test, the_designs_own_variables_are_read) {
  const auto loaded = read("", {{"TWILIO_ACCOUNT_SID", "AC1"},
                                {"TWILIO_AUTH_TOKEN", "secret"},
                                {"TWILIO_PHONE_NUMBER", "+15550100200"},
                                {"TWILIO_BASE_URL", "http://127.0.0.1:9"},
                                {"BASE_URL", "https://voice.example.com/"},
                                {"LOG_LEVEL", "debug"},
                                {"STT_PROVIDER", " embedded ,"},
                                {"DATABASE_URL", "sqlite:///srv/t.db"},
                                {"TRUNKLINE_STATE_DIR", "/srv/state"},
                                {"TRUNKLINE_SERVER_LISTEN", "0.0.0.0:80"},
                                {"TRUNKLINE_SERVER_ADMIN_LISTEN", "[::1]:81"},
                                {"TRUNKLINE_ADMIN_USER", "ops"},
                                {"TRUNKLINE_ADMIN_PASSWORD", "word"},
                                {"TRUNKLINE_SERVER_DRAIN_TIMEOUT_S", "5"},
                                {"TRUNKLINE_SERVER_TEST_HOOKS", "true"}});
  ASSERT_TRUE(loaded.problems.empty()) << loaded.problems[0].line;
  const auto& config = loaded.config;
  EXPECT_EQ(config.carrier.account_sid, "AC1");
  EXPECT_EQ(config.carrier.auth_token, "secret");
  EXPECT_EQ(config.carrier.phone_number, "+15550100200");
  EXPECT_EQ(config.carrier.base_url, "http://127.0.0.1:9");
  EXPECT_EQ(config.server.base_url, "https://voice.example.com");
  EXPECT_EQ(config.log_level, "debug");
  EXPECT_EQ(config.stt_providers, std::vector<std::string>{"embedded"});
  EXPECT_EQ(config.store.database, "/srv/t.db");
  EXPECT_EQ(config.state_dir, "/srv/state");
  EXPECT_EQ(to_string(config.server.listen), "0.0.0.0:80");
  EXPECT_EQ(to_string(config.server.admin_listen), "[::1]:81");
  EXPECT_EQ(config.admin_user + ":" + config.admin_password, "ops:word");
  EXPECT_EQ(config.server.drain_timeout, seconds{5});
  EXPECT_TRUE(config.server.test_hooks);
}

TEST_F(config_test, an_empty_variable_counts_as_not_set) {
  EXPECT_EQ(read("log_level = \"warn\"", {{"LOG_LEVEL", ""}}).config.log_level, "warn");
}

TEST_F(config_test, unknown_keys_are_named_with_place_and_suggestion) {
  EXPECT_EQ(problems("[limits]\nmax_cals = 3\n"),
            "t.toml:2:1: unknown key 'limits.max_cals'; did you mean 'limits.max_calls'?");
  EXPECT_EQ(problems("[limts]\nmax_calls = 3\n"),
            "t.toml:1:2: unknown key 'limts.max_calls'; did you mean 'limits.max_calls'?");
  EXPECT_EQ(problems("limts.max_calls = 3\n"),
            "t.toml:1:1: unknown key 'limts.max_calls'; did you mean 'limits.max_calls'?");
  EXPECT_EQ(problems("weather = 1\n"),
            "t.toml:1:1: unknown key 'weather'; see docs/configuration.md for the keys");
  EXPECT_EQ(assistant_problems("greting = \"x\"\n"),
            "t.toml:5:1: unknown key 'assistants.greting'; did you mean 'assistants.greeting'?");
  EXPECT_EQ(assistant_problems("[assistants.turns]\nspeculat = true\n"),
            "t.toml:6:1: unknown key 'assistants.turns.speculat'; did you mean "
            "'assistants.turns.speculate'?");
}

TEST_F(config_test, unknown_variables_are_named_with_a_suggestion) {
  EXPECT_EQ(problems("", {{"TRUNKLINE_LIMTS_MAX_CALLS", "3"}}),
            "TRUNKLINE_LIMTS_MAX_CALLS: unknown variable; did you mean "
            "TRUNKLINE_LIMITS_MAX_CALLS?");
  EXPECT_EQ(problems("", {{"TRUNKLINE_WHATEVER_ELSE", "3"}}),
            "TRUNKLINE_WHATEVER_ELSE: unknown variable; see docs/configuration.md for the names");
  EXPECT_EQ(problems("", {{"TRUNKLINE_JOBS", "1"}, {"TERM", "dumb"}}), "");
}

TEST_F(config_test, unknown_flag_keys_are_named_with_a_suggestion) {
  EXPECT_EQ(problems("", {}, {{"limits.max_call", "3"}}),
            "--set limits.max_call: unknown key; did you mean 'limits.max_calls'?");
  EXPECT_EQ(problems("", {}, {{"limits.max_calls", "many"}}),
            "--set limits.max_calls: must be a whole number");
}

TEST_F(config_test, wrong_types_and_ranges_say_what_is_wanted) {
  EXPECT_EQ(problems("[limits]\nmax_calls = \"many\"\n"),
            "t.toml:2:13: limits.max_calls must be a whole number, not text");
  EXPECT_EQ(problems("[limits]\nmax_calls = 0\n"),
            "t.toml:2:13: limits.max_calls is 0; it must be between 1 and 100000");
  EXPECT_EQ(problems("[store]\npatience_s = 1.5\n"),
            "t.toml:2:14: store.patience_s must be a whole number of seconds, not a fraction");
  EXPECT_EQ(problems("log_level = 3\n"),
            "t.toml:1:13: log_level must be text in quotes, not a number");
  EXPECT_EQ(problems("log_level = \"loud\"\n"),
            "t.toml:1:13: log_level is 'loud'; it must be one of debug, info, warn, error, off");
  EXPECT_EQ(problems("[server]\ntest_hooks = \"yes\"\n"),
            "t.toml:2:14: server.test_hooks must be true or false, not text");
  EXPECT_EQ(problems("server = 3\n"), "t.toml:1:1: server must be a table: write [server]");
  EXPECT_EQ(problems("assistants = 3\n"),
            "t.toml:1:14: assistants must be tables: write [[assistants]]");
  EXPECT_EQ(problems("", {{"TRUNKLINE_LIMITS_MAX_CALLS", "12x"}}),
            "TRUNKLINE_LIMITS_MAX_CALLS: must be a whole number");
  EXPECT_EQ(problems("", {{"TRUNKLINE_SERVER_TEST_HOOKS", "maybe"}}),
            "TRUNKLINE_SERVER_TEST_HOOKS: must be true or false");
}

TEST_F(config_test, addresses_and_urls_are_checked) {
  EXPECT_EQ(problems("[server]\nlisten = \"nowhere:80\"\n"),
            "t.toml:2:10: server.listen is 'nowhere:80'; write address:port, such as "
            "127.0.0.1:8080 or [::]:8080");
  for (const auto* bad : {"", ":", "1.2.3.4:", "1.2.3.4:70000", "::1:80", "1.2.3.4:80x"})
    EXPECT_FALSE(parse_listen_address(bad)) << bad;
  EXPECT_EQ(parse_listen_address("localhost:0")->host, "127.0.0.1");
  EXPECT_EQ(parse_listen_address("9000")->port, 9000);
  EXPECT_EQ(problems("", {{"BASE_URL", "voice.example.com"}}),
            "BASE_URL: is not a URL: is not absolute; write it like https://voice.example.com");
  EXPECT_EQ(problems("", {{"BASE_URL", "wss://voice.example.com"}}),
            "BASE_URL: must be an http or https URL");
  EXPECT_EQ(problems("[server]\nlisten = \"127.0.0.1:9\"\nadmin_listen = \"127.0.0.1:9\"\n"),
            "server.listen and server.admin_listen are both 127.0.0.1:9; give them different "
            "ports");
}

TEST_F(config_test, the_database_is_a_file_or_a_server) {
  const std::string url = "postgres://me:word@db/x";
  EXPECT_EQ(read("", {{"DATABASE_URL", url}}).config.store.database, url);
  EXPECT_EQ(problems("", {{"DATABASE_URL", "mysql://db"}}),
            "DATABASE_URL: must be the path of a SQLite file, sqlite:///absolute/path, or "
            "postgres://user@host:5432/name");
  EXPECT_EQ(problems("", {{"DATABASE_URL", "postgres://me:word@db"}}),
            "DATABASE_URL: names no database; write it like postgres://user@host:5432/trunkline");
  EXPECT_EQ(read("", {{"DATABASE_URL", "calls.db"}}).config.store.database, "calls.db");
}

TEST_F(config_test, a_database_password_is_taken_from_the_environment_only) {
  EXPECT_EQ(problems("[store]\ndatabase = \"postgres://me:word@db/x\"\n"),
            "t.toml:2:12: store.database has a password, which does not belong in a file; set "
            "DATABASE_URL in the environment");
  EXPECT_TRUE(problems("[store]\ndatabase = \"postgres://me@db/x\"\n").empty());
}

TEST_F(config_test, unknown_services_list_the_known_ones) {
  EXPECT_EQ(problems("", {{"STT_PROVIDER", "deepgrm,embedded"}}),
            "STT_PROVIDER: names the unknown service 'deepgrm'; there are deepgram, openai, azure, "
            "vosk, whisper, embedded");
  EXPECT_EQ(problems("[providers]\nllm = []\n"),
            "providers.llm is empty; list at least one service, such as embedded");
  EXPECT_EQ(problems("", {{"TTS_PROVIDER", ","}}),
            "providers.tts is empty; list at least one service, such as embedded");
  EXPECT_EQ(problems("", {{"LLM_PROVIDER", "openai"}}),
            "providers.llm lists openai, but OPENAI_API_KEY is not set");
  EXPECT_EQ(problems("", {{"LLM_PROVIDER", "openai"}, {"OPENAI_API_KEY", "k"}}), "");
}

TEST_F(config_test, fractions_have_bounds_and_keys_stay_out_of_files) {
  EXPECT_EQ(
      read("[elevenlabs]\nstability = 0.25\nstyle = 1\n").config.services.elevenlabs.stability,
      0.25);
  EXPECT_EQ(problems("[elevenlabs]\nstability = 1.5\n"),
            "t.toml:2:13: elevenlabs.stability must be between 0 and 1");
  EXPECT_EQ(problems("", {{"ELEVENLABS_STABILITY", "high"}}),
            "ELEVENLABS_STABILITY: must be a number such as 0.5");
  EXPECT_EQ(problems("[openai]\napi_key = \"sk-1\"\n"),
            "t.toml:2:1: openai.api_key is a secret, which does not belong in a file; set "
            "OPENAI_API_KEY in the environment");
}

TEST_F(config_test, secrets_are_refused_in_files_and_flags_and_never_repeated) {
  EXPECT_EQ(problems("[carrier]\nauth_token = \"abc123\"\n"),
            "t.toml:2:1: carrier.auth_token is a secret, which does not belong in a file; set "
            "TWILIO_AUTH_TOKEN in the environment");
  EXPECT_EQ(problems("[admin]\npassword = \"abc123\"\n"),
            "t.toml:2:1: admin.password is a secret, which does not belong in a file; set "
            "TRUNKLINE_ADMIN_PASSWORD in the environment");
  EXPECT_EQ(problems("", {}, {{"carrier.auth_token", "abc123"}}),
            "--set carrier.auth_token: is a secret, which a command line shows to everybody; set "
            "TWILIO_AUTH_TOKEN in the environment");
}

TEST_F(config_test, two_names_of_one_setting_must_agree) {
  EXPECT_EQ(problems("", {{"LOG_LEVEL", "info"}, {"TRUNKLINE_LOG_LEVEL", "debug"}}),
            "TRUNKLINE_LOG_LEVEL: contradicts LOG_LEVEL, which means the same; unset one of them");
  EXPECT_EQ(read("", {{"TRUNKLINE_LOG_LEVEL", "debug"}}).config.log_level, "debug");
}

TEST_F(config_test, what_belongs_together_must_come_together) {
  EXPECT_EQ(problems("", {{"TRUNKLINE_ADMIN_USER", "ops"}}),
            "TRUNKLINE_ADMIN_USER and TRUNKLINE_ADMIN_PASSWORD belong together; set both or none");
  EXPECT_EQ(problems("[server]\nkey_file = \"" + file_.string() + "\"\n"),
            "server.certificate_file and server.key_file belong together; set both or none");
}

TEST_F(config_test, several_problems_are_reported_at_once_in_the_order_of_the_file) {
  EXPECT_EQ(problems("[server]\nshards = -1\nlog = 2\n[limits]\nmax_calls = true\n",
                     {{"LOG_LEVEL", "x"}}),
            "t.toml:2:10: server.shards is -1; it must be between 0 and 256\n"
            "t.toml:3:1: unknown key 'server.log'; see docs/configuration.md for the keys\n"
            "t.toml:5:13: limits.max_calls must be a whole number, not true or false\n"
            "LOG_LEVEL: is 'x'; it must be one of debug, info, warn, error, off");
}

TEST_F(config_test, assistants_need_an_id_a_business_and_a_greeting) {
  EXPECT_EQ(problems("[[assistants]]\n"),
            "t.toml:1:1: assistants.id is missing; it is: names it in records and URLs\n"
            "t.toml:1:1: assistants.business is missing; it is: the name callers know\n"
            "t.toml:1:1: assistants.greeting is missing; it is: the first words of a call");
  EXPECT_EQ(assistant_problems(""), "");
  EXPECT_EQ(problems("[[assistants]]\nid = \"A b\"\nbusiness = \" \"\ngreeting = \"x\"\n"),
            "t.toml:2:6: assistants.id is 'A b'; an id has 1 to 64 lower-case letters, digits, - "
            "or _\nt.toml:3:12: assistants.business must not be empty");
}

TEST_F(config_test, numbers_zones_dates_and_voices_are_checked) {
  EXPECT_EQ(assistant_problems("numbers = [\"+15550100200\", \"555-0100\"]\n"),
            "t.toml:5:11: assistants.numbers is '" + std::string{"***00"} +
                "'; write the number in E.164: +15550100200");
  EXPECT_EQ(assistant_problems("time_zone = \"Mars/Base\"\n"),
            "t.toml:5:13: assistants.time_zone is 'Mars/Base', an unknown time zone; use an IANA "
            "name such as America/New_York");
  EXPECT_EQ(assistant_problems("holidays = [\"25 December\"]\n"),
            "t.toml:5:12: assistants.holidays has '25 December'; write dates like 2026-12-25");
  EXPECT_EQ(assistant_problems("holidays = [2026-12-25]\n"), "");
  EXPECT_EQ(assistant_problems("voice = \"joanna\"\n"),
            "t.toml:5:9: assistants.voice is 'joanna'; the embedded voices are kal16, rms, slt, "
            "awb");
}

TEST_F(config_test, hours_are_checked) {
  EXPECT_EQ(assistant_problems("hours = [\"mon-fri 08:00-17:00\", \"tues 09:00-13:00\"]\n"),
            "t.toml:5:33: assistants.hours has the unknown weekday 'tues'; use sun, mon, tue, "
            "wed, thu, fri or sat");
  EXPECT_EQ(assistant_problems("hours = [\"mon 08:00-17:00\", \"mon 16:00-18:00\"]\n"),
            "t.toml:5:29: assistants.hours 'mon 16:00-18:00' overlaps hours given before; leave "
            "one of them out");
  EXPECT_EQ(assistant_problems("hours = [\"mon 08:00-12:00\", \"mon 12:00-18:00\"]\n"), "");
}

TEST_F(config_test, ids_and_numbers_are_unique) {
  EXPECT_EQ(assistant_problems("[[assistants.services]]\nid = \"x\"\nname = \"x\"\n"
                               "[[assistants.services]]\nid = \"x\"\nname = \"y\"\n"),
            "t.toml:8:1: assistants.services.id 'x' is there twice; ids are unique");
  EXPECT_EQ(assistant_problems("[[assistants.staff]]\nid = \"x\"\nname = \"x\"\n"
                               "number = \"+15550100201\"\n[[assistants.staff]]\nid = \"x\"\n"
                               "name = \"y\"\nnumber = \"+15550100202\"\n"),
            "t.toml:9:1: assistants.staff.id 'x' is there twice; ids are unique");
  const std::string one = "[[assistants]]\nid = \"a\"\nbusiness = \"B\"\ngreeting = \"Hello\"\n"
                          "numbers = [\"+15550100200\"]\ndefault = true\n";
  EXPECT_EQ(problems(one + one),
            "t.toml:7:1: assistants.id 'a' is there twice; ids are unique\n"
            "t.toml:11:11: assistants.numbers +1555***0200 is taken by an assistant before; a "
            "number has one assistant\n"
            "t.toml:12:11: assistants.default is set for a second assistant; only one can take "
            "the other calls");
}

TEST_F(config_test, references_between_settings_are_checked) {
  EXPECT_EQ(assistant_problems("front_desk = \"nobody\"\n"),
            "t.toml:5:14: assistants.front_desk must be the id of one of assistants.staff");
  EXPECT_EQ(assistant_problems("[[assistants.staff]]\nid = \"x\"\nname = \"X\"\n"),
            "t.toml:5:1: assistants.staff.number is missing; it is: where calls are transferred "
            "to, in E.164");
  EXPECT_EQ(
      assistant_problems("[assistants.turns]\nendpoint_ms_min = 900\nendpoint_ms_max = 800\n"),
      "t.toml:5:1: assistants.turns.endpoint_ms_min is larger than endpoint_ms_max");
}

TEST_F(config_test, files_that_cannot_be_read_are_one_line) {
  const auto missing = read_config({folder_.path() / "none.toml", home_, {}});
  ASSERT_EQ(missing.problems.size(), 1u);
  EXPECT_EQ(missing.problems[0].line,
            (folder_.path() / "none.toml").string() + ": there is no such file");
  const auto directory = read_config({folder_.path(), home_, {}});
  EXPECT_EQ(directory.problems.at(0).line,
            folder_.path().string() + ": is a directory; name a file");
}

TEST_F(config_test, all_problems_become_one_failure) {
  testing::write_file(file_, "a = 1\nb = 2\n");
  const auto loaded = load_config({file_, home_, {}});
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, failure_kind::bad_input);
  const auto lines = loaded.error().context;
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 1) << lines;
}

TEST_F(config_test, keys_and_variables_of_the_table_are_unique_and_documented) {
  std::set<std::string> names;
  for (const auto& row : config_rows()) {
    EXPECT_TRUE(names.insert(std::string{row.key}).second) << row.key;
    EXPECT_TRUE(names.insert(formed_variable(row.key)).second) << row.key;
    EXPECT_FALSE(row.doc.empty()) << row.key;
  }
}

} // namespace

TEST_F(config_test, recordings_need_a_key_and_a_channel_with_sound) {
  EXPECT_EQ(
      assistant_problems("recording = \"on\"\n"),
      "assistants.recording needs encryption; make a key with 'trunkline data new-key' and set "
      "TRUNKLINE_STORE_DATA_KEY or store.data_key_file");
  EXPECT_EQ(assistant_problems("recording = \"off\"\n"), "");
  const auto loud = assistant_problems("recording = \"always\"\n");
  EXPECT_NE(loud.find("off, after_consent, on"), loud.npos) << loud;
  const auto relayed = assistant_problems("recording = \"on\"\nchannel = \"relay\"\n");
  EXPECT_NE(relayed.find("assistants.recording needs channel media_stream"), relayed.npos)
      << relayed;
}

} // namespace trunkline
