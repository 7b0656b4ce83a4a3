// The documents and questions that ship with the repository: how many questions find their passage.
// docs/knowledge.md reports the figures this prints.

#include "infra/knowledge/document_file.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <sstream>

using namespace trunkline;
using namespace trunkline::testing;

namespace {

struct held_question {
  std::string text, file, heading; ///< file "-": nothing answers it
};

std::vector<held_question> held_questions() {
  std::vector<held_question> all;
  std::istringstream in{read_file(source_dir() / "tests/golden/knowledge/questions.tsv")};
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields{line};
    held_question one;
    std::getline(fields, one.text, '\t');
    std::getline(fields, one.file, '\t');
    std::getline(fields, one.heading, '\t');
    all.push_back(std::move(one));
  }
  return all;
}

class recall_test : public ::testing::TestWithParam<sql_dialect> {};

TEST_P(recall_test, most_questions_find_their_passage_first) {
  test_database database{GetParam()};
  const auto rows = database.rows();
  std::map<std::string, std::string> ids;
  for (const auto& file : *document_files(source_dir() / "docs/examples/knowledge")) {
    auto loaded = load_document(file, "");
    ASSERT_TRUE(loaded) << loaded.error().context;
    loaded->row.tenant_id = "t1";
    ids[loaded->row.source] = loaded->row.id;
    ASSERT_TRUE(rows->knowledge().put_document(loaded->row, loaded->chunks));
  }
  double asked = 0, first = 0, among_three = 0;
  std::string missed;
  for (const auto& one : held_questions()) {
    const auto found = rows->knowledge().search("t1", one.text, 3);
    ASSERT_TRUE(found) << found.error().context;
    if (one.file == "-")
      continue;
    ++asked;
    const auto is_it = [&](const knowledge_passage& passage) {
      return passage.document_id == ids[one.file] && passage.title.ends_with(one.heading);
    };
    const auto at = std::find_if(found->begin(), found->end(), is_it);
    first += at == found->begin() && !found->empty() ? 1 : 0;
    among_three += at != found->end() ? 1 : 0;
    if (at == found->end())
      missed += "\n  " + one.text;
  }
  std::cout << name_of(GetParam()) << ": " << asked << " questions, recall@1 " << first / asked
            << ", recall@3 " << among_three / asked << missed << "\n";
  EXPECT_GE(first / asked, 0.80);
  EXPECT_GE(among_three / asked, 0.92);
}

INSTANTIATE_TEST_SUITE_P(backends, recall_test,
                         ::testing::Values(sql_dialect::sqlite, sql_dialect::postgres),
                         [](const auto& info) { return name_of(info.param); });

} // namespace
