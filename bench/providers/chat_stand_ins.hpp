#pragma once

#include "actors/agent/embedded_agent.hpp"
#include "bench/providers/spoken_input.hpp"
#include "bench/providers/stand_in_server.hpp"

#include <functional>
#include <memory>
#include <string>

namespace trunkline {

/// What a stand-in model says: given the conversation as it was sent.
using chat_brain = std::function<agent_step(const std::vector<chat_message>&)>;

/// Of a long conversation the brain takes only the latest messages, from what the caller said on.
/// It reads them all anew for each reply, milliseconds, so with hundreds of calls of some minutes
/// the stand-ins would measure themselves.
inline constexpr size_t brain_messages_max = 40;
std::vector<chat_message> brain_messages(const std::vector<chat_message>& said);

/// The embedded agent of an assistant behind a remote model's protocol: whole dialogues with tools.
chat_brain receptionist_brain(std::shared_ptr<const assistant> who,
                              std::function<timestamp()> clock);
/// Always the same words.
chat_brain constant_brain(std::string reply);

struct chat_stand_in_settings {
  chat_brain brain;
  latency_spread first_token{std::chrono::milliseconds{400}};
  std::chrono::milliseconds between_tokens{20};
  std::string key{}; ///< another one is refused with 401; empty: any
  uint64_t seed = 1;
  // OpenAI only, besides chat:
  std::shared_ptr<told_words> words{}; ///< /audio/transcriptions
  latency_spread transcription{std::chrono::milliseconds{300}};
  latency_spread voice{std::chrono::milliseconds{150}}; ///< /audio/speech
};

/// Stand-in of OpenAI: /v1/chat/completions (streamed, with tools), /v1/audio/transcriptions,
/// /v1/audio/speech (pcm, 24 kHz), /v1/models. Serves whisper.cpp's /inference as well.
std::unique_ptr<stand_in_service> openai_stand_in(chat_stand_in_settings settings);

/// Stand-in of Anthropic: /v1/messages, streamed, with tools.
std::unique_ptr<stand_in_service> anthropic_stand_in(chat_stand_in_settings settings);

} // namespace trunkline
