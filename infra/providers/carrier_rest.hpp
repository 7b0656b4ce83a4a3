#pragma once

#include "schema/config.hpp"
#include "schema/failure.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>

namespace trunkline {

/// The carrier's REST API (Twilio, protocols: POST /2010-04-01/Accounts/{sid}/Calls/{CallSid}.json,
/// form body, HTTP Basic). Timeouts: connect 2 s, first byte 3 s, whole 5 s. No retry: the caller
/// of this has a lesser way. Thread safe.
class carrier_rest {
public:
  carrier_rest(boost::asio::io_context& io, carrier_config config);

  /// Account, token and URL are there.
  bool configured() const;
  /// Replaces the TwiML of a live call; its stream is stopped by that. `done` on the io thread.
  void update_call(const std::string& call_sid, const std::string& twiml,
                   std::function<void(result<void>)> done);

private:
  boost::asio::io_context& io_;
  carrier_config config_;
};

} // namespace trunkline
