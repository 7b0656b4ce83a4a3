#include "actors/engine/embedded_providers.hpp"

#include "infra/speech/phrase_cache.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/sample_assistant.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

TEST(embedded_providers, take_what_they_rendered_once_from_its_file) {
  const testing::temp_dir dir;
  engine_config config;
  config.state_dir = dir.path().string();
  const auto who = testing::sample_assistant();
  { ASSERT_TRUE(embedded_providers{config}.prepare(who, false)); } // its end waits for the files
  unsigned files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir.path() / "phrases"))
    if (entry.is_regular_file()) {
      testing::write_file(entry.path(), "marked");
      ++files;
    }
  EXPECT_EQ(files, fixed_phrases(who).size());
  embedded_providers again{config};
  ASSERT_TRUE(again.prepare(who, false));
  const auto sound = again.phrases()->find(embedded_voice_key(who), who.greeting);
  ASSERT_TRUE(sound);
  EXPECT_EQ(std::string(sound->begin(), sound->end()), "marked");
}

} // namespace
} // namespace trunkline
