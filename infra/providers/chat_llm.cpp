#include "infra/providers/chat_llm.hpp"

#include <utility>
#include <variant>

namespace trunkline {

namespace {

constexpr size_t refusal_bytes_max = 16 * 1024;
constexpr size_t reply_bytes_max = 4 * 1024 * 1024;

class chat_stream : public llm_stream, public http_handler {
public:
  chat_stream(const chat_llm_settings& settings, std::shared_ptr<const chat_codec> codec,
              llm_sink sink)
      : settings_(settings), codec_(std::move(codec)), sink_(std::move(sink)) {}

  void start(http_pool& pool, client_request request) {
    request.body_bytes_max = reply_bytes_max;
    request.timeouts.first_byte = settings_.first_token;
    call_ = pool.start(std::move(request), *this);
  }

  void on_head(const http_response& head) override {
    if (head.status == 200)
      reader_ = codec_->reader();
    else
      refusal_ = head;
    call_->expect_since_start(settings_.first_token, "first token"); // an early head earns no time
  }

  void on_body(std::string_view bytes) override {
    if (reader_)
      report(reader_->feed(bytes));
    else if (refusal_.body.size() < refusal_bytes_max)
      refusal_.body.append(bytes.substr(0, refusal_bytes_max - refusal_.body.size()));
  }

  void on_end() override {
    if (reader_)
      report(reader_->end_of_body());
    else
      report({refused()});
  }

  void on_failure(failure what) override {
    if (reader_ || refusal_.status == 0)
      report({std::move(what)});
    else // the status says more than how its body ended
      report({refused()});
  }

private:
  failure refused() const { return dated(codec_->error_of(error_in(refusal_)), refusal_); }

  void report(std::vector<llm_event> events) {
    for (auto& event : events) {
      if (over_)
        return;
      over_ = std::holds_alternative<llm_done>(event) || std::holds_alternative<failure>(event);
      if (!over_)
        call_->expect_within(settings_.between_tokens, "next token");
      else if (std::holds_alternative<failure>(event))
        call_.reset(); // whatever still comes is not read
      else
        call_->leave(); // the end of the body may still be on its way
      sink_(std::move(event));
    }
  }

  const chat_llm_settings& settings_; ///< the provider's, which its actor keeps
  const std::shared_ptr<const chat_codec> codec_;
  const llm_sink sink_;
  std::unique_ptr<http_call> call_;
  std::unique_ptr<reply_reader> reader_;
  http_response refusal_{.status = 0};
  bool over_ = false;
};

} // namespace

chat_llm::chat_llm(client_loop& loop, chat_llm_settings settings,
                   std::shared_ptr<const chat_codec> codec)
    : loop_(loop), settings_(std::move(settings)), codec_(std::move(codec)) {}

std::unique_ptr<llm_stream> chat_llm::start(llm_request request, llm_sink sink) {
  for (auto& message : request.messages) // the prompt says what that means
    if (message.role == speaker::caller && message.text.empty())
      message.text = "[inaudible]";
  auto stream = std::make_unique<chat_stream>(settings_, codec_, std::move(sink));
  stream->start(loop_.pool,
                addressed(settings_.endpoint,
                          codec_->request(request.prompt, request.messages, request.tools)));
  return stream;
}

void chat_llm::prepare() {
  loop_.pool.warm(settings_.endpoint.base_url);
}

} // namespace trunkline
