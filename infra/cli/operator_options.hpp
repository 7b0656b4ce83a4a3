#pragma once

#include "infra/store/repository.hpp"
#include "schema/config.hpp"
#include "schema/failure.hpp"

#include <memory>
#include <ostream>
#include <string>

namespace trunkline {

/// The tenant that is meant by --tenant: the one there is, or one of those that the configuration
/// and the database have assistants of.
result<std::string> tenant_of(const std::string& given, const engine_config& config,
                              repository& rows);

/// The migrated database of a configuration, made when it is not there. Null: why is on `err`, and
/// `status` is what the command ends with.
std::unique_ptr<repository> open_migrated(const engine_config& config, std::ostream& err,
                                          int& status);

/// Who types, for the audit log: "operator:<user of this machine>".
std::string operator_name();

/// Writes down that the operator looks at what callers said: before it is shown, or it is not.
result<void> note_view(repository& rows, const std::string& action,
                       const std::string& call_sid = {});

} // namespace trunkline
