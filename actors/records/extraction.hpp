#pragma once

#include "infra/providers/llm_provider.hpp"
#include "protocol/text/json_schema.hpp"
#include "schema/records.hpp"

#include <string>
#include <vector>

namespace trunkline {

// What a model is asked about a call that is over, and what is made of its answer. Pure.

/// Of the transcript that the model reads: the latest words count.
inline constexpr size_t extraction_transcript_bytes_max = 16'000;
/// Of an answer; what is longer is none.
inline constexpr size_t extraction_answer_bytes_max = 16'384;

/// How it is stored: a tool run of this name and id, with the call's words and for as long.
inline constexpr const char* extraction_tool = "extract_data";
inline constexpr const char* extraction_id = "extraction";

/// The request. `wrong`: what was wrong with the answer before; empty: the first time.
llm_request extraction_request(std::shared_ptr<const assistant> who, const call_record& call,
                               const std::vector<turn_record>& turns, const std::string& wrong);

/// The object in a model's answer (models like to wrap it), when it fits the schema.
result<nlohmann::json> extracted(const std::string& answer, const json_schema& schema);

/// The row: {"ok":true,"data":{...}}, or {"ok":false,"error":"..."}: never both.
tool_run_record extraction_row(const std::string& call_sid, const result<nlohmann::json>& made,
                               timestamp at);

} // namespace trunkline
