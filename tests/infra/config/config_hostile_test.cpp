#include "infra/config/config_loader.hpp"
#include "infra/config/config_node.hpp"

#include <gtest/gtest.h>

#include <random>

namespace trunkline {

namespace {

std::string problem_of(std::string_view text) {
  std::vector<config_problem> problems;
  parse_config(text, "t", problems);
  return problems.empty() ? std::string{} : problems[0].line;
}

std::string repeated(std::string_view text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i)
    all += text;
  return all;
}

TEST(hostile_config, text_that_is_none_is_refused_with_its_line) {
  EXPECT_EQ(problem_of("a = 1\nb = \"\xff\"\n"),
            "t:2:1: not valid UTF-8; save the file as UTF-8");
  EXPECT_EQ(problem_of("\xc3"), "t:1:1: not valid UTF-8; save the file as UTF-8");
  EXPECT_EQ(problem_of(std::string_view{"a = 1\nb = \0", 11}),
            "t:2:1: contains a NUL character; a configuration is plain text");
  EXPECT_EQ(problem_of(std::string(config_bytes_max + 1, '#')),
            "t: the file is larger than 1 MiB; a configuration is not");
}

TEST(hostile_config, syntax_errors_are_one_line_with_their_place) {
  for (const auto* text : {"a = ", "[a", "a = 1\na = 2\n", "= 3", "a = \"x", "[a]\n[a]\n",
                           "a = {b = 1", "a = [1, ", "a = '''x"}) {
    const auto line = problem_of(text);
    EXPECT_TRUE(line.starts_with("t:")) << line;
    EXPECT_NE(line.find(": not valid TOML: "), std::string::npos) << line;
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
    EXPECT_LT(line.size(), 300u);
  }
}

TEST(hostile_config, deep_nesting_neither_crashes_nor_passes) {
  EXPECT_NE(problem_of("a = " + std::string(200000, '[')), "");
  EXPECT_NE(problem_of("a = " + repeated("{a=", 200000)), "");
  EXPECT_EQ(problem_of(repeated("a.", 200000) + "a = 1"),
            "t:1:1: nests tables too deep (more than 300 dots), or a bracket is not closed");
  EXPECT_EQ(problem_of("[" + repeated("'a'.", 100000) + "a]"),
            "t:1:1: nests tables too deep (more than 300 dots), or a bracket is not closed");
  EXPECT_EQ(problem_of("a = \"" + std::string(100000, '.') + "\" # " + std::string(9000, '.')),
            "") << "dots in text and comments nest nothing";
  EXPECT_EQ(problem_of("a = \"\"\"" + repeated(". \"x\" .\n", 10000) + "\"\"\""), "");
  EXPECT_EQ(problem_of(repeated("[[a.b]]\nc.d = {e.f = 1}\n", 2000)), "") << "many are not deep";
  EXPECT_EQ(problem_of(repeated("a.", config_dots_max) + "a = 1"), "") << "the limit itself holds";
}

TEST(hostile_config, damaged_files_never_crash_the_loader) {
  std::mt19937 random{7};
  const std::string good = "[limits]\nmax_calls = 3\n[[assistants]]\nid = \"a\"\nhours = [\"mon "
                           "08:00-09:00\"]\nnumbers = [\"+15550100200\"]\n[[assistants.staff]]\n"
                           "id = 'x'\nturns = { speculate = true }\n";
  const std::string alphabet = "[]{}=.\"'#\n\\ 09a-+:,\x01\x7f\xc3\xff";
  for (int i = 0; i < 3000; ++i) {
    auto text = good;
    for (int n = 0; n < 1 + i % 5; ++n)
      text[random() % text.size()] = alphabet[random() % alphabet.size()];
    if (i % 3 == 0)
      text.resize(random() % text.size());
    for (const auto& problem : [&] {
           std::vector<config_problem> problems;
           parse_config(text, "t", problems);
           return problems;
         }())
      EXPECT_EQ(problem.line.find('\n'), std::string::npos) << text;
  }
}

} // namespace

} // namespace trunkline
