// One suite for every knowledge base: SQLite, PostgreSQL, and the one in memory.

#include "infra/store/knowledge_rows.hpp"

#include "tests/support/memory_repository.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <optional>

using namespace trunkline;
using namespace trunkline::testing;

namespace {

/// Nothing: in memory.
using backend = std::optional<sql_dialect>;

class knowledge_rows_test : public ::testing::TestWithParam<backend> {
protected:
  void SetUp() override {
    if (GetParam())
      database.emplace(*GetParam());
    rows = GetParam() ? database->rows() : std::make_unique<memory_repository>();
  }

  void put(const std::string& tenant, const std::string& id,
           const std::vector<knowledge_chunk>& chunks) {
    knowledge_document document{tenant,     id,         "Title of " + id,
                                id + ".md", "markdown", "c0ffee",
                                100,        0,          timestamp{std::chrono::minutes{29000000}}};
    const auto done = rows->knowledge().put_document(document, chunks);
    ASSERT_TRUE(done) << done.error().context;
  }
  std::vector<knowledge_passage> search(const std::string& tenant, const std::string& question) {
    const auto found = rows->knowledge().search(tenant, question, 5);
    EXPECT_TRUE(found) << found.error().context;
    return found ? *found : std::vector<knowledge_passage>{};
  }
  std::string best(const std::string& tenant, const std::string& question) {
    const auto found = search(tenant, question);
    return found.empty() ? "" : found[0].title;
  }

  std::optional<test_database> database;
  std::unique_ptr<repository> rows;
};

const std::vector<knowledge_chunk> prices{
    {0, "Prices > Cleaning", "A cleaning costs ninety dollars and takes half an hour."},
    {0, "Prices > Fillings", "White fillings start at 180 dollars for one surface."},
    {0, "Prices > Paying", "We take cards and cash. Payment plans run for twelve months."}};

TEST_P(knowledge_rows_test, finds_the_passage_a_question_is_about) {
  put("t1", "prices", prices);
  EXPECT_EQ(best("t1", "how much is a filling, please?"), "Prices > Fillings");
  EXPECT_EQ(best("t1", "can I pay by card"), "Prices > Paying");
  EXPECT_EQ(best("t1", "what does cleaning cost"), "Prices > Cleaning");
  const auto found = search("t1", "what does cleaning cost");
  EXPECT_EQ(found[0].document_id, "prices");
  EXPECT_EQ(found[0].position, 0);
  EXPECT_DOUBLE_EQ(found[0].coverage, 1.0);
  EXPECT_TRUE(search("t1", "zebra crossing").empty());
  EXPECT_TRUE(search("t1", "what is it, please").empty());
  EXPECT_TRUE(search("t1", "").empty());
}

TEST_P(knowledge_rows_test, what_looks_like_an_operator_is_a_word) {
  put("t1", "prices", prices);
  for (const auto* question :
       {"\"cleaning\" OR NOT (NEAR/2", "cleaning' OR 1=1; DROP TABLE knowledge_chunks;--",
        "title:cleaning*", "cleaning & !filling | <->", "cleaning \\ ' :* %", "cleaning \xff\xfe",
        "tenant=t2 cleaning", "clean\tcleaning\n\n"})
    EXPECT_FALSE(search("t1", question).empty()) << question;
  EXPECT_EQ(best("t1", "cleaning costs"), "Prices > Cleaning");
}

TEST_P(knowledge_rows_test, no_tenant_sees_another) {
  put("t1", "prices", prices);
  put("t2", "prices", {{0, "Other", "A cleaning is free here."}});
  EXPECT_EQ(best("t2", "cleaning"), "Other");
  EXPECT_EQ(search("t2", "cleaning").size(), 1u);
  EXPECT_TRUE(search("t3", "cleaning").empty());
  EXPECT_TRUE(search("t", "cleaning").empty());
  EXPECT_TRUE(search("t1' OR '1'='1", "cleaning").empty());
  EXPECT_TRUE(search("t2", "payment tenant=t1 t7431").empty());
  EXPECT_EQ(*rows->knowledge().remove_document("t2", "prices"), true);
  EXPECT_EQ(*rows->knowledge().remove_document("t2", "prices"), false);
  EXPECT_TRUE(search("t2", "cleaning").empty());
  EXPECT_FALSE(search("t1", "cleaning").empty());
  EXPECT_TRUE(rows->knowledge().chunks_of("t2", "prices")->empty());
  EXPECT_FALSE(*rows->knowledge().find_document("t2", "prices"));
}

TEST_P(knowledge_rows_test, a_document_imported_again_replaces_all_of_itself) {
  put("t1", "prices", prices);
  put("t1", "prices", {{0, "Prices", "Whitening is two hundred dollars."}});
  EXPECT_TRUE(search("t1", "fillings").empty());
  EXPECT_EQ(best("t1", "whitening"), "Prices");
  const auto documents = rows->knowledge().documents("t1");
  ASSERT_EQ(documents->size(), 1u);
  EXPECT_EQ(documents->front().chunks, 1);
  EXPECT_EQ(documents->front().source, "prices.md");
  ASSERT_EQ(rows->knowledge().chunks_of("t1", "prices")->size(), 1u);
}

TEST_P(knowledge_rows_test, counts_a_question_once_a_call_whatever_its_wording) {
  const auto ask = [&](const std::string& sid, const std::string& question, int64_t minute) {
    const unanswered_question row{"t1", sid, question,
                                  timestamp{std::chrono::minutes{29000000 + minute}}};
    ASSERT_TRUE(rows->knowledge().put_unanswered(row));
  };
  ask("CA1", "do you have parking for buses", 0);
  ask("CA1", "Is there bus parking?", 1);
  ask("CA2", "parking for a bus", 2);
  ask("CA2", "do you treat horses", 3);
  ask("CA2", "what is it", 4);
  const auto all = rows->knowledge().unanswered("t1", 10);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2u);
  EXPECT_EQ((*all)[0].calls, 2);
  EXPECT_NE((*all)[0].question.find("parking"), std::string::npos);
  EXPECT_EQ((*all)[1].question, "do you treat horses");
  EXPECT_TRUE(rows->knowledge().unanswered("t2", 10)->empty());
}

std::string backend_name(const ::testing::TestParamInfo<backend>& info) {
  return info.param ? name_of(*info.param) : "memory";
}
INSTANTIATE_TEST_SUITE_P(backends, knowledge_rows_test,
                         ::testing::Values(backend{}, backend{sql_dialect::sqlite},
                                           backend{sql_dialect::postgres}),
                         backend_name);

} // namespace
