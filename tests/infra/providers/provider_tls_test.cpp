// Each role's session against services whose TLS is not as it should be.

#include "bench/providers/chat_stand_ins.hpp"
#include "bench/providers/recogniser_stand_ins.hpp"
#include "bench/providers/voice_stand_ins.hpp"
#include "infra/providers/chat_llm.hpp"
#include "infra/providers/elevenlabs_tts.hpp"
#include "infra/providers/socket_stt.hpp"
#include "infra/providers/utterance_stt.hpp"
#include "infra/providers/voice_tts.hpp"
#include "protocol/elevenlabs/speech.hpp"
#include "protocol/openai/chat.hpp"
#include "protocol/openai/transcription.hpp"
#include "protocol/vosk/recognition.hpp"
#include "tests/infra/providers/listening_bench.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/paths.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <cstdlib>

namespace trunkline {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using tcp = boost::asio::ip::tcp;

/// The outcome of the first thing a session was asked for: words, "ok", or why not.
struct outcome {
  bool good = false;
  std::optional<failure> why;
  bool over() const { return good || why; }
};

/// Speaks TLS of one version only, and accepts one connection after the other.
class old_server {
public:
  old_server(boost::asio::io_context& io, const std::string& certificate, const std::string& key)
      : acceptor_(io, {boost::asio::ip::address_v4::loopback(), 0}) {
    SSL_CTX_set_security_level(context_.native_handle(), 0);
    SSL_CTX_set_min_proto_version(context_.native_handle(), TLS1_1_VERSION);
    SSL_CTX_set_max_proto_version(context_.native_handle(), TLS1_1_VERSION);
    context_.use_certificate_chain_file(certificate);
    context_.use_private_key_file(key, boost::asio::ssl::context::pem);
    accept();
  }
  std::string url() const {
    return "https://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }
  bool was_let_in() const { return let_in_; }

private:
  using stream = boost::asio::ssl::stream<tcp::socket>;
  void accept() {
    auto peer = std::make_shared<stream>(acceptor_.get_executor(), context_);
    acceptor_.async_accept(peer->lowest_layer(), [this, peer](boost::system::error_code error) {
      if (error)
        return;
      peer->async_handshake(boost::asio::ssl::stream_base::server,
                            [this, peer](boost::system::error_code bad) { let_in_ |= !bad; });
      accept();
    });
  }
  boost::asio::ssl::context context_{boost::asio::ssl::context::tls_server};
  tcp::acceptor acceptor_;
  bool let_in_ = false;
};

struct role {
  const char* name;
  std::unique_ptr<stand_in_service> (*stand_in)();
  /// Asks for something; what is returned keeps the session alive.
  std::shared_ptr<void> (*ask)(client_loop&, const std::string& url, outcome&);

  friend void PrintTo(const role& one, std::ostream* to) { *to << one.name; }
};

service_endpoint at(const std::string& url) {
  return {"service", url, {800ms, 800ms, 2000ms}};
}

void note(outcome& to, const std::optional<failure>& why) {
  if (why)
    to.why = *why;
  else
    to.good = true;
}

template<class Provider, class Session>
struct kept {
  std::shared_ptr<Provider> provider;
  std::unique_ptr<Session> session;
};

template<class Provider, class Codec>
std::shared_ptr<void> listen(client_loop& loop, auto settings, Codec codec, outcome& to) {
  auto all = std::make_shared<kept<stt_provider, stt_session>>();
  all->provider = std::make_shared<Provider>(loop, std::move(settings), std::move(codec));
  all->session = all->provider->open([&to](stt_event event) {
    const auto* why = std::get_if<failure>(&event);
    if (why || std::get<transcript>(event).is_final)
      note(to, why ? std::optional{*why} : std::nullopt);
  });
  all->session->speech_started();
  all->session->audio(
      {std::make_shared<const std::vector<uint8_t>>(humming("a second of it")), {}});
  all->session->speech_ended();
  return all;
}

std::shared_ptr<void> speak(std::shared_ptr<tts_provider> provider, outcome& to) {
  auto all = std::make_shared<kept<tts_provider, tts_session>>();
  all->provider = std::move(provider);
  all->session = all->provider->open("voice", [&to](tts_event event) {
    if (!std::holds_alternative<audio_chunk>(event.what)) {
      const auto* why = std::get_if<failure>(&event.what);
      note(to, why ? std::optional{*why} : std::nullopt);
    }
  });
  all->session->speak(1, "Good morning.");
  return all;
}

std::shared_ptr<void> ask_model(client_loop& loop, const std::string& url, outcome& to) {
  auto all = std::make_shared<kept<llm_provider, llm_stream>>();
  auto options = *openai_chat_profile("openai");
  options.model = "gpt";
  all->provider = std::make_shared<chat_llm>(loop, chat_llm_settings{at(url + "/v1")},
                                             std::move(*make_openai_chat(std::move(options))));
  llm_request request;
  request.messages = {{speaker::caller, "hello", {}, {}}};
  all->session = all->provider->start(std::move(request), [&to](llm_event event) {
    if (const auto* why = std::get_if<failure>(&event))
      note(to, *why);
    else if (std::holds_alternative<llm_done>(event))
      note(to, std::nullopt);
  });
  return all;
}

std::shared_ptr<told_words> some_words() {
  auto words = std::make_shared<told_words>();
  words->always_hears("hello");
  return words;
}

std::unique_ptr<stand_in_service> openai_with_words() {
  chat_stand_in_settings settings;
  settings.brain = constant_brain("Good morning.");
  settings.first_token = settings.transcription = {5ms, 0};
  settings.words = some_words();
  return openai_stand_in(std::move(settings));
}

const role roles[] = {
    {"socket_stt",
     [] {
       return vosk_stand_in({some_words(), {5ms, 0}});
     },
     [](client_loop& loop, const std::string& url, outcome& to) {
       return listen<socket_stt>(
           loop, socket_stt_settings{at(url), {}},
           [] { return std::make_unique<vosk_recognition>(vosk_recognition_settings{}); }, to);
     }},
    {"utterance_stt", openai_with_words,
     [](client_loop& loop, const std::string& url, outcome& to) {
       return listen<utterance_stt>(
           loop, utterance_stt_settings{at(url + "/v1")},
           std::make_shared<openai_transcription>(*openai_transcription_profile("openai")), to);
     }},
    {"chat_llm", openai_with_words, ask_model},
    {"voice_tts",
     [] {
       return elevenlabs_stand_in({{5ms, 0}});
     },
     [](client_loop& loop, const std::string& url, outcome& to) {
       return speak(std::make_shared<voice_tts>(
                        loop, voice_tts_settings{at(url), ""},
                        std::make_shared<elevenlabs_speech>(elevenlabs_speech_settings{})),
                    to);
     }},
    {"elevenlabs_tts",
     [] {
       return elevenlabs_stand_in({{5ms, 0}});
     },
     [](client_loop& loop, const std::string& url, outcome& to) {
       return speak(std::make_shared<elevenlabs_tts>(loop, elevenlabs_tts_settings{at(url), {}}),
                    to);
     }},
};

class provider_tls : public ::testing::TestWithParam<role>, public provider_bench {
protected:
  provider_tls() { trust(authority.root_file()); }
  ~provider_tls() override { ::unsetenv("SSL_CERT_FILE"); }

