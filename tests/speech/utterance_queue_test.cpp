#include "infra/speech/utterance_queue.hpp"

#include "infra/speech/flite_voice.hpp"
#include "infra/speech/sphinx_decoder.hpp"
#include "tests/support/sample_assistant.hpp"
#include "tests/support/spoken_caller.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

using namespace std::chrono_literals;

TEST(utterance_queue, gives_decoders_that_come_later_to_who_waits_for_them) {
  auto dictionary = pronunciations::load(sphinx_model_dir / "cmudict-en-us.dict");
  ASSERT_TRUE(dictionary);
  const auto model = build_speech_model(testing::sample_assistant(), *dictionary, {});
  ASSERT_TRUE(model);
  worker_pool pool{"speech", 1, 64};
  const auto queue = std::make_shared<utterance_queue>(pool, embedded_stt_settings{});
  testing::transcript_recorder heard;
  const auto stream = std::make_shared<speech_stream>(heard.sink());
  const auto spoken =
      queue->begin(stream, 1, synthesize_mulaw("rms", "yes please").value(), 1000ms);
  queue->end(spoken);
  using search = sphinx_decoder::search;
  const auto scratch = std::filesystem::temp_directory_path();
  queue->add_decoders(sphinx_decoder::make(search::grammar, *model, scratch).value(),
                      sphinx_decoder::make(search::trigram, *model, scratch).value());
  const auto finals = heard.wait_for_finals(1);
  ASSERT_FALSE(finals.empty());
  EXPECT_FALSE(finals.back().rejected);
  EXPECT_NE(finals.back().text.find("yes"), std::string::npos) << finals.back().text;
}

} // namespace
} // namespace trunkline
