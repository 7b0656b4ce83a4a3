#include "infra/config/environment.hpp"
#include "infra/config/state_dir.hpp"
#include "tests/support/paths.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace trunkline {

namespace {

mode_t mode_of(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 ? about.st_mode & 07777 : 0;
}

TEST(state_dir, the_default_follows_the_environment) {
  EXPECT_EQ(*default_state_dir({{"TRUNKLINE_STATE_DIR", "/a"}, {"XDG_STATE_HOME", "/b"}}), "/a");
  EXPECT_EQ(*default_state_dir({{"XDG_STATE_HOME", "/b"}, {"HOME", "/c"}}), "/b/trunkline");
  const auto home = default_state_dir({{"XDG_STATE_HOME", "relative"}, {"HOME", "/c"}});
  EXPECT_EQ(*home, ::geteuid() == 0 ? "/var/lib/trunkline" : "/c/.local/state/trunkline");
}

TEST(state_dir, it_is_made_for_its_owner_only_and_kept_when_it_is_there) {
  testing::temp_dir folder;
  const auto path = (folder.path() / "x" / "y").string();
  ASSERT_TRUE(make_state_dir(path));
  EXPECT_EQ(mode_of(path), 0700u);
  ::chmod(path.c_str(), 0750);
  ASSERT_TRUE(make_state_dir(path));
  EXPECT_EQ(mode_of(path), 0750u);
  testing::write_file(folder.path() / "file", "");
  const auto file = (folder.path() / "file").string();
  EXPECT_EQ(make_state_dir(file).error().context,
            file + " is not a directory; set TRUNKLINE_STATE_DIR to one");
}

TEST(state_dir, the_development_token_is_made_once_and_private) {
  testing::temp_dir folder;
  const auto path = (folder.path() / "state").string();
  const auto first = development_token(path);
  ASSERT_TRUE(first) << first.error().context;
  EXPECT_EQ(first->size(), 64u);
  EXPECT_EQ(mode_of(path + "/dev-token"), 0600u);
  EXPECT_EQ(*development_token(path), *first);
  testing::temp_dir other;
  EXPECT_NE(*development_token(other.path().string()), *first);
}

TEST(state_dir, processes_that_race_for_the_first_token_agree) {
  testing::temp_dir folder;
  std::vector<std::string> tokens(8);
  std::vector<std::thread> threads;
  for (auto& token : tokens)
    threads.emplace_back([&] { token = *development_token(folder.path().string()); });
  for (auto& thread : threads)
    thread.join();
  for (const auto& token : tokens)
    EXPECT_EQ(token, tokens[0]);
}

TEST(state_dir, the_engines_id_is_made_once_and_one_that_is_none_is_refused) {
  testing::temp_dir folder;
  const auto first = engine_id_of(folder.path().string());
  ASSERT_TRUE(first) << first.error().context;
  EXPECT_EQ(first->size(), 12u);
  EXPECT_EQ(*engine_id_of(folder.path().string()), *first);
  const auto path = folder.path() / "engine-id";
  testing::write_file(path, "");
  EXPECT_EQ(engine_id_of(folder.path().string()).error().context,
            path.string() + " is not an engine's id; delete it and start again");
}

TEST(state_dir, a_token_that_others_can_read_or_that_is_none_is_refused) {
  testing::temp_dir folder;
  const auto path = (folder.path() / "dev-token").string();
  testing::write_file(path, std::string(64, 'a') + "\n");
  ::chmod(path.c_str(), 0644);
  EXPECT_EQ(development_token(folder.path().string()).error().context,
            path + " can be read by others; run: chmod 600 " + path);
  ::chmod(path.c_str(), 0600);
  EXPECT_EQ(*development_token(folder.path().string()), std::string(64, 'a'));
  testing::write_file(path, "");
  ::chmod(path.c_str(), 0600);
  EXPECT_EQ(development_token(folder.path().string()).error().context,
            path + " is not a development token; delete it and start again");
}

struct listener_case {
  const char *listen, *admin, *base_url, *token, *password, *refusal; ///< "": allowed
};

TEST(listeners, are_only_opened_beyond_loopback_with_credentials) {
  const listener_case table[] = {
      {"127.0.0.1", "127.0.0.1", "", "", "", ""},
      {"::1", "127.0.0.2", "http://localhost:8080", "", "", ""},
      {"127.0.0.1", "127.0.0.1", "https://v.example.com", "t", "", ""},
      {"0.0.0.0", "0.0.0.0", "https://v.example.com", "t", "p", ""},
      {"0.0.0.0", "127.0.0.1", "https://v.example.com", "", "",
       "server.listen 0.0.0.0:8080 is reachable from outside, so webhooks must be verified: set "
       "TWILIO_AUTH_TOKEN, or listen on 127.0.0.1"},
      {"127.0.0.1", "::", "", "", "",
       "server.admin_listen [::]:8081 is reachable from outside: set TRUNKLINE_ADMIN_USER and "
       "TRUNKLINE_ADMIN_PASSWORD, or listen on 127.0.0.1"},
      {"127.0.0.1", "127.0.0.1", "http://v.example.com", "t", "",
       "server.base_url is plain http to another machine, which would carry calls unencrypted: "
       "set BASE_URL to an https URL"},
      {"127.0.0.1", "127.0.0.1", "https://v.example.com", "", "",
       "server.base_url is reachable from outside, so webhooks must be verified: set "
       "TWILIO_AUTH_TOKEN"},
      {"0.0.0.0", "127.0.0.1", "", "t", "",
       "server.base_url is not set, but server.listen 0.0.0.0:8080 is reachable from outside: set "
       "BASE_URL to the https URL the carrier uses"},
  };
  for (const auto& row : table) {
    engine_config config;
    config.server.listen.host = row.listen;
    config.server.admin_listen.host = row.admin;
    config.server.base_url = row.base_url;
    config.carrier.auth_token = row.token;
    config.admin_user = config.admin_password = row.password;
    const auto answer = check_listeners(config);
    EXPECT_EQ(answer ? std::string{} : answer.error().context, row.refusal);
  }
}

TEST(listeners, let_no_stream_leave_the_machine_unencrypted) {
  engine_config config;
  config.server.base_url = "https://v.example.com";
  config.carrier.auth_token = "t";
  config.server.stream_url = "https://v.example.com/first";
  EXPECT_TRUE(check_listeners(config));
  config.server.stream_url = "http://127.0.0.1:9000/first";
  EXPECT_TRUE(check_listeners(config));
  config.server.stream_url = "http://v.example.com/first";
  const auto answer = check_listeners(config);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().context,
            "server.stream_url is plain http to another machine, which would carry calls "
            "unencrypted: set STREAM_URL to an https URL");
}

