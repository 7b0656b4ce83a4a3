#pragma once

#include "bench/carrier/call_watch.hpp"
#include "bench/carrier/simulated_call.hpp"

#include <memory>
#include <string>

namespace trunkline::testing {

class running_engine;

/// Where the carrier asks first when the number's calls come by this channel.
const char* incoming_path(const std::string& channel);

enum class manners { waits, interrupts };

/// The words of a script's lines, each with one short sound, said without delay. A caller who waits
/// lets the agent finish where the script would not: with the short sounds and quick voices of most
/// tests there is nothing to interrupt. Else such lines are really spoken. `script`: name or file.
call_plan plan_of(const std::string& script, manners how = manners::waits);

/// Tells the caller of a media stream, who only hears sound, what the agent says, from the engine's
/// admin pages; not yet started. Stop it before the engine goes.
std::shared_ptr<call_watch> words_for(running_engine& engine,
                                      const std::shared_ptr<simulated_call>& call);

} // namespace trunkline::testing
