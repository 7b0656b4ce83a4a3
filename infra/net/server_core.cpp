#include "infra/net/server_core.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace trunkline {

class counted_ticket : public connection_ticket {
public:
  counted_ticket(std::shared_ptr<server_core> core, std::string address)
      : core_(std::move(core)), address_(std::move(address)) {}
  counted_ticket(const counted_ticket&) = delete;
  counted_ticket& operator=(const counted_ticket&) = delete;
  ~counted_ticket() override {
    accepted();
    --core_->open_;
  }

  void accepted() override {
    if (!address_.empty())
      core_->uncount_unsigned(std::exchange(address_, {}));
  }

  bool move_to(const std::string& address) override {
    accepted();
    if (!core_->count_unsigned(address))
      return false;
    address_ = address;
    return true;
  }

private:
  const std::shared_ptr<server_core> core_;
  std::string address_; // empty: not counted
};

server_core::server_core(std::vector<boost::asio::io_context*> shards, http_server_options options,
                         http_application& application)
    : options_(std::move(options)), application_(application) {
  for (auto* io : shards)
    shards_.push_back({io, {}});
}

bool server_core::trusts(const std::string& address) const {
  const auto& trusted = options_.trusted_proxies;
  return std::find(trusted.begin(), trusted.end(), address) != trusted.end();
}

std::string server_core::client_address(const std::string& peer,
                                        std::string_view forwarded_for) const {
  // From the right, the first that is not one of our own proxies: what is left of it anybody may
  // have sent.
  auto named = peer;
  while (trusts(named) && !forwarded_for.empty()) {
    const auto comma = forwarded_for.rfind(',');
    auto item = forwarded_for.substr(comma == std::string_view::npos ? 0 : comma + 1);
    forwarded_for = forwarded_for.substr(0, comma == std::string_view::npos ? 0 : comma);
    while (item.starts_with(' '))
      item.remove_prefix(1);
    while (item.ends_with(' '))
      item.remove_suffix(1);
    boost::system::error_code bad;
    const auto address = boost::asio::ip::make_address(std::string{item}, bad);
    if (bad)
      break;
    named = address.to_string();
  }
  return named;
}

std::shared_ptr<connection_ticket> server_core::admit(const std::string& address) {
  if (++open_ > limits().connections_max) {
    --open_;
    return nullptr;
  }
  // A proxy's connections are counted against the addresses it names, once a head is read.
  if (trusts(address))
    return std::make_shared<counted_ticket>(shared_from_this(), "");
  if (!count_unsigned(address)) {
    --open_;
    return nullptr;
  }
  return std::make_shared<counted_ticket>(shared_from_this(), address);
}

bool server_core::count_unsigned(const std::string& address) {
  const std::lock_guard lock{mutex_};
  auto& count = unsigned_[address];
  if (count >= limits().connections_per_address_max)
    return false; // the entry exists: somebody holds the others
  ++count;
  return true;
}

void server_core::uncount_unsigned(const std::string& address) {
  const std::lock_guard lock{mutex_};
  const auto found = unsigned_.find(address);
  if (found != unsigned_.end() && --found->second == 0)
    unsigned_.erase(found);
}

void server_core::add(size_t index, const std::shared_ptr<connection>& what) {
  auto& list = shards_[index];
  list.connections.push_back(what);
  if (list.connections.size() < list.sweep_at)
    return;
  std::erase_if(list.connections, [](const auto& entry) { return entry.expired(); });
  list.sweep_at = std::max<size_t>(64, list.connections.size() * 2);
}

void server_core::for_each(size_t index, const std::function<void(connection&)>& action) {
  // A copy: ending one connection may run code that adds another.
  const auto connections = shards_[index].connections;
  for (const auto& entry : connections)
    if (const auto alive = entry.lock())
      action(*alive);
}

} // namespace trunkline