  static void trust(const std::string& root) { ::setenv("SSL_CERT_FILE", root.c_str(), 1); }

  void serve_with(const std::string& names, bool expired = false) {
    authority.issue("server", names, expired);
    serve(GetParam().stand_in(), {.certificate_file = authority.certificate_file("server"),
                                  .key_file = authority.key_file("server")});
  }
  outcome asked(const std::string& url) {
    outcome heard;
    const auto session = GetParam().ask(loop, url, heard);
    EXPECT_TRUE(run_until([&] { return heard.over(); }, 2500ms));
    return heard;
  }
  void expect_refused(const outcome& heard, const char* why) {
    ASSERT_TRUE(heard.why);
    EXPECT_EQ(heard.why->kind, failure_kind::unreachable);
    EXPECT_THAT(heard.why->context, HasSubstr("TLS"));
    EXPECT_THAT(heard.why->context, HasSubstr(why));
    if (server) {
      EXPECT_EQ(server->counts().requests + server->counts().sockets, 0u) << "it was told a key";
    }
  }

  temp_dir dir;
  certificate_authority authority{dir.path()};
};

TEST_P(provider_tls, a_service_that_proves_who_it_is_is_used) {
  serve_with("IP:127.0.0.1");
  const auto heard = asked(server->base_url());
  EXPECT_TRUE(heard.good) << (heard.why ? heard.why->context : "");
}

TEST_P(provider_tls, the_name_is_checked) {
  serve_with("DNS:another.example,IP:127.0.0.2");
  expect_refused(asked(server->base_url()), "certificate verify failed");
}

TEST_P(provider_tls, what_has_expired_is_refused) {
  serve_with("IP:127.0.0.1", true);
  expect_refused(asked(server->base_url()), "certificate verify failed");
}

TEST_P(provider_tls, an_unknown_root_is_refused) {
  serve_with("IP:127.0.0.1");
  const temp_dir elsewhere;
  const certificate_authority another{elsewhere.path()};
  trust(another.root_file());
  expect_refused(asked(server->base_url()), ""); // by its signature or its name
}

TEST_P(provider_tls, versions_before_1_2_are_refused) {
  authority.issue("server", "IP:127.0.0.1");
  const old_server old{io, authority.certificate_file("server"), authority.key_file("server")};
  expect_refused(asked(old.url()), "");
  EXPECT_FALSE(old.was_let_in());
}

TEST_P(provider_tls, plain_text_is_refused) {
  serve(GetParam().stand_in());
  auto url = server->base_url();
  url.replace(0, 4, "https");
  expect_refused(asked(url), "");
}

INSTANTIATE_TEST_SUITE_P(roles, provider_tls, ::testing::ValuesIn(roles),
                         [](const auto& given) { return std::string{given.param.name}; });

} // namespace
} // namespace trunkline
