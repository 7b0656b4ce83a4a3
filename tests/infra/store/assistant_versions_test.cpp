// Assistants of the database: versions that are kept, one that is current, one owner for an id and
// for a number, and tenants that do not see each other.

#include "infra/store/assistant_versions.hpp"

#include "infra/privacy/master_keys.hpp"
#include "tests/support/memory_repository.hpp"
#include "tests/support/test_database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

namespace trunkline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::name_of;
using testing::test_database;

struct backend {
  std::optional<sql_dialect> dialect; ///< nothing: memory
  bool encrypted = false;
};

timestamp at(int64_t minutes) {
  return timestamp{std::chrono::minutes{29000000 + minutes}};
}

assistant of(const std::string& id, const std::string& tenant, const std::string& version,
             std::vector<std::string> numbers = {}) {
  assistant who;
  who.id = id;
  who.tenant_id = tenant;
  who.version = version;
  who.numbers = std::move(numbers);
  return who;
}

class assistant_versions_test : public ::testing::TestWithParam<backend> {
protected:
  assistant_versions_test() {
    if (!GetParam().dialect) {
      rows = std::make_unique<memory_repository>();
      return;
    }
    database.emplace(*GetParam().dialect);
    if (GetParam().encrypted)
      database->config.data_key = new_master_key("a");
    rows = database->rows();
  }
  result<void> put(const assistant& who, int64_t minute) {
    return all().put(
        who, {who.id, who.version, who.tenant_id, "{}", "text of " + who.version, at(minute)});
  }
  assistant_versions& all() { return rows->versions(); }
  static std::string why(const result<void>& done) {
    return done ? "it was done" : done.error().context;
  }
  std::vector<std::string> versions_of(const std::string& tenant, const std::string& id) {
    std::vector<std::string> names;
    for (const auto& row : *all().versions_of(tenant, id, 10))
      names.push_back(row.version);
    return names;
  }

  std::optional<test_database> database;
  std::unique_ptr<repository> rows;
};

TEST_P(assistant_versions_test, versions_are_kept_and_one_is_current) {
  EXPECT_FALSE(*all().find("t1", "a"));
  ASSERT_TRUE(put(of("a", "t1", "v1"), 0));
  ASSERT_TRUE(put(of("a", "t1", "v2"), 1));
  const auto head = *all().find("t1", "a");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->version, "v2");
  EXPECT_EQ(head->changed_at, at(1));
  EXPECT_FALSE(head->retired);
  EXPECT_THAT(versions_of("t1", "a"), ElementsAre("v2", "v1"));
  const auto first = *all().find_version("t1", "a", "v1");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->text, "text of v1");
  EXPECT_EQ(first->created_at, at(0));
  EXPECT_FALSE(*all().find_version("t1", "a", "v3"));
}

TEST_P(assistant_versions_test, an_earlier_version_can_be_used_again) {
  ASSERT_TRUE(put(of("a", "t1", "v1"), 0));
  ASSERT_TRUE(put(of("a", "t1", "v2"), 1));
  ASSERT_TRUE(all().use(of("a", "t1", "v1"), at(2)));
  EXPECT_EQ((**all().find("t1", "a")).version, "v1");
  EXPECT_THAT(versions_of("t1", "a"), ElementsAre("v2", "v1"));
  const auto none = all().use(of("a", "t1", "v9"), at(3));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, failure_kind::not_found);
  EXPECT_EQ((**all().find("t1", "a")).version, "v1");
}

TEST_P(assistant_versions_test, who_is_retired_takes_no_calls_and_frees_the_numbers) {
  ASSERT_TRUE(put(of("a", "t1", "v1", {"+15550100300"}), 0));
  EXPECT_EQ(all().all_current()->size(), 1u);
  EXPECT_TRUE(*all().retire("t1", "a", at(1)));
  EXPECT_FALSE(*all().retire("t1", "a", at(2)));
  EXPECT_TRUE(all().all_current()->empty());
  EXPECT_TRUE((**all().find("t1", "a")).retired);
  EXPECT_THAT(versions_of("t1", "a"), ElementsAre("v1"));
  ASSERT_TRUE(put(of("b", "t1", "v1", {"+15550100300"}), 3));
  EXPECT_THAT(why(all().use(of("a", "t1", "v1", {"+15550100300"}), at(4))), HasSubstr("'b'"));
  ASSERT_TRUE(put(of("a", "t1", "v2"), 5)) << "it comes back";
  EXPECT_EQ(all().all_current()->size(), 2u);
}

