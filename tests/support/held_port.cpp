#include "tests/support/held_port.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>
#include <stdexcept>

namespace trunkline::testing {

held_port::held_port() {
  std::random_device random;
  std::uniform_int_distribution<int> below_ephemeral{20'000, 32'000};
  for (int tries = 0; tries < 100; ++tries) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(below_ephemeral(random)));
    if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
      // Only now, that the port is nobody else's: from here on it may be shared.
      const int shared = 1;
      ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &shared, sizeof shared);
      number_ = ntohs(address.sin_port);
      return;
    }
    ::close(socket_);
  }
  throw std::runtime_error("no free port on loopback");
}

held_port::~held_port() {
  ::close(socket_);
}

} // namespace trunkline::testing
