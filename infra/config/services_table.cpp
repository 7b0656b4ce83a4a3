// The settings of outside services, as rows of the one table of settings.

#include "infra/config/config_table.hpp"

namespace trunkline {

namespace {

using check = field_check;

#define TL_FIELD(member) [](engine_config& c) -> field_ref { return &c.services.member; }

constexpr config_row rows[] = {
    {{"deepgram.api_key", "key of Deepgram", TL_FIELD(deepgram.api_key)}, "DEEPGRAM_API_KEY", true},
    {{"deepgram.base_url", "its API", TL_FIELD(deepgram.base_url), check::url},
     "DEEPGRAM_BASE_URL"},
    {{"deepgram.model", "recogniser; flux-... decides itself when a turn is over",
      TL_FIELD(deepgram.model)},
     "DEEPGRAM_MODEL"},
    {{"deepgram.endpointing_ms", "silence that ends an utterance there",
      TL_FIELD(deepgram.endpointing_ms), check::none, 10, 5000}},
    {{"deepgram.eot_threshold", "flux: confidence that ends a turn",
      TL_FIELD(deepgram.eot_threshold), check::none, 0, 1}},
    {{"deepgram.eager_eot_threshold", "flux: confidence that starts a reply ahead; 0: never",
      TL_FIELD(deepgram.eager_eot_threshold), check::none, 0, 1}},
    {{"deepgram.voice", "voice", TL_FIELD(deepgram.voice)}, "DEEPGRAM_VOICE"},

    {{"openai.api_key", "key of OpenAI", TL_FIELD(openai.api_key)}, "OPENAI_API_KEY", true},
    {{"openai.base_url", "its API, with the version path", TL_FIELD(openai.base_url), check::url},
     "OPENAI_BASE_URL"},
    {{"openai.model", "language model", TL_FIELD(openai.model)}, "OPENAI_MODEL"},
    {{"openai.max_tokens", "longest reply", TL_FIELD(openai.max_tokens), check::none, 16, 4096},
     "OPENAI_MAX_TOKENS"},
    {{"openai.temperature", "of the language model", TL_FIELD(openai.temperature), check::none, 0,
      2}},
    {{"openai.transcription_model", "recogniser", TL_FIELD(openai.transcription_model)}},
    {{"openai.speech_model", "voice model", TL_FIELD(openai.speech_model)}},
    {{"openai.voice", "voice", TL_FIELD(openai.voice)}, "OPENAI_VOICE"},

    {{"anthropic.api_key", "key of Anthropic", TL_FIELD(anthropic.api_key)},
     "ANTHROPIC_API_KEY",
     true},
    {{"anthropic.base_url", "its API", TL_FIELD(anthropic.base_url), check::url},
     "ANTHROPIC_BASE_URL"},
    {{"anthropic.model", "language model", TL_FIELD(anthropic.model)}, "ANTHROPIC_MODEL"},
    {{"anthropic.max_tokens", "longest reply", TL_FIELD(anthropic.max_tokens), check::none, 16,
      4096}},

    {{"ollama.base_url", "Ollama's OpenAI-compatible API, with the version path",
      TL_FIELD(ollama.base_url), check::url},
     "OLLAMA_BASE_URL"},
    {{"ollama.model", "language model", TL_FIELD(ollama.model)}, "OLLAMA_MODEL"},
    {{"ollama.max_tokens", "longest reply", TL_FIELD(ollama.max_tokens), check::none, 16, 4096}},

    {{"compatible.base_url", "another OpenAI-compatible server, with the version path",
      TL_FIELD(compatible.base_url), check::url},
     "COMPATIBLE_BASE_URL"},
    {{"compatible.api_key", "its key, if it wants one", TL_FIELD(compatible.api_key)},
     "COMPATIBLE_API_KEY",
     true},
    {{"compatible.model", "language model", TL_FIELD(compatible.model)}, "COMPATIBLE_MODEL"},
    {{"compatible.profile", "its differences: llama.cpp, vllm, ollama or compatible",
      TL_FIELD(compatible.profile), check::llm_profile}},
    {{"compatible.max_tokens", "longest reply", TL_FIELD(compatible.max_tokens), check::none, 16,
      4096}},

    {{"elevenlabs.api_key", "key of ElevenLabs", TL_FIELD(elevenlabs.api_key)},
     "ELEVENLABS_API_KEY",
     true},
    {{"elevenlabs.base_url", "its API", TL_FIELD(elevenlabs.base_url), check::url},
     "ELEVENLABS_BASE_URL"},
    {{"elevenlabs.voice", "id of the voice", TL_FIELD(elevenlabs.voice)}, "ELEVENLABS_VOICE_ID"},
    {{"elevenlabs.model", "voice model", TL_FIELD(elevenlabs.model)}},
    {{"elevenlabs.stability", "steadiness of the voice", TL_FIELD(elevenlabs.stability),
      check::none, 0, 1},
     "ELEVENLABS_STABILITY"},
    {{"elevenlabs.similarity_boost", "closeness to the original",
      TL_FIELD(elevenlabs.similarity_boost), check::none, 0, 1},
     "ELEVENLABS_SIMILARITY_BOOST"},
    {{"elevenlabs.style", "exaggeration; above 0 is slower", TL_FIELD(elevenlabs.style),
      check::none, 0, 1}},
    {{"elevenlabs.speed", "0.7 to 1.2", TL_FIELD(elevenlabs.speed), check::none, 0, 2}},
    {{"elevenlabs.socket", "one WebSocket a call; false: one request a sentence",
      TL_FIELD(elevenlabs.socket)}},

    {{"azure.api_key", "key of Azure Speech", TL_FIELD(azure.api_key)}, "AZURE_SPEECH_KEY", true},
    {{"azure.region", "names the hosts when there is no base URL", TL_FIELD(azure.region)},
     "AZURE_SPEECH_REGION"},
    {{"azure.base_url", "its API, when the region's hosts are not meant", TL_FIELD(azure.base_url),
      check::url},
     "AZURE_SPEECH_BASE_URL"},
    {{"azure.voice", "voice", TL_FIELD(azure.voice)}, "AZURE_SPEECH_VOICE"},

    {{"polly.access_key_id", "AWS key", TL_FIELD(polly.access_key_id)}, "AWS_ACCESS_KEY_ID", true},
    {{"polly.secret_access_key", "AWS key's secret", TL_FIELD(polly.secret_access_key)},
     "AWS_SECRET_ACCESS_KEY",
     true},
    {{"polly.session_token", "of temporary AWS keys", TL_FIELD(polly.session_token)},
     "AWS_SESSION_TOKEN",
     true},
    {{"polly.region", "AWS region", TL_FIELD(polly.region)}, "AWS_REGION"},
    {{"polly.base_url", "empty: the region's host", TL_FIELD(polly.base_url), check::url},
     "AWS_POLLY_BASE_URL"},
    {{"polly.voice", "voice", TL_FIELD(polly.voice)}, "AWS_POLLY_VOICE"},
    {{"polly.engine", "standard, neural, long-form or generative", TL_FIELD(polly.engine)}},

    {{"whisper.base_url", "a Whisper server of your own", TL_FIELD(whisper.base_url), check::url},
     "WHISPER_BASE_URL"},
    {{"whisper.api_key", "its key, if it wants one", TL_FIELD(whisper.api_key)},
     "WHISPER_API_KEY",
     true},
    {{"whisper.profile", "whisper.cpp, speaches or openai", TL_FIELD(whisper.profile),
      check::whisper_profile}},
    {{"whisper.model", "model, where the server has several", TL_FIELD(whisper.model)}},

    {{"vosk.base_url", "a Vosk server", TL_FIELD(vosk.base_url), check::url}, "VOSK_BASE_URL"},
    {{"coqui.base_url", "a Coqui TTS server", TL_FIELD(coqui.base_url), check::url},
     "COQUI_BASE_URL"},
    {{"coqui.speaker", "speaker, where the model has several", TL_FIELD(coqui.speaker)}},
};
#undef TL_FIELD

} // namespace

std::span<const config_row> service_setting_rows() {
  return rows;
}

} // namespace trunkline