TEST_P(assistant_versions_test, a_number_and_the_default_have_one_assistant) {
  auto first = of("a", "t1", "v1", {"+15550100300", "+15550100301"});
  first.is_default = true;
  ASSERT_TRUE(put(first, 0));
  EXPECT_EQ(why(put(of("b", "t2", "v1", {"+15550100302", "+15550100301"}), 1)),
            "the number +1555***0301 is taken by the assistant 'a'; a number has one assistant");
  EXPECT_FALSE(*all().find("t2", "b")) << "all or nothing";
  auto second = of("b", "t2", "v1");
  second.is_default = true;
  EXPECT_THAT(why(put(second, 2)), HasSubstr("`default` is set for the assistant 'a' already"));
  // What a new version leaves out is free.
  auto next = of("a", "t1", "v2", {"+15550100300"});
  ASSERT_TRUE(put(next, 3));
  second.numbers = {"+15550100301"};
  EXPECT_TRUE(put(second, 4));
}

TEST_P(assistant_versions_test, another_tenants_assistant_is_not_there) {
  ASSERT_TRUE(put(of("a", "t1", "v1"), 0));
  EXPECT_FALSE(*all().find("t2", "a"));
  EXPECT_FALSE(*all().find_version("t2", "a", "v1"));
  EXPECT_TRUE(all().versions_of("t2", "a", 9)->empty());
  EXPECT_TRUE(all().list("t2")->empty());
  EXPECT_FALSE(*all().retire("t2", "a", at(1)));
  EXPECT_FALSE(all().use(of("a", "t2", "v1"), at(1)));
  const auto stolen = put(of("a", "t2", "v2", {"+15550100300"}), 1);
  EXPECT_EQ(why(stolen), "the id 'a' is another tenant's; choose another one");
  EXPECT_EQ(stolen.error().kind, failure_kind::conflict);
  EXPECT_EQ((**all().find("t1", "a")).version, "v1");
  EXPECT_FALSE((**all().find("t1", "a")).retired);
  EXPECT_THAT(*all().tenants(), ElementsAre("t1"));
}

TEST_P(assistant_versions_test, the_same_again_changes_nothing) {
  const auto who = of("a", "t1", "v1", {"+15550100300"});
  ASSERT_TRUE(put(who, 0));
  ASSERT_TRUE(put(who, 1));
  EXPECT_THAT(versions_of("t1", "a"), ElementsAre("v1"));
  EXPECT_EQ((**all().find_version("t1", "a", "v1")).created_at, at(0));
}

TEST_P(assistant_versions_test, a_file_takes_no_number_from_the_database) {
  if (!GetParam().dialect)
    return; // rows for operators are not kept in memory
  ASSERT_TRUE(put(of("a", "t1", "v1", {"+15550100300"}), 0));
  ASSERT_TRUE(rows->put_assistant(of("f", "t2", "v1", {"+15550100300", "+15550100301"}), "{}"));
  ASSERT_TRUE(put(of("b", "t1", "v1", {"+15550100301"}), 1)) << "an engine's file says so itself";
  EXPECT_THAT(why(put(of("c", "t1", "v1", {"+15550100300"}), 2)), HasSubstr("'a'"));
  EXPECT_TRUE(all().versions_of("t2", "f", 9)->empty())
      << "versions of files are not the database's";
}

TEST_P(assistant_versions_test, versions_of_calls_that_may_come_back_are_found) {
  if (!GetParam().dialect)
    return;
  for (const auto* version : {"v1", "v2", "v3"})
    ASSERT_TRUE(put(of("a", "t1", version), 0));
  const auto call = [&](const std::string& sid, const std::string& version, int64_t from,
                        std::optional<timestamp> to) {
    call_record row;
    row.call_sid = sid;
    row.tenant_id = "t1";
    row.assistant_id = "a";
    row.assistant_version = version;
    row.started_at = at(from);
    row.ended_at = to;
    ASSERT_TRUE(rows->put_call(row));
  };
  call("CA1", "v1", 10, std::nullopt); // live, or its engine died
  call("CA2", "v2", 10, at(20));       // cut off a moment ago
  call("CA3", "v3", 10, at(12));       // long over
  std::vector<std::string> found;
  for (const auto& row : *all().of_late_calls(at(19)))
    found.push_back(row.version);
  EXPECT_THAT(found, ::testing::UnorderedElementsAre("v1", "v2"));
}

INSTANTIATE_TEST_SUITE_P(backends, assistant_versions_test,
                         ::testing::Values(backend{sql_dialect::sqlite},
                                           backend{sql_dialect::postgres},
                                           backend{sql_dialect::sqlite, true},
                                           backend{sql_dialect::postgres, true}, backend{}),
                         [](const auto& info) {
                           const auto& kind = info.param;
                           return (kind.dialect ? name_of(*kind.dialect) : std::string{"memory"}) +
                                  (kind.encrypted ? "_encrypted" : "");
                         });

} // namespace
} // namespace trunkline
