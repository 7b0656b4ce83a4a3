#pragma once

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <memory>
#include <string>

namespace trunkline::testing {

/// A connection that knows no protocol: what is sent, what comes, and how it ends. On a loop that
/// the test drives.
class plain_client {
public:
  plain_client(boost::asio::io_context& io, const std::string& url) : socket_(io) {
    const auto port = static_cast<uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    socket_.connect({boost::asio::ip::address_v4::loopback(), port}, end);
    if (!end)
      read();
  }

  void send(const std::string& bytes) {
    boost::system::error_code ignored;
    boost::asio::write(socket_, boost::asio::buffer(bytes), ignored);
  }
  void get(const std::string& path) { send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n"); }

  std::string received;
  boost::system::error_code end; ///< set when the connection has ended

private:
  void read() {
    socket_.async_read_some(boost::asio::buffer(chunk_),
                            [this](boost::system::error_code error, size_t bytes) {
                              received.append(chunk_.data(), bytes);
                              end = error;
                              if (!error)
                                read();
                            });
  }

  boost::asio::ip::tcp::socket socket_;
  std::array<char, 65536> chunk_{};
};

} // namespace trunkline::testing
