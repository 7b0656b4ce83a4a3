#include "actors/engine/providers_commands.hpp"

#include "actors/providers/service_probe.hpp"
#include "infra/config/service_entry.hpp"
#include "infra/config/tenant_keys.hpp"
#include "infra/net/http_client.hpp"
#include "infra/providers/remote_services.hpp"
#include "infra/speech/flite_voice.hpp"
#include "protocol/text/base64.hpp"
#include "protocol/text/json.hpp"
#include "protocol/text/utf8.hpp"
#include "protocol/twilio/form.hpp"

#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iomanip>
#include <memory>
#include <optional>
#include <set>

namespace trunkline {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds trial_limit{12};

/// The trials under way and what came of them.
class trials {
public:
  trials(const engine_config& config, const std::vector<std::string>& names)
      : config_(config), names_(names), loop_(io_) {}

  std::vector<service_trial> run() {
    for (const auto& who : config_.assistants) {
      add(service_role::stt, "stt", who, who.stt.empty() ? config_.stt_providers : who.stt);
      add(service_role::llm, "llm", who, who.llm.empty() ? config_.llm_providers : who.llm);
      add(service_role::tts, "tts", who, who.tts.empty() ? config_.tts_providers : who.tts);
    }
    const auto until = std::chrono::steady_clock::now() + trial_limit;
    while (std::any_of(said_.begin(), said_.end(), [](auto& one) { return !one; }) &&
           std::chrono::steady_clock::now() < until)
      io_.run_one_until(until);
    for (size_t i = 0; i < all_.size(); ++i) {
      all_[i].good = said_[i] && said_[i]->has_value();
      all_[i].said = !said_[i]    ? "no answer in " + std::to_string(trial_limit.count()) + " s"
                     : !*said_[i] ? to_string(said_[i]->error())
                                  : std::to_string((*said_[i])->count()) + " ms";
    }
    probes_.clear();
    return all_;
  }

private:
  bool wanted(const std::string& key, const std::string& name) const {
    return names_.empty() || std::find(names_.begin(), names_.end(), key) != names_.end() ||
           std::find(names_.begin(), names_.end(), name) != names_.end();
  }

  void add(service_role role, const std::string& prefix, const assistant& who,
           const std::vector<std::string>& list) {
    for (const auto& entry : service_entries(role, list)) {
      const auto key = service_key(prefix, entry, who.tenant_id, config_);
      if (entry.name == "embedded" || !wanted(key, entry.name) || !seen_.insert(key).second)
        continue;
      const auto index = all_.size();
      all_.push_back({key, false, {}});
      said_.emplace_back();
      begin(role, entry, who, [this, index](result<std::chrono::milliseconds> outcome) {
        said_[index] = std::move(outcome);
      });
    }
  }

  void begin(service_role role, const service_entry& entry, const assistant& who,
             service_probe::on_done done) {
    const service_place place{services_of(who.tenant_id, config_), who, loop_};
    if (role == service_role::llm) {
      if (auto model = make_remote_llm(entry, place))
        probes_.push_back(start_probe(std::move(*model), std::move(done)));
      else
        done(model.error());
    } else if (role == service_role::tts) {
      if (auto voice = make_remote_tts(entry, place))
        probes_.push_back(start_probe(voice->provider, std::move(done)));
      else
        done(voice.error());
    } else if (auto recogniser = make_remote_stt(entry, place)) {
      const auto speech = synthesize_mulaw("kal16", "hello, can you hear me");
      probes_.push_back(start_probe(std::move(*recogniser),
                                    speech ? *speech : std::vector<uint8_t>(8000, 0x7f),
                                    std::move(done)));
    } else {
      done(recogniser.error());
    }
  }

