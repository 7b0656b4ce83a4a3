#include "infra/config/config_node.hpp"

#include "protocol/text/utf8.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <exception>

namespace trunkline {

namespace {

file_place place_of(const toml::source_region& region) {
  return {region.begin.line, region.begin.column};
}

std::string date_text(const toml::date& day) {
  char text[32];
  std::snprintf(text, sizeof text, "%04u-%02u-%02u", unsigned{day.year}, unsigned{day.month},
                unsigned{day.day});
  return text;
}

config_node convert(const toml::node& from);

config_node convert_table(const toml::table& from) {
  config_node node;
  for (const auto& [key, value] : from)
    node.members.push_back({std::string{key.str()}, place_of(key.source()), convert(value)});
  std::stable_sort(node.members.begin(), node.members.end(), [](const auto& a, const auto& b) {
    return std::pair{a.place.line, a.place.column} < std::pair{b.place.line, b.place.column};
  });
  return node;
}

config_node convert(const toml::node& from) {
  using kind = config_node::kind;
  config_node node;
  if (const auto* table = from.as_table()) {
    node = convert_table(*table);
  } else if (const auto* list = from.as_array()) {
    node.type = kind::list;
    for (const auto& item : *list)
      node.items.push_back(convert(item));
  } else if (const auto* text = from.as_string()) {
    node.type = kind::text;
    node.text = text->get();
  } else if (const auto* number = from.as_integer()) {
    node.type = kind::integer;
    node.integer = number->get();
  } else if (const auto* fraction = from.as_floating_point()) {
    node.type = kind::fraction;
    node.fraction = fraction->get();
  } else if (const auto* flag = from.as_boolean()) {
    node.type = kind::boolean;
    node.boolean = flag->get();
  } else if (const auto* day = from.as_date()) {
    node.type = kind::date;
    node.text = date_text(day->get());
  } else {
    node.type = kind::other;
  }
  node.place = place_of(from.source());
  return node;
}

// The line of the first statement with too many dots outside of strings and comments; 0: none.
// Tables are read and freed recursively, so these dots are what the stack has to hold.
unsigned too_deep_line(std::string_view text) {
  size_t dots = 0, start = 0;
  int open = 0; // brackets: a statement ends with its line unless one is open
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '#') {
      i = std::min(text.find('\n', i), text.size());
    } else if (c == '"' || c == '\'') {
      const auto mark =
          text.substr(i, 3) == std::string(3, c) ? std::string(3, c) : std::string(1, c);
      i += mark.size();
      while (i < text.size() && text.substr(i, mark.size()) != mark &&
             (mark.size() == 3 || text[i] != '\n'))
        i += c == '"' && text[i] == '\\' ? 2 : 1;
      i += mark.size();
    } else {
      open += (c == '[' || c == '{') - (c == ']' || c == '}');
      dots += c == '.';
      if (dots > config_dots_max)
        return unsigned(std::count(text.begin(), text.begin() + start, '\n')) + 1;
      ++i;
      if (c == '\n' && open <= 0)
        dots = 0, open = 0, start = i;
    }
  }
  return 0;
}

std::string one_line(std::string_view text) {
  return shortened(clean_text(text, 400), 200);
}

} // namespace

const config_node* config_node::find(std::string_view name) const {
  for (const auto& member : members)
    if (member.name == name)
      return &member.value;
  return nullptr;
}

config_node parse_config(std::string_view text, const std::string& file,
                         std::vector<config_problem>& problems) {
  auto refuse = [&](file_place place, const std::string& why) {
    auto where = file;
    if (place.line)
      where += ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
    problems.push_back({place, where + ": " + why});
    return config_node{};
  };
  if (text.size() > config_bytes_max)
    return refuse({}, "the file is larger than 1 MiB; a configuration is not");
  if (!is_valid_utf8(text)) {
    size_t good = 0; // the longest valid prefix, to name the line
    const auto next = [&] { return std::min(text.find('\n', good), text.size() - 1) + 1; };
    unsigned line = 1;
    while (good < text.size() && is_valid_utf8(text.substr(good, next() - good)))
      good = next(), ++line;
    return refuse({line, 1}, "not valid UTF-8; save the file as UTF-8");
  }
  if (const auto nul = text.find('\0'); nul != std::string_view::npos)
    return refuse({unsigned(std::count(text.begin(), text.begin() + nul, '\n')) + 1, 1},
                  "contains a NUL character; a configuration is plain text");
  if (const auto line = too_deep_line(text))
    return refuse({line, 1},
                  "nests tables too deep (more than 300 dots), or a bracket is not closed");
  try {
    return convert_table(toml::parse(text, std::string_view{file}));
  } catch (const toml::parse_error& error) {
    return refuse(place_of(error.source()), "not valid TOML: " + one_line(error.description()));
  } catch (const std::exception& error) {
    return refuse({}, "cannot be read as TOML: " + one_line(error.what()));
  }
}

} // namespace trunkline
