#include "infra/store/database_url.hpp"
#include "infra/store/postgres_failure.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

std::string wrong_with(const std::string& text) {
  const auto url = parse_database_url(text);
  return url ? "good: " + url->shown : url.error().context;
}

TEST(database_url, a_path_is_a_sqlite_file) {
  for (const auto* text : {"calls.db", "/srv/calls.db", "a b.db", "postgres"}) {
    const auto url = parse_database_url(text);
    ASSERT_TRUE(url) << text;
    EXPECT_EQ(url->dialect, sql_dialect::sqlite);
    EXPECT_EQ(url->text, text);
    EXPECT_EQ(url->shown, text);
  }
  EXPECT_EQ(parse_database_url("sqlite:///srv/calls.db")->text, "/srv/calls.db");
}

TEST(database_url, a_server_is_shown_without_its_password) {
  const auto url =
      parse_database_url("postgresql://me:s%40cret@db.example.com:5433/calls?sslmode=require");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->dialect, sql_dialect::postgres);
  EXPECT_EQ(url->shown, "postgres://me@db.example.com:5433/calls");
  EXPECT_EQ(url->password, "s@cret");
  const auto other = parse_database_url("postgres://db/calls?user=me&password=hidden1");
  ASSERT_TRUE(other);
  EXPECT_EQ(other->shown, "postgres://db/calls");
  EXPECT_EQ(other->password, "hidden1");
}

TEST(database_url, hosts_may_be_several_sockets_or_addresses) {
  for (const auto* text :
       {"postgres:///calls?host=/run/postgresql",
        "postgres://a:1,b:2/calls?target_session_attrs=any", "postgres://me@[::1]:5432/calls",
        "postgres://%2Frun%2Fpostgresql/calls"})
    EXPECT_TRUE(parse_database_url(text)) << text;
}

TEST(database_url, what_is_wrong_is_said_without_quoting_it) {
  EXPECT_EQ(wrong_with("postgres://me:hidden@db"),
            "names no database; write it like postgres://user@host:5432/trunkline");
  EXPECT_EQ(wrong_with("postgres://me:hidden@db:99999/x"),
            "has a port that is no number from 1 to 65535; write it like "
            "postgres://user@host:5432/trunkline");
  EXPECT_EQ(wrong_with("postgres://me:hidden@db/x?sslmod=require"),
            "has the unknown parameter 'sslmod'; sslmode, sslrootcert, target_session_attrs and "
            "others of libpq are known");
  EXPECT_EQ(wrong_with("postgres://me:hid%zzden@db/x"),
            "has a % that is no escape; write %25 for a % itself");
  EXPECT_EQ(wrong_with("postgres://me:hid den@db/x"),
            "has a blank or control character; write %20 for a blank");
  for (const auto* bad : {"postgres://", "postgres:///", "postgres://me:hid/den@db/x",
                          "postgres://me:hid@den@db/x", "mysql://me:hidden@db/x", "sqlite:x",
                          "postgres://me:hidden@[::1/x", "postgres://me:hidden@db:/x"}) {
    const auto what = wrong_with(bad);
    EXPECT_EQ(what.find("good"), what.npos) << bad;
    EXPECT_EQ(what.find("hid"), what.npos) << what;
  }
}

TEST(database_url, any_bytes_are_answered) {
  std::string text = "postgres://u:p@h:1/d?sslmode=x&%";
  for (size_t cut = 0; cut <= text.size(); ++cut)
    for (const char with : {'%', '/', '@', ':', '?', '[', '\0', '\xff'}) {
      auto changed = text.substr(0, cut) + with;
      (void)parse_database_url(changed);
      if (cut < text.size()) {
        changed = text;
        changed[cut] = with;
        (void)parse_database_url(changed);
      }
    }
}

TEST(database_url, a_library_s_words_lose_what_is_secret) {
  const auto url = *parse_database_url("postgres://me:s%40cret@db/calls");
  const auto said = without_secrets("cannot parse " + url.text + "\npassword s@cret", url);
  EXPECT_EQ(said, "cannot parse postgres://me@db/calls password ***");
}

TEST(postgres_failure, says_what_it_means_and_whether_to_try_again) {
  const auto url = *parse_database_url("postgres://me@db/calls");
  const auto of = [&](const char* state,
                      const char* text = "ERROR:  words\nDETAIL:  +15551230001") {
    return postgres_failure(state, text, url);
  };
  EXPECT_EQ(of("23P01").kind, failure_kind::conflict);
  EXPECT_FALSE(of("23505").retryable);
  EXPECT_EQ(of("23505").context, "postgres://me@db/calls: words") << "a detail quotes a row";
  EXPECT_EQ(of("57014").kind, failure_kind::timeout);
  EXPECT_TRUE(of("57014").retryable);
  for (const auto* state : {"40001", "40P01", "53100", "53300", "25006", "55P03", "58030"})
    EXPECT_TRUE(of(state).retryable && of(state).kind == failure_kind::unavailable) << state;
  for (const auto* state : {"", "57P01", "08006"}) {
    EXPECT_TRUE(of(state).retryable && of(state).kind == failure_kind::unreachable) << state;
    EXPECT_TRUE(ends_connection(state)) << state;
  }
  EXPECT_EQ(of("42601").kind, failure_kind::internal);
  EXPECT_FALSE(ends_connection("23505"));
}

} // namespace
} // namespace trunkline
