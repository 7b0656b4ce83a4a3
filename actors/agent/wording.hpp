#pragma once

#include "actors/agent/dialog_state.hpp"
#include "schema/assistant.hpp"

#include <string>
#include <vector>

namespace trunkline {

/// "a cleaning", "an exam".
std::string with_article(const std::string& noun);

/// "nine a.m., noon or two p.m." when all are on one day, else with their days.
std::string say_choices(const std::vector<local_minute>& times, bool with_days);

/// "cleaning, check up, filling or whitening", at most six.
std::string say_services(const assistant& who);

/// The question itself, worded so that it can stand alone.
std::string question_text(question what, const assistant& who);

} // namespace trunkline
