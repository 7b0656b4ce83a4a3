#pragma once

#include "schema/assistant.hpp"
#include "schema/records.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace trunkline {

/// What shall happen when the carrier asks for the TwiML after `<Connect>`. Stored with the call
/// (`calls.next_step`, as JSON) before the stream is closed, so any engine can answer.
struct next_step {
  enum class kind { resume, hang_up, transfer, message };
  kind what = kind::resume;
  std::string say;      ///< spoken by the carrier first: the sentence our voice could not say
  std::string staff_id; ///< transfer; "emergency" is the assistant's emergency number
};

std::string to_json(const next_step& step);
/// Anything unreadable is `resume`: the caller is brought back, not dropped.
next_step next_step_from(std::string_view json);

/// The language a call is in; empty: that of its assistant, or English.
std::string language_of(const call_record& call);
/// The assistant as it speaks in a call, perhaps of an earlier process: in the call's language,
/// else in that of the called number. The same one when it has no other.
std::shared_ptr<const assistant> as_in_call(std::shared_ptr<const assistant> who,
                                            const call_record& call);

/// The webhook that asks: what of it matters here.
struct after_request {
  enum class stage { stream_ended, dialled, recorded };
  stage from = stage::stream_ended;
  bool caller_gone = false;   ///< CallStatus says that the call is over
  bool transfer_done = false; ///< dialled: the parties were connected
};

/// The decision.
struct after_plan {
  enum class kind { resume, hang_up, transfer, message };
  kind what = kind::hang_up;
  std::string say;    ///< spoken first; may be empty
  std::string number; ///< transfer target, E.164, always from configuration
};

/// A call is brought back this often; after that, message taking.
inline constexpr int resumes_max = 3;

/// Pure. `call` nothing: unknown call (its store may be gone): message taking, never silence.
/// `who`: as it speaks the call's language.
after_plan decide_after(const after_request& request, const std::optional<call_record>& call,
                        const assistant& who);

} // namespace trunkline
