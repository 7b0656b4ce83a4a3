// Keeps the house in order: the direction of includes, the size of files and functions, line
// length.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path root = TRUNKLINE_SOURCE_DIR;
constexpr size_t file_lines_max = 400;
constexpr size_t function_lines_max = 60;
constexpr size_t line_length_max = 100;

// Which layers a layer may include. main.cpp, bench and tests may include anything, except that
// only main.cpp and tests know bench.
const std::map<std::string, std::set<std::string>> may_include = {
    {"schema", {"schema"}},
    {"protocol", {"protocol", "schema"}},
    {"infra", {"infra", "protocol", "schema"}},
    {"actors", {"actors", "infra", "protocol", "schema"}},
    {"bench", {"bench", "actors", "infra", "protocol", "schema"}},
    {"tests", {"tests", "bench", "actors", "infra", "protocol", "schema"}},
};

struct source {
  fs::path path; // relative to the root
  std::vector<std::string> lines;
};

// Characters, not bytes: a sketch in a comment may use box-drawing characters.
size_t columns_of(const std::string& line) {
  return static_cast<size_t>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::vector<source> sources() {
  std::vector<source> all;
  auto add = [&](const fs::path& path) {
    source file{fs::relative(path, root), {}};
    std::ifstream in{path};
    for (std::string line; std::getline(in, line);)
      file.lines.push_back(line);
    all.push_back(std::move(file));
  };
  for (const auto& [layer, _] : may_include)
    for (const auto& entry : fs::recursive_directory_iterator(root / layer))
      if (entry.path().extension() == ".cpp" || entry.path().extension() == ".hpp")
        add(entry.path());
  add(root / "main.cpp");
  return all;
}

// A function is what starts at an indentation of its own with a line that ends in "{" and is not a
// type, namespace, control statement or initialiser, up to the closing brace at the same depth.
// clang-format's layout makes that reliable enough, and clang-tidy checks it exactly.
std::vector<std::string> long_functions(const source& file) {
  static const std::regex opens{
      R"re(^( *)(?!namespace|class|struct|enum|union|extern|if|for|while|switch|else|do\b))re"
      R"re((?!try|return|case)[^#/ ].*\).*\{$)re"};
  std::vector<std::string> found;
  for (size_t i = 0; i < file.lines.size(); ++i) {
    std::smatch match;
    if (!std::regex_match(file.lines[i], match, opens))
      continue;
    // A signature may be broken over lines, so the brace may close further left than it opened.
    const auto indent = static_cast<size_t>(match[1].length());
    const auto closes = [indent](const std::string& line) {
      const auto at = line.find_first_not_of(' ');
      return at != std::string::npos && at <= indent && line[at] == '}';
    };
    auto end = i + 1;
    while (end < file.lines.size() && !closes(file.lines[end]))
      ++end;
    if (end - i + 1 > function_lines_max)
      found.push_back(file.path.string() + ":" + std::to_string(i + 1) + ": " +
                      std::to_string(end - i + 1) + " lines");
  }
  return found;
}

TEST(tidy, includes_point_the_right_way) {
  static const std::regex include{R"(^#include "(([a-z]+)/[^"]+)\")"};
  for (const auto& file : sources()) {
    const auto layer = file.path.begin()->string();
    if (!may_include.count(layer))
      continue;
    for (const auto& line : file.lines) {
      std::smatch match;
      if (std::regex_search(line, match, include) && !may_include.at(layer).count(match[2]))
        ADD_FAILURE() << file.path << " must not include " << match[1];
    }
  }
}

TEST(tidy, only_actors_and_the_hosting_folder_know_caf) {
  // Decisions are tested without an actor system, so only *_actor files include CAF in actors/.
  for (const auto& file : sources()) {
    const auto path = file.path.string();
    const auto layer = file.path.begin()->string();
    const bool allowed =
        path.rfind("infra/caf/", 0) == 0 || path.rfind("infra/metrics/", 0) == 0 ||
        layer == "tests" || layer == "bench" || layer == "main.cpp" ||
        (layer == "actors" && (path.find("_actor.") != std::string::npos ||
                               path == "actors/interfaces.hpp" || path == "actors/types.hpp" ||
                               path == "actors/types.cpp" || path.rfind("actors/engine/", 0) == 0));
    if (allowed)
      continue;
    for (const auto& line : file.lines)
      EXPECT_NE(line.rfind("#include <caf/", 0), 0u) << path << " includes CAF";
  }
}

TEST(tidy, files_and_lines_are_short) {
  for (const auto& file : sources()) {
    EXPECT_LE(file.lines.size(), file_lines_max) << file.path;
    for (size_t i = 0; i < file.lines.size(); ++i)
      EXPECT_LE(columns_of(file.lines[i]), line_length_max) << file.path << ":" << i + 1;
  }
}

TEST(tidy, functions_are_short) {
  for (const auto& file : sources())
    for (const auto& finding : long_functions(file))
      ADD_FAILURE() << finding;
}

// Comments and what is told to models may quote; sentences for callers have an id and a language.
TEST(tidy, what_callers_hear_is_in_the_phrase_catalogue) {
  static const std::regex courtesy{
      R"re(^(?!\s*//).*"[^"]*\b([Pp]lease|[Ss]orry|Goodbye|Thank you|)re"
      R"re(How can I|Lo siento|[Pp]or favor|Gracias)\b.*)re"};
  size_t seen = 0;
  for (const auto& file : sources()) {
    const auto path = file.path.string();
    const bool agent = path.rfind("actors/agent/", 0) == 0; // English by design
    const bool words = path == "actors/dialog/consent.cpp"; // of callers
    if (path.rfind("protocol/phrases/", 0) == 0)
      for (const auto& line : file.lines)
        seen += std::regex_match(line, courtesy) ? 1 : 0;
    if ((path.rfind("actors/", 0) != 0 && path.rfind("infra/providers/", 0) != 0) || agent || words)
      continue;
    for (size_t i = 0; i < file.lines.size(); ++i)
      EXPECT_FALSE(std::regex_match(file.lines[i], courtesy))
          << path << ":" << i + 1 << " says something that protocol/phrases/ has not";
  }
  EXPECT_GT(seen, 20u) << "the catalogue itself is not recognised";
}

TEST(tidy, nothing_sleeps_and_no_work_is_left_unnamed) {
  for (const auto& file : sources()) {
    if (file.path == fs::path{"tests/tidy_test.cpp"})
      continue;
    for (size_t i = 0; i < file.lines.size(); ++i)
      for (const auto* word : {"sleep_for", "TODO", "FIXME"})
        EXPECT_EQ(file.lines[i].find(word), std::string::npos)
            << file.path << ":" << i + 1 << " contains " << word;
  }
}

} // namespace
