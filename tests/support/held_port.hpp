#pragma once

#include <cstdint>

namespace trunkline::testing {

/// A port of loopback kept for a server that is told its port and that may come, die and come
/// again. A socket is bound to it, and does not listen, as long as this lives: nobody is given the
/// port by chance and no other held_port takes it, while a server that sets SO_REUSEADDR listens on
/// it.
class held_port {
public:
  held_port();
  ~held_port();
  held_port(const held_port&) = delete;
  held_port& operator=(const held_port&) = delete;

  uint16_t number() const { return number_; }

private:
  int socket_ = -1;
  uint16_t number_ = 0;
};

} // namespace trunkline::testing
