#include "infra/store/unkept_store.hpp"

#include <utility>

namespace trunkline {

namespace {

class unkept_store : public store {
public:
  explicit unkept_store(std::shared_ptr<store> rest) : rest_(std::move(rest)) {}

  bool put(store_row, done finished) override {
    if (finished)
      finished({});
    return true;
  }
  bool load_call(const std::string& call_sid,
                 std::function<void(result<stored_call>)> found) override {
    return rest_->load_call(call_sid, std::move(found));
  }
  stored_call recall(const std::string& call_sid) const override { return rest_->recall(call_sid); }
  bool away() const override { return rest_->away(); }
  store_condition condition() const override { return rest_->condition(); }
  bool write(job work, done finished) override {
    return rest_->write(std::move(work), std::move(finished));
  }
  bool write_row(job work, done finished) override {
    return rest_->write_row(std::move(work), std::move(finished));
  }
  bool read(job work, done finished) override {
    return rest_->read(std::move(work), std::move(finished));
  }
  size_t queued() const override { return rest_->queued(); }
  std::chrono::milliseconds oldest_write() const override { return rest_->oldest_write(); }

private:
  const std::shared_ptr<store> rest_;
};

} // namespace

std::shared_ptr<store> make_unkept_store(std::shared_ptr<store> rest) {
  return std::make_shared<unkept_store>(std::move(rest));
}

} // namespace trunkline
