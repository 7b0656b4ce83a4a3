#include "infra/net/http_client.hpp"

#include "infra/net/http_call.hpp"

#include <utility>

namespace trunkline {

namespace {

/// Collects an answer; keeps itself alive until it is whole.
class fetch : public http_handler, public std::enable_shared_from_this<fetch> {
public:
  explicit fetch(std::function<void(result<http_response>)> done) : done_(std::move(done)) {}

  void start(boost::asio::io_context& io, client_request request) {
    self_ = shared_from_this();
    call_ = http_start(io, std::move(request), *this);
  }

  void on_head(const http_response& head) override { answer_ = head; }
  void on_body(std::string_view bytes) override { answer_.body += bytes; }
  void on_end() override { finish(std::move(answer_)); }
  void on_failure(failure what) override { finish(std::move(what)); }

private:
  void finish(result<http_response> outcome) {
    const auto self = std::exchange(self_, nullptr);
    done_(std::move(outcome));
  }

  const std::function<void(result<http_response>)> done_;
  std::shared_ptr<fetch> self_;
  std::unique_ptr<http_call> call_;
  http_response answer_;
};

} // namespace

void http_fetch(boost::asio::io_context& io, client_request request,
                std::function<void(result<http_response>)> done) {
  std::make_shared<fetch>(std::move(done))->start(io, std::move(request));
}

} // namespace trunkline
