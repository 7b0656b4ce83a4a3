#include "infra/cli/operator_options.hpp"

#include "infra/time/wall_clock.hpp"
#include "protocol/text/utf8.hpp"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <set>

namespace trunkline {

namespace {

constexpr size_t call_sid_max = 100;

std::string joined(const std::set<std::string>& names) {
  std::string all;
  for (const auto& name : names)
    (all += all.empty() ? "" : ", ") += name;
  return all;
}

} // namespace

result<std::string> tenant_of(const std::string& given, const engine_config& config) {
  std::set<std::string> known;
  for (const auto& one : config.assistants)
    known.insert(one.tenant_id);
  if (given.empty()) {
    if (known.size() == 1)
      return *known.begin();
    return failure{failure_kind::bad_input,
                   "there are several tenants; add --tenant with one of: " + joined(known), false};
  }
  if (known.count(given) == 0)
    return failure{failure_kind::bad_input,
                   "no assistant has the tenant '" + clean_text(given, 100) +
                       "'; there is: " + joined(known),
                   false};
  return given;
}

std::string operator_name() {
  const char* behind_sudo = std::getenv("SUDO_USER");
  const auto* entry = ::getpwuid(::geteuid());
  const std::string name = behind_sudo && *behind_sudo ? behind_sudo
                           : entry                     ? entry->pw_name
                                                       : std::to_string(::geteuid());
  return "operator:" + clean_text(name, 60);
}

result<void> note_view(repository& rows, const std::string& action, const std::string& call_sid) {
  return rows.put_audit({{},
                         clean_text(call_sid, call_sid_max),
                         operator_name(),
                         action,
                         R"({"by":"command"})",
                         wall_now()});
}

} // namespace trunkline
