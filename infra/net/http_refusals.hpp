#pragma once

#include "infra/net/http.hpp"

#include <boost/system/error_code.hpp>

#include <optional>
#include <string_view>

namespace trunkline {

/// One line of text with a status.
http_response refusal(unsigned status, std::string_view text);

/// What is answered to a request that could not be read; nullopt: nobody is there to be answered.
/// `timed_out`: we ended the reading. `no_target`: not even the first line was complete.
std::optional<http_response> refusal_of(const boost::system::error_code& error, bool timed_out,
                                        bool no_target);

/// What is wrong with a head that could be read.
std::optional<http_response> refusal_of(const http_request& head, bool http_1_1);

} // namespace trunkline
