// What `doctor` says beside the store, which tests/infra/cli/store_commands_test.cpp looks at.

#include "actors/engine/doctor.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/sample_assistant.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace trunkline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class doctor_test : public ::testing::Test {
protected:
  doctor_test() {
    config.state_dir = dir.path().string();
    config.assistants = {testing::sample_assistant()};
  }
  std::string said() {
    std::ostringstream out;
    good = doctor(config, false, out) == 0;
    return out.str();
  }

  testing::temp_dir dir;
  engine_config config;
  bool good = false;
};

TEST_F(doctor_test, finds_nothing_wrong_with_what_is_built_in) {
  const auto text = said();
  EXPECT_TRUE(good) << text;
  EXPECT_THAT(text, Not(HasSubstr("at_once_max")));
}

TEST_F(doctor_test, says_when_there_are_more_calls_than_a_recogniser_may_have_sockets) {
  config.stt_providers = {"vosk", "embedded"};
  config.services.vosk.base_url = "http://127.0.0.1:1";
  EXPECT_THAT(said(), HasSubstr("providers.at_once_max is 200 and limits.max_calls 1000: of more "
                                "than 200 calls at once the others use the next recogniser"));
  EXPECT_FALSE(good) << "nobody answers there";
  config.providers.at_once_max = 1000;
  EXPECT_THAT(said(), Not(HasSubstr("at_once_max")));
}

TEST_F(doctor_test, says_when_nobody_can_extract_what_is_asked_for) {
  const auto warning = "assistant " + config.assistants[0].id + " has an extraction schema, but";
  EXPECT_THAT(said(), Not(HasSubstr("extraction schema")));
  config.assistants[0].extraction.schema = R"({"type":"object"})";
  EXPECT_THAT(said(), HasSubstr(warning));
  EXPECT_TRUE(good) << "calls are answered all the same";
  config.assistants[0].llm = {"ollama:llama3.2", "embedded"};
  config.services.ollama.base_url = "http://127.0.0.1:1";
  EXPECT_THAT(said(), Not(HasSubstr("extraction schema")));
}

TEST_F(doctor_test, says_how_many_open_files_so_many_calls_need) {
  config.limits.max_calls = 1'000'000'000;
  EXPECT_THAT(said(), HasSubstr("limits.max_calls = 1000000000 needs 3000000100 open files, the "
                                "limit is "));
  EXPECT_FALSE(good);
}

} // namespace
} // namespace trunkline
