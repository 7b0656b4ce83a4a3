#pragma once

#include "bench/providers/chat_stand_ins.hpp"
#include "bench/providers/spoken_input.hpp"
#include "bench/providers/stand_in_server.hpp"
#include "infra/config/service_entry.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <map>
#include <memory>
#include <string>
#include <thread>

namespace trunkline::testing {

/// Stand-ins of outside services over real sockets, on a thread of their own: a first and a second
/// of each role, and a third set that belongs to bystanders alone.
///
///            | stt      | llm        | tts
///  first     | deepgram | openai     | elevenlabs
///  second    | vosk     | anthropic  | polly
///  bystander | azure    | compatible | coqui
class staged_services {
public:
  enum class place { first, second, bystander };
  static constexpr const char* bystanders_number = "+15550100900";

  struct options {
    std::chrono::milliseconds recogniser{120}, first_token{150}, first_audio{80};
    /// Role whose first service has TLS with this certificate and key (PEM files).
    std::optional<service_role> secure{};
    std::string certificate_file{}, key_file{};
    std::string last_word_changes{}; ///< deepgram: finals differ from the interims before
  };

  staged_services() : staged_services(options{}) {}
  explicit staged_services(const options& how);
  ~staged_services();

  /// Lists and addresses of an engine; adds the bystanders' assistant.
  void configure(engine_config& config) const;
  /// Both recognisers of the first assistant understand this until told otherwise.
  void will_hear(const std::string& text) { words_->always_hears(text); }
  void bystander_will_hear(const std::string& text) { bystander_words_->always_hears(text); }

  stand_in_server& at(service_role role, place which) { return *servers_.at({role, which}); }
  std::string name(service_role role, place which) const;
  /// As the board has it: "stt:deepgram".
  std::string key(service_role role, place which) const;

private:
  void add(service_role role, place which, std::unique_ptr<stand_in_service> service,
           const options& how);
  std::string url(service_role role, place which) const;

  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};
  std::shared_ptr<told_words> words_ = std::make_shared<told_words>(),
                              bystander_words_ = std::make_shared<told_words>();
  std::map<std::pair<service_role, place>, std::unique_ptr<stand_in_server>> servers_;
  std::thread thread_;
};

} // namespace trunkline::testing
