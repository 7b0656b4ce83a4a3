#include "infra/config/assistant_config.hpp"

#include "infra/config/config_table.hpp"
#include "infra/config/field_checks.hpp"
#include "infra/config/languages.hpp"
#include "infra/config/presets.hpp"
#include "protocol/phrases/catalogue.hpp"
#include "protocol/text/json_schema.hpp"
#include "protocol/text/language_tag.hpp"
#include "protocol/text/phone_number.hpp"
#include "protocol/text/utf8.hpp"
#include "protocol/text/voice_language.hpp"
#include "schema/embedded.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

namespace trunkline {

namespace {

using kind = config_node::kind;

class reader {
public:
  reader(const std::string& file, std::vector<config_problem>& problems)
      : file_(file), problems_(problems) {}

  std::vector<assistant> read(const config_node& list);

private:
  void problem(file_place at, const std::string& what) {
    problems_.push_back({at, file_ + ":" + std::to_string(at.line) + ":" +
                                 std::to_string(at.column) + ": " + what});
  }
  template<class Record>
  void fill(Record& to, const config_node& from, std::span<const field_row<Record>> rows,
            const std::string& table, std::initializer_list<std::string_view> nested = {});
  template<class Record>
  std::vector<Record> list(const config_node& parent, std::string_view name,
                           std::span<const field_row<Record>> rows);
  void hours(const config_node& from, assistant& to);
  void turns(const config_node& from, turn_settings& to);
  void languages(const config_node& from, assistant& to);
  void extraction(const config_node& from, extraction_settings& to);
  assistant one(const config_node& given);
  void across(const std::vector<assistant>& all, const config_node& from);

