#include "tests/support/held_port.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <gtest/gtest.h>

namespace trunkline {
namespace {

using boost::asio::ip::tcp;

class held_port_test : public ::testing::Test {
protected:
  /// Listens as a server does, or, without the option, as who looks for a port of its own.
  bool listens(bool as_server) {
    tcp::acceptor door{io};
    door.open(tcp::v4());
    door.set_option(tcp::acceptor::reuse_address(as_server));
    boost::system::error_code error;
    door.bind({boost::asio::ip::address_v4::loopback(), port.number()}, error);
    if (!error)
      door.listen(1, error);
    return !error;
  }

  boost::asio::io_context io;
  testing::held_port port;
};

TEST_F(held_port_test, is_there_for_a_server_that_comes_and_goes_and_for_nobody_else) {
  EXPECT_FALSE(listens(false));
  EXPECT_TRUE(listens(true));
  EXPECT_FALSE(listens(false)) << "was free once its server was gone";
  EXPECT_TRUE(listens(true));
}

} // namespace
} // namespace trunkline
