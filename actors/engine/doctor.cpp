#include "actors/engine/doctor.hpp"

#include "actors/engine/providers_commands.hpp"
#include "infra/cli/store_commands.hpp"
#include "infra/config/state_dir.hpp"
#include "infra/net/descriptors.hpp"
#include "infra/outbox/journaled_store.hpp"
#include "infra/speech/pronunciations.hpp"
#include "infra/speech/speech_model.hpp"
#include "infra/speech/sphinx_decoder.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace trunkline {

namespace {

struct finding {
  std::string level; ///< ok | note | FAIL
  std::string what;
};

constexpr uintmax_t disk_bytes_min = 500u << 20;

std::vector<finding> check_state(const engine_config& config) {
  if (auto made = make_state_dir(config.state_dir); !made)
    return {{"FAIL", made.error().context}};
  std::error_code error;
  const auto space = std::filesystem::space(config.state_dir, error);
  const auto free_mb = error ? 0 : space.available >> 20;
  return {{"ok", "state directory " + config.state_dir},
          {space.available >= disk_bytes_min ? "ok" : "FAIL",
           std::to_string(free_mb) + " MB free for it (500 MB are wanted)"}};
}

std::vector<finding> check_database(const engine_config& config) {
  std::vector<finding> all;
  for (const auto& one : check_store(config))
    all.push_back({one.good ? "ok" : "FAIL", one.what});
  return all;
}

std::vector<finding> check_journal(const engine_config& config) {
  const auto found = look_at_journal(config.state_dir);
  if (!found)
    return {{"FAIL", found.error().context}};
  const auto size = "journal of " + std::to_string(found->bytes >> 10) + " KB";
  if (found->waiting == 0)
    return {{"ok", size + ", all of it delivered"}};
  const auto seconds = found->oldest.count() / 1000;
  return {{seconds < 30 ? "ok" : "FAIL", size + ", " + std::to_string(found->waiting) +
                                             " row(s) wait for the database, the oldest for " +
                                             std::to_string(seconds) + " s"}};
}

std::vector<finding> check_speech(const engine_config& config) {
  auto dictionary = pronunciations::load(sphinx_model_dir / "cmudict-en-us.dict");
  if (!dictionary)
    return {{"FAIL", dictionary.error().context + " (package pocketsphinx-en-us)"}};
  std::vector<finding> all{{"ok", "pronunciation dictionary"}};
  for (const auto& who : config.assistants)
    for (const auto& gap : dictionary_gaps(who, *dictionary))
      all.push_back(
          {"note", "assistant " + who.id + ": the dictionary lacks '" + gap.word + "' (" +
                       gap.source + "); " +
                       (gap.pronunciation.empty() ? "its phrase is left out"
                                                  : "pronounced as " + gap.pronunciation)});
  return all;
}

std::vector<finding> check_doors(const engine_config& config) {
  if (auto good = check_listeners(config); !good)
    return {{"FAIL", good.error().context}};
  std::vector<finding> all{{"ok", "listeners may be opened"}};
  if (config.carrier.auth_token.empty())
    all.push_back({"note", "TWILIO_AUTH_TOKEN is not set: only calls signed with the development "
                           "token are answered"});
  return all;
}

bool any_outside(const std::vector<std::string>& services) {
  return std::any_of(services.begin(), services.end(),
                     [](auto& one) { return !one.starts_with("embedded"); });
}

// The embedded agent answers by rules and cannot fill in a schema.
std::vector<finding> check_extraction(const engine_config& config) {
  std::vector<finding> all;
  for (const auto& who : config.assistants)
    if (!who.extraction.schema.empty() &&
        !any_outside(who.llm.empty() ? config.llm_providers : who.llm))
      all.push_back({"note", "assistant " + who.id +
                                 " has an extraction schema, but no language model besides the "
                                 "embedded agent, which extracts nothing; list one in "
                                 "providers.llm or its llm"});
  return all;
}

// A recogniser's socket is a request for as long as its call lasts.
std::vector<finding> check_room(const engine_config& config) {
  const auto room = config.providers.at_once_max, calls = config.limits.max_calls;
  std::vector<finding> all;
  if (room < calls && any_outside(config.stt_providers))
    all.push_back({"note", "providers.at_once_max is " + std::to_string(room) +
                               " and limits.max_calls " + std::to_string(calls) +
                               ": of more than " + std::to_string(room) +
                               " calls at once the others use the next recogniser"});
  if (!config.store.keep_rows)
    all.push_back({"note", "store.keep_rows is false: nothing of a call is kept"});
  if (auto enough = ensure_descriptors(descriptors_for_calls(calls),
                                       "limits.max_calls = " + std::to_string(calls));
      !enough)
    all.push_back({"FAIL", enough.error().context});
  return all;
}

// Whether each outside service takes our key and answers, in its own words when it does not.
std::vector<finding> check_services(const engine_config& config) {
  std::vector<finding> all;
  for (const auto& one : try_services(config, {}))
    all.push_back({one.good ? "ok" : "FAIL",
                   "service " + one.key + (one.good ? " answers in " : ": ") + one.said});
  return all;
}

} // namespace

int doctor(const engine_config& config, bool json, std::ostream& out) {
  std::vector<finding> all{{"ok", std::to_string(std::thread::hardware_concurrency()) + " cores, " +
                                      std::to_string(config.assistants.size()) + " assistant(s)"}};
  for (const auto& check : {check_doors, check_state, check_database, check_journal, check_speech,
                            check_room, check_extraction, check_services})
    for (auto& one : check(config))
      all.push_back(std::move(one));
  bool good = true;
  auto list = nlohmann::json::array();
  for (const auto& one : all) {
    good = good && one.level != "FAIL";
    list.push_back({{"level", one.level}, {"what", one.what}});
    if (!json)
      out << one.level << std::string(6 - one.level.size(), ' ') << one.what << "\n";
  }
  if (json)
    out << nlohmann::json{{"good", good}, {"findings", std::move(list)}}.dump(
               -1, ' ', false, nlohmann::json::error_handler_t::replace)
        << "\n";
  return good ? 0 : 1;
}

} // namespace trunkline
