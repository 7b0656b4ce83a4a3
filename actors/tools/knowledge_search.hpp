#pragma once

#include "infra/store/knowledge_rows.hpp"
#include "schema/knowledge.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// A passage with less of the question's words answers something else.
inline constexpr double coverage_min = 0.4;
inline constexpr size_t passages_max = 3;

/// The passages worth telling a model, best first; empty: the documents do not know. On a store
/// thread.
result<std::vector<knowledge_passage>>
passages_for(knowledge_rows& rows, const std::string& tenant_id, const std::string& question);

/// The passages in the answer of search_knowledge, without their texts; of other tools none.
std::vector<knowledge_passage> passages_in(std::string_view tool, const std::string& result_json);

} // namespace trunkline
