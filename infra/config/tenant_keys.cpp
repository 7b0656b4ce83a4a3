#include "infra/config/tenant_keys.hpp"

#include "infra/config/config_table.hpp"
#include "protocol/text/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace trunkline {

namespace {

constexpr std::string_view variable = "TRUNKLINE_TENANT_KEYS";

class key_reader {
public:
  key_reader(const engine_config& config, std::vector<std::string>& problems)
      : config_(config), problems_(problems) {}

  std::map<std::string, tenant_services> read() {
    const auto all = nlohmann::json::parse(config_.tenant_keys, nullptr, false);
    if (!all.is_object())
      problems_.push_back(std::string{variable} +
                          ": is no JSON object; write {\"TENANT\": {\"OPENAI_API_KEY\": \"...\"}}");
    else
      for (const auto& [tenant, keys] : all.items())
        read_tenant(tenant, keys);
    return std::move(made_);
  }

private:
  void problem(const std::string& tenant, const std::string& what) {
    problems_.push_back(std::string{variable} + ": tenant '" + shown(tenant) + "' " + what);
  }

  static std::string shown(const std::string& name) { return shortened(clean_text(name, 300), 60); }

  void read_tenant(const std::string& tenant, const nlohmann::json& keys) {
    std::string id;
    if (set_field(&id, tenant, field_check::id, 0, 0))
      return problem(tenant, "is no id; ids have lower-case letters, digits, - and _");
    if (!keys.is_object() || keys.empty())
      return problem(tenant, "has no keys; write {\"OPENAI_API_KEY\": \"...\"}");
    engine_config own;
    own.services = config_.services;
    tenant_services made;
    for (const auto& [name, value] : keys.items())
      if (const auto service = set_key(own, tenant, name, value); service.empty())
        return;
      else if (std::count(made.own.begin(), made.own.end(), service) == 0)
        made.own.push_back(service);
    made.services = std::move(own.services);
    made_[tenant] = std::move(made);
  }

  /// The service's name; empty: there was a problem.
  std::string set_key(engine_config& own, const std::string& tenant, const std::string& name,
                      const nlohmann::json& value) {
    const auto rows = service_setting_rows();
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& one) {
      return one.secret && variable_of(one) == name;
    });
    if (row == rows.end()) {
      std::vector<std::string> names;
      for (const auto& one : rows)
        if (one.secret)
          names.push_back(variable_of(one));
      const auto near = nearest_name(name, names);
      problem(tenant, "has the unknown key '" + shown(name) + "'" +
                          (near ? "; did you mean " + *near + "?"
                                : "; only keys of services can be a tenant's own"));
      return {};
    }
    if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
      problem(tenant, "has no text for " + name + "; leave it out or write the key");
      return {};
    }
    if (auto wrong = set_field(row->member(own), value.get_ref<const std::string&>(), row->check,
                               row->min, row->max)) {
      problem(tenant, "has a " + name + " that " + *wrong);
      return {};
    }
    return std::string{row->key.substr(0, row->key.find('.'))};
  }

  const engine_config& config_;
  std::vector<std::string>& problems_;
  std::map<std::string, tenant_services> made_;
};

} // namespace

std::map<std::string, tenant_services> read_tenant_keys(const engine_config& config,
                                                        std::vector<std::string>& problems) {
  if (config.tenant_keys.empty())
    return {};
  return key_reader{config, problems}.read();
}

const services_config& services_of(const std::string& tenant_id, const engine_config& config) {
  const auto found = config.tenants.find(tenant_id);
  return found == config.tenants.end() ? config.services : found->second.services;
}

std::string service_key(std::string_view role, const service_entry& entry,
                        const std::string& tenant_id, const engine_config& config) {
  auto key = std::string{role} + ":" + entry.name;
  if (!entry.model.empty())
    key += ":" + entry.model;
  const auto found = config.tenants.find(tenant_id);
  if (found != config.tenants.end() &&
      std::count(found->second.own.begin(), found->second.own.end(), entry.name) > 0)
    key += "@" + tenant_id;
  return key;
}

} // namespace trunkline
