#pragma once

#include "infra/store/repository.hpp"
#include "schema/config.hpp"
#include "schema/failure.hpp"

#include <string>

namespace trunkline {

/// The tenant that is meant by --tenant: the one there is, or one of those the configuration names.
result<std::string> tenant_of(const std::string& given, const engine_config& config);

/// Who types, for the audit log: "operator:<user of this machine>".
std::string operator_name();

/// Writes down that the operator looks at what callers said: before it is shown, or it is not.
result<void> note_view(repository& rows, const std::string& action,
                       const std::string& call_sid = {});

} // namespace trunkline