  const std::string& file_;
  std::vector<config_problem>& problems_;
};

template<class Record>
void reader::fill(Record& to, const config_node& from, std::span<const field_row<Record>> rows,
                  const std::string& table, std::initializer_list<std::string_view> nested) {
  for (const auto& member : from.members) {
    if (std::find(nested.begin(), nested.end(), member.name) != nested.end())
      continue;
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [&](const auto& each) { return each.key == member.name; });
    const auto full = table + "." + shortened(clean_text(member.name, 200), 60);
    if (row == rows.end()) {
      std::vector<std::string> names(nested.begin(), nested.end());
      for (const auto& each : rows)
        names.emplace_back(each.key);
      const auto near = nearest_name(member.name, names);
      problem(member.place, "unknown key '" + full + "'" +
                                (near ? "; did you mean '" + table + "." + *near + "'?"
                                      : "; see docs/configuration.md for the keys"));
      continue;
    }
    if (auto wrong = set_field(row->member(to), member.value, row->check, row->min, row->max))
      problem(member.value.place, full + " " + *wrong);
  }
  for (const auto& row : rows)
    if (is_needed(row.check) && !from.find(row.key) && field_text(row.member(to)).empty() &&
        row.key != "tenant_id")
      problem(from.place, table + "." + std::string{row.key} + " is missing; " +
                              "it is: " + std::string{row.doc});
}

template<class Record>
std::vector<Record> reader::list(const config_node& parent, std::string_view name,
                                 std::span<const field_row<Record>> rows) {
  std::vector<Record> all;
  const auto* from = parent.find(name);
  if (!from)
    return all;
  const auto table = "assistants." + std::string{name};
  if (from->type != kind::list ||
      std::any_of(from->items.begin(), from->items.end(),
                  [](const auto& item) { return item.type != kind::table; })) {
    problem(from->place, table + " must be tables: write [[" + table + "]]");
    return all;
  }
  std::set<std::string> ids;
  for (const auto& item : from->items) {
    Record record;
    fill(record, item, rows, table);
    if constexpr (requires { record.id; })
      if (!record.id.empty() && !ids.insert(record.id).second)
        problem(item.place, table + ".id '" + record.id + "' is there twice; ids are unique");
    all.push_back(std::move(record));
  }
  return all;
}

void reader::hours(const config_node& from, assistant& to) {
  const auto* list = from.find("hours");
  if (!list)
    return;
  if (list->type != kind::list)
    return problem(list->place, "assistants.hours must be a list, such as "
                                "[\"mon-fri 08:00-17:00\", \"sat 09:00-13:00\"]");
  for (const auto& item : list->items) {
    const auto parsed = item.type == kind::text
                            ? parse_hours(item.text)
                            : failure{failure_kind::bad_input, "must be text in quotes"};
    if (!parsed) {
      problem(item.place, "assistants.hours " + parsed.error().context);
      continue;
    }
    for (const auto& stretch : *parsed) {
      const bool overlaps = std::any_of(to.hours.begin(), to.hours.end(), [&](const auto& other) {
        return other.weekday == stretch.weekday && other.opens < stretch.closes &&
               stretch.opens < other.closes;
      });
      if (overlaps)
        problem(item.place, "assistants.hours '" + item.text +
                                "' overlaps hours given before; leave one of them out");
      to.hours.push_back(stretch);
    }
  }
}

void reader::turns(const config_node& from, turn_settings& to) {
  const auto* table = from.find("turns");
  if (!table)
    return;
  if (table->type != kind::table)
    return problem(table->place, "assistants.turns must be a table: write [assistants.turns]");
  fill(to, *table, turn_rows(), "assistants.turns");
  if (to.endpoint_min > to.endpoint_max)
    problem(table->place, "assistants.turns.endpoint_ms_min is larger than endpoint_ms_max");
  if (to.dead_air_max >= to.turn_abandon)
    problem(table->place, "assistants.turns.dead_air_ms_max must be less than turn_abandon_ms");
}

/// The others; and what is not given becomes that of its language.
void reader::languages(const config_node& from, assistant& to) {
  if (!from.find("say_voice") && !is_english(to.language))
    to.say_voice = usual_say_voice(to.language);
  if (!from.find("emergency_line"))
    to.emergency_line = phrase_text(phrase::emergency, to.language);
  if (!from.find("recording_question"))
    to.recording.question = phrase_text(phrase::may_we_record, to.language);
  to.languages = list<spoken_language>(from, "languages", language_rows());
  for (auto& one : to.languages)
    complete(one, to);
  const auto* nodes = from.find("languages");
  std::set<std::string> tags{to.language}, numbers;
  for (size_t i = 0; i < to.languages.size(); ++i) {
    const auto& place = nodes->items[i].place;
    const auto& one = to.languages[i];
    if (!one.tag.empty() && !tags.insert(one.tag).second)
      problem(place, "assistants.languages.tag '" + one.tag +
                         "' is there twice, or is the assistant's own language");
    if (!one.voice.empty() && !nodes->items[i].find("tts"))
      problem(place, "assistants.languages.voice belongs to a service; give tts, too");
    for (const auto& number : one.numbers) {
      if (!numbers.insert(number).second)
        problem(place, "assistants.languages.numbers " + mask_number(number) +
                           " is of a language before; calls to it can begin in one only");
      if (std::find(to.numbers.begin(), to.numbers.end(), number) == to.numbers.end())
        to.numbers.push_back(number);
    }
  }
  for (const auto& wrong : unfit_say_voices(to))
    problem((nodes ? *nodes : from).place, wrong);
}

void reader::extraction(const config_node& from, extraction_settings& to) {
  const auto* table = from.find("extraction");
  if (!table)
    return;
  const std::string name = "assistants.extraction";
  if (table->type != kind::table)
    return problem(table->place, name + " must be a table: write [" + name + "]");
  fill(to, *table, extraction_rows(), name);
  if (to.schema.empty() == to.schema_file.empty())
    return problem(table->place, name + " needs either schema or schema_file");
  const auto* given = table->find(to.schema.empty() ? "schema_file" : "schema");
  if (to.schema.empty()) {
    std::ifstream in{std::filesystem::path{file_}.parent_path() / to.schema_file, std::ios::binary};
    if (!in)
      return problem(given->place, name + ".schema_file cannot be read; it is looked for beside "
                                          "the configuration");
    to.schema.resize(json_schema::bytes_max + 1);
    in.read(to.schema.data(), static_cast<std::streamsize>(to.schema.size()));
    to.schema.resize(static_cast<size_t>(in.gcount()));
  }
  if (const auto schema = json_schema::parse(to.schema); !schema)
    problem(given->place, name + ": " + schema.error().context);
}

assistant reader::one(const config_node& given) {
  const auto from = with_preset(given);
  assistant who;
  who.voice = "slt";
  fill(who, from, assistant_rows(), "assistants",
       {"faq", "services", "staff", "hours", "turns", "extraction", "languages"});
  if (who.tenant_id.empty())
    who.tenant_id = who.id;
  who.faq = list<faq_entry>(from, "faq", faq_rows());
  who.services = list<service>(from, "services", service_rows());
  who.staff = list<staff_member>(from, "staff", staff_rows());
  hours(from, who);
  turns(from, who.turns);
  if (who.recording.mode != "off" && who.channel != "media_stream")
    problem(from.find("recording")->place,
            "assistants.recording needs channel media_stream: on " + who.channel +
                " the carrier hears and speaks, and we have no sound");
  extraction(from, who.extraction);
  languages(from, who);
  if (const auto* desk = from.find("front_desk"); desk && !who.front_desk.empty())
    if (std::none_of(who.staff.begin(), who.staff.end(),
                     [&](const auto& person) { return person.id == who.front_desk; }))
      problem(desk->place, "assistants.front_desk must be the id of one of assistants.staff");
  who.version = assistant_version(who);
  return who;
}

void reader::across(const std::vector<assistant>& all, const config_node& from) {
  std::set<std::string> ids, numbers;
  bool have_default = false;
  for (size_t i = 0; i < all.size(); ++i) {
    const auto& who = all[i];
    const auto& node = from.items[i];
    if (!who.id.empty() && !ids.insert(who.id).second)
      problem(node.place, "assistants.id '" + who.id + "' is there twice; ids are unique");
    const auto* given = node.find("numbers");
    for (const auto& number : who.numbers)
      if (!numbers.insert(number).second)
        problem((given ? *given : node).place, "assistants.numbers " + mask_number(number) +
                                                   " is taken by an assistant before; a number has "
                                                   "one assistant");
    if (who.is_default && std::exchange(have_default, true))
      problem(
          node.find("default")->place,
          "assistants.default is set for a second assistant; only one can take the other calls");
  }
}

std::vector<assistant> reader::read(const config_node& list) {
  std::vector<assistant> all;
  if (list.type != kind::list ||
      std::any_of(list.items.begin(), list.items.end(),
                  [](const auto& item) { return item.type != kind::table; })) {
    problem(list.place, "assistants must be tables: write [[assistants]]");
    return all;
  }
  for (const auto& item : list.items)
    all.push_back(one(item));
  across(all, list);
  return all;
}

} // namespace

std::vector<assistant> read_assistants(const config_node& list, const std::string& file,
                                       std::vector<config_problem>& problems) {
  return reader{file, problems}.read(list);
}

result<std::vector<assistant>> built_in_assistants() {
  constexpr auto name = "docs/examples/dental.toml";
  const auto text = embedded_text(name);
  if (!text)
    return failure{failure_kind::internal, std::string{name} + " is not in this binary"};
  std::vector<config_problem> problems;
  const auto root = parse_config(*text, name, problems);
  std::vector<assistant> all;
  if (const auto* list = root.find("assistants"))
    all = read_assistants(*list, name, problems);
  if (!problems.empty())
    return failure{failure_kind::internal, problems.front().line};
  if (all.empty())
    return failure{failure_kind::internal, std::string{name} + " has no [[assistants]]"};
  return all;
}

} // namespace trunkline
