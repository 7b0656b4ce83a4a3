#include "infra/net/http_client.hpp"

#include "infra/net/http_call.hpp"

#include <utility>

namespace trunkline {

namespace {

/// Collects an answer until it is whole.
class collected_answer : public http_handler {
public:
  explicit collected_answer(std::function<void(result<http_response>)> done)
      : done_(std::move(done)) {}

  void on_head(const http_response& head) override { answer_ = head; }
  void on_body(std::string_view bytes) override { answer_.body += bytes; }
  void on_end() override { done_(std::move(answer_)); }
  void on_failure(failure what) override { done_(std::move(what)); }

private:
  const std::function<void(result<http_response>)> done_;
  http_response answer_;
};

} // namespace

void http_fetch(boost::asio::io_context& io, client_request request,
                std::function<void(result<http_response>)> done) {
  http_start(io, std::move(request), std::make_shared<collected_answer>(std::move(done)));
}

} // namespace trunkline
