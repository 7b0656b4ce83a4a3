#include "infra/config/config_table.hpp"

namespace trunkline {

namespace {

std::string code(std::string_view text) {
  return text.empty() ? std::string{} : "`" + std::string{text} + "`";
}

template<class Record>
std::string table(const std::string& title, std::span<const field_row<Record>> rows,
                  Record defaults) {
  auto text = "\n### " + title + "\n\n| key | type | default | meaning |\n|---|---|---|---|\n";
  for (const auto& row : rows) {
    const bool needed = is_needed(row.check);
    const auto standard = field_text(row.member(defaults)).empty() && needed
                              ? std::string{row.key == "tenant_id" ? "" : "needed"}
                              : code(field_toml(row.member(defaults)));
    text += "| " + code(row.key) + " | " + field_type(row.member(defaults)) + " | " + standard +
            " | " + std::string{row.doc} + " |\n";
  }
  return text;
}

} // namespace

std::string config_markdown() {
  engine_config defaults;
  std::string text = "\n### The engine\n\n| key | variable | type | default | meaning |\n"
                     "|---|---|---|---|---|\n";
  for (const auto& row : config_rows()) {
    const auto field = row.member(defaults);
    text += "| " + code(row.key) + " | " + code(variable_of(row)) + " | " +
            (row.secret ? "secret, environment only" : field_type(field)) + " | " +
            (row.secret ? std::string{} : code(field_toml(field))) + " | " + std::string{row.doc} +
            " |\n";
  }
  assistant who;
  who.voice = "slt";
  text += table("`[[assistants]]`", assistant_rows(), who);
  text += table("`[[assistants.languages]]`", language_rows(), {});
  text += table("`[[assistants.services]]`", service_rows(), {});
  text += table("`[[assistants.staff]]`", staff_rows(), {});
  text += table("`[[assistants.faq]]`", faq_rows(), {});
  text += table("`[assistants.turns]`", turn_rows(), {});
  text += table("`[assistants.extraction]`", extraction_rows(), {});
  return text + "\n";
}

} // namespace trunkline
