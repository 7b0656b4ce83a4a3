#include "protocol/elevenlabs/context_book.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace trunkline {
namespace {

using namespace std::chrono_literals;

const context_book::time_point start{};

TEST(context_book, a_sentence_is_complete_when_its_context_is_final) {
  context_book book;
  const auto one = book.begin(1, start);
  const auto two = book.begin(2, start);
  ASSERT_TRUE(one && two);
  EXPECT_NE(*one, *two);
  EXPECT_EQ(book.audio(*two), 2u); // contexts speak at once
  EXPECT_EQ(book.audio(*one), 1u);
  EXPECT_EQ(book.finished(*one), 1u);
  EXPECT_EQ(book.finished(*one), std::nullopt); // said once
  EXPECT_EQ(book.audio(*one), std::nullopt);
  EXPECT_EQ(book.finished(*two), 2u);
}

TEST(context_book, never_more_than_five_contexts_are_open) {
  context_book book;
  std::vector<std::string> contexts;
  for (uint64_t sentence = 1; sentence <= 5; ++sentence)
    contexts.push_back(*book.begin(sentence, start));
  EXPECT_FALSE(book.has_room());
  EXPECT_EQ(book.begin(6, start), std::nullopt);
  book.abandon_all(); // they still count until they are final
  EXPECT_EQ(book.begin(6, start), std::nullopt);
  book.finished(contexts[2]);
  EXPECT_TRUE(book.begin(6, start));
}

TEST(context_book, late_sound_of_what_nobody_wants_is_thrown_away) {
  context_book book;
  const auto one = *book.begin(1, start);
  const auto two = *book.begin(2, start);
  book.audio(one);
  book.abandon(1);
  EXPECT_EQ(book.audio(one), std::nullopt);
  EXPECT_EQ(book.audio(two), 2u);
  EXPECT_EQ(book.finished(one), std::nullopt);
  EXPECT_EQ(book.audio("never opened"), std::nullopt);
  EXPECT_EQ(book.audio(""), std::nullopt);
  EXPECT_EQ(book.finished(""), std::nullopt);
  book.abandon(77);
}

TEST(context_book, four_contexts_that_close_slowly_ask_for_a_new_socket) {
  context_book book;
  for (uint64_t sentence = 1; sentence <= 4; ++sentence) {
    EXPECT_FALSE(book.wants_new_socket());
    book.begin(sentence, start);
    book.abandon_all();
  }
  EXPECT_TRUE(book.wants_new_socket());
  EXPECT_TRUE(book.socket_lost().empty());
  EXPECT_FALSE(book.wants_new_socket());
  EXPECT_TRUE(book.has_room());
}

TEST(context_book, what_was_wanted_of_a_lost_socket_is_said_again_in_order) {
  context_book book;
  const auto one = *book.begin(10, start);
  const auto two = *book.begin(11, start);
  const auto three = *book.begin(12, start);
  book.begin(13, start);
  book.audio(one);
  book.finished(one); // complete
  book.audio(two);    // cut
  book.abandon(12);
  const auto again = book.socket_lost();
  ASSERT_EQ(again.size(), 2u);
  EXPECT_EQ(again[0].sentence, 11u);
  EXPECT_TRUE(again[0].partly_heard);
  EXPECT_EQ(again[1].sentence, 13u);
  EXPECT_FALSE(again[1].partly_heard);
  // Contexts of the former socket mean nothing any more, and their names are not used again.
  EXPECT_EQ(book.audio(two), std::nullopt);
  EXPECT_EQ(book.finished(three), std::nullopt);
  const auto next = *book.begin(11, start);
  for (const auto& former : {one, two, three})
    EXPECT_NE(next, former);
}

TEST(context_book, the_socket_is_kept_alive_without_naming_a_context) {
  context_book book;
  EXPECT_EQ(book.keep_alive_due(), std::nullopt);
  book.socket_opened(start);
  EXPECT_EQ(book.keep_alive_due(), start + 10s);
  book.begin(1, start + 4s);
  EXPECT_EQ(book.keep_alive_due(), start + 14s);
  EXPECT_EQ(book.keep_alive(start + 14s), R"({"text":""})");
  EXPECT_EQ(book.keep_alive_due(), start + 24s);
  book.socket_lost();
  EXPECT_EQ(book.keep_alive_due(), std::nullopt);
}

TEST(context_book, whatever_happens_each_sentence_is_told_once) {
  std::mt19937 random{7};
  context_book book;
  std::vector<std::string> contexts;
  std::set<uint64_t> complete, abandoned, again;
  uint64_t sentence = 0;
  for (int i = 0; i < 20000; ++i) {
    switch (random() % 8) {
    case 0:
    case 1:
      if (const auto context = book.begin(++sentence, start))
        contexts.push_back(*context);
      break;
    case 2:
      book.abandon(sentence);
      abandoned.insert(sentence);
      break;
    case 3:
      if (random() % 50 != 0)
        break;
      for (const auto& lost : book.socket_lost())
        EXPECT_TRUE(again.insert(lost.sentence).second && !complete.count(lost.sentence));
      break;
    case 4:
      if (!contexts.empty())
        book.audio(contexts[random() % contexts.size()]);
      break;
    default:
      if (contexts.empty())
        break;
      const auto recent = std::min<size_t>(contexts.size(), 8);
      const auto& context = contexts[contexts.size() - 1 - random() % recent];
      if (const auto done = book.finished(context)) {
        EXPECT_TRUE(complete.insert(*done).second);
        EXPECT_FALSE(abandoned.count(*done) || again.count(*done));
      }
    }
  }
  EXPECT_GT(complete.size(), 500u);
}

} // namespace
} // namespace trunkline
