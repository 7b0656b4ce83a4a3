#pragma once

#include "schema/config.hpp"
#include "schema/failure.hpp"

#include <map>
#include <string>

namespace trunkline {

/// $TRUNKLINE_STATE_DIR, else $XDG_STATE_HOME/trunkline, else /var/lib/trunkline for root, else
/// $HOME/.local/state/trunkline. A failure when none of that is known.
result<std::string> default_state_dir(const std::map<std::string, std::string>& environment);

/// Creates the directory and its parents (mode 0700) when it is missing, and checks that it can be
/// written to. An existing one keeps its mode.
result<void> make_state_dir(const std::string& state_dir);

/// The token that signs webhooks as long as there is no carrier account: 64 hexadecimal digits in
/// <state_dir>/dev-token, made at the first use, mode 0600. Processes that race for the first use
/// agree on one.
result<std::string> development_token(const std::string& state_dir);

/// The engine's name among those that share a database: 12 hexadecimal digits in
/// <state_dir>/engine-id, made at the first use as the token is.
result<std::string> engine_id_of(const std::string& state_dir);

/// Whether these listeners may be opened: beyond loopback the public one needs TWILIO_AUTH_TOKEN
/// and https URLs, the admin one credentials.
result<void> check_listeners(const engine_config& config);

} // namespace trunkline