TEST(env_file, reads_quotes_comments_and_export) {
  const auto read = parse_env_file("# comment\n\nA=1\n export B = two words # note\r\nC='a # $b'\n"
                                   "D=\"x\\ny \\\"z\\\" #\" # end\nE=\nF=a#b\nA=2",
                                   ".env");
  ASSERT_TRUE(read) << read.error().context;
  const std::map<std::string, std::string> expected{{"A", "2"},      {"B", "two words"},
                                                    {"C", "a # $b"}, {"D", "x\ny \"z\" #"},
                                                    {"E", ""},       {"F", "a#b"}};
  EXPECT_EQ(*read, expected);
}

TEST(env_file, mistakes_name_the_line_and_never_the_value) {
  const auto why = [](std::string_view text) {
    return parse_env_file(text, ".env").error().context;
  };
  EXPECT_EQ(why("A=1\nsecret word\n"), ".env:2: is not KEY=value");
  EXPECT_EQ(why("1A=2"), ".env:1: is not KEY=value");
  EXPECT_EQ(why("A='secret"), ".env:1: has a value whose quotes do not close, or text after them");
  EXPECT_EQ(why("A=\"x\" y"), ".env:1: has a value whose quotes do not close, or text after them");
  EXPECT_EQ(why(std::string_view{"A=\"\\"}),
            ".env:1: has a value whose quotes do not close, or text after them");
  EXPECT_EQ(why("A=\xff"), ".env:1: is not plain UTF-8 text");
}

} // namespace

} // namespace trunkline
