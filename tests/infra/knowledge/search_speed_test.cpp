// A generated knowledge base of 500 pages: how long a search takes, and that it finds the page.
// docs/knowledge.md reports the figures this prints; the bound here is wide, for busy machines.

#include "protocol/knowledge/document_text.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <iostream>
#include <random>

using namespace trunkline;
using namespace trunkline::testing;

namespace {

using clock_type = std::chrono::steady_clock;

constexpr int pages = 500;
constexpr size_t paragraphs = 6, words_a_paragraph = 70;

constexpr std::array<const char*, 24> subjects = {
    "crown",    "bridge",   "filling", "implant", "braces",   "retainer",  "denture",    "veneer",
    "cleaning", "sealant",  "aligner", "gum",     "molar",    "insurance", "invoice",    "estimate",
    "parking",  "referral", "record",  "consent", "medicine", "allergy",   "anesthesia", "x-ray"};
constexpr std::array<const char*, 24> matters = {
    "price",    "care",      "preparation", "duration", "risk",     "warranty",
    "schedule", "payment",   "eating",      "pain",     "swelling", "hygiene",
    "children", "pregnancy", "smoking",     "travel",   "sports",   "storage",
    "repair",   "loss",      "renewal",     "approval", "transfer", "delivery"};

/// Words as texts have them: few are frequent, most are rare.
class word_source {
public:
  std::string word() {
    const auto rank = static_cast<int>(std::pow(4000.0, uniform_(random_)));
    return "w" + std::to_string(rank) + "ord";
  }
  std::string paragraph(const std::string& about) {
    std::string text;
    for (size_t i = 0; i < words_a_paragraph; ++i)
      text += (i == 0 ? "" : i % 12 == 0 ? ". " : " ") + (i % 17 == 5 ? about : word());
    return text + ".";
  }
  size_t below(size_t most) { return static_cast<size_t>(random_() % most); }

private:
  std::mt19937 random_{7};
  std::uniform_real_distribution<double> uniform_{0, 1};
};

std::string topic(int page) {
  const auto at = static_cast<size_t>(page);
  return std::string{subjects[at % subjects.size()]} + " " +
         matters[at / subjects.size() % matters.size()];
}

class search_speed_test : public ::testing::TestWithParam<sql_dialect> {};

TEST_P(search_speed_test, finds_a_page_of_five_hundred_in_time) {
  test_database database{GetParam()};
  const auto rows = database.rows();
  word_source source;
  size_t passages = 0;
  for (int page = 0; page < pages; ++page) {
    document_text text;
    for (size_t i = 0; i < paragraphs; ++i)
      text.sections.push_back({{"Part " + std::to_string(i)}, source.paragraph(topic(page))});
    const auto title = "Page " + std::to_string(page) + ": " + topic(page);
    const auto chunks = chunks_of(text, title);
    passages += chunks.size();
    ASSERT_TRUE(rows->knowledge().put_document(
        {"t1", std::to_string(page), title, title, "text", "", 0, 0, {}}, chunks));
  }
  std::vector<double> times;
  int found_it = 0;
  constexpr int searches = 300;
  for (int i = 0; i < searches; ++i) {
    const auto page = static_cast<int>(source.below(pages));
    const auto question = "hello, can you tell me about the " + topic(page) + " and " +
                          source.word() + " or " + source.word() + " " + source.word();
    const auto start = clock_type::now();
    const auto found = rows->knowledge().search("t1", question, 10);
    times.push_back(std::chrono::duration<double, std::milli>(clock_type::now() - start).count());
    ASSERT_TRUE(found) << found.error().context;
    found_it += std::any_of(found->begin(), found->end(), [&](const auto& one) {
      return one.document_id == std::to_string(page);
    });
  }
  std::sort(times.begin(), times.end());
  const auto p95 = times[times.size() * 95 / 100];
  std::cout << name_of(GetParam()) << ": " << pages << " pages, " << passages << " passages, "
            << "search p50 " << times[times.size() / 2] << " ms, p95 " << p95 << " ms, p99 "
            << times[times.size() * 99 / 100] << " ms; page found in " << found_it << " of "
            << searches << "\n";
  EXPECT_LE(p95, 100);
  EXPECT_GE(found_it, searches * 9 / 10);
}

INSTANTIATE_TEST_SUITE_P(backends, search_speed_test,
                         ::testing::Values(sql_dialect::sqlite, sql_dialect::postgres),
                         [](const auto& info) { return name_of(info.param); });

} // namespace