  const engine_config& config_;
  const std::vector<std::string>& names_;
  boost::asio::io_context io_{1};
  client_loop loop_;
  std::set<std::string> seen_;
  std::vector<service_trial> all_;
  std::vector<std::optional<result<std::chrono::milliseconds>>> said_;
  std::vector<std::unique_ptr<service_probe>> probes_;
};

result<http_response> ask_engine(const providers_command& command, const engine_config& config,
                                 const std::string& method, const std::string& path) {
  client_request request;
  request.method = method;
  const auto& listen = config.server.admin_listen;
  request.url =
      (command.admin_url.empty() ? "http://" + listen.host + ":" + std::to_string(listen.port)
                                 : command.admin_url) +
      path;
  if (!config.admin_user.empty())
    request.headers = {{"Authorization",
                        "Basic " + base64_encode(config.admin_user + ":" + config.admin_password)}};
  boost::asio::io_context io;
  std::optional<result<http_response>> answer;
  http_fetch(io, std::move(request), [&](auto got) { answer = std::move(got); });
  io.run();
  return answer ? std::move(*answer)
                : result<http_response>{failure{failure_kind::internal, "no answer", false}};
}

void print_list(const nlohmann::json& body, std::ostream& out) {
  for (const auto& one : body.value("providers", nlohmann::json::array())) {
    const auto error = string_member(one, "last_error");
    out << std::left << std::setw(28) << string_member(one, "key") << std::setw(11)
        << string_member(one, "state") << std::right << std::setw(6) << one.value("latency_ms", 0)
        << " ms  " << std::setw(8) << one.value("good", 0) << " good " << std::setw(6)
        << one.value("failed", 0) << " failed " << std::setw(5) << one.value("at_once", 0) << " now"
        << (error.empty() ? "" : "  " + clean_text(error, 200)) << "\n";
  }
}

int test(const providers_command& command, const engine_config& config, std::ostream& out,
         std::ostream& err) {
  const auto all = try_services(config, command.names);
  if (all.empty()) {
    err << "trunkline: no outside service is listed"
        << (command.names.empty() ? "" : " by that name") << "; see providers.stt, llm and tts\n";
    return command.names.empty() ? exit_ok : exit_failed;
  }
  bool good = true;
  auto list = nlohmann::json::array();
  for (const auto& one : all) {
    good = good && one.good;
    list.push_back({{"key", one.key}, {"good", one.good}, {"said", one.said}});
    if (!command.json)
      out << (one.good ? "ok    " : "FAIL  ") << std::left << std::setw(28) << one.key << one.said
          << "\n";
  }
  if (command.json)
    out << to_text({{"services", std::move(list)}}) << "\n";
  return good ? exit_ok : exit_failed;
}

} // namespace

std::vector<service_trial> try_services(const engine_config& config,
                                        const std::vector<std::string>& names) {
  return trials{config, names}.run();
}

int providers_command_main(const providers_command& command, const engine_config& config,
                           std::ostream& out, std::ostream& err) {
  using action = providers_command::action;
  if (command.what == action::test)
    return test(command, config, out, err);
  const bool list = command.what == action::list;
  const auto path = list ? std::string{"/api/v1/providers"}
                         : std::string{"/api/v1/providers/"} +
                               (command.what == action::trip ? "trip" : "reset") + "?" +
                               render_form({{"name", command.names.front()}});
  const auto answer = ask_engine(command, config, list ? "GET" : "POST", path);
  if (!answer) {
    err << "trunkline: no engine answers: " << answer.error().context << "\n";
    return exit_unreachable;
  }
  if (answer->status == 404) {
    err << "trunkline: no service is named '" << clean_text(command.names.front(), 60)
        << "'; see `trunkline providers ls`\n";
    return exit_failed;
  }
  const auto body = nlohmann::json::parse(answer->body, nullptr, false);
  if (answer->status != 200 || !body.is_object()) {
    err << "trunkline: the engine answered " << answer->status
        << (answer->status == 401 ? "; set TRUNKLINE_ADMIN_USER and TRUNKLINE_ADMIN_PASSWORD" : "")
        << "\n";
    return exit_failed;
  }
  if (command.json)
    out << to_text(body) << "\n";
  else
    print_list(body, out);
  return exit_ok;
}

} // namespace trunkline
