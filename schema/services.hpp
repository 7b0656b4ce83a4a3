#pragma once

#include <string>
#include <vector>

namespace trunkline {

// Outside services and how to reach them. Keys come from the environment only; a base URL may name
// a stand-in or a self-hosted server that speaks the same protocol.

struct deepgram_config {
  std::string api_key; ///< DEEPGRAM_API_KEY
  std::string base_url = "https://api.deepgram.com";
  std::string model = "nova-3"; ///< flux-...: turn-based recognition (/v2/listen)
  unsigned endpointing_ms = 300;
  double eot_threshold = 0.7;       ///< flux: confidence that ends a turn
  double eager_eot_threshold = 0.5; ///< flux: confidence that starts a reply ahead; 0: never
  std::string voice = "aura-2-thalia-en";
};

struct openai_config {
  std::string api_key; ///< OPENAI_API_KEY
  std::string base_url = "https://api.openai.com/v1";
  std::string model = "gpt-4o-mini"; ///< OPENAI_MODEL
  unsigned max_tokens = 300;         ///< OPENAI_MAX_TOKENS
  double temperature = 0.4;
  std::string transcription_model = "gpt-4o-mini-transcribe";
  std::string speech_model = "gpt-4o-mini-tts";
  std::string voice = "alloy";
};

struct anthropic_config {
  std::string api_key; ///< ANTHROPIC_API_KEY
  std::string base_url = "https://api.anthropic.com";
  std::string model = "claude-3-5-haiku-latest";
  unsigned max_tokens = 300;
};

/// A language model behind an OpenAI-compatible server: Ollama, llama.cpp, vLLM and others.
struct compatible_config {
  std::string api_key;  ///< COMPATIBLE_API_KEY; may be empty
  std::string base_url; ///< with the version path: http://127.0.0.1:8080/v1
  std::string model;
  std::string profile = "compatible"; ///< ollama | llama.cpp | vllm | compatible
  unsigned max_tokens = 300;
};

struct elevenlabs_config {
  std::string api_key; ///< ELEVENLABS_API_KEY
  std::string base_url = "https://api.elevenlabs.io";
  std::string voice; ///< ELEVENLABS_VOICE_ID
  std::string model = "eleven_flash_v2_5";
  double stability = 0.5;         ///< ELEVENLABS_STABILITY
  double similarity_boost = 0.75; ///< ELEVENLABS_SIMILARITY_BOOST
  double style = 0;
  double speed = 1;
  bool socket = true; ///< one WebSocket a call; false: one HTTP request a sentence
};

struct azure_config {
  std::string api_key;  ///< AZURE_SPEECH_KEY
  std::string region;   ///< AZURE_SPEECH_REGION: names the hosts when there is no base URL
  std::string base_url; ///< AZURE_SPEECH_BASE_URL
  std::string voice = "en-US-JennyNeural";
};

struct polly_config {
  std::string access_key_id;        ///< AWS_ACCESS_KEY_ID
  std::string secret_access_key;    ///< AWS_SECRET_ACCESS_KEY
  std::string session_token;        ///< AWS_SESSION_TOKEN; may be empty
  std::string region = "us-east-1"; ///< AWS_REGION
  std::string base_url;             ///< empty: https://polly.<region>.amazonaws.com
  std::string voice = "Joanna";
  std::string engine = "neural";
};

/// A Whisper server of one's own: whisper.cpp, speaches, or any with OpenAI's path.
struct whisper_config {
  std::string base_url;                ///< WHISPER_BASE_URL
  std::string api_key;                 ///< WHISPER_API_KEY; may be empty
  std::string profile = "whisper.cpp"; ///< whisper.cpp | speaches | openai
  std::string model = "whisper-1";
};

struct vosk_config {
  std::string base_url = "http://127.0.0.1:2700";
};

struct coqui_config {
  std::string base_url = "http://127.0.0.1:5002";
  std::string speaker;
};

struct services_config {
  deepgram_config deepgram;
  openai_config openai;
  anthropic_config anthropic;
  compatible_config ollama{"", "http://127.0.0.1:11434/v1", "", "ollama", 300};
  compatible_config compatible;
  elevenlabs_config elevenlabs;
  azure_config azure;
  polly_config polly;
  whisper_config whisper;
  vosk_config vosk;
  coqui_config coqui;
};

/// The same as the calls of a tenant with keys of its own reach them.
struct tenant_services {
  services_config services;
  std::vector<std::string> own; ///< names of the services it has keys for
};

} // namespace trunkline
