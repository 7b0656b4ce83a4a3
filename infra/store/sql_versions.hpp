#pragma once

#include "infra/store/assistant_versions.hpp"
#include "infra/store/sql_session.hpp"

#include <memory>

namespace trunkline {

/// The assistants of either database. The session must outlive it.
std::unique_ptr<assistant_versions> make_assistant_versions(sql_session& session);

} // namespace trunkline
