#include "tests/support/net.hpp"

#include <boost/asio/post.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <future>
#include <stdexcept>

namespace trunkline::testing {

shard_threads::shard_threads(size_t count) {
  for (size_t i = 0; i < count; ++i) {
    ios_.push_back(std::make_unique<boost::asio::io_context>(1));
    guards_.emplace_back(ios_.back()->get_executor());
    threads_.emplace_back([io = ios_.back().get()] { io->run(); });
  }
}

shard_threads::~shard_threads() {
  stop();
}

std::vector<boost::asio::io_context*> shard_threads::all() {
  std::vector<boost::asio::io_context*> all;
  for (const auto& io : ios_)
    all.push_back(io.get());
  return all;
}

void shard_threads::run(size_t i, const std::function<void()>& what) {
  std::promise<void> done;
  boost::asio::post(*ios_[i], [&] {
    what();
    done.set_value();
  });
  done.get_future().wait();
}

void shard_threads::stop() {
  for (const auto& io : ios_)
    io->stop();
  for (auto& thread : threads_)
    if (thread.joinable())
      thread.join();
}

void signals::change(const std::function<void()>& how) {
  const std::lock_guard lock{mutex_}; // also while telling: who is woken may destroy this
  how();
  changed_.notify_all();
}

bool signals::wait(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, limit, condition);
}

void scripted_application::on_request(http_request what, http_respond respond) {
  if (request)
    request(std::move(what), std::move(respond));
  else
    respond({.status = 404, .body = "nothing here\n"});
}

upgrade_decision scripted_application::on_upgrade(const http_request& head) {
  if (upgrade)
    return upgrade(head);
  return upgrade_refused{{.status = 404, .body = "no socket here\n"}};
}

std::shared_ptr<web_socket_handler>
scripted_application::on_open(http_request head, std::shared_ptr<web_socket> socket) {
  return open ? open(std::move(head), std::move(socket)) : nullptr;
}

raw_peer::raw_peer(uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
  const timeval limit{10, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("no connection to port " + std::to_string(port));
}

raw_peer::~raw_peer() {
  ::close(descriptor_);
}

bool raw_peer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0)
      return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

void raw_peer::half_close() {
  ::shutdown(descriptor_, SHUT_WR);
}

void raw_peer::reset() {
  const linger hard{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  const int spare = ::socket(AF_INET, SOCK_STREAM, 0);
  ::dup2(spare, descriptor_); // closes the connection; the number stays ours
  ::close(spare);
}

bool raw_peer::readable_within(std::chrono::milliseconds limit) {
  pollfd wanted{descriptor_, POLLIN, 0};
  return !buffer_.empty() || ::poll(&wanted, 1, static_cast<int>(limit.count())) > 0;
}

bool raw_peer::fill() {
  std::array<char, 16384> chunk{};
  const auto got = ::recv(descriptor_, chunk.data(), chunk.size(), 0);
  if (got > 0)
    buffer_.append(chunk.data(), static_cast<size_t>(got));
  return got > 0;
}

std::string raw_peer::read_until(std::string_view end) {
  for (;;) {
    const auto found = buffer_.find(end);
    if (found != std::string::npos)
      return read_bytes(found + end.size());
    if (!fill())
      return std::exchange(buffer_, {});
  }
}

std::string raw_peer::read_bytes(size_t count) {
  while (buffer_.size() < count && fill()) {
  }
  auto bytes = buffer_.substr(0, count);
  buffer_.erase(0, bytes.size());
  return bytes;
}

std::string raw_peer::read_to_end() {
  while (fill()) {
  }
  return std::exchange(buffer_, {});
}

std::string raw_peer::read_response() {
  auto head = read_until("\r\n\r\n");
  const std::string name = "Content-Length: ";
  const auto at = head.find(name);
  size_t length = 0;
  if (at != std::string::npos)
    std::from_chars(head.data() + at + name.size(), head.data() + head.size(), length);
  return head + read_bytes(length);
}

} // namespace trunkline::testing
