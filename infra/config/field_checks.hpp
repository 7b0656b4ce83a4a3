#pragma once

#include "infra/config/config_field.hpp"

namespace trunkline {

/// Each stores a good value in `to`; else says what is wrong and leaves `to` alone.
std::optional<std::string> check_text(field_check check, const std::string& value,
                                      std::string& to);
std::optional<std::string> check_list(field_check check, std::vector<std::string> values,
                                      std::vector<std::string>& to);
std::optional<std::string> check_listen(const std::string& value, listen_address& to);

/// "a, b" as {"a", "b"}; blank items are left out.
std::vector<std::string> comma_list(std::string_view text);

} // namespace trunkline
